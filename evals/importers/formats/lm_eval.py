"""Samples of the lm-evaluation-harness, as `--log_samples` writes them: `samples_TASK_DATE.jsonl`."""

import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from evals.importers._fields import find_instance, messages_of, name_of, sampling_of, shown
from evals.importers._files import json_lines
from evals.importers._rows import Row, RowImporter
from evals.importers.importer import RecordedAnswer, RecordedTurn, Refused, Sample, Source
from evals.record.files import bytes_of

_FILE = re.compile(r"samples_(?P<task>.{1,200})_(?P<date>\d{4}-\d\d-\d\dT[\d.:-]{1,30})\.jsonl(?:\.gz)?")
_LARGEST = 50_000_000


class LmEvalImporter(RowImporter):
    """Reads the samples of tasks that generate text; each of several repeats is an answer."""

    name = "lm_eval"
    summary = "samples_*.jsonl of lm-evaluation-harness"

    def recognises(self, sample: Sample) -> bool:
        """Return whether the first row has a document, arguments and responses."""
        return isinstance(sample.first, dict) and {"doc_id", "doc", "resps"} <= sample.first.keys()

    def rows(self, source: Source) -> Iterator[tuple[int, Row | Refused]]:
        """Yield the samples; of several filters, which are further rows of the same answers, the first's."""
        chosen: object = None
        for line, row in json_lines(source.path):
            if not isinstance(row, Refused) and "filter" in row:
                chosen = row["filter"] if chosen is None else chosen
                if row["filter"] != chosen:
                    continue
            yield line, row

    def read(self, line: int, row: Row, source: Source) -> Iterable[RecordedAnswer | Refused]:
        """Return the answers of one sample, one a repeat."""
        prompt, options = _asked(row.get("arguments"))
        if isinstance(options, str):
            yield Refused(line, "no generated text", "its task compares given answers, and generates none")
            return
        responses = _responses(row.get("resps"))
        if responses is None:
            responses = _responses(row.get("filtered_resps"))
        if not responses:
            yield Refused(line, "no answer", f"field 'resps': {shown(row.get('resps'))} holds no text")
            return
        task, model = _of_file(source.path, source.label)
        doc_id = row.get("doc_id")
        base = f"{task}/{name_of(doc_id) or line}"
        for repeat, response in enumerate(responses):
            answer = RecordedAnswer(
                line=line,
                id=f"{model}/{base}/{repeat}" if model else f"{base}/{repeat}",
                puzzle=None,
                instance=None,
                model=model,
                turns=[RecordedTurn(prompt, response)],
                variant=None,
                sampling=_sampling(options),
                source={"file": source.label, "line": line, "doc_id": doc_id, "repeat": repeat},
            )
            doc = row.get("doc")
            find_instance(answer, doc, doc.get("metadata") if isinstance(doc, dict) else None, row)
            if len(responses) > 1 and answer.repeat is None and answer.id == _id_in(doc):
                answer.id = f"{answer.id}/{repeat}"
            yield answer


def _id_in(doc: object) -> object:
    ours = doc.get("cantwont") if isinstance(doc, dict) else None
    return ours.get("id") if isinstance(ours, dict) else None


def _asked(arguments: object) -> tuple[list[dict[str, str]], Any]:
    """Return the messages and the options of the (first) request; older versions wrote lists of lists."""
    first: object = None
    if isinstance(arguments, dict):
        first = next(iter(arguments.values()), None)
        if isinstance(first, dict):
            first = [first.get("arg_0"), first.get("arg_1")]
    elif isinstance(arguments, list) and arguments:
        first = arguments[0]
    if not isinstance(first, list) or not first:
        return [], None
    prompt = first[0]
    if isinstance(prompt, list) and len(prompt) == 1:
        prompt = prompt[0]
    return messages_of(prompt) or [], first[1] if len(first) > 1 else None


def _responses(value: object) -> list[str] | None:
    """Return the texts of `[[first, second, …]]`, or of the one text that some versions wrote."""
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list):
        return None
    found: list[str] = []
    for item in value:
        inner = item if isinstance(item, list) else [item]
        if not all(isinstance(text, str) for text in inner):
            return None
        found += inner
    return found


def _sampling(options: object) -> dict[str, Any]:
    if not isinstance(options, dict):
        return {}
    found = sampling_of(options)
    if options.get("do_sample") is False:
        found["temperature"] = 0.0
    return found


@lru_cache(maxsize=64)
def _of_file(path: Path, label: str) -> tuple[str, str | None]:
    """Return the task's name, and the model that the results beside the samples name."""
    named = _FILE.fullmatch(path.name)
    if named is None:
        return label, None
    beside = path.with_name(f"results_{named['date']}.json")
    model: object = None
    try:
        results = json.loads(bytes_of(beside, _LARGEST))
        config = results.get("config") or {}
        model = results.get("model_name") or config.get("model_name") or config.get("model")
    except (OSError, ValueError, RecursionError, AttributeError):
        if "__" in path.parent.name:  # the folder's name is the model's, made safe
            model = path.parent.name.replace("__", "/")
    return named["task"] if model else label, name_of(model)


IMPORTER = LmEvalImporter()

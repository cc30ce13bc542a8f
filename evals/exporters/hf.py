"""Hugging Face: a folder with Parquet and a card, ready to upload as a data set."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from itertools import islice
from typing import TYPE_CHECKING, Any

from evals.errors import ExportFailed
from evals.exporters._folder import Folder, encodable
from evals.exporters._trials import OURS, LabelledTrial, LabelledTrials
from evals.exporters.exporter import Exporter
from evals.text import markdown_cell

if TYPE_CHECKING:
    import pyarrow as pa

_FILE = "data/train-00000-of-00001.parquet"
_BATCH = 500

_TEXTS = (
    "trial",
    "model",
    "endpoint",
    "puzzle",
    "instance",
    "arm",
    "options",
    "prompt",
    "answer",
    "reasoning",
    "conversation",
    "finish_reason",
    "label",
    "reason",
    "judge_label",
    "evidence",
    "source",
    OURS,
)
_NUMBERS = (
    "repeat",
    "max_tokens",
    "written",
    "right",
    "first_error",
    "lost_at",
    "turns",
    "prompt_tokens",
    "completion_tokens",
    "reasoning_tokens",
)
_ABOUT = (
    "answers of language models to puzzles of scalable length, each replayed on a simulator and labelled by "
    "cantwont: solved, refusal, give-up, error, or lost by the instrument."
)
_COLUMNS = """\
| column | what |
|---|---|
| `trial` | the trial's id |
| `puzzle`, `size`, `steps`, `instance` | what was to be solved; the fewest steps that do it |
| `arm`, `options`, `repeat` | how it was asked |
| `prompt`, `answer`, `reasoning` | first messages, last answer, its thinking; `conversation` (JSON) has all |
| `label`, `reason` | what the answer is, and the rule that decided |
| `confident`, `probability` | whether the label needs no second reader |
| `evidence` | JSON: the words that the label rests on, with their place in the answer |
| `written`, `right`, `first_error`, `lost_at` | steps written, those right, and where it went wrong |
| `source` | JSON: the row of the tool that recorded it, where that was not cantwont |
| `cantwont` | JSON: what `cantwont import` needs to make the trial again |
"""


class HfExporter(Exporter):
    """`README.md` and `data/*.parquet`."""

    name = "hf"
    summary = "a folder with Parquet and a card, ready to upload to Hugging Face"

    def write(self, trials: LabelledTrials, folder: Folder) -> str:
        """Write the rows in batches, then the card; raises `ExportFailed` without pyarrow."""
        if find_spec("pyarrow") is None:
            raise ExportFailed(
                "the export to 'hf' needs pyarrow, which comes with the extra 'parquet' of cantwont: "
                "install it with `pip install pyarrow`"
            )
        import pyarrow as pa  # noqa: PLC0415 - an extra
        import pyarrow.parquet as pq  # noqa: PLC0415

        labels: Counter[tuple[str, str]] = Counter()
        schema = _schema(pa)
        with pq.ParquetWriter(folder.place(_FILE), schema, compression="zstd") as file:
            for batch in _batches(_rows(trials, labels)):
                file.write_table(pa.Table.from_pylist(batch, schema=schema))
        folder.append("README.md", _card(trials, labels).encode("ascii", "backslashreplace"))
        return "cantwont import OUT/data/*.parquet --out runs/again"


def _schema(pa: Any) -> "pa.Schema":
    return pa.schema(
        [
            *((name, pa.string()) for name in _TEXTS),
            *((name, pa.int64()) for name in _NUMBERS),
            ("size", pa.string()),
            ("steps", pa.string()),
            ("temperature", pa.float64()),
            ("probability", pa.float64()),
            ("confident", pa.bool_()),
            ("flags", pa.list_(pa.string())),
        ]
    )


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    given = iter(rows)
    while batch := list(islice(given, _BATCH)):
        yield batch


def _rows(trials: Iterable[LabelledTrial], labels: Counter[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    for trial in trials:
        labels[trial.model, trial.outcome.label.value] += 1
        yield encodable(_row(trial))


def _row(trial: LabelledTrial) -> dict[str, Any]:
    outcome, reply = trial.outcome, trial.completion
    plain = outcome.model_dump(mode="json")
    return {name: plain.get(name) for name in (*_TEXTS, *_NUMBERS)} | {
        "model": trial.trial.model,
        "options": json.dumps(outcome.options),
        "prompt": trial.prompt,
        "answer": reply.content,
        "reasoning": reply.reasoning,
        "conversation": json.dumps(
            [{"role": role, "content": text} for role, text, _ in trial.conversation()]
        ),
        "evidence": json.dumps(plain["evidence"]),
        "source": json.dumps(trial.source),
        OURS: json.dumps(trial.ours(answers=True)),
        # Lengths have no bound: the longest list of steps has more than fit into 64 bits.
        "size": str(outcome.size),
        "steps": None if outcome.steps is None else str(outcome.steps),
        "temperature": outcome.temperature,
        "probability": outcome.probability,
        "confident": outcome.confident,
        "flags": list(outcome.flags),
    }


def _card(trials: LabelledTrials, labels: Counter[tuple[str, str]]) -> str:
    """Return the card; names of a stranger's stand in it as cells, and never in its YAML."""
    told = [
        "---",
        "configs:",
        "- config_name: default",
        "  data_files:",
        "  - split: train",
        "    path: data/*.parquet",
        "tags:",
        "- cantwont",
        "- evaluation",
        "---",
        "",
        f"# {markdown_cell(trials.name)}",
        "",
        f"{trials.count:,} {_ABOUT}",
        "",
        "| model | label | answers |",
        "|---|---|--:|",
    ]
    told += [
        f"| {markdown_cell(model)} | {label} | {number:,} |"
        for (model, label), number in sorted(labels.items())
    ]
    return "\n".join([*told, "", "## Columns", "", _COLUMNS])


EXPORTER = HfExporter()

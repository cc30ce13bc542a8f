"""Logs of Inspect, `.eval` and `.json`, read through its own Python interface: needs the extra `inspect`."""

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from evals.errors import ImportFailed
from evals.importers._fields import find_instance, list_or_empty, name_of, sampling_of, shown, turns_of
from evals.importers._rows import Row, RowImporter
from evals.importers.importer import RecordedAnswer, RecordedTurn, Refused, Sample, Source
from evals.record.files import LONGEST_LINE, MEGABYTE, opened
from evals.text import clip

Read = TypeVar("Read")

_ZIP = b"PK\x03\x04"
_AT_ONCE = 64
"""Samples that are read together."""
_KEPT = {"id", "epoch", "uuid", "input", "target", "messages", "output", "metadata", "store", "model_usage"}
_LARGE = {"events", "events_data", "timelines", "scores"}
"""Fields of a sample that say nothing of its answer."""
_FINISH = {"max_tokens": "length", "model_length": "length", "unknown": None}
"""Reasons to stop that are called otherwise in a chat completion."""
_TOKEN_LIMITS = ("token", "context")
_REPLIES = "cantwont:replies"
"""Where our own tasks keep what came back in each turn."""
_JSON = re.compile(rb'"(?:eval_id|run_id|task_id)"\s{0,9}:')


class InspectImporter(RowImporter):
    """Reads the samples of a log; each epoch is an answer."""

    name = "inspect"
    summary = "logs of Inspect, .eval and .json (extra: inspect)"

    def recognises(self, sample: Sample) -> bool:
        """Return whether it begins as a log does: a zip with a journal or samples, or JSON with an eval."""
        head = sample.head
        if head[:4] == _ZIP:
            return b"_journal/" in head[:200] or b"samples/" in head[:200] or sample.name.endswith(".eval")
        return head.lstrip()[:1] == b"{" and b'"eval"' in head and _JSON.search(head) is not None

    def rows(self, source: Source) -> Iterator[tuple[int, Row | Refused]]:
        """Yield the samples as Inspect gives them, each with the log's `model`, `task` and `sampling`."""
        _check_installed(source.path)
        zipped = _check_file(source.path)
        samples = _samples if zipped else _all_samples
        yield from enumerate(samples(source.path), start=1)

    def read(self, line: int, row: Row, source: Source) -> Iterable[RecordedAnswer | Refused]:
        """Return the answer of one sample."""
        if (refused := _refused(line, row)) is not None:
            yield refused
            return
        turns = _turns(row)
        if not turns:
            yield Refused(line, "no answer", "has no message of the model")
            return
        label = source.label or source.path.name
        epoch = row["epoch"]
        answer = RecordedAnswer(
            line=line,
            id=f"{row['id']}" if epoch == 1 else f"{row['id']}/{epoch}",
            puzzle=None,
            instance=None,
            model=name_of(row.get("model")),
            turns=turns,
            variant=name_of(row.get("task")),
            sampling=sampling_of(row["sampling"]),
            repeat=epoch - 1,
            source={
                "file": label,
                "log": _stem(label),
                "sample": row["id"],
                "epoch": epoch,
                "uuid": row.get("uuid"),
            },
        )
        find_instance(answer, row.get("metadata"))
        yield answer


def _stem(label: str) -> str:
    return label.removesuffix(".eval").removesuffix(".json")


def _check_installed(path: Path) -> None:
    if find_spec("inspect_ai") is None:
        raise ImportFailed(
            f"{str(path)!r} is a log of Inspect, which the extra 'inspect' reads: "
            "pip install 'cantwont[inspect]'"
        )


def _check_file(path: Path) -> bool:
    """Return whether it is a zip; raises `ImportFailed` where Inspect would read more than the file."""
    if "::" in str(path.absolute()):
        raise ImportFailed(f"{str(path)!r}: Inspect takes '::' in a path for a chain of addresses: rename it")
    try:
        with opened(path) as file:
            if file.peek(4)[:4] != _ZIP:
                return False
            entries = zipfile.ZipFile(file).infolist()
    except OSError as error:
        raise ImportFailed(f"cannot read {str(path)!r}: {error.strerror or error}") from None
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise ImportFailed(f"{str(path)!r} cannot be unzipped: {error}") from None
    large = next((entry for entry in entries if entry.file_size > LONGEST_LINE), None)
    if large is not None:
        raise ImportFailed(
            f"{str(path)!r}: {large.filename!r} in it has more than {LONGEST_LINE // MEGABYTE:,} MB unpacked"
        )
    return True


def _asked(path: Path, call: Callable[[], Read]) -> Read:
    """Ask Inspect; whatever it says of the file is an `ImportFailed`."""
    try:
        return call()
    except Exception as error:
        told = clip(" ".join(str(error).split()) or type(error).__name__, 300)
        raise ImportFailed(f"{str(path)!r} cannot be read as a log of Inspect: {told}") from None


def _samples(path: Path) -> Iterator[Row | Refused]:
    """Yield the samples of an `.eval` file, a few at a time."""
    from inspect_ai import log as inspect_log  # noqa: PLC0415 - an extra

    place = str(path.absolute())
    header = _asked(path, lambda: inspect_log.read_eval_log(place, header_only=True, format="eval"))
    summaries = _asked(path, lambda: inspect_log.read_eval_log_sample_summaries(place, format="eval"))
    wanted = [(summary.id, summary.epoch) for summary in summaries]
    del summaries
    pending = iter(wanted)
    while several := list(islice(pending, _AT_ONCE)):
        read = _asked(
            path,
            lambda batch=several: inspect_log.read_eval_log_samples_by_id(  # type: ignore[misc]
                place, batch, resolve_attachments=True, format="eval", exclude_fields=_LARGE
            ),
        )
        for sample in read:
            yield _row(sample, header)


def _all_samples(path: Path) -> Iterator[Row | Refused]:
    """Yield the samples of a `.json` file, which Inspect can only read whole."""
    from inspect_ai import log as inspect_log  # noqa: PLC0415 - an extra

    place = str(path.absolute())
    found = _asked(path, lambda: inspect_log.read_eval_log(place, resolve_attachments=True, format="json"))
    for sample in found.samples or []:
        yield _row(sample, found)


def _row(sample: Any, header: Any) -> Row:
    row: Row = sample.model_dump(mode="json", include=_KEPT)
    row["error"] = sample.error.message if sample.error is not None else None
    row["limit"] = sample.limit.type if sample.limit is not None else None
    row["invalidated"] = sample.invalidation is not None
    spec = header.eval
    config = spec.model_generate_config.model_dump(exclude_none=True)
    row["sampling"] = {**config, **header.plan.config.model_dump(exclude_none=True)}
    row["model"], row["task"] = spec.model, spec.task
    row["log"] = {
        "task": spec.task,
        "task_args": spec.task_args,
        "eval_id": spec.eval_id,
        "created": spec.created,
    }
    return row


def _refused(line: int, row: Row) -> Refused | None:
    if row["error"] is not None:
        return Refused(line, "an error in place of an answer", f"field 'error': {shown(row['error'], 200)}")
    if row["invalidated"]:
        return Refused(line, "a sample that was invalidated", f"sample {shown(row['id'])} was invalidated")
    messages = [*list_or_empty(row.get("messages")), *list_or_empty(row.get("input"))]
    if any(
        isinstance(each, dict) and (each.get("role") == "tool" or each.get("tool_calls")) for each in messages
    ):
        return Refused(line, "an agent's conversation", "has calls of tools, which none of our arms makes")
    return None


def _turns(row: Row) -> list[RecordedTurn]:
    """Return the turns of a sample: those of its messages, or what was asked and the output."""
    messages = [_plain(each) for each in list_or_empty(row.get("messages"))]
    output = row.get("output") or {}
    choices = list_or_empty(output.get("choices"))
    if not any(each["role"] == "assistant" for each in messages) and choices:
        asked = row.get("input")
        before = messages or (
            [{"role": "user", "content": asked}]
            if isinstance(asked, str)
            else [_plain(each) for each in list_or_empty(asked)]
        )
        messages = [*before, _plain(choices[0].get("message") or {})]
    turns = list(turns_of(messages))
    if not turns:
        return turns
    last = turns[-1]
    if choices:
        reason = choices[0].get("stop_reason")
        last.finish_reason = _FINISH.get(reason, reason)
    if row.get("limit") in _TOKEN_LIMITS:
        last.finish_reason = "length"
    last.usage = _usage(output.get("usage"))
    if last.usage is None and len(turns) == 1 and len(row.get("model_usage") or {}) == 1:
        [total] = row["model_usage"].values()
        last.usage = _usage(total)
    _add_kept(turns, (row.get("store") or {}).get(_REPLIES))
    return turns


def _plain(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return a message with its text and its thinking apart."""
    content = message.get("content")
    if not isinstance(content, list):
        return {
            "role": message.get("role", "assistant"),
            "content": content if isinstance(content, str) else "",
        }
    parts = [part for part in content if isinstance(part, dict)]
    said = "\n".join(part["text"] for part in parts if isinstance(part.get("text"), str))
    thoughts = (
        part.get("reasoning") or part.get("summary") for part in parts if part.get("type") == "reasoning"
    )
    thought = "\n".join(text for text in thoughts if isinstance(text, str))
    plain = {"role": message.get("role", "assistant"), "content": said}
    return plain | {"reasoning_content": thought} if thought else plain


def _usage(given: object) -> dict[str, Any] | None:
    """Return numbers of tokens as a chat completion has them; Inspect counts cached ones apart."""
    if not isinstance(given, dict) or not given.get("total_tokens"):
        return None
    cached = given.get("input_tokens_cache_read") or 0
    written = given.get("input_tokens_cache_write") or 0
    usage: dict[str, Any] = {
        "prompt_tokens": given.get("input_tokens", 0) + cached + written,
        "completion_tokens": given.get("output_tokens", 0),
    }
    if cached:
        usage["prompt_tokens_details"] = {"cached_tokens": cached}
    if thought := given.get("reasoning_tokens"):
        usage["completion_tokens_details"] = {"reasoning_tokens": thought}
    return usage


def _add_kept(turns: list[RecordedTurn], kept: object) -> None:
    """Add to each turn what our own task has kept of it."""
    bodies = list_or_empty(kept)
    if len(bodies) != len(turns):
        return
    for turn, body in zip(turns, bodies, strict=True):
        choices = list_or_empty(body.get("choices")) if isinstance(body, dict) else []
        if not choices or not isinstance(choices[0], dict):
            continue
        reason, usage = choices[0].get("finish_reason"), body.get("usage")
        turn.finish_reason = reason if isinstance(reason, str) else None
        turn.usage = usage if isinstance(usage, dict) else turn.usage


IMPORTER = InspectImporter()

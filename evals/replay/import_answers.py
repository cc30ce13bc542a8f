"""Turns answers recorded elsewhere into a run that works like any other.

A file holds one JSON object per line, plain or gzipped; `Record` documents its fields.
"""

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from gzip import BadGzipFile
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from evals.arms import START, known_arm
from evals.errors import ImportFailed, RunError
from evals.record.completion import MalformedReply, quote, strict_json
from evals.record.exchange import Exchange, Message, RowKind, request_digest
from evals.record.exchange_log import Recorder
from evals.record.files import TooLong, decoded, lines_of, opened, unmarked
from evals.record.finish_reasons import Finish, finish_of
from evals.record.jsonl import unzipped
from evals.record.model import FieldFault, Text
from evals.record.run import ENDPOINT, IMPORTED, Manifest, RunDirectory, now
from evals.record.trial import RecordedInstance, Sampling, Trial
from tasks import Problem, PuzzleError, problem, puzzle

NO_VARIANT = "unnamed"
"""The arm of records without a prompt variant."""


class _Open(BaseModel):
    """The records come from other tools, so fields that we do not use are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class GivenInstance(_Open):
    """An instance in the form in which our own runs store it."""

    parameters: dict[str, bool | int | str]
    seed: int = 0


class GivenHanoi(_Open):
    """A Tower of Hanoi with the pegs numbered as in the prompt."""

    disks: int
    pegs: int
    peg_labels: tuple[int, ...] = Field(min_length=1)
    """The numbers of the pegs in the prompt, starting from 0 or from 1."""
    start_peg: int
    target_peg: int

    @model_validator(mode="after")
    def _consecutive(self) -> "GivenHanoi":
        first = self.peg_labels[0]
        if self.peg_labels != tuple(range(first, first + self.pegs)):
            raise ValueError(f"peg_labels {list(self.peg_labels)!r} are not {self.pegs} consecutive numbers")
        return self

    def plain(self) -> GivenInstance:
        """Convert to our own parameters."""
        base = self.peg_labels[0]
        start, target = self.start_peg - base, self.target_peg - base
        given = {"size": self.disks, "pegs": self.pegs, "start": start, "target": target, "base": base}
        return GivenInstance(parameters=given)


class RecordRequest(_Open):
    """The request that was sent."""

    messages: tuple[Message, ...]
    max_tokens: int | None = Field(default=None, ge=1)
    temperature: float | None = Field(default=None, ge=0)


class RecordResponse(_Open):
    """The response that came back."""

    content: Text | None = None
    reasoning: Text | None = None
    """Thinking text, if it was kept."""
    refusal: Text | None = None
    finish_reason: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    error: Any = None
    """What came in place of an answer; a record that has one holds no reply, and is refused."""


class Record(_Open):
    """One recorded answer: a line of the file."""

    id: str
    """Unique; becomes the trial's id."""
    task: str
    """The puzzle's name."""
    instance: dict[str, Any]
    """The problem that was asked: the fields of `GivenInstance`, or for hanoi also those of `GivenHanoi`."""
    prompt_variant: str | None = None
    """Becomes the arm, unless it is mapped to another."""
    model: str
    request: RecordRequest
    response: RecordResponse
    source: Any = None
    """Where the answer comes from; stored with the reply."""


def import_run(files: Sequence[Path], path: Path, arms: Mapping[str, str]) -> int:
    """Make a run of all answers in the files; return how many there are.

    Args:
        files: JSON Lines, plain or gzipped.
        path: the directory to create; nothing is created if a record is faulty.
        arms: maps prompt variants to arms; an unmapped variant becomes an arm of its own.

    Raises:
        ImportFailed: a line is not a valid record; the message names file, line and field.
        RunError: the directory cannot be created.
    """
    asked = {IMPORTED: [file.name for file in files], "arms": dict(arms)}
    manifest = Manifest(name=path.name, created=now(), cantwont=version("cantwont"), spec=asked)
    with ExitStack() as stack:
        run = RunDirectory.create(_beside(path, stack) / "run", manifest)
        with Recorder(run) as recorder:
            puzzles = _record(files, arms, recorder)
            count = len(recorder.index)
        run.save(manifest.model_copy(update={"puzzles": puzzles}))
        try:
            run.path.rename(path)
        except OSError as error:
            raise RunError(f"cannot make a run at {str(path)!r}: {error.strerror or error}") from None
    return count


def arms_of(given: Iterable[str]) -> dict[str, str]:
    """Parse `VARIANT=ARM` pairs into a mapping from prompt variants to arms; raises `ImportFailed`."""
    arms: dict[str, str] = {}
    for pair in given:
        variant, _, arm = pair.partition("=")
        if not variant or not arm:
            raise ImportFailed(f"--arm {pair!r}: write VARIANT=ARM, for example neutral=list")
        if arms.setdefault(variant, arm) != arm:
            raise ImportFailed(f"--arm {pair!r}: variant {variant!r} is arm {arms[variant]!r} already")
    return arms


def _beside(path: Path, stack: ExitStack) -> Path:
    """Create a temporary directory next to the target, so that the run appears there whole or not at all."""
    try:
        if path.exists() and not (path.is_dir() and not any(path.iterdir())):
            raise RunError(f"there is something at {str(path)!r} already: name another directory with --out")
        path.parent.mkdir(parents=True, exist_ok=True)
        return Path(stack.enter_context(TemporaryDirectory(prefix=".import.", dir=path.parent)))
    except OSError as error:
        raise RunError(f"cannot make a run at {str(path)!r}: {error.strerror or error}") from None


def _record(files: Sequence[Path], arms: Mapping[str, str], recorder: Recorder) -> dict[str, int]:
    """Record all answers; return the versions of the puzzles."""
    repeats: Counter[tuple[str, str, str]] = Counter()
    puzzles: dict[str, int] = {}
    variants: set[str] = set()
    for file in files:
        for number, line in _lines(file):
            where = f"{str(file)!r}, line {number}"
            record = _parsed(line, where)
            if (record.id, 1) in recorder.index:
                raise ImportFailed(f"{where}: field 'id': {record.id!r} stands in an earlier record too")
            exchange = _exchange(record, arms, repeats, where)
            _check_reply(exchange, where)
            recorder.append(exchange)
            assert exchange.what is not None, "the first turn holds the trial"
            puzzles[record.task] = exchange.what.instance.version
            variants.add(record.prompt_variant or NO_VARIANT)
    if not puzzles:
        raise ImportFailed(f"there are no records in {', '.join(repr(str(file)) for file in files)}")
    for variant, arm in arms.items():
        if variant not in variants:
            known = ", ".join(map(repr, sorted(variants)))
            raise ImportFailed(f"--arm {variant}={arm}: no record has that prompt variant; they have {known}")
    return puzzles


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the non-blank lines with their numbers, counted from 1; raises `ImportFailed`."""
    number = 0
    try:
        with opened(file, streams=True) as plain:
            is_zipped = plain.peek(2)[:2] == b"\x1f\x8b"
            for number, data in enumerate(lines_of(unzipped(plain) if is_zipped else plain), start=1):
                if line := unmarked(data).strip():
                    yield number, line
    except TooLong as error:
        raise ImportFailed(f"{str(file)!r}, line {error.number}, {error}") from None
    except (EOFError, zlib.error, BadGzipFile) as error:
        raise ImportFailed(f"{str(file)!r} cannot be unzipped after line {number}: {error}") from None
    except OSError as error:
        raise ImportFailed(f"cannot read {str(file)!r}: {error.strerror or error}") from None


def _parsed(line: bytes, where: str) -> Record:
    try:
        return Record.model_validate(strict_json(decoded(line)))
    except ValidationError as error:
        raise ImportFailed(f"{where}: {_first(error)}") from None
    except (ValueError, RecursionError) as error:
        raise ImportFailed(f"{where}: is not JSON ({error})") from None


def _first(error: ValidationError) -> str:
    fault = FieldFault.first_of(error)
    told = "it is missing" if fault.kind == "missing" else fault.message
    if fault.kind not in ("missing", "value_error"):
        told += f", not {fault.given}"
    return f"field {fault.field!r}: {told}" if fault.field else told


def _exchange(
    record: Record, arms: Mapping[str, str], repeats: "Counter[tuple[str, str, str]]", where: str
) -> Exchange:
    variant = record.prompt_variant or NO_VARIANT
    arm = arms.get(variant, variant)
    asked = _problem(record, where)
    if not known_arm(arm).suits(asked):
        raise ImportFailed(
            f"{where}: field 'prompt_variant': arm {arm!r} asks for steps of a solution, and "
            f"{asked.canonical!r} has none: map the variant to another arm with --arm {variant}=ARM"
        )
    key = record.model, arm, asked.canonical
    repeats[key] += 1
    sampling = Sampling(max_tokens=record.request.max_tokens, temperature=record.request.temperature)
    trial = Trial(
        id=record.id,
        model=record.model,
        endpoint=ENDPOINT,
        instance=RecordedInstance.of(asked),
        arm=arm,
        sampling=sampling,
        repeat=repeats[key] - 1,
    )
    messages = [message.model_dump() for message in record.request.messages]
    return Exchange(
        kind=RowKind.REPLY,
        trial=trial.id,
        turn=1,
        reason=START,
        what=trial,
        messages=record.request.messages,
        asked=request_digest(record.model, messages, sampling),
        sent={"model": record.model, **sampling.body()},
        reply=_body(record),
    )


def _check_reply(exchange: Exchange, where: str) -> None:
    """Refuse what is no reply: it would be held against the model, or make the whole run unreadable."""
    try:
        reason = exchange.completion.finish_reason
    except MalformedReply as error:
        field, why = "error" if "error" in (exchange.reply or {}) else "content", str(error)
    else:
        if finish_of(reason) is not Finish.FAILED:
            return
        field, why = "finish_reason", f"{reason!r} says that the server broke the answer off"
    raise ImportFailed(
        f"{where}: field 'response.{field}': {quote(why)}; that is no reply: leave the record out"
    )


def _problem(record: Record, where: str) -> Problem:
    """Restore the problem from the fields of the record, never from the answer."""
    try:
        puzzle(record.task)
        if record.task == "hanoi" and "parameters" not in record.instance:
            given = GivenHanoi.model_validate(record.instance).plain()
        else:
            given = GivenInstance.model_validate(record.instance)
        return problem(record.task, given.parameters, given.seed)
    except ValidationError as error:
        raise ImportFailed(f"{where}: instance: {_first(error)}") from None
    except PuzzleError as error:
        raise ImportFailed(f"{where}: instance: {error}") from None


def _body(record: Record) -> dict[str, Any]:
    """Return the answer as a plain chat completion."""
    response = record.response
    message = {"role": "assistant", "content": response.content}
    if response.reasoning is not None:
        message["reasoning_content"] = response.reasoning
    if response.refusal is not None:
        message["refusal"] = response.refusal
    body: dict[str, Any] = {
        "object": "chat.completion",
        "model": record.model,
        "choices": [{"index": 0, "message": message, "finish_reason": response.finish_reason}],
    }
    usage = {
        name: value
        for name in ("prompt_tokens", "completion_tokens")
        if (value := getattr(response, name)) is not None
    }
    if usage:
        body["usage"] = usage
    if record.source is not None:
        body["source"] = record.source
    if response.error:
        body["error"] = response.error
    return body

"""Makes a run of what importers yield: whole or not at all, row by row, in constant memory."""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.metadata import version
from json.encoder import encode_basestring_ascii as quoted
from pathlib import Path
from typing import Any, Self

from pydantic import ValidationError

from evals.arms import START, arm_names, chosen_arm, known_arm
from evals.dialogue.arm import NoOptions
from evals.errors import ImportFailed, RunError, SpecError
from evals.importers._conversations import fitting, mend_options
from evals.importers._instances import problem_of
from evals.importers._tables import NumberTable
from evals.importers.importer import Importer, RecordedAnswer, RecordedTurn, Refused, Source
from evals.record.exchange import OURS, RowKind
from evals.record.files import (
    LONGEST_LINE,
    MEGABYTE,
    is_vacant,
    open_unlinked,
    sync_directory,
    unfinished_folder,
    write_all,
)
from evals.record.finish_reasons import Finish, finish_of
from evals.record.model import FieldFault
from evals.record.run import ENDPOINT, EXCHANGES, IMPORTED, Manifest, RunDirectory, now
from evals.record.trial import RecordedInstance, base_of
from tasks import Problem, PuzzleError

NO_VARIANT = "unnamed"
"""The arm of records without a prompt variant."""
NO_MODEL = "unnamed"
"""The model of records that name none."""
_MOST_VARIANTS = 1000
_FLUSH = 1 << 20
_KEPT = 4096
"""Instances whose problem is kept for the next rows."""
_SHOWN = 4000
"""Characters of a prompt that are kept to propose an arm."""


_HOPELESS = 100_000
"""Rows without a single one that can be taken in, after which no more are read."""


@dataclass(slots=True)
class Variant:
    """A prompt variant as it was met."""

    arm: str
    answers: int = 0
    prompt: str = ""
    """The beginning of the first prompt."""
    turns: int = 1
    """The most turns of a conversation."""


@dataclass(slots=True)
class ImportSummary:
    """What an import came to."""

    answers: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """How many rows could not be taken in, by the kind of reason."""
    variants: dict[str, Variant] = field(default_factory=dict)
    without_model: int = 0
    without_finish_reason: int = 0
    fitted: Counter[str] = field(default_factory=Counter)
    """Conversations of several turns without a named arm, by the arm that fits them."""
    formats: dict[str, str] = field(default_factory=dict)
    """The importer of each file."""
    puzzles: dict[str, int] = field(default_factory=dict)
    """The version of each puzzle."""

    @property
    def reasons(self) -> str:
        """Why rows could not be taken in, the most frequent first."""
        return "; ".join(f"{reason}: {number:,}" for reason, number in self.refused.most_common(5))


@dataclass(frozen=True, slots=True)
class _Way:
    """What is known of a prompt variant before any of its answers is seen."""

    arm: str
    options: Mapping[str, Any] | None
    """Those that were given with the arm."""
    chosen: bool
    """Whether the arm was named for it, or is one of ours by its name."""
    in_turns: bool
    has_options: bool
    held_as: str
    """The arm that holds the conversation: of a variant its base."""

    @classmethod
    def of(
        cls,
        arm: str,
        options: Mapping[str, Any] | None,
        *,
        chosen: bool,
        told: Mapping[str, Any] | None = None,
    ) -> Self:
        """Look up the arm, or that of a variant, which the options told of it name; any other asks once."""
        found, base = known_arm(arm, told), base_of(told or {})
        known = found.name == arm
        in_turns = known and found.ends_with is RowKind.END
        has_options = known and found.options is not NoOptions
        return cls(arm, options, chosen or known, in_turns, has_options, base[0] if base else arm)


class _Refusal(Exception):
    """A row that cannot be taken in: its kind, and what is told of it."""

    def __init__(self, reason: str, told: str) -> None:
        super().__init__(told)
        self.reason, self.told = reason, told


@dataclass(frozen=True, slots=True)
class _Known:
    """What is the same for all answers to an instance in an arm."""

    problem: Problem
    canonical: str
    instance: str
    """As JSON."""
    schema: int
    unfit: str | None
    """Why the arm cannot ask it."""


Tell = Callable[[Path, Refused], None]


class RunMaker:
    """Takes answers in, and writes the rows of a run.

    Args:
        arms: Maps prompt variants to arms; an unmapped variant becomes an arm of its own.
        model: The model of rows that name none.
        lenient: Whether a faulty row of a strict format is left out like any other.
        strict: Whether any row that cannot be taken in fails the import.
        tell: Is told of every row that cannot be taken in.
    """

    def __init__(
        self,
        arms: Mapping[str, str],
        *,
        model: str | None = None,
        lenient: bool = False,
        strict: bool = False,
        tell: Tell = lambda _, __: None,
    ) -> None:
        self.summary = ImportSummary()
        self._arms, self._model, self._lenient, self._strict, self._tell = arms, model, lenient, strict, tell
        self._ways = {variant: self._given_way(variant, arm) for variant, arm in arms.items()}
        self._ids, self._repeats = NumberTable(), NumberTable()
        self._known: dict[tuple[str, str, str], _Known | _Refusal] = {}
        self._requests: dict[object, _Request] = {}
        self._fine: set[str | None] = {None}
        """Finish reasons of answers that are answers."""

    def _given_way(self, variant: str, arm: str) -> _Way:
        name, colon, _ = arm.partition(":")
        if not colon or name not in arm_names():
            return _Way.of(arm, None, chosen=True)
        try:
            return _Way.of(name, chosen_arm(arm).options, chosen=True)
        except SpecError as error:
            raise ImportFailed(f"--arm {variant}={arm}: {error}") from None

    def _way(self, variant: str) -> _Way:
        way = self._ways.get(variant)
        if way is None:
            way = _Way.of(variant, None, chosen=False)
            if len(self._ways) < _KEPT:
                self._ways[variant] = way
        return way

    def rows(self, importer: Importer, source: Source) -> Iterator[bytes]:
        """Yield the rows of a file, encoded, as an importer reads it."""
        summary, path = self.summary, source.path
        strict = self._strict or (importer.strict and not self._lenient)
        label = "" if importer.strict else source.label or path.name
        for found in importer.answers(source):
            if isinstance(found, Refused):
                refused = found
            else:
                try:
                    made = self._taken(found, label)
                except _Refusal as error:
                    refused = Refused(found.line, error.reason, error.told)
                else:
                    yield made
                    summary.answers += 1
                    continue
            if strict:
                raise ImportFailed(f"{str(path)!r}, line {refused.line}: {refused.told}")
            summary.refused[refused.reason] += 1
            self._tell(path, refused)
            if not summary.answers and summary.refused.total() >= _HOPELESS:
                raise ImportFailed(
                    f"none of the first {_HOPELESS:,} rows up to line {refused.line} of {str(path)!r} can be "
                    f"taken in ({summary.reasons}): the rest is not looked at"
                )

    def _taken(self, answer: RecordedAnswer, label: str) -> bytes:
        if answer.puzzle is None or answer.instance is None:
            raise _Refusal("no instance", _no_instance(answer))
        if not answer.turns:
            raise _Refusal("no answer", "has no answer")
        variant = answer.variant or NO_VARIANT
        way, options = self._ways.get(variant) or self._way(variant), None
        if way.has_options or way.options or answer.options or len(answer.turns) > 1:
            way, options = self._way_of(answer, way, variant)
        known = self._problem(answer, way.held_as, variant)
        for turn in answer.turns:
            if turn.finish_reason not in self._fine:
                self._check_finish(turn.finish_reason)
        model = answer.model or self._model or NO_MODEL
        who = hash((label, model, variant, answer.repeat)) & _WHO if label else 0
        named = self._named(answer, label, model, variant, who)
        repeat = self._repeats.add((model, way.arm, known.canonical))
        data = self._encoded(answer, named, way, options, known, model, repeat)
        if len(data) > LONGEST_LINE:
            raise _Refusal("too long", f"is longer than {LONGEST_LINE // MEGABYTE:,} MB")
        self._count(answer, variant, way.arm)
        return data

    def _named(self, answer: RecordedAnswer, label: str, model: str, variant: str, who: int) -> str:
        """Return the trial's id: the source's, with what tells it from another's where that has the same."""
        named = answer.id
        before = self._ids.put(named, who)
        if before is None:
            return named
        if label and before != who:
            repeat = "" if answer.repeat is None else str(answer.repeat)
            named = "/".join(filter(None, (named, label, model, variant, repeat)))
            if self._ids.put(named, who) is None:
                return named
        told = f"field 'id': {answer.id!r} stands in an earlier record too"
        raise _Refusal("an id that stands in an earlier record", told)

    def _way_of(
        self, answer: RecordedAnswer, way: _Way, variant: str
    ) -> tuple[_Way, Mapping[str, Any] | None]:
        """Return the arm, and its options."""
        options: Mapping[str, Any] | None = way.options or answer.options or None
        if not way.chosen and base_of(answer.options) is not None:
            way = _Way.of(way.arm, None, chosen=True, told=answer.options)
        if len(answer.turns) > 1 and not way.in_turns:
            if way.chosen:
                told = (
                    f"arm {way.arm!r} asks once, and the conversation has {len(answer.turns)} answers: "
                    f"map it to an arm of several turns, as with --arm {variant}=nudge"
                )
                raise _Refusal("an arm that does not fit", told)
            arm, options = fitting(answer.turns)
            way = _Way.of(arm, None, chosen=False)
            self.summary.fitted[arm] += 1
        if not way.has_options:
            return way, options
        return way, self._checked_options(way.arm, mend_options(way.arm, options, answer.turns))

    def _checked_options(self, arm: str, options: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return dict(known_arm(arm, options).options.model_validate(options).model_dump())
        except ValidationError as error:
            fault = FieldFault.first_of(error)
            told = f"field 'options.{fault.field}': {fault.message}, not {fault.given}"
            raise _Refusal("an arm that does not fit", told) from None

    def _problem(self, answer: RecordedAnswer, arm: str, variant: str) -> _Known:
        assert answer.puzzle is not None
        assert answer.instance is not None
        key = (answer.puzzle, repr(answer.instance), arm)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            known = self._known[key] = self._made(answer.puzzle, answer.instance, arm)
        if isinstance(known, _Refusal):
            # A fresh one: an error that is raised again keeps the frames of every time.
            raise _Refusal(known.reason, known.told)
        if known.unfit is not None:
            told = f"{known.unfit}: map the variant to another arm with --arm {variant}=ARM"
            raise _Refusal("an arm that does not fit", told)
        return known

    def _made(self, puzzle: str, instance: Mapping[str, Any], arm: str) -> _Known | _Refusal:
        try:
            problem = problem_of(puzzle, instance)
            recorded = RecordedInstance.of(problem)
            suits = known_arm(arm).suits(problem)
        except (PuzzleError, ValueError) as error:
            return _Refusal("an instance that cannot be taken", f"instance: {error}")
        self.summary.puzzles[puzzle] = recorded.version
        canonical = problem.canonical
        unfit = None
        if not suits:
            told = f"arm {arm!r} asks for steps of a solution, and {canonical!r} has none"
            unfit = f"field 'prompt_variant': {told}"
        return _Known(
            problem=problem,
            canonical=canonical,
            instance=_ROW.encode(recorded.model_dump(exclude_defaults=True)),
            schema=1 if recorded.data is None else 3,
            unfit=unfit,
        )

    def _encoded(  # noqa: PLR0913, PLR0917 - what a trial is made of
        self,
        answer: RecordedAnswer,
        named: str,
        way: _Way,
        options: Mapping[str, Any] | None,
        known: _Known,
        model: str,
        repeat: int,
    ) -> bytes:
        """Return the rows of the conversation. Every text is encoded once, and the rows are put together."""
        trial = quoted(named)
        request = self._request(model, answer.sampling)
        what = (
            f'"what":{{"id":{trial},"model":{request.model},"endpoint":"{ENDPOINT}","instance":{known.instance},'
            f'"arm":{quoted(way.arm)}'
        )
        if options:
            what += f',"options":{_ROW.encode(options)}'
        what += f'{request.sampling},"repeat":{repeat}}},' if repeat else f"{request.sampling}}},"
        reason, schema = START, known.schema if base_of(options or {}) is None else 3
        hashed, between = hashlib.sha256(request.before), ""
        pieces: list[str] = []
        for number, turn in enumerate(answer.turns, start=1):
            plain, ordered = _messages(turn.messages)
            if ordered:
                hashed.update(f"{between}{ordered}".encode("ascii"))
                between = ","
            whole = hashed.copy()
            whole.update(request.after)
            asked = whole.hexdigest()
            messages = f'"messages":[{plain}],' if plain else ""
            pieces.append(
                f'{{"schema":{schema},"kind":"reply","trial":{trial},"turn":{number},"reason":"{reason}",'
                f'{what}{messages}"asked":"{asked}","sent":{request.sent},'
                f'"reply":{_reply(turn, request.model, answer.source)}}}\n'
            )
            reason, schema, what = _REASONS.get(way.held_as, START), 1, ""
        if way.in_turns:
            count = len(answer.turns)
            pieces.append(f'{{"schema":2,"kind":"end","trial":{trial},"turn":{count},"reason":"end"}}\n')
        return "".join(pieces).encode("ascii")

    def _check_finish(self, reason: str | None) -> None:
        if finish_of(reason) is Finish.FAILED:
            told = (
                f"field 'response.finish_reason': {reason!r} says that the server broke the answer off; "
                "that is no reply: leave the record out"
            )
            raise _Refusal("an error in place of an answer", told)
        if len(self._fine) < _KEPT:
            self._fine.add(reason)

    def _request(self, model: str, sampling: Mapping[str, Any]) -> "_Request":
        key = (model, *sampling.items()) if sampling else model
        made = self._requests.get(key)
        if made is None:
            if len(self._requests) >= _KEPT:
                self._requests.clear()
            made = self._requests[key] = _Request.of(model, sampling)
        return made

    def _count(self, answer: RecordedAnswer, variant: str, arm: str) -> None:
        summary = self.summary
        met = summary.variants.get(variant)
        if met is None and len(summary.variants) < _MOST_VARIANTS:
            met = summary.variants[variant] = Variant(arm, prompt=_prompt(answer.turns[0]))
        if met is not None:
            met.answers += 1
            met.turns = max(met.turns, len(answer.turns))
        summary.without_model += answer.model is None and self._model is None
        summary.without_finish_reason += answer.turns[-1].finish_reason is None


@dataclass(frozen=True, slots=True)
class _Request:
    """What is the same in all requests to a model with the same sampling, as JSON."""

    model: str
    before: bytes
    """What is hashed before the messages."""
    after: bytes
    sent: str
    sampling: str
    """The trial's field, with a comma before it; empty if there is none."""

    @classmethod
    def of(cls, model: str, given: Mapping[str, Any]) -> Self:
        """Write it out."""
        sampling = {name: float(value) if name in _FRACTIONS else value for name, value in given.items()}
        fields = {"model": quoted(model), **{name: _ROW.encode(value) for name, value in sampling.items()}}
        hashed = fields | {"messages": "[\0]"}
        before, _, after = ",".join(f'"{name}":{hashed[name]}' for name in sorted(hashed)).partition("\0")
        return cls(
            model=fields["model"],
            before=f"{{{before}".encode("ascii"),
            after=f"{after}}}".encode("ascii"),
            sent="{" + ",".join(f'"{name}":{text}' for name, text in fields.items()) + "}",
            sampling=f',"sampling":{_ROW.encode(sampling)}' if sampling else "",
        )


_FRACTIONS = frozenset({"temperature", "top_p"})
_WHO = (1 << 63) - 1
_ROW = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), allow_nan=False)
_KEY = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), sort_keys=True, default=str)
_REASONS = {"nudge": "nudge", "chunked": "chunk"}


def _no_instance(answer: RecordedAnswer) -> str:
    what = "puzzle" if answer.puzzle is None else "instance"
    return (
        f"has no {what}: give it in a field 'cantwont' with 'puzzle' and 'instance', "
        "or say with --mapping which fields hold it"
    )


def _prompt(turn: RecordedTurn) -> str:
    return "\n\n".join(str(m["content"]) for m in turn.messages if m.get("role") != "assistant")[-_SHOWN:]


def _messages(messages: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """Return messages as JSON: as they are recorded, and with sorted names as they are hashed."""
    plain, ordered = [], []
    for message in messages:
        if len(message) == 2:
            role, content = quoted(message["role"]), quoted(message["content"])
            plain.append(f'{{"role":{role},"content":{content}}}')
            ordered.append(f'{{"content":{content},"role":{role}}}')
        else:
            plain.append(_ROW.encode(message))
            ordered.append(_KEY.encode(message))
    return ",".join(plain), ",".join(ordered)


def _encoded(value: Any) -> str:
    """Return a value as JSON; for a small flat object, without the encoder's preparations."""
    if type(value) is not dict:
        return _plain(value)
    parts = []
    for name, item in value.items():
        if type(item) is int:
            text = str(item)
        elif type(item) is str:
            text = quoted(item)
        else:
            text = _plain(item)
        parts.append(f"{quoted(name)}:{text}")
    return f"{{{','.join(parts)}}}"


def _plain(value: Any) -> str:
    """Return a value as JSON; what JSON does not have, as in tables, becomes null or text."""
    try:
        return _ROW.encode(value)
    except (ValueError, TypeError):
        return _ROW.encode(json.loads(json.dumps(value, default=str), parse_constant=lambda _: None))


def _reply(turn: RecordedTurn, model: str, source: Any) -> str:
    """Return the answer as a plain chat completion, in JSON."""
    content = "null" if turn.content is None else quoted(turn.content)
    message = f'{{"role":"assistant","content":{content}'
    if turn.reasoning is not None:
        message += f',"reasoning_content":{quoted(turn.reasoning)}'
    if turn.refusal is not None:
        message += f',"refusal":{quoted(turn.refusal)}'
    if turn.tool_calls:
        message += f',"tool_calls":{_plain(turn.tool_calls)}'
    finish = "null" if turn.finish_reason is None else quoted(turn.finish_reason)
    reply = (
        f'{{"object":"chat.completion","model":{model},"choices":[{{"index":0,"message":{message}}},'
        f'"finish_reason":{finish}}}]'
    )
    if turn.usage:
        reply += f',"usage":{_encoded(turn.usage)}'
    if source is not None:
        reply += f',"source":{_encoded(source)}'
    if turn.context is not None:
        reply += f',"{OURS}":{{"context":{turn.context}}}'
    return reply + "}"


class RunFolder:
    """A run directory in the making: it appears at its path whole, or not at all. Use it with `with`."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self._path, self._manifest = path, manifest
        self._stack = ExitStack()
        self._descriptor = -1
        self._held: list[bytes] = []
        self._size = 0

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            folder = self._beside(stack)
            self._run = RunDirectory.create(folder / "run", self._manifest)
            try:
                self._descriptor = open_unlinked(self._run.path / EXCHANGES, os.O_WRONLY | os.O_APPEND)
            except OSError as error:
                raise self._failed(error) from None
            stack.callback(os.close, self._descriptor)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def write(self, data: bytes) -> None:
        """Append rows."""
        self._held.append(data)
        self._size += len(data)
        if self._size >= _FLUSH:
            self._flush()

    def finish(self, puzzles: Mapping[str, int]) -> None:
        """Put the run in its place."""
        self._flush()
        self._run.save(self._manifest.model_copy(update={"puzzles": dict(puzzles)}))
        try:
            os.fsync(self._descriptor)
            sync_directory(self._run.path)
            self._run.path.rename(self._path)
        except OSError as error:
            raise self._failed(error) from None

    def _flush(self) -> None:
        data = b"".join(self._held)
        self._held, self._size = [], 0
        try:
            write_all(self._descriptor, data)
        except OSError as error:
            raise self._failed(error) from None

    def _failed(self, error: OSError) -> RunError:
        return RunError(f"cannot make a run at {str(self._path)!r}: {error.strerror or error}")

    def _beside(self, stack: ExitStack) -> Path:
        """Create a temporary directory next to the target."""
        path = self._path
        try:
            if not is_vacant(path):
                raise RunError(
                    f"there is something at {str(path)!r} already: name another directory with --out"
                )
            return stack.enter_context(unfinished_folder(path, ".import."))
        except OSError as error:
            raise self._failed(error) from None


def manifest_of(files: Sequence[Path], path: Path, arms: Mapping[str, str]) -> Manifest:
    """Return the manifest of a run of imported answers."""
    asked = {IMPORTED: [file.name for file in files], "arms": dict(arms)}
    return Manifest(name=path.name, created=now(), cantwont=version("cantwont"), spec=asked)

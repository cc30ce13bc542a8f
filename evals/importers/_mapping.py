"""A mapping file: which field of a row holds what. It is data: names, paths, constants and tables of values.

docs/importing.md describes it. A path is `a.b[0].c`; `$.name` is a field at the top of the document in which
the rows stand, `$file.name` and `$file.folder` are the file's; `joined.x` is a field of the row that `[join]`
adds.
"""

import ast
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from evals.errors import ImportFailed
from evals.importers._fields import is_count, messages_of, name_of, sampling_of, shown, turns_of, usage_of
from evals.importers._files import Document, json_lines, sample
from evals.importers._joined import KeyedRows
from evals.importers._statements import read_statement
from evals.importers.importer import RecordedAnswer, RecordedTurn, Refused, Sample, Source
from evals.record.files import text_of
from evals.record.finish_reasons import reason_text

if TYPE_CHECKING:
    from evals.importers._rows import RowImporter

Row = dict[str, Any]

FIELDS = [
    "puzzle",
    "instance",
    "instance_text",
    "variant",
    "model",
    "id",
    "repeat",
    "messages",
    "prompt",
    "system",
    "answer",
    "reasoning",
    "refusal",
    "finish_reason",
    "usage",
    "prompt_tokens",
    "completion_tokens",
    "max_tokens",
    "temperature",
    "seed",
    "error",
]
_TABLES = frozenset({"fields", "instance", "parameters", "constants", "values", "begins", "only", "join"})
_TOPS = _TABLES | {"from", "rows", "turns", "reader", "about", "known_by"}
_HEAD, _FILE, _JOINED = "$", "$file", "joined"
_STEP = re.compile(r"([^.\[\]]{1,200})|\[(\d{1,6}|\*)\]")
_LONGEST_LITERAL = 100_000
_MOST_PATHS = 20

Path_ = tuple[str | int, ...]


def shipped() -> dict[str, Path]:
    """Return the mapping files that come with cantwont, by name."""
    folder = files(__package__).joinpath("mappings")
    return {Path(str(entry)).stem: Path(str(entry)) for entry in folder.iterdir()}


def fitting_mapping(begun: Sample) -> "tuple[str, FieldMapping] | None":
    """Return the shipped mapping for a file that begins like this, with its name; `None` if there is none."""
    for name in sorted(shipped()):
        mapping = FieldMapping.load(name)
        if mapping.known_by and all(f'"{word}"'.encode() in begun.head for word in mapping.known_by):
            return name, mapping
    return None


@dataclass(frozen=True, slots=True)
class Join:
    """Rows of another file given with this one, found by a key."""

    rows: tuple[str, ...] | None
    """Where they stand in a JSON document; `None`: the file is JSON lines."""
    on: Path_
    key: Path_
    """The path of the same value in the other file's rows."""


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """A mapping file, read and checked."""

    importer: str | None
    where: tuple[str, ...] | None
    fields: Mapping[str, tuple[Path_, ...]]
    instance: Mapping[str, Path_]
    parameters: Mapping[str, Path_]
    constants: Mapping[str, Any]
    values: Mapping[str, Mapping[str, Any]]
    begins: Mapping[str, Mapping[str, Any]]
    only: Mapping[Path_, Any]
    join: Join | None
    last_turn: bool
    reader: str | None
    known_by: tuple[str, ...]
    """Names that all stand at the beginning of a file that it is for; by them a shipped one is chosen."""

    @classmethod
    def load(cls, given: str) -> Self:
        """Read a mapping file, or one that comes with cantwont by its name; raises `ImportFailed`."""
        known = shipped()
        path = known.get(given, Path(given))
        try:
            table = tomllib.loads(text_of(path, 1_000_000))
        except OSError as error:
            names = ", ".join(sorted(known))
            raise ImportFailed(
                f"cannot read the mapping {given!r}: {error.strerror or error}; {names} come with cantwont"
            ) from None
        except (ValueError, RecursionError) as error:
            raise ImportFailed(f"the mapping {given!r} is not TOML: {error}") from None
        try:
            return cls._of(table)
        except ValueError as error:
            raise ImportFailed(f"the mapping {given!r}: {error}") from None

    @classmethod
    def _of(cls, table: dict[str, Any]) -> Self:
        _check_names("", table, _TOPS)
        for name in _TABLES & table.keys():
            if not isinstance(table[name], dict):
                raise ValueError(f"{name!r} must be a table")  # noqa: TRY004 - told like the others
        fields = table.get("fields", {})
        _check_names("fields.", fields, FIELDS)
        constants = dict(table.get("constants", {}))
        _check_names("constants.", constants, [*FIELDS, "parameters"])
        for name in ("values", "begins"):
            _check_names(f"{name}.", table.get(name, {}), FIELDS)
            for field, held in table.get(name, {}).items():
                if not isinstance(held, dict):
                    raise ValueError(f"'{name}.{field}' must be a table of values")  # noqa: TRY004
        turns = table.get("turns", "all")
        if turns not in ("all", "last"):
            raise ValueError(f"'turns' must be 'all' or 'last', not {turns!r}")
        reader = table.get("reader")
        if reader not in (None, "planbench"):
            raise ValueError(f"'reader' must be 'planbench', not {reader!r}")
        importer, rows = table.get("from"), table.get("rows")
        for name, text in (("from", importer), ("rows", rows)):
            if text is not None and not isinstance(text, str):
                raise ValueError(f"{name!r} must be a text")
        return cls(
            importer=importer,
            where=tuple(filter(None, rows.split("."))) if rows is not None else None,
            fields={name: _paths(f"fields.{name}", held) for name, held in fields.items()},
            instance={
                name: _path(f"instance.{name}", held) for name, held in table.get("instance", {}).items()
            },
            parameters={
                name: _path(f"parameters.{name}", held) for name, held in table.get("parameters", {}).items()
            },
            constants=constants,
            values=table.get("values", {}),
            begins=table.get("begins", {}),
            only={_path(f"only.{name}", name): held for name, held in table.get("only", {}).items()},
            join=_join(table["join"]) if "join" in table else None,
            last_turn=turns == "last",
            reader=reader,
            known_by=tuple(map(str, table.get("known_by", ()))),
        )

    @contextmanager
    def over(self, importer: "RowImporter", source: Source) -> Iterator["MappedRows"]:
        """Read a file by this mapping, on top of what an importer knows of it."""
        with ExitStack() as stack:
            joined: KeyedRows | None = None
            if self.join is not None:
                joined = stack.enter_context(KeyedRows())
                for other in source.beside:
                    if self.is_joined(other):
                        joined.update(_keyed(other, self.join))
            yield MappedRows(self, importer, source, joined, self._head(source))

    def is_joined(self, path: Path) -> bool:
        """Return whether a file holds the rows that `[join]` adds: in its list, or without any answer."""
        if self.join is None:
            return False
        begun = sample(path)
        if self.join.rows is not None:
            if isinstance(begun.first, dict):
                return isinstance(found(begun.first, self.join.rows), list)
            return (
                f'"{self.join.rows[0]}"'.encode() in begun.head if self.join.rows else begun.head[:1] == b"["
            )
        answers = (*self.fields.get("answer", ()), *self.fields.get("messages", ()))
        return isinstance(begun.first, dict) and all(found(begun.first, path) is None for path in answers)

    def _head(self, source: Source) -> Row:
        """Return the fields at the top of the document that some path names, wherever they stand in it."""
        paths = [path for held in self.fields.values() for path in held]
        paths += [*self.instance.values(), *self.parameters.values(), *self.only]
        wanted = {str(path[1]) for path in paths if len(path) > 1 and path[0] == _HEAD}
        head: Row = {_FILE: {"name": source.path.name, "folder": source.path.absolute().parent.name}}
        if wanted and self.where is not None:
            document = Document(source.path, ("\0",), keep=tuple(wanted))
            for _ in document.rows():
                pass
            head[_HEAD] = document.kept
        return head


def _check_names(where: str, table: object, known: Iterable[str]) -> None:
    if not isinstance(table, dict):
        raise ValueError(f"{where.rstrip('.')!r} must be a table")  # noqa: TRY004 - told like the others
    names = sorted(known)
    for name in table:
        if name not in names:
            raise ValueError(f"unknown field '{where}{name}'; known are {', '.join(names)}")


def _path(name: str, held: object) -> Path_:
    """Parse a path."""
    if not isinstance(held, str) or not held:
        raise ValueError(f"{name!r} must be a path such as 'a.b[0]', not {shown(held)}")
    steps: list[str | int] = []
    at = 0
    while at < len(held):
        at += held[at] == "." and bool(steps)
        found = _STEP.match(held, at)
        if found is None:
            raise ValueError(f"{name!r} is no path: {shown(held)}; write a.b[0].c")
        steps.append(found[1] if found[1] is not None else "*" if found[2] == "*" else int(found[2]))
        if found[1] is None and found[2] == "*" and name != "fields.answer":
            raise ValueError(f"{name!r}: [*] stands only in the path of 'answer', where each is a repeat")
        at = found.end()
    return tuple(steps)


def _paths(name: str, held: object) -> tuple[Path_, ...]:
    """Parse a path, or several of which the first that leads to something is taken."""
    several = held if isinstance(held, list) else [held]
    if not 0 < len(several) <= _MOST_PATHS:
        raise ValueError(f"{name!r} must have 1 to {_MOST_PATHS} paths")
    return tuple(_path(name, each) for each in several)


def _join(table: dict[str, Any]) -> Join:
    _check_names("join.", table, ("rows", "on", "with"))
    rows = table.get("rows")
    if rows is not None and not isinstance(rows, str):
        raise ValueError("'join.rows' must be a text")
    on = _path("join.on", table.get("on"))
    key = _path("join.with", table["with"]) if "with" in table else on
    return Join(tuple(filter(None, rows.split("."))) if rows is not None else None, on, key)


def _keyed(path: Path, join: Join) -> Iterator[tuple[str, Row]]:
    rows = json_lines(path) if join.rows is None else Document(path, join.rows).rows()
    for _, row in rows:
        if not isinstance(row, Refused) and (key := name_of(found(row, join.key))) is not None:
            yield key, row


def found(value: Any, path: Sequence[str | int]) -> Any:
    """Follow a path; `None` where it leads to nothing. A text on the way is read as JSON, or as Python."""
    if isinstance(value, dict) and len(path) > 1:
        whole = ".".join(map(str, path))  # a column whose name has dots
        if whole in value:
            return value[whole]
    for at, step in enumerate(path):
        if step == "*":
            items = _opened(value)
            return [found(item, path[at + 1 :]) for item in items] if isinstance(items, list) else None
        value = _opened(value)
        if isinstance(step, str) and isinstance(value, dict):
            value = value.get(step)
        elif isinstance(step, int) and isinstance(value, list):
            value = value[step] if step < len(value) else None
        else:
            return None
    return value


def _opened(value: Any) -> Any:
    if not isinstance(value, str) or value[:1] not in ("{", "[") or not value:
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        pass
    if len(value) > _LONGEST_LITERAL:
        return None
    try:
        return ast.literal_eval(value)
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return None


class _Missing(Exception):
    """A row that the mapping cannot read."""

    def __init__(self, reason: str, told: str) -> None:
        super().__init__(told)
        self.reason, self.told = reason, told


class MappedRows:
    """The rows of one file, read by a mapping."""

    def __init__(
        self,
        mapping: FieldMapping,
        importer: "RowImporter",
        source: Source,
        joined: KeyedRows | None,
        head: Row,
    ) -> None:
        self._mapping, self._importer, self._source = mapping, importer, source
        self._joined, self._head = joined, head
        self._alone = bool({"answer", "messages"} & mapping.fields.keys())

    def rows(self) -> Iterator[tuple[int, Row | Refused]]:
        """Yield the rows."""
        if self._mapping.is_joined(self._source.path):
            return
        if self._mapping.where is None:
            yield from self._importer.rows(self._source)
            return
        document = Document(self._source.path, self._mapping.where)
        yield from document.rows()
        if not document.found:
            where = ".".join(self._mapping.where)
            raise ImportFailed(
                f"{str(self._source.path)!r} has no list {where!r}, in which its rows should stand"
            )

    def read(self, line: int, row: Row) -> Iterator[RecordedAnswer | Refused]:
        """Yield the answers of one row."""
        join = self._mapping.join
        if join is not None and self._joined is not None:
            key = name_of(found(row, join.on))
            other = self._joined.get(key) if key is not None else None
            if other is not None:
                row = {**row, _JOINED: other}
        row = {**row, **self._head}
        for path, wanted in self._mapping.only.items():
            if (value := found(row, path)) != wanted:
                name = ".".join(map(str, path))
                yield Refused(line, f"{name} is not {wanted!r}", f"field {name!r} is {shown(value)}")
                return
        error = self._value(row, "error")
        if error:
            yield Refused(line, "an error in place of an answer", f"field 'error': {shown(error, 200)}")
            return
        try:
            for answer in self._bases(line, row):
                if isinstance(answer, Refused):
                    yield answer
                else:
                    self._fill(answer, row)
                    yield answer
        except _Missing as missing:
            yield Refused(line, missing.reason, missing.told)

    def _bases(self, line: int, row: Row) -> Iterable[RecordedAnswer | Refused]:
        """Return the answers as the importer reads them, or by the mapping alone."""
        if not self._alone:
            known = list(self._importer.read(line, row, self._source))
            return known or [Refused(line, "no answer", "no field of the mapping holds an answer")]
        source = {"file": self._source.label or self._source.path.name, "line": line}
        plain = RecordedAnswer(line, f"{source['file']}:{line}", None, None, None, (), source=source)
        turns = self._turns(row)
        if len(turns) == 1:
            plain.turns = turns[0]
            return [plain]
        return [
            replace(
                plain,
                id=f"{plain.id}:{repeat}",
                turns=each,
                repeat=repeat,
                source={**source, "repeat": repeat},
            )
            for repeat, each in enumerate(turns)
        ]

    def _turns(self, row: Row) -> list[list[RecordedTurn]]:
        """Return the turns of each answer: of several, if the path of the answer leads to several."""
        conversation = self._value(row, "messages")
        turns: list[RecordedTurn] = []
        plain = messages_of(_opened(conversation)) if conversation is not None else None
        if conversation is not None and plain is None:
            raise _Missing("no messages", f"field 'messages': {shown(conversation)} is no list of messages")
        if plain:
            opened = _opened(conversation)
            turns = list(turns_of(opened)) if isinstance(opened, list) else []
            if self._mapping.last_turn and turns:
                cut = max(at for at, message in enumerate(plain) if message["role"] == "assistant")
                turns = [replace(turns[-1], messages=plain[:cut])]
        answers = self._value(row, "answer")
        if answers is None and "answer" in self._mapping.fields and not turns:
            raise _Missing("no answer", "field 'answer': there is none")
        if answers is None:
            if not turns:
                raise _Missing("no answer", "field 'messages': no message is an assistant's")
            return [turns]
        sent = plain or self._sent(row)
        made = []
        for answer in answers if isinstance(answers, list) else [answers]:
            if not isinstance(answer, str):
                raise _Missing("no answer", f"field 'answer': {shown(answer)} is no text")
            made.append([RecordedTurn(sent, answer)])
        if not made:
            raise _Missing("no answer", "field 'answer': there is none")
        return made

    def _sent(self, row: Row) -> list[dict[str, str]]:
        prompt, system = self._value(row, "prompt"), self._value(row, "system")
        messages = messages_of(prompt) or []
        return [{"role": "system", "content": system}, *messages] if isinstance(system, str) else messages

    def _fill(self, answer: RecordedAnswer, row: Row) -> None:
        """Put what the mapping says in place of what the importer found."""
        if (puzzle := self._value(row, "puzzle")) is not None:
            if not isinstance(puzzle, str):
                raise _Missing("no instance", f"field 'puzzle': {shown(puzzle)} is no puzzle's name")
            answer.puzzle = puzzle
        self._fill_instance(answer, row)
        for name in ("model", "variant"):
            value = name_of(self._value(row, name))
            if value is not None:
                setattr(answer, name, value)
        self._fill_id(answer, row)
        self._fill_turn(answer.turns[-1], row)
        names = (
            ["max_tokens", "temperature"]
            if self._mapping.parameters
            else ["max_tokens", "temperature", "seed"]
        )
        if known := sampling_of({name: self._value(row, name) for name in names}):
            answer.sampling = {**answer.sampling, **known}

    def _fill_id(self, answer: RecordedAnswer, row: Row) -> None:
        named = name_of(self._value(row, "id"))
        if named is not None:
            answer.id = named if answer.repeat is None else f"{named}/{answer.repeat}"
            if isinstance(answer.source, dict):
                answer.source["id"] = named
        repeat = self._value(row, "repeat")
        if is_count(repeat):
            answer.repeat = repeat

    def _fill_turn(self, turn: RecordedTurn, row: Row) -> None:
        if (reason := self._value(row, "finish_reason")) is not None:
            turn.finish_reason = reason_text(reason)
        for name in ("reasoning", "refusal"):
            value = self._value(row, name)
            if isinstance(value, str) and value:
                setattr(turn, name, value)
        counts = {name: self._value(row, name) for name in ("prompt_tokens", "completion_tokens")}
        counted = dict(usage_of(_opened(self._value(row, "usage"))) or {})
        counted |= {name: value for name, value in counts.items() if value is not None}
        if counted:
            turn.usage = counted

    def _fill_instance(self, answer: RecordedAnswer, row: Row) -> None:
        mapping = self._mapping
        instance = self._whole(row)
        for name, path in mapping.instance.items():
            if (value := found(row, path)) is not None:
                instance[name] = _opened(value)
        constant = mapping.constants.get("instance")
        if isinstance(constant, dict) and (instance or not mapping.instance):
            instance = {**constant, **instance}
        parameters = dict(mapping.constants.get("parameters") or {})
        for name, path in mapping.parameters.items():
            if (value := found(row, path)) is not None:
                parameters[name] = value
        if mapping.parameters and parameters:
            seed = self._value(row, "seed")
            instance |= {"parameters": parameters, "seed": seed if isinstance(seed, int) else 0}
        if instance:
            answer.instance = instance
        elif mapping.instance or mapping.parameters or "instance_text" in mapping.fields:
            raise _Missing("no instance", "no field that the mapping names for the instance is there")

    def _whole(self, row: Row) -> Row:
        """Return the instance that stands in one field, or in a text."""
        instance: Row = {}
        if (given := self._value(row, "instance")) is not None:
            whole = _opened(given)
            if not isinstance(whole, dict):
                raise _Missing("no instance", f"field 'instance': {shown(given)} is no object")
            instance |= whole
        if (text := self._value(row, "instance_text")) is not None:
            instance |= self._read_text(text)
        return instance

    def _read_text(self, text: object) -> Row:
        if not isinstance(text, str):
            raise _Missing("no instance", f"field 'instance_text': {shown(text)} is no text")
        try:
            return read_statement(text)
        except ValueError as error:
            raise _Missing("no instance", f"field 'instance_text': {error}") from None

    def _value(self, row: Row, name: str) -> Any:
        """Return what the mapping says of a field: by its paths, its table of values, or as a constant."""
        mapping = self._mapping
        value = None
        for path in mapping.fields.get(name, ()):
            value = found(row, path)
            if value is not None:
                break
        else:
            return mapping.constants.get(name) if name != "instance" else None
        table = mapping.values.get(name)
        if table is not None and (key := name_of(value)) is not None and key in table:
            return table[key]
        for beginning, meant in mapping.begins.get(name, {}).items():
            if isinstance(value, str) and value.startswith(beginning):
                return meant
        return value

"""Record edits: apply one small edit to each of n records. Every step is alike, and none follows from another."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import sha256
from itertools import pairwise
from random import Random
from typing import ClassVar

from tasks.contract.draws import below, pick, shuffled
from tasks.contract.given import Given
from tasks.contract.given_names import known_length, name, told_apart
from tasks.contract.item_puzzle import FixedListPuzzle
from tasks.contract.names import plain_name
from tasks.contract.parameters import integer
from tasks.contract.puzzle import Form, Instance, Kind, Prompt
from tasks.forms.items import ABOUT_MORE, ARROW, NUMBERED, Item, item_forms
from tasks.forms.noise import programs


@dataclass(frozen=True, slots=True)
class RecordEditsParameters:
    """The records and the edit are drawn."""

    size: int = integer("records; the prompt lists them all, hence the limit", minimum=1, maximum=10_000)


RecordEditsInstance = Instance[RecordEditsParameters]
Record = tuple[str, ...]

_SWAP, _DATE, _RAISE, _CAPITALS = "swap", "date", "raise", "capitals"
_KINDS = _SWAP, _DATE, _RAISE, _CAPITALS
_ORDERS = {"DD.MM.YYYY": "{2}.{1}.{0}", "DD/MM/YYYY": "{2}/{1}/{0}", "MM/DD/YYYY": "{1}/{2}/{0}"}
"""How a date can be written anew, from its year, month and day."""
_FIELDS = "code", "name", "date", "amount", "status"
_STATUS = "open", "paid"
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_FIRST = (
    "Ada", "Aldo", "Anna", "Boris", "Carla", "Cyril", "Dana", "Edwin", "Elsa", "Farid", "Gita", "Hana", "Hugo",
    "Ines", "Ivan", "Jonas", "Kira", "Lars", "Leila", "Marco", "Mira", "Nadia", "Nils", "Olga", "Omar", "Paula",
    "Pavel", "Rosa", "Sami", "Tara", "Theo", "Vera",
)  # fmt: skip
_LAST = (
    "Adler", "Banks", "Costa", "Dahl", "Engel", "Farkas", "Garcia", "Haas", "Iqbal", "Jensen", "Kaya", "Lund",
    "Moreau", "Novak", "Okafor", "Petrov", "Quist", "Rossi", "Silva", "Tanaka", "Ueda", "Vogel", "Weber", "Young",
)  # fmt: skip
"""Instances are drawn from these, so they may not change."""


@dataclass(frozen=True, slots=True)
class _Edit:
    """What is done to a record."""

    kind: str
    of: tuple[int, ...]
    """The places of the fields that change: two that are swapped, else one."""
    to: str = ""
    """How a date is written, a key of `_ORDERS`."""
    by: int = 0
    only: tuple[int, str] | None = None
    """Which field must hold what for a record to be edited; `None` if all are."""

    def done(self, record: Record) -> Record:
        """Return the record as it should be written."""
        if self.only is not None and record[self.only[0]] != self.only[1]:
            return record
        edited, first = list(record), self.of[0]
        if self.kind == _SWAP:
            other = self.of[1]
            edited[first], edited[other] = edited[other], edited[first]
        elif self.kind == _DATE:
            edited[first] = _ORDERS[self.to].format(*record[first].split("-"))
        elif self.kind == _RAISE:
            edited[first] = str(int(record[first]) + self.by)
        else:
            edited[first] = record[first].upper()
        return tuple(edited)

    def words(self, fields: Sequence[str]) -> str:
        """Return the edit as a prompt tells it."""
        one, *others = (fields[at] for at in self.of)
        what = {
            _SWAP: f"swap the {one} and the {''.join(others)}, so that each stands in the other's place",
            _DATE: f"write the {one} in the format {self.to} in place of YYYY-MM-DD",
            _RAISE: f"raise the {one} by {self.by}",
            _CAPITALS: f"write the {one} in capital letters",
        }[self.kind]
        if self.only is None:
            return f"In every record, {what}. Leave everything else as it is."
        at, value = self.only
        return (
            f"In every record whose {fields[at]} is {value}, {what}. Leave everything else as it is, and write the "
            "records of which nothing changes too."
        )


@dataclass(frozen=True)
class _Table:
    """Records, and what is done to them."""

    fields: tuple[str, ...]
    records: tuple[Record, ...]
    edit: _Edit

    @cached_property
    def edited(self) -> tuple[int, ...]:
        """The right items."""
        return tuple(_item(self.edit.done(record)) for record in self.records)

    @cached_property
    def raw(self) -> dict[int, int]:
        """The number in its row of each record as the prompt has it."""
        return {_item(record): at for at, record in enumerate(self.records)}

    @cached_property
    def texts(self) -> dict[int, str]:
        """How each record is written, edited and not."""
        both = (made for record in self.records for made in (record, self.edit.done(record)))
        return {_item(record): _JOINT.join(record) for record in both}

    @property
    def words(self) -> str:
        """Records and edit as a prompt tells them."""
        count = len(self.records)
        records = f"Here {'is 1 record' if count == 1 else f'are {count} records, one on each line'}"
        return (
            f"{records}; the fields are {', '.join(self.fields)}:\n"
            + "\n".join(map(_JOINT.join, self.records))
            + f"\n\n{self.edit.words(self.fields)}"
        )


@dataclass(frozen=True, slots=True)
class GivenRecordEditsParameters(RecordEditsParameters):
    """Those of an instance given whole."""

    table: _Table = field(compare=False, kw_only=True)


@lru_cache(maxsize=64)
def _table(instance: RecordEditsInstance) -> _Table:
    parameters, rng = instance.parameters, instance.random()
    if isinstance(parameters, GivenRecordEditsParameters):
        return parameters.table
    edit = _drawn_edit(rng)
    records: dict[str, Record] = {}
    while len(records) < parameters.size:
        code = f"{pick(rng, _LETTERS)}{pick(rng, _LETTERS)}{below(rng, 10_000):04}"
        date = f"{2015 + below(rng, 15)}-{1 + below(rng, 12):02}-{1 + below(rng, 28):02}"
        called = f"{pick(rng, _FIRST)} {pick(rng, _LAST)}"
        record = code, called, date, str(100 + below(rng, 900)), pick(rng, _STATUS)
        records.setdefault(code, record)
    return _Table(_FIELDS, tuple(records.values()), edit)


def _drawn_edit(rng: Random) -> _Edit:
    kind = pick(rng, _KINDS)
    one, other = sorted(shuffled(rng, range(1, len(_FIELDS)))[:2])
    to, by, status = pick(rng, tuple(_ORDERS)), 3 + below(rng, 46), pick(rng, _STATUS)
    if kind == _SWAP:
        return _Edit(kind, (one, other))
    if kind == _DATE:
        return _Edit(kind, (_FIELDS.index("date"),), to=to)
    if kind == _RAISE:
        return _Edit(kind, (_FIELDS.index("amount"),), by=by, only=(_FIELDS.index("status"), status))
    return _Edit(kind, (_FIELDS.index("name"),))


class RecordEdits(FixedListPuzzle[RecordEditsParameters]):
    """A step is `(record,)`, a digest of its fields; the state is the number of records written."""

    name: ClassVar[str] = "record_edits"
    version: ClassVar[int] = 1
    summary: ClassVar[str] = "Record edits: apply one small edit to each of n records"
    kind: ClassVar[Kind] = Kind.TRACE
    width: ClassVar[int] = 1
    noun: ClassVar[str] = "record"

    @property
    def parameters(self) -> type[RecordEditsParameters]:
        """See `RecordEditsParameters`."""
        return RecordEditsParameters

    @property
    def whole(self) -> "RecordEdits":
        """This puzzle itself plays instances given whole."""
        return self

    def take(self, data: Mapping[str, object]) -> RecordEditsInstance:
        """Return an instance with these `records`, whose first field is a code, and this `edit`."""
        given = Given(self.name, data, {"fields", "records", "edit", "of", "to", "by", "only"})
        fields = [name(given, "fields", value) for value in given.items("fields", 2, _MOST_FIELDS)]
        told_apart(given, "fields", fields)
        records = _given_records(given, len(fields))
        edit = _given_edit(given, fields, records)
        known_length(given, len(records))
        table = _Table(tuple(fields), records, edit)
        whole = {
            "fields": fields,
            "records": [list(record) for record in records],
            "edit": edit.kind,
            "of": [fields[at] for at in edit.of],
            "to": edit.to or None,
            "by": edit.by or None,
            "only": None if edit.only is None else {fields[edit.only[0]]: edit.only[1]},
        }
        return given.instance(GivenRecordEditsParameters(len(records), table=table), whole)

    def varies(self, instance: RecordEditsInstance) -> bool:
        """Return whether it is drawn: another seed draws other records, and perhaps another edit."""
        return not instance.data

    def smaller(self, instance: RecordEditsInstance) -> RecordEditsInstance:
        """Return three other records with an edit of the same kind, which changes some of them."""
        wanted = _table(instance).edit
        for seed in range(1_000):
            small = self.generate({"size": 3}, seed)
            table = _table(small)
            changed = sum(item not in table.raw for item in table.edited)
            some = changed == len(table.edited) if table.edit.only is None else 0 < changed < 3
            if table.edit.kind == wanted.kind and some and small != instance:
                return small
        raise AssertionError(f"no example of {wanted.kind!r}")

    def item(self, instance: RecordEditsInstance, index: int) -> int:
        """Return the edited record at this index, counted from 0."""
        return _table(instance).edited[index]

    def shown(self, instance: RecordEditsInstance, item: int) -> str:
        """Return a record as written; for one that nothing is known of, some other record."""
        return _table(instance).texts.get(item, f"ZZ00{_JOINT}another record")

    def prompt(self, instance: RecordEditsInstance) -> Prompt:
        """Ask for one record per line."""
        size, table, small = instance.parameters.size, _table(instance), self.smaller(instance)
        return Prompt(
            rules=table.words,
            start=self.describe(instance, 0),
            goal="The record is written."
            if size == 1
            else f"All {size} records are written, each as it should be.",
            format=(
                "Write each record on a line of its own, in the order in which the records stand above, its fields "
                "parted by a semicolon and a space, and nothing else on the line."
            ),
            example=(
                f"For other records:\n{_table(small).words}\n\nan answer is:\n"
                + "".join(self.format(small, self.solution(small)))
            ),
            method=(
                "Go through the records from the first on. Look whether the edit changes this one, and write all its "
                "fields on a line of its own, with what changes in place of what stood there. Then go to the next."
            ),
            code=(
                "Write a Python function `solve()` without arguments that returns the records, as the lines that "
                "would be written, as a list of strings."
            ),
        )

    def describe(self, instance: RecordEditsInstance, state: int) -> str:
        """Say which record was written last, and which one is next."""
        records = _table(instance).records
        if state == len(records):
            return f"All records are written; the last one is {records[-1][0]}."
        following = f"Record 1, {records[0][0]}, is next."
        if state == 0:
            return f"No record has been written yet. {following}"
        last = f"Record {state}, {records[state - 1][0]}, was written last."
        return f"{last} Record {state + 1}, {records[state][0]}, is next."

    def forms(self, instance: RecordEditsInstance) -> tuple[Form, ...]:
        """Return records on a line each, also after a number or an arrow, or on several; as lists, objects, rows."""
        return _forms(len(_table(instance).fields))

    def noise(self, instance: RecordEditsInstance, text: str) -> Iterator[tuple[int, int]]:
        """Find records of the prompt written once more before they are edited, and programs."""
        yield from _unedited(_table(instance), text)
        yield from programs(text)


def _unedited(table: _Table, text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of records that stand there as the prompt has them, and are written again further on.

    These are a stretch of the prompt's list, in its order, or the first of each two where nearly all are in pairs.
    """
    width = len(table.fields)
    on_one = [(match.span(), match[0]) for match in _pattern(_RECORD).finditer(text)]
    on_several = [(match.span(), match[1]) for match in _pattern(_on_lines(width)).finditer(text)]
    found = sorted([*on_one, *on_several])
    codes = [_code_of(record) for _, record in found]
    if len(set(codes)) == len(codes):
        return
    items = [_item(_split(record, width)) for _, record in found]
    places = [table.raw.get(item, -2) for item in items]
    last = {code: at for at, code in enumerate(codes)}
    pairs = [at for at, (one, other) in enumerate(pairwise(codes)) if one == other and places[at] >= 0]
    if len(pairs) > 1 and 2 * len(pairs) + 1 >= len(codes):
        yield from (found[at][0] for at in pairs)
        return
    edited, least = set(table.edited), min(2, len(table.records))
    begin = 0
    for at in range(1, len(found) + 1):
        if at < len(found) and places[at] == places[at - 1] + 1 > 0:
            continue
        stretch = range(begin, at)
        begin = at
        # Behind the whole list the edited one may break off.
        needed = stretch[:1] if len(stretch) == len(table.records) else stretch
        again = min(last[codes[place]] for place in needed) >= at
        if places[stretch[0]] < 0 or len(stretch) < least or not again:
            continue
        if any(items[place] not in edited for place in stretch):
            yield from (found[place][0] for place in stretch)


def _code_of(record: str) -> str:
    found = _pattern(_CODE).match(record)
    assert found is not None
    return found[0]


_MOST_FIELDS, _MOST_RECORDS = 8, 10_000
_JOINT = "; "
_CODE = r"[A-Z]{1,4}-?\d{2,8}"
_QUOTE = r"[\"'`*]{0,2}"
_BETWEEN = rf"(?:{_QUOTE}[ ]{{0,40}}[;,|\t][ ]{{0,40}}{_QUOTE}|[ ]{{2,40}})"
_WORD = r"\w(?:[.:/'\u2019+-]?\w){0,29}"
_VALUE = rf"[^\w\s\"'`*;,|()\[\]{{}}<>\\]?{_WORD}(?:[ ]{_WORD}){{0,3}}"
"""Up to four words, so that no sentence is one, with a sign before them, such as that of a currency."""
_KEYED = rf"{_QUOTE}\s{{0,9}},\s{{0,9}}{_QUOTE}\w[\w ]{{0,29}}{_QUOTE}[ ]{{0,2}}[:=][ ]{{0,2}}{_QUOTE}"
_COLON = rf"{_QUOTE}:[ ]{{1,2}}{_QUOTE}"
"""May stand behind the code, as in an object by code."""
_OTHERS = (
    rf"(?:{_BETWEEN}|{_COLON})(?!{_CODE}(?!\w)){_VALUE}"
    rf"(?:{_BETWEEN}(?!{_CODE}(?!\w)){_VALUE}){{0,{_MOST_FIELDS - 2}}}"
)
_RECORD = rf"(?<![^\W_])({_CODE}){_OTHERS}(?!\w)"
_LEAD = r"[ \t>]{0,9}(?:[-*+•][ \t]{1,3})?"
_LABEL = rf"{_QUOTE}[^\W\d][\w ]{{0,29}}{_QUOTE}[ ]{{0,2}}[:=]{_QUOTE}[ ]{{1,20}}{_QUOTE}"
_BREAK = rf"{_QUOTE}[;,:]?[ ]{{0,2}}\r?\n{_LEAD}"
_LABELLED = rf"{_BREAK}{_LABEL}"
_HEADING = rf"(?:#{{1,6}}[ ])?(?:{NUMBERED})?(?:{_LABEL})?{_QUOTE}"
"""What may stand before the code of a record that has a line for each field."""


def _on_lines(width: int) -> str:
    """Return a pattern of a record with a line for each field.

    The fields behind the code have labels; or else there are as many as there should be, and then a blank line,
    the end, or the next code.
    """
    value = rf"(?!{_CODE}(?!\w)){_VALUE}"
    bare = rf"(?:{_BREAK}{value}){{{width - 1}}}(?={_QUOTE}[;,]?\s{{0,9}}(?:\n[ \t\r]{{0,9}}\n|\Z|\n{_LEAD}{_HEADING}{_CODE}))"
    ways = [rf"(?:{_LABELLED}{value}){{1,{_MOST_FIELDS - 1}}}", *([bare] if width > 2 else [])]
    return rf"(?m:^){_LEAD}{_HEADING}({_CODE}(?:{'|'.join(ways)})){_QUOTE}[;,]?[ \t\r]{{0,9}}(?m:$)"


@lru_cache(maxsize=16)
def _pattern(pattern: str) -> re.Pattern[str]:
    """Return a pattern, compiled when it is first needed."""
    return re.compile(pattern)


def _split(text: str, width: int) -> Record:
    """Return the fields of a record as it was read, in whatever way they are parted.

    Of a row of a table, the cells behind as many as there are fields are remarks.
    """
    parted = _pattern(f"{_KEYED}|{_LABELLED}").split(text) if ":" in text or "=" in text else []
    if len(parted) > 1:
        return tuple(parted)
    if "\n" in text:
        return tuple(_pattern(_BREAK).split(text))
    cells = _pattern(f"{_BETWEEN}|{_COLON}").split(text)
    return tuple(cells[:width] if "|" in text else cells)


def _item(record: Record) -> int:
    """Return a number for a record: of others it is another, but for blanks and the shape of quotes."""
    plain = "\n".join(map(plain_name, record))
    return int.from_bytes(sha256(plain.encode(errors="replace")).digest()[:7])


def _given_records(given: Given, width: int) -> tuple[Record, ...]:
    records: dict[str, Record] = {}
    for row in given.items("records", 1, _MOST_RECORDS):
        if not isinstance(row, list | tuple) or len(row) != width:
            given.fail(
                "records", f"must be lists of {width} values, as there are fields; {row!r:.60} is none"
            )
        record = tuple(name(given, "records", value) for value in row)
        if not re.fullmatch(_CODE, record[0]):
            told = f"must begin with a code such as KT4017, letters from A to Z and then digits, not {record[0]!r}"
            given.fail("records", told)
        for value in record[1:]:
            if not re.fullmatch(_VALUE, value) or re.fullmatch(_CODE, value):
                told = f"must have one to four words of letters and digits, parted by single blanks, not {value!r}"
                given.fail("records", told)
        if record[0] in records:
            given.fail("records", f"has the code {record[0]!r} twice")
        records[record[0]] = record
    return tuple(records.values())


def _given_edit(given: Given, fields: list[str], records: tuple[Record, ...]) -> _Edit:
    kind = given.choice("edit", *_KINDS)
    count = 2 if kind == _SWAP else 1
    of = [_place(given, "of", value, fields) for value in given.items("of", count, count)]
    if len(set(of)) < len(of):
        given.fail("of", f"has the field {fields[of[0]]!r} twice")
    changed = [record[of[0]] for record in records]
    if kind == _DATE and not all(re.fullmatch(r"\d{4}-\d\d-\d\d", value) for value in changed):
        given.fail("records", f"must have dates as YYYY-MM-DD in the field {fields[of[0]]!r}")
    if kind == _RAISE and not all(re.fullmatch(r"0|[1-9]\d{0,11}", value) for value in changed):
        given.fail("records", f"must have whole numbers in the field {fields[of[0]]!r}")
    only = None
    if "only" in given:
        [(called, value)] = given.table("only", 1, 1).items()
        only = _place(given, "only", called, fields), name(given, "only", value)
    to = given.choice("to", *_ORDERS, default=next(iter(_ORDERS))) if kind == _DATE else ""
    by = given.integer("by", 1, 10**9) if kind == _RAISE else 0
    for unused in {"to", "by"} - {_DATE: {"to"}, _RAISE: {"by"}}.get(kind, set()):
        if unused in given:
            given.fail(unused, f"has no place in the edit {kind!r}")
    return _Edit(kind, tuple(of), to, by, only)


def _place(given: Given, told: str, value: object, fields: list[str]) -> int:
    called = name(given, told, value)
    if called not in fields[1:]:
        given.fail(told, f"must name fields behind the first, {', '.join(fields[1:])}, not {called!r}")
    return fields.index(called)


@lru_cache(maxsize=_MOST_FIELDS)
def _forms(width: int) -> tuple[Form, ...]:
    """Return the forms of records with so many fields."""

    def read(text: str) -> int:
        return _item(_split(text, width))

    item = Item(
        first="[A-Z]",
        rest=rf"[A-Z]{{0,3}}-?\d{{2,8}}{_OTHERS}",
        ends=r"\w",
        convert=read,
        key=_CODE,
    )
    opens, closes = r"[*_`\"'|\[]{0,3}[ ]{0,40}[*_`\"']{0,3}", r"[*_`\"'\]]{0,3}[ ]{0,40}[|.,;]{0,2}"
    # One form for numbered and bare lines, with remarks or what was there before an arrow: a list may have all.
    line = Form(
        "line",
        step=(
            rf"^[ \t>]{{0,9}}(?:[-*+•][ \t]{{1,3}})?(?:{NUMBERED}|\d{{1,9}},[ ]?)?{opens}(?:{item.whole}{closes}{ARROW}[ ]?{opens})?"
            rf"({item.whole}){closes}(?:[ \t]{{1,9}}[^\w\s]{ABOUT_MORE}[^\n]{{0,120}})?[ \t\r]{{0,9}}$"
        ),
        joint=r"(?:[ \t\r]{0,9}\n){1,3}",
        columns=(read,),
        flags=re.MULTILINE,
        item=item.whole,
    )
    listed = Form(
        "listed",
        step=rf"\[\s{{0,9}}[\"']?({_CODE}{_OTHERS})[\"']?\s{{0,9}}\]",
        joint=r"\s{0,9},?\s{0,9}",
        columns=(read,),
        ends="]",
        needs=("]",),
    )
    keyed = Form(
        "object",
        step=(
            rf"\{{\s{{0,9}}[\"']?\w[\w ]{{0,29}}[\"']?\s?:\s{{0,9}}[\"']?"
            rf"({_CODE}(?:{_KEYED}{_VALUE}){{1,{_MOST_FIELDS - 1}}})[\"']?\s{{0,9}},?\s{{0,9}}\}}"
        ),
        joint=r"\s{0,9},?\s{0,9}",
        columns=(read,),
        ends="}",
        needs=("}",),
    )
    block = Form(
        "block",
        step=_on_lines(width),
        joint=(
            r"(?:\s{0,9}(?:[-_*]{3}|[*_#]{0,6}[ ]?[A-Za-z]{2,12}[ ]#?\d{1,9}[:.]?[*_]{0,2}[:.]?)[ \t\r]{0,9}\n)?"
            r"\s{0,9}"
        ),
        columns=(read,),
        # A character that ends no line: a record is not to be cut.
        ends="\0",
        needs=("\n",),
    )
    others = (form for form in item_forms(item) if form.name not in {"line", "numbered"})
    return (line, *others, listed, keyed, block)


PUZZLE = RecordEdits()

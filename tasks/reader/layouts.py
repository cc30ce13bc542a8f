"""Layouts: what in a text is written alike, in lines, on one line, in tables, or in sentences in any order.

Each layout gives candidates: rows of names, one row for what may be a step. What the names mean, and whether a
candidate is a list at all, is not told here; see `tasks.reader.any_layout`.
"""

import re
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from itertools import groupby, islice, pairwise
from typing import TypeAlias

from tasks.forms.similar_lines import Alike

_LONGEST = 240
"""A longer line tells more than one step."""
_LEAST = 3
"""As many steps alike must be there."""
_MOST = 7
"""As many names a step may have."""
_MOST_SAME = 5
"""As many if all that parts names is the same."""

_ROLES = ("thing", "from", "to")
_FROM = (
    r"from|out[ ]of|off|sources?|src|origin|von|vom|aus|du|depuis|desde|del|dal|dalla|dallo|van|uit|"
    r"из|со?|от|fr[aå]n?|od|从|從|由"
)
_TO = (
    r"to|onto|into|towards?|targets?|tgt|dest(?:ination)?|dst|goal|nach|auf|zum?|zur|vers|sur|para|hacia|naar|op|"
    r"на|в|к|till?|到|至|往"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A name in a text."""

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """Columns of names that may be those of the steps of a list."""

    columns: Sequence[Sequence[str | None]]
    """Of each name in a step those of all steps; `None` where one is not told."""
    starts: Sequence[int]
    ends: Sequence[int]
    """Behind the last name of each step."""
    tails: Sequence[int]
    """Where what else is said along with a step ends."""
    roles: tuple[str | None, ...]
    """For each name what the words around it make of it: `thing`, `from`, `to`, `other`; `None` if nothing."""
    loose: bool = False
    """Whether the words around the names differ."""
    lined: bool = True
    """Whether each step has a line of its own."""
    cut: bool = False
    """Whether every step has more names, which are not looked at."""


Layout: TypeAlias = tuple[str, int]
"""What is alike, and how many names of a line or a period are looked at; 0 where that is open."""


def candidates(
    form: Alike, text: str, start: int, end: int, only: Container[Layout] | None = None
) -> Iterator[tuple[Layout, Candidate]]:
    """Yield what may be the steps of a list, the strictest first.

    Args:
        form: What names the puzzle has.
        text: The answer.
        start: Where to begin.
        end: Where to end.
        only: The layouts to look for; all by default.
    """
    tokens = [Token(*found.span(), found[0]) for found in _names(form).finditer(text, start, end)]
    if len(tokens) < _LEAST:
        return
    roles = _Roles(form, text)
    lines = list(_lines(text, tokens))
    counts = range(min(_MOST, max(len(line) for line in lines)), 0, -1)
    ways: list[tuple[Layout, Callable[[], Iterator[Candidate]]]] = [
        (("table", 0), lambda: _tables(text, lines, roles)),
        *(
            (("words", count), partial(_prefixes, text, lines, count, roles, in_words=True))
            for count in counts
        ),
        (("periods", 0), lambda: _periods(text, tokens, roles)),
        (("across", 0), lambda: _across(text, lines, roles)),
        (("told", 0), lambda: _told(text, tokens, roles)),
        *(
            (("names", count), partial(_prefixes, text, lines, count, roles, in_words=False))
            for count in counts
        ),
    ]
    for layout, find in ways:
        if only is None or layout in only:
            for candidate in find():
                yield layout, candidate


@lru_cache(maxsize=128)
def _names(form: Alike) -> re.Pattern[str]:
    return re.compile(form.name_of)


def _lines(text: str, tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The names of each line that has any."""
    line: list[Token] = []
    ends = -1
    for token in tokens:
        if token.start >= ends:
            if line:
                yield line
            line = []
            ends = text.find("\n", token.start)
            ends = ends if ends >= 0 else len(text)
        line.append(token)
    if line:
        yield line


# --- what the words around a name make of it


class _Roles:
    """What the words around a name make of it."""

    def __init__(self, form: Alike, text: str) -> None:
        self._text = text
        self._word = _role_words(form.nouns)
        self._noun = re.compile(rf"[ \t]{{0,3}}(?:{form.nouns})(?![^\W\d_])", re.IGNORECASE)
        self._counted = re.compile(
            r"[ \t]{1,3}(?:dis[kc]|ring|block|checker|piece|move|step)s\b", re.IGNORECASE
        )
        self._slots = [(slot.role, re.compile(slot.name)) for slot in form.slots]
        self._known = {slot.role for slot in form.slots}
        self._only: dict[str, frozenset[str]] = {}

    def of(self, begin: int, token: Token) -> str | None:
        """The role of a name, whose words begin at an offset."""
        name = token.name
        can = self.can_be(name)
        if len(can) == 1:
            return next(iter(can))
        if not name.isdecimal() and "thing" in can and self._noun.match(self._text, token.end):
            return "thing"
        if name.isdecimal() and self._counted.match(self._text, token.end):
            return "other"
        words = self._word.finditer(self._text, max(begin, token.start - 60), token.start)
        said = [word.lastgroup for word in words if word.lastgroup in self._known]
        # "to the rod in the left", "vers le poteau du milieu": the first word tells.
        return next((word for word in said if word != "thing"), said[0] if said else None)

    def kinds(self, tokens: Sequence[Token]) -> tuple[frozenset[str], ...]:
        """What each of some names can be."""
        return tuple([self.can_be(token.name) for token in tokens])

    def can_be(self, name: str) -> frozenset[str]:
        """What a name can be, whatever stands around it."""
        if name not in self._only:
            self._only[name] = frozenset(role for role, pattern in self._slots if pattern.fullmatch(name))
        return self._only[name]

    def row(self, begin: int, tokens: Sequence[Token]) -> tuple[str | None, ...]:
        """The roles of the names of a step."""
        found = []
        for token in tokens:
            found.append(self.of(begin, token))
            begin = token.end
        return tuple(found)

    def all(self, tokens: Sequence[Token]) -> list[str | None]:
        """The roles of all names of a text."""
        found = []
        begin = 0
        for token in tokens:
            found.append(self.of(self._text.rfind("\n", begin, token.start) + 1 or begin, token))
            begin = token.end
        return found

    def said(self, words: str) -> str | None:
        """The role that the head of a row or column gives."""
        found = self._word.search(words)
        return found.lastgroup if found is not None else None


@cache
def _role_words(nouns: str) -> re.Pattern[str]:
    edges = r"(?<![^\W\d_])(?<!/)(?:{})(?![^\W\d_])"
    return re.compile(
        rf"(?P<from>{edges.format(_FROM)}|[从從由])|(?P<to>{edges.format(_TO)}|[到至往])|(?P<thing>{edges.format(nouns)})",
        re.IGNORECASE,
    )


# --- lines that begin alike


_BLANKS = re.compile(r"[\s*_`]+")


def _prefixes(
    text: str, lines: Sequence[list[Token]], count: int, roles: _Roles, *, in_words: bool
) -> Iterator[Candidate]:
    """Lines that are alike up to their name number `count`: in their words too, or only in what is named."""
    by_shape: dict[str | tuple[frozenset[str], ...], list[list[Token]]] = {}
    for line in lines:
        if len(line) < count:
            continue
        begin = text.rfind("\n", 0, line[0].start) + 1
        if line[count - 1].end - begin > _LONGEST:
            continue
        shape = _shape(text, begin, line[:count]) if in_words else roles.kinds(line[:count])
        by_shape.setdefault(shape, []).append(line)
    alike = max(by_shape.values(), key=len, default=[])
    if len(alike) < _LEAST:
        return
    begins = [text.rfind("\n", 0, line[0].start) + 1 for line in alike]
    longer = 2 * sum(len(line) > count for line in alike) > len(alike)
    said = {roles.row(begin, line[:count]) for begin, line in zip(begins[:_SAMPLE], alike, strict=False)}
    yield Candidate(
        columns=[[line[at].name for line in alike] for at in range(count)],
        starts=begins,
        ends=[line[count - 1].end for line in alike],
        tails=[_line_end(text, line[count - 1].end) for line in alike],
        roles=said.pop() if len(said) == 1 else (None,) * count,
        loose=longer or not in_words,
        cut=all(len(line) > count for line in alike),
    )


_SAMPLE = 4
"""By so many lines it is told what the words around a name make of it."""


def _shape(text: str, begin: int, tokens: Sequence[Token]) -> str:
    parts = []
    for token in tokens:
        parts.append(text[begin : token.start])
        begin = token.end
    return _BLANKS.sub("", "\0".join(parts))


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return end if end >= 0 else len(text)


# --- the same signs between names over and over


_FILLERS = re.compile(
    r"(?<![^\W\d_])(?:and|then|next|now|finally|lastly|first|und|dann|nun|et|puis|ensuite|enfin|y|luego|despu[eé]s|e|poi|"
    r"depois|en|daarna|и|затем|потом)(?![^\W\d_])",
    re.IGNORECASE,
)
_ORNAMENTS = re.compile(r"[*_`\"'\s]+")
_FAR = 160
_ENDS = re.compile(r"[\n,;.|)\]}/、。>→]|^\s*$")


def _periods(text: str, tokens: Sequence[Token], roles: _Roles) -> Iterator[Candidate]:
    """Names with the same between them over and over, on lines or not."""
    codes: dict[str, int] = {}
    gaps: list[int] = []
    for before, after in pairwise(tokens):
        if after.start - before.end > _FAR:
            gaps.append(-len(gaps) - 1)
        else:
            gaps.append(codes.setdefault(_gap(text[before.end : after.start]), len(codes)))
    same: list[tuple[int, int]] = []
    for period in range(1, _MOST + 1):
        longest = list(_longest(gaps, period))
        if period == 1:
            same = longest
        elif (
            longest and period > _MOST_SAME and [(begin, end + period - 1) for begin, end in longest] == same
        ):
            break
        for begin, end in longest:
            for phase in range(period):
                yield from _phase(text, tokens[begin : end + period + 1], (period, phase), roles)


def _gap(text: str) -> str:
    if not text:
        return ""
    plain = _ORNAMENTS.sub(" ", _FILLERS.sub("", text)).strip()
    return plain.lower() if plain else " "


def _longest(gaps: Sequence[int], period: int) -> Iterator[tuple[int, int]]:
    """The longest stretches in which each gap is as the one a period before it."""
    found: list[tuple[int, int]] = []
    begin = 0
    for at in range(len(gaps) - period + 1):
        if at == len(gaps) - period or gaps[at] != gaps[at + period]:
            if at - begin >= (_LEAST - 1) * period:
                found.append((begin, at))
            begin = at + 1
    longest = sorted(found, key=lambda stretch: stretch[0] - stretch[1])[:_STRETCHES]
    yield from sorted(longest)


_STRETCHES = 3
"""As many of them are looked at."""


def _phase(text: str, tokens: Sequence[Token], way: tuple[int, int], roles: _Roles) -> Iterator[Candidate]:
    """Of names that go on alike the steps, if they begin at this one of each period."""
    period, phase = way
    count = (len(tokens) - phase) // period
    if count < _LEAST:
        return
    second = tokens[phase + period : phase + 2 * period]
    between = text[tokens[phase + period - 1].end : second[0].start]
    if not _ENDS.search(_gap(between) if "\n" not in between else between):
        return
    columns = [tokens[phase + at : phase + count * period : period] for at in range(period)]
    ends = [token.end for token in columns[-1]]
    yield Candidate(
        columns=[[token.name for token in column] for column in columns],
        starts=[token.start for token in columns[0]],
        ends=ends,
        tails=ends,
        roles=roles.row(second[0].start - len(between), second),
        lined=False,
    )


# --- tables


_DELIMITERS = "|\t;,"


def _tables(text: str, lines: Sequence[list[Token]], roles: _Roles) -> Iterator[Candidate]:
    """Rows of cells under a row that names the columns."""
    at = 0
    for line in _heads(text, roles):
        _, stop, delimiter, named = line
        while at < len(lines) and lines[at][0].start < stop:
            at += 1
        yield from _rows_under(text, lines[at:], (delimiter, named))


_HEAD = re.compile(r"^[^\n]{0,200}[|\t;,][^\n]{0,200}$", re.MULTILINE)


def _heads(text: str, roles: _Roles) -> Iterator[tuple[int, int, str, list[str | None]]]:
    for found in _HEAD.finditer(text[:_HEADS_WITHIN]):
        line = found[0]
        delimiter = next(sign for sign in _DELIMITERS if sign in line)
        cells = line.split(delimiter)
        if len(cells) < 3 or any(len(cell) > 40 for cell in cells):
            continue
        named = [roles.said(cell) if not any(map(str.isdigit, cell)) else None for cell in cells]
        if "to" in named and len({*named} - {None}) > 1:
            yield found.start(), found.end(), delimiter, named


_HEADS_WITHIN = 20_000


def _rows_under(
    text: str, lines: Sequence[list[Token]], head: tuple[str, list[str | None]]
) -> Iterator[Candidate]:
    delimiter, named = head
    rows: list[list[str | None]] = []
    starts: list[int] = []
    ends: list[int] = []
    wanted = {at for at, role in enumerate(named) if role is not None and role not in named[:at]}
    for tokens in lines:
        begin = text.rfind("\n", 0, tokens[0].start) + 1
        stop = _line_end(text, begin)
        names = _cells(text[begin:stop].split(delimiter), tokens, begin)
        if len(names) < len(named) or any(names[at] is None for at in wanted):
            if rows:
                break
            continue
        rows.append(names[: len(named)])
        starts.append(begin)
        ends.append(stop)
    if len(rows) < _LEAST:
        return
    columns = list(zip(*rows, strict=True))
    # Also columns of no known name: what they hold may be the thing that is moved.
    others = [at for at in range(len(named)) if at not in wanted and None not in columns[at]]
    kept = sorted([*wanted, *others[: _MOST - len(wanted)]])
    roles = tuple(named[at] if at in wanted else None for at in kept)
    yield Candidate([columns[at] for at in kept], starts, ends, ends, roles)


def _cells(cells: Sequence[str], tokens: Sequence[Token], begin: int) -> list[str | None]:
    """Of each cell the only name in it."""
    names: list[str | None] = []
    for cell in cells:
        names.append(_cell(cell, tokens, begin))
        begin += len(cell) + 1
    return names


def _cell(cell: str, tokens: Sequence[Token], begin: int) -> str | None:
    """The only name in a cell."""
    inside = [token.name for token in tokens if begin <= token.start < begin + len(cell)]
    return inside[0] if len(inside) == 1 else None


def _across(text: str, lines: Sequence[list[Token]], roles: _Roles) -> Iterator[Candidate]:
    """A table in which each step is a column: a line for what all steps have in one slot."""
    for _, same in groupby(lines, key=len):
        group = list(islice(same, _MOST + 1))
        if not 2 <= len(group) <= _MOST or len(group[0]) < _LEAST:
            continue
        heads = [text[text.rfind("\n", 0, line[0].start) + 1 : line[0].start] for line in group]
        said = [roles.said(head) for head in heads]
        if "to" not in said:
            continue
        last = group[-1]
        yield Candidate(
            columns=[[token.name for token in line] for line in group],
            starts=[token.start for token in last],
            ends=[token.end for token in last],
            tails=[token.end for token in last],
            lined=False,
            roles=tuple(role or "other" for role in said),
        )


# --- sentences, in any words and order


def _told(text: str, tokens: Sequence[Token], roles: _Roles) -> Iterator[Candidate]:
    """Names whose own words say what they are, wherever they stand."""
    known = roles.all(tokens)
    if known.count("to") < _LEAST:
        return
    open_ = [
        roles.can_be(token.name) if role is None else _NO_ROLE
        for token, role in zip(tokens, known, strict=True)
    ]
    for one_a_line in (True, False):
        teller = _Teller(text, one_a_line=one_a_line)
        steps = list(teller.steps(tokens, known, open_))
        if len(steps) < _LEAST:
            continue
        told = {role for step in steps for role in step}
        order = tuple(role for role in _ROLES if role in told)
        yield Candidate(
            columns=[[step[role].name if role in step else None for step in steps] for role in order],
            starts=[min(token.start for token in step.values()) for step in steps],
            ends=[max(token.end for token in step.values()) for step in steps],
            tails=[max(token.end for token in step.values()) for step in steps],
            roles=order,
            loose=True,
            lined=False,
        )


class _Teller:
    """Puts names together to steps by what their words make of them."""

    def __init__(self, text: str, *, one_a_line: bool) -> None:
        self._text, self._one_a_line = text, one_a_line
        self._step: dict[str, Token] = {}
        self._open: list[tuple[Token, frozenset[str]]] = []
        """Names that no word says anything of, and what they may be."""

    def steps(
        self, tokens: Sequence[Token], roles: Sequence[str | None], open_: Sequence[frozenset[str]]
    ) -> Iterator[dict[str, Token]]:
        """Yield the steps of a text."""
        begin = passed = 0
        for token, role, may_be in zip(tokens, roles, open_, strict=True):
            if self._step and self._ends_before(begin, token):
                yield from self._done(keep="\n\n" not in self._text[begin : token.start])
            begin = token.end
            if token.start < passed:
                continue
            if may_be and not self._counts(token):
                self._open.append((token, may_be))
            if role is None:
                continue
            if role in self._step:
                whole = _whole(self._step)
                yield from self._done(keep=False)
                if whole and self._one_a_line:
                    passed = _line_end(self._text, token.start)
                    continue
            self._step[role] = token
        yield from self._done(keep=False)

    def _ends_before(self, begin: int, token: Token) -> bool:
        """Whether a step ends between an offset and a name."""
        if self._one_a_line or _whole(self._step):
            return "\n" in self._text[begin : token.start]
        return token.start - begin > _FAR

    def _done(self, *, keep: bool) -> Iterator[dict[str, Token]]:
        """The step so far, if it is whole; if not, it is kept to go on with, or not."""
        step, open_ = self._step, self._open
        if not _whole(step):
            if not keep:
                self._step, self._open = {}, []
            return
        self._step, self._open = {}, []
        missing = [role for role in _ROLES if role not in step and any(role in may for _, may in open_)]
        if missing:
            # What no word says may be what is missing; if that is not clear, this is no step.
            if len(missing) > 1 or len(open_) > 1:
                return
            step[missing[0]] = open_[0][0]
        yield step

    def _counts(self, token: Token) -> bool:
        """Whether a number is that of the step."""
        begin = self._text.rfind("\n", 0, token.start) + 1
        if not token.name.isdecimal() or token.start - begin > _LONGEST:
            return False
        return _COUNTS.fullmatch(self._text, begin, token.end + 1) is not None


_NO_ROLE: frozenset[str] = frozenset()
_COUNTS = re.compile(
    r"[^\w\n]{0,9}(?:(?:step|move|no|nr|schritt|zug|[eé]tape|coup|paso|movimiento|passo|mossa|stap|zet|шаг|ход|第)\W{0,3})?"
    r"\d{1,9}[^\w]|[^\w\n]{0,9}第\d{1,9}\w|.{0,200}[({\[ ](?:step|move|n|no|index|id)\W{1,4}\d{1,9}\W",
    re.IGNORECASE,
)
"""The beginning of a line up to behind a number that counts the steps."""


def _whole(step: dict[str, Token]) -> bool:
    return "to" in step and len(step) > 1

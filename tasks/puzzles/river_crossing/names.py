"""People whom an instance brings with it: how boatloads of them are written and read."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tasks.contract.puzzle import Form
from tasks.forms.labels import UNKNOWN, Labels
from tasks.forms.moves import NEXT_STEP
from tasks.puzzles.river_crossing.company import Company
from tasks.puzzles.river_crossing.text import SENDS, UNREADABLE, VERBS, boat_forms, name_list

_NUMBERS = ("a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBER = re.compile(rf"(?i:(\d{{1,3}})|({'|'.join(_NUMBERS)}|an|one|the)\b)")
_RUN = re.compile(r"(\d*)([^\W\d_])")
_COUNT = rf"(?i:(?:(?:\d{{1,3}}|(?:{'|'.join(_NUMBERS)}|an|one|the)\b)[ \t]{{0,2}}(?:x[ \t]|×[ \t]?)?)?)"
_TAKES = (
    "takes?|took|brings?|carr(?:y|ies)|ferr(?:y|ies)|rows?|transports?|(?:crosse?s?|goe?s?|returns?|comes?)"
    r"(?:\s(?:back|over|across))?\swith|moves?|escorts?|(?:crosse?s?|returns?),?\s(?:taking|carrying|bringing)"
)


@dataclass(frozen=True, slots=True)
class _Load:
    """Reads a piece of text as a boatload."""

    company: Company

    def __call__(self, text: str) -> int:
        found = _reader(self.company)
        kinds: list[int] = []
        for match in found.item.finditer(text):
            if match["run"]:
                for number, letter in _RUN.findall(match["run"]):
                    kinds += [found.initials.index(letter)] * int(number or 1)
            else:
                kind = found.read(match["name"])
                kinds += [kind] * (_number(match["count"]) if self._many(kind) else 1)
        if any(not 0 <= kind < UNKNOWN for kind in kinds) or len(kinds) > 1_000:
            return UNREADABLE
        return self.company.load(kinds)

    def _many(self, kind: int) -> bool:
        return 0 <= kind < len(self.company.kinds) and self.company.kinds[kind][1] > 1


def _number(text: str) -> int:
    match = _NUMBER.match(text)
    if match is None:
        return 1
    if match[1]:
        return int(match[1])
    word = match[2].lower()
    return _NUMBERS.index(word) + 1 if word in _NUMBERS else 1


@dataclass(frozen=True, slots=True)
class _Kinds:
    """Reads a name of one of a kind, or of several."""

    labels: Labels
    kind_of: tuple[int, ...]

    def __call__(self, text: str) -> int:
        at = self.labels(text)
        return at if at == UNKNOWN else self.kind_of[at]


@dataclass(frozen=True, slots=True)
class _Reader:
    """How the people of a company are found in a text."""

    read: Callable[[str], int]
    pattern: str
    """A pattern of one name, with how many there are before it; or of a run of initials."""
    item: re.Pattern[str]
    """The same, with groups."""
    initials: str


@lru_cache(maxsize=64)
def _reader(company: Company) -> _Reader:
    names: list[str] = []
    kind_of: list[int] = []
    taken = {name.casefold() for name, _ in company.kinds}
    for kind, (name, count) in enumerate(company.kinds):
        for way in (name, *(other for other in _ways(name, count) if other.casefold() not in taken)):
            names.append(way)
            kind_of.append(kind)
    initials = _initials(company.kinds)
    read = _Kinds(Labels(tuple(names)), tuple(kind_of))
    name = read.labels.pattern
    pattern, groups = rf"{_COUNT}{name}", rf"(?P<count>{_COUNT})(?P<name>{name})"
    if initials:
        run = rf"(?<![^\W_])(?:\d{{0,2}}[{initials}]){{1,9}}(?![^\W_])"
        pattern, groups = rf"(?:{pattern}|{run})", rf"(?:{groups}|(?P<run>{run}))"
    else:
        groups = rf"(?:{groups}|(?P<run>(?!)))"
    return _Reader(read, pattern, re.compile(groups), initials)


def _ways(name: str, count: int) -> list[str]:
    """Return how one or several of a kind are called beside by its name."""
    if count < 2:
        return []
    ways = []
    if name.endswith("ies"):
        ways.append(f"{name[:-3]}y")
    elif name.endswith("men"):
        ways.append(f"{name[:-3]}man")
    elif name.endswith("s"):
        ways += [name[:-1], *([name[:-2]] if name.endswith("es") else [])]
    elif name.endswith("y"):
        ways.append(f"{name[:-1]}ies")
    else:
        ways += [f"{name}s", f"{name}es"]
    return [way for way in ways if way]


def singular(name: str, count: int) -> str:
    """Return how one of a kind is called."""
    if count > 1 and len(name) > 3 and name.endswith("s"):
        return _ways(name, count)[0]
    return name


def _initials(kinds: Sequence[tuple[str, int]]) -> str:
    """Return the capitals that stand for kinds, where nobody is told from others of a kind; else nothing."""
    initials = "".join(name[0].upper() for name, _ in kinds)
    if all(count == 1 for _, count in kinds) or len(set(initials)) < len(kinds) or not initials.isalpha():
        return ""
    return initials


@lru_cache(maxsize=64)
def forms_of(company: Company) -> tuple[Form, ...]:
    """Return lists of names, lines and sentences."""
    found, load = _reader(company), _Load(company)
    most = min(company.seats + 4, 40)
    return (*boat_forms(found.pattern, load, most)[:3], _told(found.pattern, load, most))


def _told(name: str, load: _Load, most: int) -> Form:
    """Return the form of sentences, which one answer may mix.

    `The farmer takes the goat across`, `farmer and goat cross`, `take the goat across`, `return alone`.
    """
    names = name_list(name, most)
    begins = "(?<![A-Za-z][A-Za-z])"
    ways = (
        rf"{name}\s(?:{_TAKES})\s{names}",
        rf"{names}(?=\s(?:(?:all|both|then|now)\s)?(?:{VERBS})\b)",
        rf"[SMTBFRsmtbfr]{begins}(?:{SENDS})\s{names}(?=\s(?:across|to|over|back|from|right|left|forward)\b)",
        rf"[RCGrcg]{begins}(?:eturn|ross|ome|o|ow)s?\s(?:(?:back|over|across)\s)?(?:alone|empty|by\shimself)\b",
    )
    return Form("told", rf"({'|'.join(ways)})[^.\n]{{0,60}}", NEXT_STEP, (load,))

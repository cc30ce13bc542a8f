"""Lines alike: moves in words or signs that no other form knows, told by their shape and by the rules.

Whoever writes a list of moves writes each like the one before. So where hardly a step is found otherwise, lines
are looked at that differ in nothing but their numbers and letters, in any language: these are then the thing and
its two places, in one of a few orders, perhaps behind a running number. Which of these readings is meant, and
whether any is, the simulator says: the one that is legal for longest.
"""

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tasks.contract.puzzle import ANY, Steps
from tasks.contract.simulator import Simulator
from tasks.forms.similar_lines import Alike
from tasks.reader.elision import elides, lowered
from tasks.reader.found import Found, StepRun

_LONGEST = 240
"""A longer line tells more than one move."""
_LEAST = 3
"""Lines alike that must be there, and steps that must be legal."""
_UNNAMED = 7
"""As many must be legal where the thing is left to the rules, to which any two places may be a move."""
_ORDERS = {2: ((None, 0, 1),), 3: ((0, 1, 2), (2, 0, 1), (1, 0, 2))}
"""By the names in a line: where among them stand the thing, which the rules may tell, and its two places."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with as many names as are looked at, and its shape up to the last of them."""

    start: int
    named: int
    """Where the last of these names ends."""
    end: int
    names: tuple[str, ...]
    last: bool
    """Whether no name follows."""


@dataclass(frozen=True, slots=True)
class _Told:
    """One reading of lines alike."""

    lines: Sequence[_Line]
    steps: Steps
    legal: int
    numbers: "array[int] | None"


def find_alike(form: Alike, problem: Simulator, text: str, span: tuple[int, int]) -> Found | None:
    """The moves of the lines alike in one span of a text, if they make sense."""
    best: _Told | None = None
    for count in (4, 3, 2):
        lines = _most_alike(form, text, span, count)
        for told in _readings(form, problem, lines, count) if len(lines) >= _LEAST else ():
            if best is None or told.legal > best.legal:
                best = told
    if best is None:
        return None
    runs = tuple(_runs(lowered(text), best.lines))
    return Found(form, None, text, best.steps, runs, best.numbers)


def _most_alike(form: Alike, text: str, span: tuple[int, int], count: int) -> list[_Line]:
    """The lines of the shape that most lines have."""
    by_shape: dict[str, list[_Line]] = {}
    name = re.compile(form.name_of)
    for line in re.compile(form.step).finditer(text, *span):
        if line.end() - line.start() > _LONGEST:
            continue
        names = list(name.finditer(line[0]))
        if len(names) < count:
            continue
        named = names[count - 1].end()
        shape = _BLANKS.sub(" ", name.sub("\0", line[0][:named]))
        found = _Line(
            line.start(),
            line.start() + named,
            line.end(),
            tuple(match[0] for match in names[:count]),
            len(names) == count,
        )
        by_shape.setdefault(shape, []).append(found)
    return max(by_shape.values(), key=len, default=[])


_BLANKS = re.compile(r"[ \t]+")


def _readings(form: Alike, problem: Simulator, lines: Sequence[_Line], count: int) -> Iterator[_Told]:
    columns = list(zip(*(line.names for line in lines), strict=True))
    numbers = _running(columns[0])
    if numbers is not None:
        columns = columns[1:]
    elif count not in _ORDERS:
        return
    places, things = re.compile(form.place), re.compile(form.thing)
    for thing, source, target in _ORDERS.get(len(columns), ()):
        pegs = [columns[at] for at in (source, target)]
        if not all(_are(places, names) for names in pegs):
            continue
        if thing is None:
            if not all(line.last for line in lines):
                continue
            moved: Iterable[int] = [ANY] * len(lines)
        elif _are(things, columns[thing]):
            moved = map(form.read_thing, columns[thing])
        else:
            continue
        rows = zip(moved, *(map(form.read_place, names) for names in pegs), strict=True)
        steps = problem.settle(Steps.of(rows, 3))
        legal = problem.advance(problem.start, steps).taken
        if legal < (_UNNAMED if thing is None else _LEAST):
            continue
        yield _Told(lines, steps, legal, numbers)


def _are(wanted: re.Pattern[str], names: Sequence[str]) -> bool:
    return all(wanted.fullmatch(name) for name in set(names))


def _running(names: Sequence[str]) -> "array[int] | None":
    """The numbers, if each is larger by one than the one before."""
    if not all(name.isdecimal() for name in set(names)):
        return None
    numbers = array("q", map(int, names))
    return numbers if all(after == before + 1 for before, after in pairwise(numbers)) else None


def _runs(text: str, lines: Sequence[_Line]) -> Iterator[StepRun]:
    """Runs of lines one behind the other; what a line says behind its move may part it from the next."""
    first = 0
    for at, line in enumerate(lines):
        after = lines[at + 1] if at + 1 < len(lines) else None
        if after is None or text[line.end : after.start].strip() or elides(text, line.named, line.end):
            yield StepRun(lines[first].start, line.named, first, at + 1 - first)
            first = at + 1

"""Lists: the runs of a reading joined into the lists that the answer's author meant, each replayed.

Which of two runs belong together is told by what stands between them, by running numbers, by whether the
second repeats the beginning of the first, and by the simulator: where the second would be legal.
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby, islice, starmap, takewhile
from operator import eq
from typing import Any

from tasks._contract import Advance, AnyInstance, AnyPuzzle, Steps
from tasks._marks import elides
from tasks._phrases import lowered
from tasks._reading import Found, Reading, Run

_PROOF = 8
"""Steps that are looked at, where there are as many, to tell what a run goes on from."""


@dataclass(frozen=True, slots=True)
class StepList:
    """One list of steps in an answer, replayed from the start of its instance."""

    found: Found
    runs: tuple[Run, ...]
    steps: Steps
    """The steps of all its runs, in the order in which they are meant."""
    elided: int | None
    """How many steps stand before its first mark of abridging; `None` without one inside."""
    elision: tuple[int, int] | None
    """The gap with that mark."""
    advance: Advance[Any]
    """The replay of all its steps, whatever is elided between them."""
    solves: bool
    """Whether the replay is legal to its end and ends at the goal."""
    order: "array[int] | None" = None
    """For lists put into the order of their own numbers: the index in `found` of each step."""

    @property
    def start(self) -> int:
        """Offset of its first step in the text."""
        return self.runs[0].start

    @property
    def end(self) -> int:
        """Offset after its last step."""
        return self.runs[-1].end

    def span(self, index: int) -> tuple[int, int]:
        """Where step `index` of this list stands in the text."""
        if self.order is not None:
            return self.found.span(self.order[index])
        for run in self.runs:
            if index < run.count:
                return self.found.span(run.first + index)
            index -= run.count
        raise IndexError(index)


def lists(
    puzzle: AnyPuzzle, instance: AnyInstance, reading: Reading, *, last_row_counts: bool = False
) -> list[StepList]:
    """All lists of an answer, in the order of their beginnings.

    Args:
        puzzle: the instance's puzzle.
        instance: what was asked.
        reading: what was found in the answer.
        last_row_counts: the prompt said that of rows with the same number the last one counts.
    """
    result: list[StepList] = []
    for found in reading.found:
        if found.numbers is not None and last_row_counts:
            result.append(_numbered(puzzle, instance, reading, found))
        else:
            joiner = _Joiner(puzzle, instance, reading, found)
            result += [_listed(puzzle, instance, found, group) for group in joiner.groups()]
    return sorted(_once(result), key=lambda item: item.start)


def _once(found: list[StepList]) -> Iterator[StepList]:
    """Without those that another form has found in the same place, with as many steps."""
    earlier: list[list[StepList]] = []
    for _, same in groupby(found, key=lambda item: id(item.found)):
        lists_of_form = list(same)
        for item in lists_of_form:
            if not any(_found_in(others, item) for others in earlier):
                yield item
        earlier.append(lists_of_form)


def _found_in(others: list[StepList], item: StepList) -> bool:
    """Whether one of these lists, which stand one behind the other, holds the place of this one."""
    at = bisect_right(others, item.start, key=lambda other: other.start) - 1
    return at >= 0 and item.end <= others[at].end and len(others[at].steps) >= len(item.steps)


@dataclass(slots=True)
class _Group:
    """Runs that belong to one list, replayed as they are added."""

    state: Any
    """After the last legal step."""
    runs: list[Run] = field(default_factory=list)
    length: int = 0
    taken: int = 0
    goal_at: int | None = None
    elided: int | None = None
    elision: tuple[int, int] | None = None

    @property
    def legal(self) -> bool:
        """Whether all its steps are legal so far."""
        return self.taken == self.length

    def add(self, run: Run, advance: Advance[Any] | None) -> None:
        """Add a run, replayed from the state so far; `None` where an earlier step was illegal."""
        if advance is not None:
            if self.goal_at is None and advance.goal_at is not None:
                self.goal_at = self.taken + advance.goal_at
            self.taken += advance.taken
            self.state = advance.state
        self.runs.append(run)
        self.length += run.count


def _listed(puzzle: AnyPuzzle, instance: AnyInstance, found: Found, group: _Group) -> StepList:
    first, width = group.runs[0].first, puzzle.width
    whole = group.length == len(found.steps)
    return StepList(
        found=found,
        runs=tuple(group.runs),
        steps=found.steps
        if whole
        else Steps(found.steps.values[first * width : (first + group.length) * width], width),
        elided=group.elided,
        elision=group.elision,
        advance=Advance(group.state, group.taken, group.goal_at),
        solves=group.legal and puzzle.is_goal(instance, group.state),
    )


def _solved(puzzle: AnyPuzzle, instance: AnyInstance, item: StepList) -> StepList:
    legal = item.advance.taken == len(item.steps)
    return replace(item, solves=legal and puzzle.is_goal(instance, item.advance.state))


def _numbered(puzzle: AnyPuzzle, instance: AnyInstance, reading: Reading, found: Found) -> StepList:
    """Rows put in the order of their numbers, of each number the last."""
    assert found.numbers is not None
    last_of = {number: index for index, number in enumerate(found.numbers)}
    order = array("q", (last_of[number] for number in sorted(last_of)))
    in_order = order == array("q", range(len(found.steps)))
    steps = found.steps if in_order else Steps.of((found.steps.row(index) for index in order), puzzle.width)
    elided, elision = None, None
    count = 0
    low = lowered(reading.text)
    for before, after in zip(found.runs, found.runs[1:], strict=False):
        count += before.count
        if elides(low, before.end, after.start):
            elided, elision = count, (before.end, after.start)
            break
    return _solved(
        puzzle,
        instance,
        StepList(
            found=found,
            runs=found.runs,
            steps=steps,
            elided=elided,
            elision=elision,
            advance=puzzle.advance(instance, puzzle.start(instance), steps),
            solves=False,
            order=order,
        ),
    )


_OPENS = re.compile(
    r"\[\s{0,9}(?:\[|\Z)|\b\w{1,20}\s{0,3}=\s{0,3}[\[({]|<answer>|```|\\boxed|"
    r"\b(?:final|correct(?:ed)?|complete|full|revised|actual)\b[^\n]{0,40}\b(?:answer|list|solution|sequence|moves|steps)\b",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W\d_]{2}")
_LEADING_NUMBER = re.compile(
    r"(?:^|\n)[ \t>*_-]{0,9}(?:(?:step|move)\s)?#?(\d{1,9})[.):][ \t*_]{0,9}\S{0,9}$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Gap:
    """What stands between two runs, and whether it stands for steps."""

    start: int
    end: int
    elided: bool


class _Joiner:
    """Goes through the runs of one form and says which continue the list before them."""

    def __init__(self, puzzle: AnyPuzzle, instance: AnyInstance, reading: Reading, found: Found) -> None:
        self._puzzle, self._instance = puzzle, instance
        self._text, self._found = reading.text, found
        self._lowered = lowered(reading.text)
        self._start = puzzle.start(instance)

    def groups(self) -> Iterator[_Group]:
        """The runs in groups, one a list."""
        group = _Group(self._start)
        for run in self._found.runs:
            if group.runs:
                start, end = group.runs[-1].end, run.start
                gap = _Gap(start, end, elides(self._lowered, start, end))
                if self._restarts(group, run, gap):
                    yield group
                    group = _Group(self._start)
                elif gap.elided and group.elided is None:
                    group.elided, group.elision = group.length, (start, end)
            steps = self._slice(run.first, run.count)
            group.add(run, self._puzzle.advance(self._instance, group.state, steps) if group.legal else None)
        if group.runs:
            yield group

    def _slice(self, first: int, count: int) -> Steps:
        width = self._puzzle.width
        if count == len(self._found.steps):
            return self._found.steps
        return Steps(self._found.steps.values[first * width : (first + count) * width], width)

    def _restarts(self, group: _Group, run: Run, gap: _Gap) -> bool:
        """Whether this run begins a new list rather than going on with the group's."""
        between = self._text[max(gap.start, gap.end - 400) : gap.end]
        numbered = _LEADING_NUMBER.search(between)
        if numbered is not None and group.length > 1:
            number = int(numbered[1])
            if number in (1, group.length + 1):
                return number == 1
        if self._is_aside(group, run, gap):
            return True
        opens, repeats = self._opens(gap), self._repeats(group, run)
        if group.legal and self._legal(group.state, run):
            return opens and repeats
        if repeats:
            return opens or not gap.elided
        return opens and (not group.legal or not gap.elided) and self._legal(self._start, run)

    def _is_aside(self, group: _Group, run: Run, gap: _Gap) -> bool:
        """Whether the run is a remark in prose: pegs in brackets, a move spoken of again."""
        words = sum(1 for _ in islice(_WORDS.finditer(self._text, gap.start, gap.end), _PROOF))
        if group.legal and self._puzzle.is_goal(self._instance, group.state):
            return words > 0
        known = group.legal and self._legal(group.state, run)
        return words == _PROOF and run.count < 3 <= group.length and not known and not gap.elided

    def _opens(self, gap: "_Gap") -> bool:
        """Whether what stands between announces a list of its own."""
        between = self._text[gap.start : min(gap.end, gap.start + 4000)]
        apart = between.count("\n\n") > 1 and _WORDS.search(between) is not None
        return apart or _OPENS.search(between) is not None

    def _legal(self, state: Any, run: Run) -> bool:
        """Whether the run could go on from this state, by its first steps."""
        wanted = min(_PROOF, run.count)
        return self._puzzle.advance(self._instance, state, self._slice(run.first, wanted)).taken == wanted

    def _repeats(self, group: _Group, run: Run) -> bool:
        """Whether the steps from this run on say again how the group began."""
        wanted = min(_PROOF, group.length, len(self._found.steps) - run.first)
        begin = self._slice(group.runs[0].first, wanted).values
        return self._slice(run.first, wanted).values == begin


def lost_at(puzzle: AnyPuzzle, instance: AnyInstance, steps: Steps, written: int) -> int | None:
    """Number (from 1) of the first of these steps that is illegal or off every shortest way to the goal.

    Off means that the distance to the goal did not fall by one, or is no longer known, which the contract
    keeps for states on no shortest way. `None`: all are on a shortest way. Where the puzzle knows no distance
    at all, the first illegal step: then a bound on ability from above, not a measure of it.
    """
    pairs = zip(steps.rows(), puzzle.solution(instance), strict=False)
    on_course = sum(takewhile(bool, starmap(eq, islice(pairs, written))))
    state = puzzle.state_after(instance, on_course)
    left = puzzle.distance(instance, state)
    for index in range(on_course, written):
        after = puzzle.step(instance, state, steps.row(index))
        if after is None:
            return index + 1
        now = puzzle.distance(instance, after)
        if left is not None and now != left - 1:
            return index + 1
        state, left = after, now
    return None

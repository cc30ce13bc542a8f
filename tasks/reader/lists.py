"""Lists: the runs of a reading joined into the lists that the answer's author meant, each replayed."""

from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from tasks.contract.puzzle import Advance, Steps
from tasks.contract.simulator import Simulator
from tasks.reader.elision import elides, lowered
from tasks.reader.found import Found, StepRun
from tasks.reader.joining import RunGroup, joined
from tasks.reader.reading import Reading


@dataclass(frozen=True, slots=True)
class StepList:
    """One list of steps in an answer, replayed from the start of its instance."""

    found: Found
    runs: tuple[StepRun, ...]
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


def lists(problem: Simulator, reading: Reading, *, last_row_counts: bool = False) -> list[StepList]:
    """All lists of an answer, in the order of their beginnings.

    Args:
        problem: what was asked.
        reading: what was found in the answer.
        last_row_counts: the prompt said that of rows with the same number the last one counts.
    """
    result: list[StepList] = []
    for found in reading.found:
        if found.numbers is not None and last_row_counts:
            result.append(_numbered(problem, reading, found))
        else:
            groups = joined(problem, reading.text, found)
            result += [_listed(problem, found, group) for group in groups]
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


def _listed(problem: Simulator, found: Found, group: RunGroup) -> StepList:
    first, width = group.runs[0].first, problem.width
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
        solves=group.legal and problem.is_goal(group.state),
    )


def _solved(problem: Simulator, item: StepList) -> StepList:
    legal = item.advance.taken == len(item.steps)
    return replace(item, solves=legal and problem.is_goal(item.advance.state))


def _numbered(problem: Simulator, reading: Reading, found: Found) -> StepList:
    """Rows put in the order of their numbers, of each number the last."""
    assert found.numbers is not None
    last_of = {number: index for index, number in enumerate(found.numbers)}
    order = array("q", (last_of[number] for number in sorted(last_of)))
    in_order = order == array("q", range(len(found.steps)))
    steps = found.steps if in_order else Steps.of((found.steps.row(index) for index in order), problem.width)
    elided, elision = None, None
    count = 0
    low = lowered(reading.text)
    for before, after in zip(found.runs, found.runs[1:], strict=False):
        count += before.count
        if elides(low, before.end, after.start):
            elided, elision = count, (before.end, after.start)
            break
    return _solved(
        problem,
        StepList(
            found=found,
            runs=found.runs,
            steps=steps,
            elided=elided,
            elision=elision,
            advance=problem.advance(problem.start, steps),
            solves=False,
            order=order,
        ),
    )

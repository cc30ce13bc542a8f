"""Joining: which runs of a reading belong to one list.

That is told by what stands between them, by running numbers, by whether the second repeats the beginning of the
first, and by the simulator: where the second would be legal.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

from tasks._contract import Advance, AnyInstance, AnyPuzzle, Steps
from tasks._found import Found, Run
from tasks._known import Known, solution_known
from tasks._marks import elides
from tasks._phrases import lowered

_PROOF = 8
"""Steps that are looked at, where there are as many, to tell what a run goes on from."""


@dataclass(slots=True)
class Joined:
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


def joined(puzzle: AnyPuzzle, instance: AnyInstance, text: str, found: Found) -> Iterator[Joined]:
    """The runs of one form, a list at a time."""
    ground = _Ground(puzzle, instance, text, found)
    group = Joined(ground.start)
    for run in found.runs:
        following = _Following(ground, group, run)
        if group.runs:
            if following.restarts():
                yield group
                group = Joined(ground.start)
                following = _Following(ground, group, run)
            elif group.elided is None and following.elided:
                group.elided, group.elision = group.length, (following.after, run.start)
        group.add(run, following.advance if group.legal else None)
    if group.runs:
        yield group


class _Ground:
    """What is known of the whole text, whichever of its runs is looked at."""

    def __init__(self, puzzle: AnyPuzzle, instance: AnyInstance, text: str, found: Found) -> None:
        self.puzzle, self.instance = puzzle, instance
        self.text, self.found = text, found
        self.start = puzzle.start(instance)

    @cached_property
    def known(self) -> Known:
        """The solution of the instance."""
        return solution_known(self.puzzle, self.instance)

    @cached_property
    def lowered(self) -> str:
        """The text in lower case."""
        return lowered(self.text)

    def steps(self, first: int, count: int) -> Steps:
        """So many steps of those that were found."""
        width, steps = self.puzzle.width, self.found.steps
        if count == len(steps):
            return steps
        return Steps(steps.values[first * width : (first + count) * width], width)


_OPENS = re.compile(
    r"\[\s{0,9}(?:\[|\Z)|\b\w{1,20}\s{0,3}=\s{0,3}[\[({]|<answer>|```|\\boxed|"
    r"\b(?:final|correct(?:ed)?|complete|full|revised|actual)\b[^\n]{0,40}\b(?:answer|list|solution|sequence|moves|steps)\b",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W\d_]{2}")
_LEADING_NUMBER = re.compile(
    r"[ \t>*_-]{0,9}(?:(?:step|move)\s)?#?(\d{1,9})[.):][ \t*_]{0,9}\S{0,9}$", re.IGNORECASE
)


class _Following:
    """A run behind those of a list, which it may go on; all is worked out when it is first asked for."""

    def __init__(self, ground: _Ground, group: Joined, run: Run) -> None:
        self._ground, self._group, self._run = ground, group, run
        self.after = group.runs[-1].end if group.runs else 0
        """Where what stands between begins."""

    def restarts(self) -> bool:
        """Whether the run begins a new list rather than going on with the group's."""
        group, number = self._group, self._number()
        if number is not None and group.length > 1 and number in (1, group.length + 1):
            return number == 1
        goes_on = group.legal and self.advance.taken >= min(_PROOF, self._run.count)
        if self._is_aside(goes_on=goes_on):
            return True
        if goes_on:
            return self._repeats() and self._opens()
        if self._repeats():
            return self._opens() or not self.elided
        return self._opens() and (not group.legal or not self.elided) and self._begins_anew()

    @cached_property
    def elided(self) -> bool:
        """Whether what stands between stands for steps."""
        return elides(self._ground.lowered, self.after, self._run.start)

    @cached_property
    def advance(self) -> Advance[Any]:
        """The replay of the run from where the group ended, which must be legal.

        Most right lists are the solution that is known, and its replay is known too.
        """
        ground = self._ground
        steps = ground.steps(self._run.first, self._run.count)
        if not self._group.runs and steps.values == ground.known.steps.values:
            return ground.known.advance
        return ground.puzzle.advance(ground.instance, self._group.state, steps)

    def _number(self) -> int | None:
        """The running number right before the run."""
        text, end = self._ground.text, self._run.start
        begin = max(self.after, end - 400)
        line = text.rfind("\n", begin, end - text.endswith("\n", begin, end))
        found = _LEADING_NUMBER.match(text, line + 1 if line >= 0 else begin, end)
        return int(found[1]) if found is not None else None

    def _is_aside(self, *, goes_on: bool) -> bool:
        """Whether the run is a remark in prose: pegs in brackets, a move spoken of again."""
        ground, group = self._ground, self._group
        if group.legal and ground.puzzle.is_goal(ground.instance, group.state):
            return _WORDS.search(ground.text, self.after, self._run.start) is not None
        if goes_on or not self._run.count < 3 <= group.length:
            return False
        words = islice(_WORDS.finditer(ground.text, self.after, self._run.start), _PROOF)
        return sum(1 for _ in words) == _PROOF and not self.elided

    def _opens(self) -> bool:
        """Whether what stands between announces a list of its own."""
        between = self._ground.text[self.after : min(self._run.start, self.after + 4000)]
        apart = between.count("\n\n") > 1 and _WORDS.search(between) is not None
        return apart or _OPENS.search(between) is not None

    def _begins_anew(self) -> bool:
        """Whether the run is legal at the start, by its first steps."""
        ground, wanted = self._ground, min(_PROOF, self._run.count)
        begin = ground.steps(self._run.first, wanted)
        return ground.puzzle.advance(ground.instance, ground.start, begin).taken == wanted

    def _repeats(self) -> bool:
        """Whether the steps from this run on say again how the group began."""
        ground, group = self._ground, self._group
        wanted = min(_PROOF, group.length, len(ground.found.steps) - self._run.first)
        begin = ground.steps(group.runs[0].first, wanted).values
        return ground.steps(self._run.first, wanted).values == begin

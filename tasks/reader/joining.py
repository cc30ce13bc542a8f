"""Joining: which runs of a reading belong to one list.

That is told by what stands between them, by running numbers, by whether the second repeats the beginning of the
first, and by the simulator: where the second would be legal.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from operator import eq
from typing import Any

from tasks.contract.puzzle import Advance, Steps
from tasks.contract.simulator import KnownSolution, Simulator
from tasks.reader.elision import elides, lowered
from tasks.reader.found import Found, StepRun
from tasks.reader.headings import Announcement, announces_answer, said_before, speaks_anew

_PROOF = 8
"""Steps that are looked at, where there are as many, to tell what a run goes on from."""
_AHEAD = 32
"""As many where two readings of them compete; further runs are looked at for them."""


@dataclass(slots=True)
class RunGroup:
    """Runs that belong to one list, replayed as they are added."""

    state: Any
    """After the last legal step."""
    runs: list[StepRun] = field(default_factory=list)
    length: int = 0
    taken: int = 0
    goal_at: int | None = None
    elided: int | None = None
    elision: tuple[int, int] | None = None

    @property
    def legal(self) -> bool:
        """Whether all its steps are legal so far."""
        return self.taken == self.length

    def add(self, run: StepRun, advance: Advance[Any] | None) -> None:
        """Add a run, replayed from the state so far; `None` where an earlier step was illegal."""
        if advance is not None:
            if self.goal_at is None and advance.goal_at is not None:
                self.goal_at = self.taken + advance.goal_at
            self.taken += advance.taken
            self.state = advance.state
        self.runs.append(run)
        self.length += run.count


def joined(problem: Simulator, text: str, found: Found) -> Iterator[RunGroup]:
    """The runs of one form, a list at a time."""
    for group in _joined(problem, text, found):
        yield from _parted(problem, found, group)


def _parted(problem: Simulator, found: Found, group: RunGroup) -> Iterator[RunGroup]:
    """A list that is written several times without a word between, each time for itself."""
    count = group.goal_at
    if not count or count == group.length or group.taken != count or len(group.runs) > 1:
        yield group
        return
    (run,), width = group.runs, problem.width
    values = found.steps.values[run.first * width : (run.first + run.count) * width]
    if run.count % count or values != values[: count * width] * (run.count // count):
        yield group
        return
    for first in range(run.first, run.first + run.count, count):
        start, end = found.span(first)[0], found.span(first + count - 1)[1]
        yield replace(group, runs=[StepRun(start, end, first, count)], length=count)


def _joined(problem: Simulator, text: str, found: Found) -> Iterator[RunGroup]:
    ground = _Ground(problem, text, found)
    group = RunGroup(ground.start)
    begun = 0
    for run in _fewer(found.runs):
        following = _Candidate(ground, group, run)
        if group.runs:
            if following.is_final() if begun > _MOST_LISTS and run.count < _LONG else following.restarts():
                begun += 1
                yield group
                group = RunGroup(ground.start)
                following = _Candidate(ground, group, run)
            elif group.elided is None and following.elided and not following.is_next:
                group.elided, group.elision = group.length, (following.after, run.start)
        group.add(run, following.advance if group.legal else None)
    if group.runs:
        yield group


_MOST_LISTS, _LONG = 1_000, 16
"""Behind so many lists a run that is not long begins another only if it is announced as the answer."""
_MOST_SHORT = 4_000
"""Behind so many short runs neighbouring ones are taken as one, whatever stands between."""


def _fewer(runs: Sequence[StepRun]) -> Iterator[StepRun]:
    """The runs, of which no text can make more than the joining has time for."""
    short = 0
    held: list[StepRun] = []
    for run in runs:
        short += run.count < _LONG
        if short > _MOST_SHORT and run.count < _LONG:
            held.append(run)
            continue
        yield from _as_one(held)
        held = []
        yield run
    yield from _as_one(held)


def _as_one(runs: Sequence[StepRun]) -> Iterator[StepRun]:
    if runs:
        yield StepRun(runs[0].start, runs[-1].end, runs[0].first, sum(run.count for run in runs))


class _Ground:
    """What is known of the whole text, whichever of its runs is looked at."""

    def __init__(self, problem: Simulator, text: str, found: Found) -> None:
        self.problem = problem
        self.text, self.found = text, found
        self.start = problem.start

    @cached_property
    def known(self) -> KnownSolution:
        """The solution of the instance."""
        return self.problem.known_solution

    @cached_property
    def lowered(self) -> str:
        """The text in lower case."""
        return lowered(self.text)

    def steps(self, first: int, count: int) -> Steps:
        """So many steps of those that were found."""
        width, steps = self.problem.width, self.found.steps
        if count == len(steps):
            return steps
        return Steps(steps.values[first * width : (first + count) * width], width)


_OPENS = re.compile(
    r"\[\s{0,9}(?:\[|\Z)|\b\w{1,20}\s{0,3}=\s{0,3}[\[({]|<answer>|```|\\boxed|"
    r"\b(?:final|correct(?:ed)?|complete|full|revised|actual)\b[^\n]{0,40}\b(?:answer|list|solution|sequence|moves|steps)\b",
    re.IGNORECASE,
)
_ANNOUNCES = re.compile(
    r"\b(?:final|correct(?:ed)?|complete|full|whole|entire|revised|actual)\b[^\n]{0,40}\b(?:answer|list|solution|sequence)\b|"
    r"<answer>|\\boxed"
)
_WORDS = re.compile(r"[^\W\d_]{2}")
_LEADING_NUMBER = re.compile(
    r"[ \t>#*_-]{0,9}(?:(?:step|move)\s)?#?(\d{1,9})[.):][ \t*_]{0,9}\S{0,9}$", re.IGNORECASE
)


class _Candidate:
    """A run behind those of a list, which it may go on; all is worked out when it is first asked for."""

    def __init__(self, ground: _Ground, group: RunGroup, run: StepRun) -> None:
        self._ground, self._group, self._run = ground, group, run
        self.after = group.runs[-1].end if group.runs else 0
        """Where what stands between begins."""

    def restarts(self) -> bool:
        """Whether the run begins a new list rather than going on with the group's.

        Two readings compete: that it goes on, and that it is the list anew. What the text says of it weighs
        most, then whether it is legal where the group ended, then whether it is so at the start.
        """
        group, number = self._group, self._number()
        if group.length > 1 and number == group.length + 1:
            return False
        if self._is_behind_goal():
            return True
        if self.is_final():
            return True
        if not self._goes_on and self._reaches_goal():
            return True
        if not self._seems_new(number):
            return False
        return self._said is not Announcement.GOES_ON or (not self._goes_on and self._is_whole())

    def is_final(self) -> bool:
        """Whether what stands right before it announces the answer, and not that the list goes on."""
        return self._announces_answer and self._said is not Announcement.GOES_ON

    def _seems_new(self, number: int | None) -> bool:
        """Whether it begins a new list, were nothing said of it."""
        group = self._group
        if self._is_aside():
            return True
        if group.length > 1 and number == 1:
            return not (self._goes_on and self._prevails())
        if self._goes_on:
            return self._repeats() and self._opens() and not self._prevails()
        if self._repeats():
            anew = self._opens() or not self.elided
        else:
            apart = not group.legal or not self.elided or self._speaks_anew()
            anew = self._opens() and apart and self._begins_anew()
        return anew and not self._is_known_next()

    @property
    def is_next(self) -> bool:
        """Whether the text says that it goes on, and it does, or nobody can tell: nothing is left out before it."""
        likely = not self._group.legal or 2 * self.advance.taken >= min(_PROOF, self._run.count)
        return self._said is Announcement.GOES_ON and likely

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
        return ground.problem.advance(self._group.state, steps)

    @property
    def _goes_on(self) -> bool:
        """Whether it is legal where the group ended, by its first steps."""
        return self._group.legal and self.advance.taken >= min(_PROOF, self._run.count)

    @cached_property
    def _said(self) -> Announcement:
        """What the text right before it says of it."""
        where = self._ground.lowered, self.after, self._run.start
        return said_before(*where, self._group.length, elided=self.elided)

    @cached_property
    def _announces_answer(self) -> bool:
        """Whether what stands right before it says that the answer follows; drafts and logs come before that."""
        return announces_answer(self._ground.lowered, self.after, self._run.start)

    def _number(self) -> int | None:
        """The running number right before the run."""
        text, end = self._ground.text, self._run.start
        begin = max(self.after, end - 400)
        line = text.rfind("\n", begin, end - text.endswith("\n", begin, end))
        found = _LEADING_NUMBER.match(text, line + 1 if line >= 0 else begin, end)
        return int(found[1]) if found is not None else None

    def _is_behind_goal(self) -> bool:
        """Whether the group has reached the goal, with words behind it."""
        ground, group = self._ground, self._group
        if not (group.legal and ground.problem.is_goal(group.state)):
            return False
        return _WORDS.search(ground.text, self.after, self._run.start) is not None

    def _is_aside(self) -> bool:
        """Whether the run is a remark in prose: pegs in brackets, a move spoken of again."""
        if self._goes_on or not self._run.count < 3 <= self._group.length:
            return False
        words = islice(_WORDS.finditer(self._ground.text, self.after, self._run.start), _PROOF)
        return sum(1 for _ in words) == _PROOF and not self.elided

    def _opens(self) -> bool:
        """Whether what stands between announces a list of its own."""
        between = self._ground.text[self.after : min(self._run.start, self.after + 4000)]
        apart = between.count("\n\n") > 1 and _WORDS.search(between) is not None
        return apart or _OPENS.search(between) is not None

    def _announced(self) -> bool:
        """Whether it is said to be the whole list, or its beginning."""
        if self._number() == 1 or self._said is Announcement.BEGINS_ANEW:
            return True
        begin = max(self.after, self._run.start - 4000)
        return _ANNOUNCES.search(self._ground.lowered, begin, self._run.start) is not None

    def _ahead(self) -> int:
        """How many steps from its first on are looked at, where two readings compete."""
        return min(max(_AHEAD, self._run.count), len(self._ground.found.steps) - self._run.first)

    def _prevails(self) -> bool:
        """Of a run that goes on legally: whether that is more likely than that the list begins anew."""
        ground, run = self._ground, self._run
        announced = self._announced()
        if self.advance.goal_at == self.advance.taken == run.count and not announced:
            return True
        steps = ground.steps(run.first, self._ahead())
        onward = ground.problem.advance(self._group.state, steps).taken
        anew = ground.problem.advance(ground.start, steps).taken
        return onward > anew or (onward == anew and not announced)

    def _is_known_next(self) -> bool:
        """Whether the solution has such steps at this number, rather than at its beginning."""
        known = self._ground.known.steps
        wanted = min(self._ahead(), 2 * _AHEAD, len(known) - self._group.length)
        if wanted <= 0:
            return False
        steps = self._ground.steps(self._run.first, wanted)
        onward, anew = (_alike(steps, known, first) for first in (self._group.length, 0))
        return 2 * onward >= wanted and (onward > anew or (onward == anew and not self._announced()))

    def _is_whole(self) -> bool:
        """Whether the run alone is the list: it leads to the goal, or has all that the group has."""
        ground, run, count = self._ground, self._run, self._group.length
        if 2 < count <= run.count:
            first = self._group.runs[0].first
            if ground.steps(run.first, count).values == ground.steps(first, count).values:
                return True
        return self._reaches_goal()

    def _reaches_goal(self) -> bool:
        """Whether the run leads to the goal by itself."""
        ground, run = self._ground, self._run
        alone = ground.problem.advance(ground.start, ground.steps(run.first, run.count))
        return bool(alone.goal_at)

    def _speaks_anew(self) -> bool:
        """Whether what stands right before it takes back what was written."""
        return speaks_anew(self._ground.lowered, self.after, self._run.start)

    def _begins_anew(self) -> bool:
        """Whether the run is legal at the start, by its first steps."""
        ground, wanted = self._ground, min(_PROOF, self._run.count)
        begin = ground.steps(self._run.first, wanted)
        return ground.problem.advance(ground.start, begin).taken == wanted

    def _repeats(self) -> bool:
        """Whether the steps from this run on say again how the group began."""
        ground, group = self._ground, self._group
        wanted = min(_PROOF, group.length, len(ground.found.steps) - self._run.first)
        if wanted < 2 < group.length:
            # One step more that is as the first was is a step too many.
            return False
        begin = ground.steps(group.runs[0].first, wanted).values
        return ground.steps(self._run.first, wanted).values == begin


def _alike(steps: Steps, known: Steps, first: int) -> int:
    """How many of these steps are as those of the solution from `first` on."""
    width = known.width
    there = Steps(known.values[first * width : (first + len(steps)) * width], width)
    return sum(map(eq, steps.rows(), there.rows()))

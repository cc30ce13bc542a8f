"""Problems: an instance together with its puzzle, and excerpts of a problem.

>>> from cantwont.tasks import problem
>>> three_disks = problem("hanoi", {"size": 3})
>>> three_disks.fewest_steps
7
>>> (found,) = three_disks.lists(three_disks.read("[[1, 0, 2], [2, 0, 1]]"))
>>> len(found.steps), found.solves
(2, False)
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tasks.contract.parameters import Value
from tasks.contract.puzzle import Advance, AnyPuzzle, Kind, Row, Steps
from tasks.contract.simulator import Simulator, State
from tasks.reader.lists import StepList, lists
from tasks.reader.reading import Reading, read
from tasks.registry import puzzle


@dataclass(frozen=True, slots=True)
class Problem(Simulator):
    """An instance together with its puzzle: prompts, reads answers and replays them."""

    def read(self, text: str, start: int = 0, end: int | None = None) -> Reading:
        """Find the steps in a text, in all the forms that the puzzle defines.

        Args:
            text: An answer.
            start: Where to begin, in code points.
            end: Where to stop, in code points; `None` for the end of the text.
        """
        return read(self, text, start, end)

    def lists(self, reading: Reading, *, last_row_counts: bool = False) -> list[StepList]:
        """Return the lists that the answer's author meant, each replayed from the start.

        Args:
            reading: What `read` found.
            last_row_counts: Whether the last of several rows with the same number counts.
        """
        return lists(self, reading, last_row_counts=last_row_counts)

    def window(self, first: int, count: int) -> "Problem":
        """Return the excerpt of `count` steps of a shortest solution from step `first` (counted from 0) on.

        If the puzzle knows the distance to its goal, every step that gets closer is right; if not, only the
        steps of its own solution are.
        """
        return Window(self.puzzle, self.instance, self.state_after(first), count, first)

    def part(self, state: State, count: int) -> "Problem":
        """Return an excerpt of any `count` legal steps from this state; fewer if the goal comes earlier."""
        return Part(self.puzzle, self.instance, state, count)

    def resumed(self, state: State, left: int) -> "Problem":
        """Return the rest of the problem, from this state to its goal: at least `left` more steps."""
        return Excerpt(self.puzzle, self.instance, state, left)


def problem(name: str, parameters: Mapping[str, Value], seed: int = 0) -> Problem:
    """Return the problem with this puzzle, these parameters and this seed.

    Raises:
        UnknownPuzzle: No puzzle has that name.
        BadParameter: A parameter is unknown or missing, or has an invalid value.
    """
    known = puzzle(name)
    return Problem(known, known.generate(parameters, seed))


def given_problem(name: str, data: Mapping[str, object]) -> Problem:
    """Return the problem of this puzzle whose instance is given whole, in place of a drawn one.

    Args:
        name: The puzzle's name.
        data: Its start, goal, rules' parameters and names: docs/instances.md has the fields by puzzle.

    Raises:
        UnknownPuzzle: No puzzle has that name.
        BadInstance: A field is unknown, missing or makes no sense; or the puzzle takes no instance whole.
    """
    known = puzzle(name)
    playing: AnyPuzzle = known.whole or known
    return Problem(playing, playing.take(data))


@dataclass(frozen=True, slots=True)
class Excerpt(Problem):
    """A problem resumed from an intermediate state."""

    begin: State
    needed: int
    """The fewest steps that the excerpt takes."""

    @property
    def fewest_steps(self) -> int:
        """The fewest steps that the excerpt takes."""
        return self.needed

    @property
    def start(self) -> State:
        """The state that the excerpt begins with."""
        return self.begin

    def solution(self, first: int = 0) -> Iterator[Row]:
        """Yield nothing: no solution is known from an arbitrary state, only the distance."""
        del first
        return iter(())

    def state_after(self, count: int) -> State:
        """Return the start for a count of 0, the only one supported, since no solution is known."""
        assert count == 0
        return self.start


@dataclass(frozen=True, slots=True)
class Counted:
    """A state of the puzzle, with the number of steps taken since the excerpt began."""

    state: State
    taken: int


@dataclass(frozen=True, slots=True)
class Part(Excerpt):
    """An excerpt that ends after a given number of steps; its states count them."""

    @property
    def start(self) -> Counted:
        """The state that the excerpt begins with, with no step taken."""
        return Counted(self.begin, 0)

    def is_goal(self, state: Counted) -> bool:
        """Return whether all steps are taken, or the whole puzzle is solved before that."""
        return state.taken >= self.needed or self.puzzle.is_goal(self.instance, state.state)

    def step(self, state: Counted, row: Row) -> Counted | None:
        """Return the state after the step; `None` if it is illegal or wrong."""
        after = self.puzzle.step(self.instance, state.state, row)
        return None if after is None else Counted(after, state.taken + 1)

    def recover(self, state: Counted, row: Row) -> Counted | None:
        """Return the state of a trace after a wrong item; `None` if the rest cannot be judged."""
        after = self.puzzle.recover(self.instance, state.state, row)
        return None if after is None else Counted(after, state.taken + 1)

    def why_not(self, state: Counted, row: Row) -> str:
        """Explain why the step is rejected."""
        return self.puzzle.why_not(self.instance, state.state, row)

    def distance(self, state: Counted) -> int | None:
        """Return the distance to the goal of the whole puzzle, which the excerpt may not reach."""
        return self.puzzle.distance(self.instance, state.state)

    def describe(self, state: Counted) -> str:
        """Describe the state in words."""
        return self.puzzle.describe(self.instance, state.state)

    def options(self, state: Counted) -> Iterator[Row]:
        """Yield every legal step."""
        return self.puzzle.options(self.instance, state.state)

    def advance(self, state: Counted, steps: Steps, first: int = 0) -> Advance[Counted]:
        """Replay with the puzzle's own `advance`, and count the steps."""
        went = self.puzzle.advance(self.instance, state.state, steps, first)
        ends = [self.needed - state.taken] if state.taken + went.taken >= self.needed else []
        if went.goal_at is not None:
            ends.append(went.goal_at)
        goal_at = max(0, min(ends)) if ends else None
        return Advance(Counted(went.state, state.taken + went.taken), went.taken, goal_at)


@dataclass(frozen=True, slots=True)
class Window(Part):
    """A part in which only the steps of a shortest solution are right."""

    first: int
    """How many steps of the solution come before the window."""

    def solution(self, first: int = 0) -> Iterator[Row]:
        """Yield the puzzle's own solution from the beginning of the window on."""
        return self.puzzle.solution(self.instance, self.first + first)

    def state_after(self, count: int) -> Counted:
        """Return the state on the puzzle's own solution."""
        return Counted(self.puzzle.state_after(self.instance, self.first + count), count)

    def step(self, state: Counted, row: Row) -> Counted | None:
        """Return the state after the step; `None` if it does not belong to a shortest solution."""
        stepped = self.puzzle.step(self.instance, state.state, row)
        if stepped is None:
            return None
        after = Counted(stepped, state.taken + 1)
        if self.kind is Kind.TRACE:
            return after
        before, now = self.distance(state), self.distance(after)
        if before is not None and now is not None:
            return after if now == before - 1 else None
        own = self.puzzle.state_after(self.instance, self.first + after.taken)
        return after if after.state == own else None

    def advance(self, state: Counted, steps: Steps, first: int = 0) -> Advance[Counted]:
        """Replay step by step."""
        goal_at = 0 if self.is_goal(state) else None
        taken = 0
        for row in steps.rows(first):
            after = self.step(state, row)
            if after is None:
                break
            state, taken = after, taken + 1
            if goal_at is None and self.is_goal(state):
                goal_at = taken
        return Advance(state, taken, goal_at)

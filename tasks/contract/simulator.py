"""One instance of a puzzle bound to the puzzle: what can be replayed."""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, starmap, takewhile
from operator import eq
from typing import Any

from tasks.contract.puzzle import Advance, AnyInstance, AnyPuzzle, Form, Kind, Prompt, Row, Steps

State = Any
"""A puzzle's own state: a hashable value that only the puzzle looks into."""

_REMEMBERED = 4_096
"""Steps of a solution that are kept in memory; few answers are longer."""


@dataclass(frozen=True, slots=True)
class Simulator:
    """A puzzle and an instance of it: replays steps, and says how they are written.

    All of it delegates to the puzzle, which is stateless and takes the instance with every call. A subclass
    that starts or ends elsewhere (`tasks.problems.Excerpt`) overrides what differs.
    """

    puzzle: AnyPuzzle
    instance: AnyInstance

    @property
    def name(self) -> str:
        """The puzzle's name, e.g. `hanoi`."""
        return self.puzzle.name

    @property
    def kind(self) -> Kind:
        """What its steps are: moves, or items of a trace."""
        return self.puzzle.kind

    @property
    def width(self) -> int:
        """Numbers in a row."""
        return self.puzzle.width

    @property
    def size(self) -> int:
        """The puzzle's own measure of size (disks, items, …)."""
        size: int = self.instance.parameters.size
        return size

    @property
    def canonical(self) -> str:
        """The string that identifies the instance, e.g. `hanoi/size=10/seed=0`."""
        return self.instance.canonical

    # --- what solves it

    @property
    def fewest_steps(self) -> int | None:
        """L, the fewest steps that solve it (of a trace: its items); `None` if it has no solution."""
        return self.puzzle.fewest_steps(self.instance)

    @property
    def start(self) -> State:
        """The state before the first step."""
        return self.puzzle.start(self.instance)

    def is_goal(self, state: State) -> bool:
        """Whether the state solves it."""
        return self.puzzle.is_goal(self.instance, state)

    def distance(self, state: State) -> int | None:
        """Fewest steps from this state to the goal; `None` where that is not cheap to know."""
        return self.puzzle.distance(self.instance, state)

    def solution(self, first: int = 0) -> Iterator[Row]:
        """The steps of a shortest solution from step `first` (counted from 0) on."""
        return self.puzzle.solution(self.instance, first)

    def state_after(self, count: int) -> State:
        """The state after the first `count` steps of the solution."""
        return self.puzzle.state_after(self.instance, count)

    # --- replay

    def step(self, state: State, row: Row) -> State | None:
        """The state after this step; `None` when the step is illegal or wrong."""
        return self.puzzle.step(self.instance, state, row)

    def why_not(self, state: State, row: Row) -> str:
        """For a step that `step` refuses: why, in a few words."""
        return self.puzzle.why_not(self.instance, state, row)

    def recover(self, state: State, row: Row) -> State | None:
        """Where a trace stands after a wrong item; `None` if the rest cannot be judged."""
        return self.puzzle.recover(self.instance, state, row)

    def options(self, state: State) -> Iterator[Row]:
        """Every legal step from this state; traces give none."""
        return self.puzzle.options(self.instance, state)

    def advance(self, state: State, steps: Steps, first: int = 0) -> Advance[State]:
        """Replay steps from `first` on until one is illegal."""
        return self.puzzle.advance(self.instance, state, steps, first)

    # --- words

    @property
    def prompt(self) -> Prompt:
        """The parts of the prompt."""
        return self.puzzle.prompt(self.instance)

    @property
    def forms(self) -> tuple[Form, ...]:
        """The forms in which its steps are found in answers, the most telling first."""
        return self.puzzle.forms(self.instance)

    def describe(self, state: State) -> str:
        """A state in the words of the prompt."""
        return self.puzzle.describe(self.instance, state)

    def format(self, rows: Iterable[Row]) -> Iterator[str]:
        """An answer in the asked format, piece by piece; the pieces joined are the answer."""
        return self.puzzle.format(self.instance, rows)

    def settle(self, steps: Steps) -> Steps:
        """Steps as read, put into the instance's own numbers where the answer used others throughout."""
        return self.puzzle.settle(self.instance, steps)

    def noise(self, text: str) -> Iterator[tuple[int, int]]:
        """Spans of the text that look like steps but are not."""
        return self.puzzle.noise(self.instance, text)

    # --- the known solution, and where a list leaves it

    @property
    def known_solution(self) -> "KnownSolution":
        """The first steps of the solution and their replay, worked out once for all answers."""
        return _known_solution(self)

    def lost_at(self, steps: Steps, written: int) -> int | None:
        """Number (from 1) of the first of these steps that is illegal or off every shortest way to the goal.

        Off means that the distance to the goal did not fall by one, or is no longer known: the contract keeps
        that for states on no shortest way. `None`: all steps are on a shortest way. Where the puzzle knows no
        distance at all, this is the first illegal step: an upper bound on ability, not a measure of it.

        Args:
            steps: A list, replayed from the start.
            written: How many of them count.
        """
        on_course = self._in_common(steps, written)
        state = self.state_after(on_course)
        left = self.distance(state)
        for index in range(on_course, written):
            after = self.step(state, steps.row(index))
            if after is None:
                return index + 1
            now = self.distance(after)
            if left is not None and now != left - 1:
                return index + 1
            state, left = after, now
        return None

    def _in_common(self, steps: Steps, written: int) -> int:
        """How many of these steps are those of the known solution: found by bisection on equal prefixes."""
        known = self.known_solution.steps
        same, differ = 0, min(written, len(known)) + 1
        while differ - same > 1:
            middle = (same + differ) // 2
            begin, end = same * known.width, middle * known.width
            if steps.values[begin:end] == known.values[begin:end]:
                same = middle
            else:
                differ = middle
        if same < _REMEMBERED:
            return same
        following = zip(steps.rows(same), self.solution(same), strict=False)
        return same + sum(1 for _ in takewhile(bool, starmap(eq, islice(following, written - same))))


@dataclass(frozen=True, slots=True)
class KnownSolution:
    """The first steps of a solution, and their replay."""

    steps: Steps
    advance: Advance[State]


@lru_cache(maxsize=64)
def _known_solution(simulator: Hashable) -> KnownSolution:
    assert isinstance(simulator, Simulator)
    steps = Steps.of(islice(simulator.solution(), _REMEMBERED), simulator.width)
    return KnownSolution(steps, simulator.advance(simulator.start, steps))

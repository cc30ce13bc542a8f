"""A simulator: one instance bound to its puzzle, ready to replay steps."""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, starmap, takewhile
from operator import eq
from typing import Any

from tasks.contract.puzzle import Advance, AnyInstance, AnyPuzzle, Form, Kind, Prompt, Row, Steps

State = Any
"""A puzzle's own state: a hashable value, opaque to everything but the puzzle."""

_REMEMBERED = 4_096
"""How many steps of a solution are kept in memory; few answers are longer."""


@dataclass(frozen=True, slots=True)
class Simulator:
    """A puzzle and one of its instances: replays steps, and knows how they are written.

    Everything is delegated to the puzzle, which is stateless and takes the instance with every call. A
    subclass that starts or ends elsewhere (`tasks.problems.Excerpt`) overrides what differs.
    """

    puzzle: AnyPuzzle
    instance: AnyInstance

    @property
    def name(self) -> str:
        """The puzzle's name, e.g. `hanoi`."""
        return self.puzzle.name

    @property
    def kind(self) -> Kind:
        """What the steps are: moves, or items of a trace."""
        return self.puzzle.kind

    @property
    def width(self) -> int:
        """How many numbers a row has."""
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
        """L, the fewest steps that solve it (for a trace: its items); `None` if none, or not known."""
        return self.puzzle.fewest_steps(self.instance)

    @property
    def solvable(self) -> bool | None:
        """Whether it has a solution; `None` if that is not known, as may be of an instance given whole."""
        return self.puzzle.solvable(self.instance)

    @property
    def start(self) -> State:
        """The state before the first step."""
        return self.puzzle.start(self.instance)

    def is_goal(self, state: State) -> bool:
        """Return whether the state solves it."""
        return self.puzzle.is_goal(self.instance, state)

    def distance(self, state: State) -> int | None:
        """Return the fewest steps from this state to the goal; `None` if that is not cheap to compute."""
        return self.puzzle.distance(self.instance, state)

    def solution(self, first: int = 0) -> Iterator[Row]:
        """Yield the steps of a shortest solution from step `first` (counted from 0) on."""
        return self.puzzle.solution(self.instance, first)

    def state_after(self, count: int) -> State:
        """Return the state after the first `count` steps of the solution."""
        return self.puzzle.state_after(self.instance, count)

    # --- replay

    def step(self, state: State, row: Row) -> State | None:
        """Return the state after this step; `None` if the step is illegal or wrong."""
        return self.puzzle.step(self.instance, state, row)

    def why_not(self, state: State, row: Row) -> str:
        """Explain in a few words why `step` rejects a step."""
        return self.puzzle.why_not(self.instance, state, row)

    def recover(self, state: State, row: Row) -> State | None:
        """Return the state of a trace after a wrong item; `None` if the rest cannot be judged."""
        return self.puzzle.recover(self.instance, state, row)

    def options(self, state: State) -> Iterator[Row]:
        """Yield every legal step from this state; nothing for traces."""
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
        """The forms in which steps are found in answers, the most distinctive first."""
        return self.puzzle.forms(self.instance)

    def describe(self, state: State) -> str:
        """Describe a state in the wording of the prompt."""
        return self.puzzle.describe(self.instance, state)

    def format(self, rows: Iterable[Row]) -> Iterator[str]:
        """Yield an answer in the requested format, in pieces whose concatenation is the answer."""
        return self.puzzle.format(self.instance, rows)

    def settle(self, steps: Steps) -> Steps:
        """Convert steps as read to the instance's own numbering if the answer used another throughout."""
        return self.puzzle.settle(self.instance, steps)

    def noise(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield spans of the text that look like steps but are not."""
        return self.puzzle.noise(self.instance, text)

    # --- the known solution, and where a list departs from it

    @property
    def known_solution(self) -> "KnownSolution":
        """The first steps of the solution and their replay, computed once for all answers."""
        return _known_solution(self)

    def lost_at(self, steps: Steps, written: int) -> int | None:
        """Return the number (from 1) of the first step that is illegal or leaves every shortest path.

        A step leaves the shortest paths to the goal if the distance does not fall by one, or is no longer
        known, which the contract reserves for states off every shortest path. `None` if all steps stay on a
        shortest path. If the puzzle knows no distances at all, this is the first illegal step: an upper
        bound on ability, not a measure of it.

        Args:
            steps: A list of steps, replayed from the start.
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
        """Count the leading steps shared with the known solution, by bisection on equal prefixes."""
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

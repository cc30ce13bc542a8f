"""The same puzzle taken up somewhere else: from a state in the middle, to the goal or for so many steps."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from tasks.contract.puzzle import Advance, AnyInstance, AnyPuzzle, Kind, Row, Steps


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stretch stands."""

    state: Any
    """The puzzle's own state."""
    taken: int
    """Steps since the beginning of the stretch."""


def resumed(puzzle: AnyPuzzle, state: Any, left: int) -> AnyPuzzle:
    """The puzzle from this state on to its goal, which takes at least `left` steps more."""
    return cast("AnyPuzzle", _Stretch(puzzle, state, left))


def part(puzzle: AnyPuzzle, state: Any, count: int) -> AnyPuzzle:
    """Any `count` legal steps of the puzzle from this state on; fewer where the goal comes before."""
    return cast("AnyPuzzle", _Part(puzzle, state, count))


def window(puzzle: AnyPuzzle, instance: AnyInstance, first: int, count: int) -> AnyPuzzle:
    """Steps `first` (counted from 0) to `first + count` of a shortest solution, and no others.

    Where the puzzle knows the distance to its goal, every step that comes nearer is right; where it does not,
    those of its own solution are.
    """
    return cast("AnyPuzzle", _Window(puzzle, instance, first, count))


class _Stretch:
    """All that is not said here is as the puzzle has it."""

    def __init__(self, puzzle: AnyPuzzle, state: Any, needed: int) -> None:
        self._puzzle, self._state, self._needed = puzzle, state, needed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._puzzle, name)

    def start(self, instance: AnyInstance) -> Any:
        """The state it is taken up from."""
        del instance
        return self._state

    def fewest_steps(self, instance: AnyInstance) -> int:
        """The steps of the stretch."""
        del instance
        return self._needed

    def solution(self, instance: AnyInstance, first: int = 0) -> Iterator[Row]:
        """Not known from an arbitrary state; the distance says what leads nearer."""
        del instance, first
        return iter(())

    def state_after(self, instance: AnyInstance, count: int) -> Any:
        """The start alone, as long as no solution is known."""
        assert count == 0
        return self.start(instance)


class _Part(_Stretch):
    """Counts the steps, since their number ends it."""

    def start(self, instance: AnyInstance) -> Place:
        del instance
        return Place(self._state, 0)

    def is_goal(self, instance: AnyInstance, place: Place) -> bool:
        """Whether all its steps are taken, or the puzzle is solved before."""
        return place.taken >= self._needed or self._puzzle.is_goal(instance, place.state)

    def step(self, instance: AnyInstance, place: Place, row: Row) -> Place | None:
        """Where the step leads."""
        after = self._puzzle.step(instance, place.state, row)
        return None if after is None else Place(after, place.taken + 1)

    def recover(self, instance: AnyInstance, place: Place, row: Row) -> Place | None:
        """Where a trace stands after a wrong item."""
        after = self._puzzle.recover(instance, place.state, row)
        return None if after is None else Place(after, place.taken + 1)

    def why_not(self, instance: AnyInstance, place: Place, row: Row) -> str:
        """Why the step is refused."""
        return self._puzzle.why_not(instance, place.state, row)

    def distance(self, instance: AnyInstance, place: Place) -> int | None:
        """To the goal of the puzzle, which the stretch may not reach."""
        return self._puzzle.distance(instance, place.state)

    def describe(self, instance: AnyInstance, place: Place) -> str:
        """The state in words."""
        return self._puzzle.describe(instance, place.state)

    def options(self, instance: AnyInstance, place: Place) -> Iterator[Row]:
        """Every legal step."""
        return self._puzzle.options(instance, place.state)

    def advance(self, instance: AnyInstance, place: Place, steps: Steps, first: int = 0) -> Advance[Place]:
        """Replay in the puzzle's own way, and count."""
        went = self._puzzle.advance(instance, place.state, steps, first)
        ends = [self._needed - place.taken] if place.taken + went.taken >= self._needed else []
        if went.goal_at is not None:
            ends.append(went.goal_at)
        goal_at = max(0, min(ends)) if ends else None
        return Advance(Place(went.state, place.taken + went.taken), went.taken, goal_at)


class _Window(_Part):
    """Only steps of a shortest solution are right."""

    def __init__(self, puzzle: AnyPuzzle, instance: AnyInstance, first: int, count: int) -> None:
        super().__init__(puzzle, puzzle.state_after(instance, first), count)
        self._first = first

    def solution(self, instance: AnyInstance, first: int = 0) -> Iterator[Row]:
        """The puzzle's own, from the beginning of the window on."""
        return self._puzzle.solution(instance, self._first + first)

    def state_after(self, instance: AnyInstance, count: int) -> Place:
        """On the puzzle's own solution."""
        return Place(self._puzzle.state_after(instance, self._first + count), count)

    def step(self, instance: AnyInstance, place: Place, row: Row) -> Place | None:
        """Where the step leads, if it is one of a shortest solution."""
        after = super().step(instance, place, row)
        if after is None or self._puzzle.kind is Kind.TRACE:
            return after
        before, now = (self._puzzle.distance(instance, at.state) for at in (place, after))
        if before is not None and now is not None:
            return after if now == before - 1 else None
        own = self._puzzle.state_after(instance, self._first + after.taken)
        return after if after.state == own else None

    def advance(self, instance: AnyInstance, place: Place, steps: Steps, first: int = 0) -> Advance[Place]:
        """Step by step."""
        goal_at = 0 if self.is_goal(instance, place) else None
        taken = 0
        for row in steps.rows(first):
            after = self.step(instance, place, row)
            if after is None:
                break
            place, taken = after, taken + 1
            if goal_at is None and self.is_goal(instance, place):
                goal_at = taken
        return Advance(place, taken, goal_at)

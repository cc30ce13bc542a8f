"""One list out of the answers of several turns: continued, overlapping, or written anew."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from evals.labelling.answer import Answer
from evals.labelling.evidence import Facts
from tasks import AnyInstance, AnyPuzzle, Place, Steps

_ALIKE = 3
"""A list that repeats as many steps of the beginning may be the whole list again."""
_OVERLAP = 1000
"""So many steps at most are looked for at the end of the list so far."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The list so far, replayed from the start of the instance."""

    steps: Steps
    right: int
    """How many steps are legal before the first that is not."""
    state: Any
    """After the last legal step: of those, or of a turn that went on behind an error."""

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def first_error(self) -> int | None:
        """Number of its first illegal step, from 1."""
        return self.right + 1 if self.right < len(self) else None

    @classmethod
    def empty(cls, puzzle: AnyPuzzle, instance: AnyInstance) -> Self:
        """Before the first turn."""
        return cls(Steps.of((), puzzle.width), 0, puzzle.start(instance))

    @classmethod
    def of(cls, puzzle: AnyPuzzle, instance: AnyInstance, steps: Steps) -> Self:
        """These steps, replayed."""
        went = puzzle.advance(instance, puzzle.start(instance), steps)
        return cls(steps, went.taken, went.state)

    def cut(self, puzzle: AnyPuzzle, instance: AnyInstance, count: int) -> "Joined":
        """Its first `count` steps."""
        return self if count == len(self) else Joined.of(puzzle, instance, _first(self.steps, count))


@dataclass(frozen=True, slots=True)
class Taken:
    """An answer of a later turn, as a part of the whole."""

    facts: Facts
    """Of the answer, as an answer to what was still to be done; or to the whole, where it begins anew."""
    before: Joined
    """The steps before its own."""

    @property
    def reached(self) -> int:
        """How many steps are right then, from the start of the instance on."""
        right = self.before.right
        return right if self.before.first_error is not None else right + self.facts.right

    def joined(self, puzzle: AnyPuzzle, instance: AnyInstance) -> Joined:
        """The list with the steps of this answer, up to its first mark of abridging."""
        main = self.facts.main
        if main is None:
            return self.before
        own = _first(main.steps, self.facts.written)
        steps = Steps(self.before.steps.values + own.values, own.width)
        if self.before.first_error is not None:
            state = main.advance.state
            after = state.state if isinstance(state, Place) else state
            return Joined(steps, self.before.right, after)
        return Joined.of(puzzle, instance, steps)


def take(  # noqa: PLR0913 - all that decides how it is read
    puzzle: AnyPuzzle,
    instance: AnyInstance,
    so_far: Joined,
    answer: Answer,
    rest: Callable[[Joined], AnyPuzzle],
    *,
    begins_anew: bool = True,
) -> Taken:
    """Read an answer that goes on with a list.

    It may repeat the last steps of the list, or write the whole list anew; what leads further counts.

    Args:
        puzzle: the puzzle of the instance.
        instance: the instance.
        so_far: the list of the turns before.
        answer: the answer of this turn.
        rest: what was to be done after a list, as a puzzle from there on.
        begins_anew: whether it may be the whole list again.
    """
    anew = Facts(puzzle, instance, answer)
    if not len(so_far):
        return Taken(Facts(rest(so_far), instance, answer), so_far)
    if anew.main is None:
        return Taken(anew, so_far)
    own = anew.main.steps
    ways = [
        _onward(puzzle, instance, so_far, answer, rest, repeated)
        for repeated in {_overlap(so_far.steps, own), 0}
    ]
    onward = max(ways, key=lambda way: (way.reached, -len(way.before)))
    again = _first(own, _ALIKE).values == _first(so_far.steps, _ALIKE).values
    further = anew.solves or anew.right > onward.reached or (again and anew.right == onward.reached)
    if begins_anew and further:
        return Taken(anew, Joined.empty(puzzle, instance))
    return onward


def _onward(  # noqa: PLR0913, PLR0917 - as `take`
    puzzle: AnyPuzzle,
    instance: AnyInstance,
    so_far: Joined,
    answer: Answer,
    rest: Callable[[Joined], AnyPuzzle],
    repeated: int,
) -> Taken:
    """The answer as going on with the list, of which it repeats so many steps."""
    before = so_far.cut(puzzle, instance, len(so_far) - repeated)
    return Taken(Facts(rest(before), instance, answer), before)


def _overlap(before: Steps, after: Steps) -> int:
    """How many steps at the end of one list stand at the beginning of the next."""
    width = before.width
    longest = min(len(before), len(after), _OVERLAP)
    tail, head = before.values[-longest * width :], after.values[: longest * width]
    return next(
        (size for size in range(longest, 0, -1) if tail[(longest - size) * width :] == head[: size * width]),
        0,
    )


def _first(steps: Steps, count: int) -> Steps:
    return steps if count >= len(steps) else Steps(steps.values[: count * steps.width], steps.width)

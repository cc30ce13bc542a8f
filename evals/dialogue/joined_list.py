"""One list out of the answers of several turns: continued, overlapping, or written anew."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from evals.labelling.answer import Answer
from evals.labelling.evidence import AnswerEvidence
from tasks import Counted, Problem, Steps

_ALIKE = 3
"""A list that repeats as many steps of the beginning may be the whole list again."""
_OVERLAP = 1000
"""So many steps at most are looked for at the end of the list so far."""


@dataclass(frozen=True, slots=True)
class JoinedList:
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
    def empty(cls, problem: Problem) -> Self:
        """Before the first turn."""
        return cls(Steps.of((), problem.width), 0, problem.start)

    @classmethod
    def of(cls, problem: Problem, steps: Steps) -> Self:
        """These steps, replayed."""
        went = problem.advance(problem.start, steps)
        return cls(steps, went.taken, went.state)

    def cut(self, problem: Problem, count: int) -> "JoinedList":
        """Its first `count` steps."""
        return self if count == len(self) else JoinedList.of(problem, _first(self.steps, count))


@dataclass(frozen=True, slots=True)
class Continuation:
    """An answer of a later turn, as a part of the whole."""

    evidence: AnswerEvidence
    """Of the answer, as an answer to what was still to be done; or to the whole, where it begins anew."""
    before: JoinedList
    """The steps before its own."""

    @property
    def reached(self) -> int:
        """How many steps are right then, from the start of the instance on."""
        right = self.before.right
        return right if self.before.first_error is not None else right + self.evidence.right

    def joined(self, problem: Problem) -> JoinedList:
        """The list with the steps of this answer, up to its first mark of abridging."""
        main = self.evidence.main
        if main is None:
            return self.before
        own = _first(main.steps, self.evidence.written)
        steps = Steps(self.before.steps.values + own.values, own.width)
        if self.before.first_error is not None:
            state = main.advance.state
            after = state.state if isinstance(state, Counted) else state
            return JoinedList(steps, self.before.right, after)
        return JoinedList.of(problem, steps)


def read_continuation(
    problem: Problem,
    so_far: JoinedList,
    answer: Answer,
    rest: Callable[[JoinedList], Problem],
    *,
    begins_anew: bool = True,
) -> Continuation:
    """Read an answer that goes on with a list.

    It may repeat the last steps of the list, or write the whole list anew; what leads further counts.

    Args:
        problem: what was asked.
        so_far: the list of the turns before.
        answer: the answer of this turn.
        rest: what was to be done after a list, as a problem from there on.
        begins_anew: whether it may be the whole list again.
    """
    anew = AnswerEvidence(problem, answer)
    if not len(so_far):
        return Continuation(AnswerEvidence(rest(so_far), answer), so_far)
    if anew.main is None:
        return Continuation(anew, so_far)
    own = anew.main.steps
    ways = [_onward(problem, so_far, answer, rest, repeated) for repeated in {_overlap(so_far.steps, own), 0}]
    onward = max(ways, key=lambda way: (way.reached, -len(way.before)))
    again = _first(own, _ALIKE).values == _first(so_far.steps, _ALIKE).values
    further = anew.solves or anew.right > onward.reached or (again and anew.right == onward.reached)
    if begins_anew and further:
        return Continuation(anew, JoinedList.empty(problem))
    return onward


def _onward(
    problem: Problem,
    so_far: JoinedList,
    answer: Answer,
    rest: Callable[[JoinedList], Problem],
    repeated: int,
) -> Continuation:
    """The answer as going on with the list, of which it repeats so many steps."""
    before = so_far.cut(problem, len(so_far) - repeated)
    return Continuation(AnswerEvidence(rest(before), answer), before)


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

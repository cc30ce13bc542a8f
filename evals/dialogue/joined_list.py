"""Joins the answers of several turns to one list: continued, overlapping, or written again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from evals.labelling.answer import Answer
from evals.labelling.evidence import AnswerEvidence
from tasks import Counted, Problem, Steps

_ALIKE = 3
"""An answer that repeats this many steps of the beginning may be the whole list again."""
_OVERLAP = 1000
"""Maximum overlap, in steps, between the end of the list so far and an answer."""


@dataclass(frozen=True, slots=True)
class JoinedList:
    """The list so far, replayed from the start of the instance."""

    steps: Steps
    right: int
    """Number of legal steps before the first illegal one."""
    state: Any
    """The state after the last legal step, which may belong to a turn that continued after an error."""

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def first_error(self) -> int | None:
        """Number of the first illegal step, counted from 1."""
        return self.right + 1 if self.right < len(self) else None

    @classmethod
    def empty(cls, problem: Problem) -> Self:
        """Return the empty list, as before the first turn."""
        return cls(Steps.of((), problem.width), 0, problem.start)

    @classmethod
    def of(cls, problem: Problem, steps: Steps) -> Self:
        """Replay these steps."""
        went = problem.advance(problem.start, steps)
        return cls(steps, went.taken, went.state)

    def cut(self, problem: Problem, count: int) -> "JoinedList":
        """Return the list of the first `count` steps."""
        return self if count == len(self) else JoinedList.of(problem, _first(self.steps, count))


@dataclass(frozen=True, slots=True)
class Continuation:
    """An answer of a later turn, as a part of the whole list."""

    evidence: AnswerEvidence
    """From the answer read as a solution of what remained, or of the whole problem if it starts over."""
    before: JoinedList
    """The steps that precede those of the answer."""

    @property
    def reached(self) -> int:
        """The number of correct steps including this answer, from the start of the instance."""
        right = self.before.right
        return right if self.before.first_error is not None else right + self.evidence.right

    def joined(self, problem: Problem) -> JoinedList:
        """Return the list extended by the steps of this answer, up to its first elision."""
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
    """Read an answer that continues a list.

    It may repeat the last steps of the list, or write the whole list again; the reading that gets further
    counts.

    Args:
        problem: what was asked.
        so_far: the list of the previous turns.
        answer: the answer of this turn.
        rest: returns what remains to be done after a list, as a problem of its own.
        begins_anew: whether the answer may be the whole list again.
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
    """Read the answer as a continuation that repeats the last `repeated` steps of the list."""
    before = so_far.cut(problem, len(so_far) - repeated)
    return Continuation(AnswerEvidence(rest(before), answer), before)


def _overlap(before: Steps, after: Steps) -> int:
    """Return how many steps at the end of one list are repeated at the beginning of the next."""
    width = before.width
    longest = min(len(before), len(after), _OVERLAP)
    tail, head = before.values[-longest * width :], after.values[: longest * width]
    return next(
        (size for size in range(longest, 0, -1) if tail[(longest - size) * width :] == head[: size * width]),
        0,
    )


def _first(steps: Steps, count: int) -> Steps:
    return steps if count >= len(steps) else Steps(steps.values[: count * steps.width], steps.width)

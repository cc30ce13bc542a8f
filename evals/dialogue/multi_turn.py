"""Conversations of several turns whose answers together write one list."""

from abc import abstractmethod
from dataclasses import replace

from evals.dialogue.dialogue import Dialogue
from evals.dialogue.ending import Ending
from evals.dialogue.joined_list import Continuation, JoinedList, read_continuation
from evals.labelling.answer import Answer, visible
from evals.labelling.rules import label_evidence
from evals.record.exchange import Message
from evals.record.outcome import STOPS, Evidence, Label, TurnEnd
from evals.record.trial import Trial
from tasks import Problem


class ListInTurns(Dialogue):
    """A list written by several answers."""

    def __init__(self, trial: Trial, problem: Problem) -> None:
        super().__init__(trial, problem)
        needed = problem.fewest_steps
        assert needed is not None, "the arm suits no instance without a solution"
        self.needed = needed
        self.joined = JoinedList.empty(problem)
        self.by_turn: tuple[TurnEnd, ...] = ()
        self.last: Answer
        self.last_step: str | None = None
        """As the model wrote it; `None` before the first."""
        self.said: Ending
        """How the last answer ended, labelled as an answer to its own turn."""
        self.whole: Ending
        """How the trial ends if no more turns follow."""

    def _take(self, answer: Answer, reason: str) -> None:
        earlier = self.whole if self.taken > 1 else None
        taken = read_continuation(self.problem, self.joined, answer, self.rest, begins_anew=self.begins_anew)
        self.joined = taken.joined(self.problem)
        self.last = answer
        self._note_last_step(taken)
        self.said = self._said(Ending.of(label_evidence(taken.evidence), self.taken), taken)
        strayed = self.problem.lost_at(self.joined.steps, len(self.joined))
        merged = self._merged(taken, earlier, strayed)
        end = TurnEnd(
            turn=self.taken,
            reason=reason,
            label=self.said.label,
            written=merged.written,
            right=merged.right,
            lost_at=strayed,
        )
        self.by_turn = (*self.by_turn, end)
        self.whole = replace(merged, by_turn=self.by_turn)

    def _said(self, ending: Ending, taken: Continuation) -> Ending:  # noqa: ARG002 - for parts
        """Return how an answer ended, labelled as an answer to its own turn."""
        return ending

    def _note_last_step(self, taken: Continuation) -> None:
        self.last_step = taken.evidence.last_step or self.last_step

    def ending(self) -> Ending:
        """Return the ending of all turns together."""
        return self.whole

    @abstractmethod
    def rest(self, so_far: JoinedList) -> Problem:
        """Return what the next answer should write, as a problem of its own."""

    @property
    def begins_anew(self) -> bool:
        """Whether the next answer may be the whole list again."""
        return True

    @property
    def solved(self) -> bool:
        """Whether all steps are legal and end at the goal."""
        whole = self.joined.first_error is None
        return whole and self.problem.is_goal(self.joined.state)

    def steps_left(self, so_far: JoinedList) -> int:
        """Return the steps still needed: the exact distance if known, else the minimum less those written."""
        known = self.problem.distance(so_far.state)
        return max(1, self.needed - len(so_far) if known is None else known)

    def _merged(self, taken: Continuation, earlier: Ending | None, strayed: int | None) -> Ending:
        written = len(self.joined)
        wrong = self.joined.first_error
        off_course = strayed is not None and strayed <= self.joined.right
        labelled = self._labelled(earlier, wrong)
        ending = replace(
            labelled,
            evidence=_with_first_error(labelled, taken, earlier),
            written=written,
            right=self.joined.right,
            first_error=wrong,
            lost_at=strayed,
        ).without("off_course")
        if ending.label is Label.LOGIC_ERROR and strayed is None:
            ending = replace(ending, lost_at=max(1, min(written, self.needed)))
        if ending.label is Label.SOLVED:
            ending = replace(ending, first_error=None, lost_at=None)
        if taken.evidence.any_steps and len(taken.before) == 0 and earlier is not None and earlier.written:
            ending = ending.flagged("restarts")
        return ending.flagged("off_course") if off_course and ending.label is not Label.SOLVED else ending

    def _labelled(self, earlier: Ending | None, wrong: int | None) -> Ending:
        said = self.said
        if self.solved and said.label is not Label.FILTERED:
            reason = "the steps of all turns are legal from the start and end at the goal"
            return replace(said, label=Label.SOLVED, reason=reason, evidence=())
        match said.label:
            case Label.SOLVED if wrong is not None:
                return replace(said, label=Label.LOGIC_ERROR, reason="a step is illegal or wrong")
            case Label.REFUSAL if len(self.joined):
                return replace(said, label=Label.GIVE_UP, reason="asked to go on, it declines")
            case Label.NO_ANSWER if earlier is not None and earlier.label in STOPS:
                reason = "it had stopped by its own choice, and asked to go on it wrote nothing more"
                return replace(earlier, reason=reason)
            case Label.MALFORMED if earlier is not None and earlier.label in STOPS:
                reason = (
                    "it had stopped by its own choice, and what it wrote when asked to go on cannot be read"
                )
                return replace(earlier, reason=reason)
        return said


def _with_first_error(ending: Ending, taken: Continuation, earlier: Ending | None) -> tuple[Evidence, ...]:
    """Return the evidence; of errors in several turns, only the first one is shown."""
    if taken.before.first_error is None or earlier is None:
        return ending.evidence
    first = tuple(place for place in earlier.evidence if place.shows == _FIRST_ERROR)
    return (*(place for place in ending.evidence if place.shows != _FIRST_ERROR), *first)


_FIRST_ERROR = "first_error"


def onward(answer: Answer, asked: str) -> tuple[Message, ...]:
    """Return the messages of the next turn: the last answer, and the reply to it."""
    return Message(role="assistant", content=said_by(answer)), Message(role="user", content=asked)


def said_by(answer: Answer) -> str:
    """Return an answer as it is sent back: without its thinking, since chat templates leave it out."""
    start, end, _ = visible(answer.content)
    return answer.content[start:end].strip() or answer.refusal or "(nothing)"

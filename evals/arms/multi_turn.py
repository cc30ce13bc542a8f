"""Conversations of several turns, whose answers write one list together."""

from abc import abstractmethod
from dataclasses import replace

from evals.arms.dialogue import Dialogue, Turn
from evals.arms.ending import Ending
from evals.arms.joined_list import Joined, Taken, take
from evals.arms.prompts import ChunkOptions, NudgeOptions, next_chunk, nudge
from evals.labelling.answer import Answer, visible
from evals.labelling.phrases.phrase import Shows
from evals.labelling.rules import verdict_of
from evals.record.exchange import Message
from evals.record.outcome import Evidence, Label, TurnEnd
from evals.record.trial import Trial
from tasks import AnyInstance, AnyPuzzle, lost_at, part, resumed


class _Several(Dialogue):
    """A list that several answers write together."""

    def __init__(self, trial: Trial, puzzle: AnyPuzzle, instance: AnyInstance) -> None:
        super().__init__(trial, puzzle, instance)
        needed = puzzle.fewest_steps(instance)
        assert needed is not None, "the arm suits no instance without a solution"
        self.needed = needed
        self.joined = Joined.empty(puzzle, instance)
        self.by_turn: tuple[TurnEnd, ...] = ()
        self.last: Answer
        self.last_step: str | None = None
        """In its own words; `None` before the first."""
        self.said: Ending
        """How the last answer ended, as an answer to its own turn."""
        self.whole: Ending
        """How the trial has ended, were it over now."""

    def _take(self, answer: Answer, reason: str) -> None:
        earlier = self.whole if self.taken > 1 else None
        taken = take(self.puzzle, self.instance, self.joined, answer, self.rest, begins_anew=self.begins_anew)
        self.joined = taken.joined(self.puzzle, self.instance)
        self.last = answer
        self._note_last_step(taken)
        self.said = self._said(Ending.of(verdict_of(taken.facts), answer, self.taken), taken)
        strayed = lost_at(self.puzzle, self.instance, self.joined.steps, len(self.joined))
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

    def _said(self, ending: Ending, taken: Taken) -> Ending:  # noqa: ARG002 - for parts
        """How an answer ended, as an answer to its turn."""
        return ending

    def _note_last_step(self, taken: Taken) -> None:
        main = taken.facts.main
        if main is not None and taken.facts.written:
            start, end = main.span(taken.facts.written - 1)
            self.last_step = self.last.content[start:end].strip()

    def ending(self) -> Ending:
        return self.whole

    @abstractmethod
    def rest(self, so_far: Joined) -> AnyPuzzle:
        """What the next answer is to write, as a puzzle of its own."""

    @property
    def begins_anew(self) -> bool:
        """Whether the next answer may be the whole list again."""
        return True

    @property
    def solved(self) -> bool:
        """Whether all steps are legal and end at the goal."""
        whole = self.joined.first_error is None
        return whole and self.puzzle.is_goal(self.instance, self.joined.state)

    def left(self, so_far: Joined) -> int:
        """Steps to the goal: the fewest, where the puzzle knows them, else those that the fewest leave."""
        known = self.puzzle.distance(self.instance, so_far.state)
        return max(1, self.needed - len(so_far) if known is None else known)

    def _merged(self, taken: Taken, earlier: Ending | None, strayed: int | None) -> Ending:
        """What the answer and those before it come to."""
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
        if taken.facts.any_steps and len(taken.before) == 0 and earlier is not None and earlier.written:
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
            case Label.NO_ANSWER if earlier is not None and earlier.label in _STOPS:
                reason = "it had stopped by its own choice, and asked to go on it wrote nothing more"
                return replace(earlier, reason=reason)
        return said


def _with_first_error(ending: Ending, taken: Taken, earlier: Ending | None) -> tuple[Evidence, ...]:
    """Its evidence; of errors in several turns the first one is shown."""
    if taken.before.first_error is None or earlier is None:
        return ending.evidence
    first = tuple(place for place in earlier.evidence if place.shows == _FIRST_ERROR)
    return (*(place for place in ending.evidence if place.shows != _FIRST_ERROR), *first)


_FIRST_ERROR = "first_error"
_STOPS = (Label.REFUSAL, Label.GIVE_UP)


class Nudges(_Several):
    """Whenever it stops by choice it is told to go on, a few times."""

    def rest(self, so_far: Joined) -> AnyPuzzle:
        """The whole list at first, then all that is left of it."""
        if not len(so_far):
            return self.puzzle
        return resumed(self.puzzle, so_far.state, self.left(so_far))

    def following(self) -> Turn | None:
        """A nudge, after a refusal or a give-up."""
        most = NudgeOptions.model_validate(self.trial.options).k
        if self.whole.label not in _STOPS or self.taken > most:
            return None
        return Turn(
            self.taken + 1,
            "nudge",
            _onward(self.last, nudge(self.last_step, len(self.joined), self.puzzle.kind)),
        )


class Chunks(_Several):
    """So many steps a turn, until the goal is reached or it is plain that it will not be."""

    def __init__(self, trial: Trial, puzzle: AnyPuzzle, instance: AnyInstance) -> None:
        super().__init__(trial, puzzle, instance)
        self.options = ChunkOptions.model_validate(trial.options)
        self.most = 2 * -(-self.needed // self.options.p) + 1
        """Turns: twice those that are needed, since answers may be shorter than asked for."""

    def rest(self, so_far: Joined) -> AnyPuzzle:
        """The next few steps."""
        return part(self.puzzle, so_far.state, min(self.options.p, self.left(so_far)))

    def _said(self, ending: Ending, taken: Taken) -> Ending:
        """A part that is announced as one is what was asked for."""
        main = taken.facts.main
        if main is not None and ending.label is Label.GIVE_UP and _announces(ending.evidence[0], main.start):
            return replace(ending, label=Label.LOGIC_ERROR, reason="the part is shorter than asked for")
        return ending

    @property
    def begins_anew(self) -> bool:
        """Told that a step was wrong and how it stands, it goes on from there, be that at the start."""
        return self.options.state == "own" or self.joined.first_error is None

    def following(self) -> Turn | None:
        """The request for the next part, until the goal is reached or out of reach."""
        if self.solved or self.said.label not in _GOING_ON or self.taken >= self.most:
            return None
        wrong = self.joined.first_error
        if (wrong is not None and self.options.on_error == "stop") or not self._went_on:
            return None
        restated = self.options.state == "restated"
        state = self.puzzle.describe(self.instance, self.joined.state) if restated else None
        asked = next_chunk(
            self.options.p, self.puzzle.kind, state, wrong if self.said.first_error is not None else None
        )
        return Turn(self.taken + 1, "chunk", _onward(self.last, asked))

    @property
    def _went_on(self) -> bool:
        before = self.by_turn[-2].written if len(self.by_turn) > 1 else 0
        return len(self.joined) != before

    def _labelled(self, earlier: Ending | None, wrong: int | None) -> Ending:
        """As an answer to its turn a part can be whole, and the list is not."""
        ending = super()._labelled(earlier, wrong)
        if ending.label is Label.NO_ANSWER and len(self.joined) and self.last.content.strip():
            reason = "it stops short without any mark of abridging"
            return replace(ending, label=Label.LOGIC_ERROR, reason=reason).flagged("silent_short")
        if ending.label is Label.SOLVED and not self.solved:
            reason = "the parts written so far do not reach the goal"
            return replace(ending, label=Label.LOGIC_ERROR, reason=reason)
        return ending


def _announces(place: Evidence, start: int) -> bool:
    """Whether it stands before the list and says that a part of it will follow."""
    return place.shows == Shows.PART and place.start < start


_GOING_ON = (Label.SOLVED, Label.LOGIC_ERROR)
"""How a part may end with which the conversation goes on: as asked, with an error, or a little short."""


def _onward(answer: Answer, asked: str) -> tuple[Message, ...]:
    """The answer, and what is said to it; thinking is not sent back, as chat templates leave it out."""
    start, end, _ = visible(answer.content)
    said = answer.content[start:end].strip() or answer.refusal or "(nothing)"
    return Message(role="assistant", content=said), Message(role="user", content=asked)

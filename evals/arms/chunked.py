"""The arm that removes the length of an answer: a few steps per turn, until the goal is reached."""

from dataclasses import replace
from math import ceil
from typing import ClassVar

from evals.dialogue.arm import Arm, Conditions, Given, Play, Workload
from evals.dialogue.dialogue import Dialogue, Turn
from evals.dialogue.ending import Ending
from evals.dialogue.joined_list import Continuation, JoinedList
from evals.dialogue.multi_turn import ListInTurns, onward
from evals.dialogue.prompts import ChunkOptions, count_of, whole_list
from evals.record.exchange import RowKind
from evals.record.outcome import Evidence, Label
from evals.record.trial import Trial
from tasks import Kind, Problem


def next_chunk(size: int, kind: Kind, state: str | None = None, wrong: int | None = None) -> str:
    """Return the request for the next part of the list.

    Args:
        size: number of steps.
        kind: the kind of puzzle.
        state: the current state, if it should be restated.
        wrong: the number of a wrong step, if it should be pointed out.
    """
    asked = f"Write {count_of('next', size, kind)}, in the same format; fewer if the goal is reached before."
    if state is None:
        return asked
    fault = "" if wrong is None else f"Number {wrong:,} was wrong: it and what came after it do not count. "
    return f"{fault}Now it stands like this:\n{state}\n\n{asked}"


_GOING_ON = (Label.SOLVED, Label.LOGIC_ERROR)
"""Labels of a part after which the conversation continues: as asked, with an error, or a little short."""


class Chunks(ListInTurns):
    """A few steps per turn, until the goal is reached or clearly will not be."""

    def __init__(self, trial: Trial, problem: Problem) -> None:
        super().__init__(trial, problem)
        self.options = ChunkOptions.model_validate(trial.options)
        self.most = 2 * -(-self.needed // self.options.p) + 1
        """Maximum number of turns: twice the number needed, since answers may be shorter than asked for."""

    def rest(self, so_far: JoinedList) -> Problem:
        """Return the next few steps as a problem."""
        return self.problem.part(so_far.state, min(self.options.p, self.steps_left(so_far)))

    def _said(self, ending: Ending, taken: Continuation) -> Ending:
        """Return the ending; announcing a part is not a give-up here, since a part was asked for."""
        if ending.label is Label.GIVE_UP and _announces(ending.evidence[0], taken.evidence.list_start):
            return replace(ending, label=Label.LOGIC_ERROR, reason="the part is shorter than asked for")
        return ending

    @property
    def begins_anew(self) -> bool:
        """False after an error if states are restated: the next answer continues there, even at the start."""
        return self.options.state == "own" or self.joined.first_error is None

    def following(self) -> Turn | None:
        """Return the request for the next part, unless the goal is reached or out of reach."""
        if self.solved or self.said.label not in _GOING_ON or self.taken >= self.most:
            return None
        wrong = self.joined.first_error
        if (wrong is not None and self.options.on_error == "stop") or not self._went_on:
            return None
        restated = self.options.state == "restated"
        state = self.problem.describe(self.joined.state) if restated else None
        asked = next_chunk(
            self.options.p, self.problem.kind, state, wrong if self.said.first_error is not None else None
        )
        return Turn(self.taken + 1, "chunk", onward(self.last, asked))

    @property
    def _went_on(self) -> bool:
        before = self.by_turn[-2].written if len(self.by_turn) > 1 else 0
        return len(self.joined) != before

    def _labelled(self, earlier: Ending | None, wrong: int | None) -> Ending:
        """Return the label of the list, which may be incomplete although the part answers its turn."""
        ending = super()._labelled(earlier, wrong)
        if ending.label is Label.NO_ANSWER and len(self.joined) and self.last.content.strip():
            reason = "it stops short without any mark of abridging"
            return replace(ending, label=Label.LOGIC_ERROR, reason=reason).flagged("silent_short")
        if ending.label is Label.SOLVED and not self.solved:
            reason = "the parts written so far do not reach the goal"
            return replace(ending, label=Label.LOGIC_ERROR, reason=reason)
        return ending


def _announces(place: Evidence, start: int) -> bool:
    """Return whether the mark stands before the list and announces a part of it."""
    return place.shows == "omits" and place.start < start


class ChunkedArm(Arm):
    """Asks for the list in parts."""

    name = "chunked"
    version = 1
    summary = "p steps a turn (state: own or restated; on_error: stop or go_on)"
    options = ChunkOptions
    solvable_only = True
    ends_with: ClassVar[RowKind] = RowKind.END
    play = Play.IN_PARTS

    def prompt(self, problem: Problem, options: Given) -> tuple[str, ...]:
        """Return the prompt of `list`, then the request to write only the first few steps now."""
        first = count_of("first", ChunkOptions.model_validate(options).p, problem.kind)
        now = (
            f"The list is to be written in parts. Write only {first} now, in that format; "
            "then you will be asked for the next part."
        )
        return (*whole_list(problem), now)

    def conditions(self, options: Given) -> Conditions:
        """Return whether the state is told."""
        return Conditions(restated=ChunkOptions.model_validate(options).state == "restated")

    def dialogue(self, trial: Trial, problem: Problem) -> Dialogue:
        """Return a conversation that writes one list in several turns."""
        return Chunks(trial, problem)

    def workload(self, problem: Problem, options: Given, whole: Workload) -> Workload:
        """Return as many turns as a full list needs."""
        requests = ceil((problem.fewest_steps or 1) / ChunkOptions.model_validate(options).p)
        # Each turn sends everything that was written before, on average half of the list.
        prompt = whole.prompt_characters + whole.answer_characters // 2
        return Workload(requests, prompt, ceil(whole.answer_characters / requests))


ARM = ChunkedArm()

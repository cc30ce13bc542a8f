"""The arm that asks again: `list`, and whenever the model stops by choice, it is told to continue."""

from typing import ClassVar

from evals.dialogue.arm import Arm, Given, Play, Workload
from evals.dialogue.dialogue import Dialogue, Turn
from evals.dialogue.joined_list import JoinedList
from evals.dialogue.multi_turn import ListInTurns, onward
from evals.dialogue.prompts import NudgeOptions, noun, whole_list
from evals.record.exchange import RowKind
from evals.record.outcome import STOPS
from evals.record.trial import Trial
from evals.text import clip
from tasks import Kind, Problem


def reminder(last: str | None, number: int, kind: Kind) -> str:
    """Return the message to a model that stopped by choice.

    Args:
        last: the last step as the model wrote it; `None` if it wrote no step.
        number: how many steps it wrote.
        kind: the kind of its puzzle.
    """
    if last is None:
        return f"Please write the list all the same: every {noun(kind)}, in the format asked for."
    return (
        f"The list is not complete: its last {noun(kind)} before the gap is number {number:,}, "
        f"`{clip(last, 200)}`. Please go on with number {number + 1:,}, and write out every {noun(kind)} "
        "that is left, in the same format."
    )


class Nudges(ListInTurns):
    """Tells the model to continue after a refusal or give-up, up to a set number of times."""

    def rest(self, so_far: JoinedList) -> Problem:
        """Return the whole problem at first, then everything that is left of it."""
        if not len(so_far):
            return self.problem
        return self.problem.resumed(so_far.state, self.steps_left(so_far))

    def following(self) -> Turn | None:
        """Return a nudge after a refusal or give-up."""
        most = NudgeOptions.model_validate(self.trial.options).k
        if self.whole.label not in STOPS or self.taken > most:
            return None
        said = reminder(self.last_step, len(self.joined), self.problem.kind)
        return Turn(self.taken + 1, "nudge", onward(self.last, said))


class NudgeArm(Arm):
    """Asks like `list`, then again as often as needed."""

    name = "nudge"
    version = 1
    summary = "the same as list; whenever the model stops by choice, it is told to go on (k: the most nudges)"
    options = NudgeOptions
    solvable_only = True
    ends_with: ClassVar[RowKind] = RowKind.END
    play = Play.REMINDED

    def prompt(self, problem: Problem, options: Given) -> tuple[str, ...]:
        """Return the prompt of `list`."""
        del options
        return whole_list(problem)

    def dialogue(self, trial: Trial, problem: Problem) -> Dialogue:
        """Return a conversation that writes one list in several turns."""
        return Nudges(trial, problem)

    def workload(self, problem: Problem, options: Given, whole: Workload) -> Workload:
        """Return the workload if every nudge is needed."""
        del problem
        requests = 1 + NudgeOptions.model_validate(options).k
        return Workload(requests, whole.prompt_characters, whole.answer_characters)


ARM = NudgeArm()

"""The pushing arm: `list`, plus one paragraph that forbids abridging."""

from evals.dialogue.arm import Arm, Conditions, Given
from evals.dialogue.prompts import whole_list
from tasks import Problem

_INSIST = (
    "Write out every single step, however many there are. Do not shorten the list in any way: no ellipsis, "
    "no summary of steps, no program or description in place of steps, and no question whether to go on. "
    "The answer is read by a program, and only a complete list is of use."
)


class InsistArm(Arm):
    """Asks once, and forbids anything in place of steps."""

    name = "insist"
    version = 1
    summary = "the same, and abridging is forbidden"

    def prompt(self, problem: Problem, options: Given) -> tuple[str, ...]:
        """Return the prompt of `list` plus the paragraph."""
        del options
        return (*whole_list(problem), _INSIST)

    def conditions(self, options: Given) -> Conditions:
        """Return that stopping is forbidden."""
        del options
        return Conditions(pushed=True)


ARM = InsistArm()

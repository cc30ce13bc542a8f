"""The plain arm: the whole list, in neutral words. The headline figures come from this arm."""

from evals.dialogue.arm import Arm, Given
from evals.dialogue.prompts import whole_list
from tasks import Problem


class ListArm(Arm):
    """Asks once, without pushing or helping."""

    name = "list"
    version = 1
    summary = "asks for the whole list, in neutral words"

    def prompt(self, problem: Problem, options: Given) -> tuple[str, ...]:
        """Return the rules, the start, the goal, an example, and the format."""
        del options
        return whole_list(problem)


ARM = ListArm()

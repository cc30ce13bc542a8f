"""The arm that removes planning: `list`, plus a method that only has to be carried out."""

from evals.dialogue.arm import Arm, Conditions, Given
from evals.dialogue.prompts import whole_list
from tasks import Problem


class AlgorithmArm(Arm):
    """Asks once, and gives the method."""

    name = "algorithm"
    version = 1
    summary = "the same as list, and the method is given: execution only"

    def prompt(self, problem: Problem, options: Given) -> tuple[str, ...]:
        """Return the prompt of `list` plus the puzzle's method."""
        del options
        method = f"Use this method, and carry it out step by step:\n{problem.prompt.method}"
        return (*whole_list(problem), method)

    def conditions(self, options: Given) -> Conditions:
        """Return that the method is given."""
        del options
        return Conditions(method=True)


ARM = AlgorithmArm()

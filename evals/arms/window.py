"""The arm that removes length: a few steps from a state in the middle of the solution."""

from dataclasses import dataclass
from math import ceil

from evals.dialogue.arm import Arm, Given, Play, Workload
from evals.dialogue.prompts import WindowOptions, count_of
from tasks import Kind, Problem


@dataclass(frozen=True, slots=True)
class StepRange:
    """Which steps of a shortest solution are asked for."""

    first: int
    """Number of steps of the solution before these."""
    count: int


def steps_asked(problem: Problem, options: Given) -> StepRange:
    """Return the steps that these options choose; the whole solution if it fits into the window."""
    chosen = WindowOptions.model_validate(options)
    steps = problem.fewest_steps
    assert steps is not None, "the arm suits no instance without a solution"
    count = min(chosen.m, steps)
    free = steps - count
    match chosen.where:
        case "early":
            first = free // 8
        case "middle":
            first = free // 2
        case "late":
            first = free - free // 8
        case "random":
            first = min(free, int(problem.instance.random().random() * (free + 1)))
    return StepRange(first, count)


class WindowArm(Arm):
    """Asks once, for the next few steps of a shortest path."""

    name = "window"
    version = 1
    summary = "m steps from a state in the middle (where: early, middle, late or random)"
    options = WindowOptions
    solvable_only = True
    play = Play.EXCERPT

    def suits(self, problem: Problem) -> bool:
        """Return whether a solution is known, not merely its length."""
        steps = problem.fewest_steps
        return steps is not None and (steps == 0 or next(problem.solution(), None) is not None)

    def prompt(self, problem: Problem, options: Given) -> tuple[str, ...]:
        """Return the problem, its current state, and how many steps are wanted."""
        prompt, chosen = problem.prompt, steps_asked(problem, options)
        way = " of a shortest way to the goal" if problem.kind is Kind.MOVES else ""
        begun = "Begin at the start:"
        if chosen.first:
            state = problem.describe(problem.state_after(chosen.first))
            done = count_of("first", chosen.first, problem.kind)
            begun = (
                f"This much is done already: {done}. Now it stands like this:\n{state}\n\nGo on from there:"
            )
        asked = (
            f"{begun} write {count_of('next', chosen.count, problem.kind)}{way}, in that format: "
            "these alone, and none that come before or after them."
        )
        start, goal = f"Start:\n{prompt.start}", f"Goal:\n{prompt.goal}"
        return (prompt.rules, start, goal, prompt.example, prompt.format, asked)

    def asked(self, problem: Problem, options: Given) -> Problem:
        """Return the excerpt, in which only steps of a shortest solution are right."""
        chosen = steps_asked(problem, options)
        return problem.window(chosen.first, chosen.count)

    def workload(self, problem: Problem, options: Given, whole: Workload) -> Workload:
        """Return the workload of an answer of a few steps."""
        count, steps = steps_asked(problem, options).count, problem.fewest_steps or 1
        return Workload(1, whole.prompt_characters, ceil(whole.answer_characters * count / steps))


ARM = WindowArm()

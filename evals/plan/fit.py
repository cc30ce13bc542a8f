"""Whether a run's tasks fit into the context of a model, by estimate."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

from evals.dialogue.arm import Workload
from evals.endpoints import ModelAt
from evals.plan.estimate import answer_characters
from evals.plan.grid import Cell, cells
from evals.plan.limits import ANSWER_CHARACTERS, PROMPT_CHARACTERS
from evals.plan.spec import Spec


@dataclass(frozen=True, slots=True)
class Need:
    """The tokens that a task takes: prompt and full answer, without thinking."""

    puzzle: str
    size: int
    tokens: int

    def describe(self) -> str:
        """Name the task with its length."""
        return f"{self.puzzle} size {self.size} (about {self.tokens:,} tokens)"


@dataclass(frozen=True, slots=True)
class Misfit:
    """The tasks that do not fit."""

    first: Need
    """The shortest of them."""
    longest: Need

    def describe(self) -> str:
        """Say which tasks do not fit."""
        first = self.first.describe()
        if self.first == self.longest:
            return f"{first} does not fit"
        return f"{first} is the first that does not fit, {self.longest.describe()} the longest"


def misfit(spec: Spec, at: ModelAt, context: int) -> Misfit | None:
    """Return the tasks of a model that do not fit into a context of so many tokens; `None` if all do."""
    long = [need for need in _needs(spec, at) if need.tokens > context]
    tokens = attrgetter("tokens")
    return Misfit(min(long, key=tokens), max(long, key=tokens)) if long else None


def _needs(spec: Spec, at: ModelAt) -> Iterator[Need]:
    seen: set[object] = set()
    for cell in cells(spec, [at]):
        chosen, max_tokens = cell.chosen, cell.sampling.max_tokens
        kind = cell.problem.name, cell.problem.size, chosen.arm.name, *chosen.options.items(), max_tokens
        # Instances of one size differ little.
        if kind not in seen:
            seen.add(kind)
            yield Need(cell.problem.name, cell.problem.size, _tokens(cell))


def _tokens(cell: Cell) -> int:
    """Estimate the longest conversation of a trial."""
    arm, problem, options = cell.chosen.arm, cell.problem, cell.chosen.options
    prompt = sum(len(message.content) for message in arm.open(problem, options))
    answer = answer_characters(problem)
    each = arm.workload(problem, options, Workload(1, prompt, answer))
    if each.requests == 1:
        prompt, answer = each.prompt_characters, each.answer_characters
    # A conversation of several turns holds the whole list in the end.
    written = math.ceil(answer / ANSWER_CHARACTERS)
    if cell.sampling.max_tokens is not None:
        written = min(written, each.requests * cell.sampling.max_tokens)
    return math.ceil(prompt / PROMPT_CHARACTERS) + written

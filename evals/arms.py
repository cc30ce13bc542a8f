"""Arms: the ways of asking. Each composes its prompt from the parts that a puzzle gives."""

from collections.abc import Callable
from dataclasses import dataclass

from evals.errors import SpecError
from evals.trials import Message, Trial
from tasks import AnyInstance, AnyPuzzle, Prompt

START = "start"
"""The reason of every first turn."""


@dataclass(frozen=True, slots=True)
class Arm:
    """One way of asking."""

    name: str
    version: int
    """Rises when its words change."""
    summary: str
    compose: Callable[[Prompt], tuple[str, ...]]
    """The paragraphs of its prompt."""
    turns: int = 1
    """The most turns that one trial can take."""

    def open(self, puzzle: AnyPuzzle, instance: AnyInstance) -> tuple[Message, ...]:
        """The messages of the first turn."""
        prompt = "\n\n".join(self.compose(puzzle.prompt(instance)))
        return (Message(role="user", content=prompt),)


def _list(prompt: Prompt) -> tuple[str, ...]:
    return (prompt.rules, f"Start:\n{prompt.start}", f"Goal:\n{prompt.goal}", prompt.example, prompt.format)


_INSIST = (
    "Write out every single step, however many there are. Do not shorten the list in any way: no ellipsis, "
    "no summary of steps, no program or description in place of steps, and no question whether to go on. "
    "The answer is read by a program, and only a complete list is of use."
)


def _insist(prompt: Prompt) -> tuple[str, ...]:
    return (*_list(prompt), _INSIST)


def _algorithm(prompt: Prompt) -> tuple[str, ...]:
    return (*_list(prompt), f"Use this method, and carry it out step by step:\n{prompt.method}")


ARMS: dict[str, Arm] = {
    arm.name: arm
    for arm in (
        Arm("list", 1, "asks for the whole list, in neutral words", _list),
        Arm("insist", 1, "the same, and abridging is forbidden", _insist),
        Arm("algorithm", 1, "the same, and the method is given: execution only", _algorithm),
    )
}


def arm(name: str) -> Arm:
    """The arm of that name; raises `SpecError` with the names there are."""
    found = ARMS.get(name)
    if found is None:
        raise SpecError(f"unknown arm {name!r}; known are {', '.join(ARMS)}")
    return found


def turns_of(trial: Trial) -> int:
    """The most turns that a trial can take; those of imported arms take one."""
    known = ARMS.get(trial.arm)
    return known.turns if known is not None else 1

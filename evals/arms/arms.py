"""Arms: the ways of asking. Each composes its prompt from the parts that a puzzle gives."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from pydantic import ValidationError

from evals.arms import prompts
from evals.arms.prompts import ChunkOptions, NoOptions, NudgeOptions, Options, WindowOptions
from evals.errors import SpecError
from evals.record.exchange import Message
from evals.record.model import Scalar
from tasks import AnyInstance, AnyPuzzle

START = "start"
"""The reason of every first turn."""


class Talk(StrEnum):
    """What follows the first answer."""

    ONCE = "once"
    """Nothing."""
    NUDGES = "nudges"
    """A reminder, whenever it stops by choice."""
    CHUNKS = "chunks"
    """The request for the next few steps."""
    PROGRAM = "program"
    """Nothing; the program in it is run in the sandbox."""


_DEFAULTS: Mapping[str, Scalar] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Arm:
    """One way of asking."""

    name: str
    version: int
    """Rises when its words change."""
    summary: str
    compose: Callable[[AnyPuzzle, AnyInstance, Mapping[str, Scalar]], tuple[str, ...]]
    """The paragraphs of its prompt."""
    options: type[Options] = NoOptions
    talk: Talk = Talk.ONCE
    solvable_only: bool = False
    """Whether it can be asked of instances with a solution alone."""

    def open(
        self, puzzle: AnyPuzzle, instance: AnyInstance, options: Mapping[str, Scalar] = _DEFAULTS
    ) -> tuple[Message, ...]:
        """The messages of the first turn; options that are not given are at their default."""
        prompt = "\n\n".join(self.compose(puzzle, instance, options))
        return (Message(role="user", content=prompt),)

    def suits(self, puzzle: AnyPuzzle, instance: AnyInstance) -> bool:
        """Whether it can be asked of this instance."""
        return not self.solvable_only or puzzle.fewest_steps(instance) is not None


ARMS: dict[str, Arm] = {
    arm.name: arm
    for arm in (
        Arm("list", 1, "asks for the whole list, in neutral words", prompts.whole),
        Arm("insist", 1, "the same, and abridging is forbidden", prompts.insist),
        Arm("algorithm", 1, "the same as list, and the method is given: execution only", prompts.algorithm),
        Arm(
            "nudge",
            1,
            "the same as list; whenever the model stops by choice, it is told to go on (k: the most nudges)",
            prompts.whole,
            NudgeOptions,
            Talk.NUDGES,
            solvable_only=True,
        ),
        Arm(
            "chunked",
            1,
            "p steps a turn (state: own or restated; on_error: stop or go_on)",
            prompts.chunked,
            ChunkOptions,
            Talk.CHUNKS,
            solvable_only=True,
        ),
        Arm(
            "window",
            1,
            "m steps from a state in the middle (where: early, middle, late or random)",
            prompts.window,
            WindowOptions,
            solvable_only=True,
        ),
        Arm(
            "code",
            1,
            "a Python function that returns the list, run in a sandbox",
            prompts.code,
            talk=Talk.PROGRAM,
            solvable_only=True,
        ),
    )
}


def arm(name: str) -> Arm:
    """The arm of that name; raises `SpecError` with the names there are."""
    found = ARMS.get(name)
    if found is None:
        raise SpecError(f"unknown arm {name!r}; known are {', '.join(ARMS)}")
    return found


def talk_of(name: str) -> Talk:
    """What follows the first answer; imported arms that are not known here take one turn."""
    known = ARMS.get(name)
    return known.talk if known is not None else Talk.ONCE


# --- as a spec names them


@dataclass(frozen=True, slots=True)
class ArmChoice:
    """An arm with all its options."""

    arm: Arm
    options: dict[str, Scalar]


_WHOLE = re.compile(r"\d{1,9}")


def chosen_arm(given: str) -> ArmChoice:
    """What a spec's `name` or `name:option=value,option=value` stands for; raises `SpecError`."""
    name, colon, rest = given.partition(":")
    found = arm(name)
    options: dict[str, Scalar] = {}
    for pair in rest.split(",") if colon else ():
        key, equals, value = pair.partition("=")
        if not equals:
            raise SpecError(f"arm {given!r}: write its options as name:option=value,option=value")
        options[key.strip()] = int(value) if _WHOLE.fullmatch(value) else value.strip()
    try:
        made = found.options.model_validate(options)
    except ValidationError as error:
        raise SpecError(f"arm {given!r}: {_complaint(found, error)}") from None
    return ArmChoice(found, made.model_dump())


def _complaint(found: Arm, error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    name = ".".join(map(str, first["loc"]))
    if first["type"] == "extra_forbidden":
        known = ", ".join(found.options.model_fields) or "none"
        return f"it has no option {name!r}; known are {known}"
    return f"option {name!r}: {first['msg']}, not {first['input']!r}"

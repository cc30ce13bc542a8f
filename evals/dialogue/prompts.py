"""Paragraphs that several arms share, assembled from the parts that a puzzle provides."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from evals.record.model import Closed
from tasks import Kind, Problem


def whole_list(problem: Problem) -> tuple[str, ...]:
    """Return the request for the whole list, in neutral words."""
    prompt = problem.prompt
    return (prompt.rules, f"Start:\n{prompt.start}", f"Goal:\n{prompt.goal}", prompt.example, prompt.format)


def noun(kind: Kind) -> str:
    """Return what a prompt calls an item of the list."""
    return _NOUNS[kind]


def count_of(which: str, count: int, kind: Kind) -> str:
    """Format a number of steps, e.g. `the next 16 steps`."""
    return f"the {which} {noun(kind)}" if count == 1 else f"the {which} {count:,} {noun(kind)}s"


_NOUNS = {Kind.MOVES: "step", Kind.TRACE: "line"}

TAKE: Mapping[Kind, str] = {Kind.MOVES: "move", Kind.TRACE: "write"}
"""The action that takes steps, by the kind of puzzle."""
LOOK, DONE, GIVE_UP = "look", "done", "give_up"
"""The other actions of an arm that asks for actions."""


class NudgeOptions(Closed):
    """Options of an arm that tells a model to continue."""

    k: int = Field(default=3, ge=1, le=100)
    """Maximum number of nudges."""


class ChunkOptions(Closed):
    """Options of an arm that asks for the list in parts."""

    p: int = Field(default=16, ge=1)
    """Steps per turn."""
    state: Literal["own", "restated"] = "own"
    """Whether the model keeps track of the state itself, or is given it before each turn."""
    on_error: Literal["stop", "go_on"] = "stop"
    """Whether the conversation ends at the first error."""


class WindowOptions(Closed):
    """Options of an arm that asks for an excerpt of the solution."""

    where: Literal["early", "middle", "late", "random"] = "middle"
    """Which part of the solution."""
    m: int = Field(default=16, ge=1)
    """Number of steps."""


class PaddedOptions(Closed):
    """Options of an arm that puts other text before the task."""

    tokens: int = Field(default=8_000, ge=100, le=1_000_000)
    """About how many tokens of it, at 3.5 characters each."""
    text: Literal["unrelated", "related"] = "unrelated"
    """What it is about: anything else, or the task's puzzle, with other instances solved."""
    place: Literal["before", "conversation"] = "before"
    """In the message of the task, or as the earlier turns of a conversation."""

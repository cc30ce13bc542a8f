"""What the arms say: their prompts, put together from the parts that a puzzle gives, and what follows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from evals.record.model import Closed, Scalar
from evals.text import clip
from tasks import AnyInstance, AnyPuzzle, Kind

Given = Mapping[str, Scalar]
"""A trial's options, as recorded."""


class NoOptions(Closed):
    """Of arms without options."""


class NudgeOptions(Closed):
    """Of `nudge`."""

    k: int = Field(default=3, ge=1, le=100)
    """The most nudges."""


class ChunkOptions(Closed):
    """Of `chunked`."""

    p: int = Field(default=16, ge=1)
    """Steps a turn."""
    state: Literal["own", "restated"] = "own"
    """Whether the model keeps track of the state itself, or is told it before each turn."""
    on_error: Literal["stop", "go_on"] = "stop"
    """Whether the conversation ends at the first error."""


class WindowOptions(Closed):
    """Of `window`."""

    where: Literal["early", "middle", "late", "random"] = "middle"
    """Which part of the solution."""
    m: int = Field(default=16, ge=1)
    """How many steps."""


Options = NoOptions | NudgeOptions | ChunkOptions | WindowOptions


@dataclass(frozen=True, slots=True)
class Window:
    """Which steps of a shortest solution are asked for."""

    first: int
    """How many come before, counted from the start."""
    count: int


def window_of(puzzle: AnyPuzzle, instance: AnyInstance, options: Mapping[str, Scalar]) -> Window:
    """The window that these options choose; the whole solution where it is no longer than a window."""
    chosen = WindowOptions.model_validate(options)
    steps = puzzle.fewest_steps(instance)
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
            draw = instance.random()
            first = min(free, int(draw.random() * (free + 1)))
    return Window(first, count)


# --- first turns


def whole(puzzle: AnyPuzzle, instance: AnyInstance, _: Given) -> tuple[str, ...]:
    """The whole list, in neutral words."""
    prompt = puzzle.prompt(instance)
    return (prompt.rules, f"Start:\n{prompt.start}", f"Goal:\n{prompt.goal}", prompt.example, prompt.format)


_INSIST = (
    "Write out every single step, however many there are. Do not shorten the list in any way: no ellipsis, "
    "no summary of steps, no program or description in place of steps, and no question whether to go on. "
    "The answer is read by a program, and only a complete list is of use."
)


def insist(puzzle: AnyPuzzle, instance: AnyInstance, options: Given) -> tuple[str, ...]:
    """The same and one paragraph."""
    return (*whole(puzzle, instance, options), _INSIST)


def algorithm(puzzle: AnyPuzzle, instance: AnyInstance, options: Given) -> tuple[str, ...]:
    """The same, and the method."""
    method = f"Use this method, and carry it out step by step:\n{puzzle.prompt(instance).method}"
    return (*whole(puzzle, instance, options), method)


def chunked(puzzle: AnyPuzzle, instance: AnyInstance, options: Given) -> tuple[str, ...]:
    """The same, and that only the first few are wanted for now."""
    first = counted("first", ChunkOptions.model_validate(options).p, puzzle.kind)
    now = (
        f"The list is to be written in parts. Write only {first} now, in that format; "
        "then you will be asked for the next part."
    )
    return (*whole(puzzle, instance, options), now)


def window(puzzle: AnyPuzzle, instance: AnyInstance, options: Given) -> tuple[str, ...]:
    """A state in the middle, and the next few steps."""
    prompt, chosen = puzzle.prompt(instance), window_of(puzzle, instance, options)
    way = " of a shortest way to the goal" if puzzle.kind is Kind.MOVES else ""
    begun = "Begin at the start:"
    if chosen.first:
        state = puzzle.describe(instance, puzzle.state_after(instance, chosen.first))
        done = counted("first", chosen.first, puzzle.kind)
        begun = f"This much is done already: {done}. Now it stands like this:\n{state}\n\nGo on from there:"
    asked = (
        f"{begun} write {counted('next', chosen.count, puzzle.kind)}{way}, in that format: "
        "these alone, and none that come before or after them."
    )
    start, goal = f"Start:\n{prompt.start}", f"Goal:\n{prompt.goal}"
    return (prompt.rules, start, goal, prompt.example, prompt.format, asked)


def code(puzzle: AnyPuzzle, instance: AnyInstance, _: Given) -> tuple[str, ...]:
    """A function that returns the list."""
    prompt = puzzle.prompt(instance)
    how = (
        "Answer with one block of Python code that needs nothing but Python 3 and its standard library. "
        "The function is called once, and what it returns is checked step by step."
    )
    return (prompt.rules, f"Start:\n{prompt.start}", f"Goal:\n{prompt.goal}", prompt.code, how)


# --- later turns


def nudge(last: str | None, number: int, kind: Kind) -> str:
    """To one that stopped by choice.

    Args:
        last: the last step it wrote, in its own words; `None` if it wrote none.
        number: how many it wrote.
        kind: of its puzzle.
    """
    noun = _NOUNS[kind]
    if last is None:
        return f"Please write the list all the same: every {noun}, in the format asked for."
    return (
        f"The list is not complete: its last {noun} before the gap is number {number:,}, "
        f"`{clip(last, 200)}`. Please go on with number {number + 1:,}, and write out every {noun} "
        "that is left, in the same format."
    )


def next_chunk(size: int, kind: Kind, state: str | None = None, wrong: int | None = None) -> str:
    """For the next part of the list.

    Args:
        size: how many steps.
        kind: of the puzzle.
        state: where it stands now, if that is to be restated.
        wrong: the number of a step that was wrong, if that is to be told.
    """
    asked = f"Write {counted('next', size, kind)}, in the same format; fewer if the goal is reached before."
    if state is None:
        return asked
    fault = "" if wrong is None else f"Number {wrong:,} was wrong: it and what came after it do not count. "
    return f"{fault}Now it stands like this:\n{state}\n\n{asked}"


_NOUNS = {Kind.MOVES: "step", Kind.TRACE: "line"}


def counted(which: str, count: int, kind: Kind) -> str:
    """E.g. `the next 16 steps`."""
    noun = _NOUNS[kind]
    return f"the {which} {noun}" if count == 1 else f"the {which} {count:,} {noun}s"

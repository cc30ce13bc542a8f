"""What can be asked: the table of puzzles, the parameters of one, and one instance in full."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from rich.table import Table

from evals.arms import ArmChoice, chosen_arm
from evals.errors import SpecError
from tasks import AnyPuzzle, BadParameter, Row, Value, Window, bounds_of, problem, puzzle, puzzles

_SHOWN = (5, 10, 20)
"""Sizes for which the table shows the number of steps."""
_WHOLE = re.compile(r"-?[0-9]{1,18}")


def catalogue() -> Table:
    """Return a table of all puzzles: their sizes, and the fewest steps for a few of these."""
    table = Table(box=None, pad_edge=False)
    table.add_column("puzzle", no_wrap=True)
    table.add_column("what")
    for head in ("sizes", *(f"steps at {size}" for size in _SHOWN)):
        table.add_column(head.replace("steps ", "steps\n"), justify="right", no_wrap=True)
    for name, known in sorted(puzzles().items()):
        size = bounds_of(known.parameters)["size"]
        span = f"{size.minimum:,}-{size.maximum:,}" if size.minimum is not None and size.maximum else "any"
        table.add_row(name, known.summary, span, *(_steps(known, at) for at in _SHOWN))
    return table


def _steps(known: AnyPuzzle, size: int) -> str:
    try:
        steps = known.fewest_steps(known.generate({"size": size}))
    except BadParameter:
        return ""
    return "none" if steps is None else f"{steps:,}"


def parameters(name: str) -> Iterator[str]:
    """Yield one line per parameter of this puzzle, and how to show an instance; raises `UnknownPuzzle`."""
    maker = puzzle(name)
    fields = maker.parameters.__dataclass_fields__
    yield f"{name}: {maker.summary}"
    for parameter, bounds in bounds_of(maker.parameters).items():
        default = fields[parameter].default
        optional = "" if parameter == "size" else f" (default {default})"
        yield f"  {parameter}: {bounds.doc}; {bounds.span()}{optional}"
    yield f"Show one: cantwont tasks show {name} --size 5"


def example(name: str, size: int, given: Sequence[str], seed: int, arm: str | ArmChoice) -> Iterator[str]:
    """Yield the prompt of an instance, a separator, and the solution; raises `PuzzleError` or `SpecError`."""
    shown = problem(name, {"size": size, **dict(map(named_value, given))}, seed)
    chosen = chosen_arm(arm) if isinstance(arm, str) else arm
    if not chosen.arm.suits(shown):
        raise SpecError(
            f"arm {chosen.arm.name!r} asks for steps of a solution, and {shown.canonical!r} has none"
        )
    opening = chosen.arm.open(shown, chosen.options)
    for number, message in enumerate(opening):
        if len(opening) > 1:
            yield ("\n\n" if number else "") + f"--- {message.role}\n"
        yield message.content
    steps = shown.fewest_steps
    if steps is None:
        yield "\n\n--- it has no solution\n"
        return
    asked = chosen.arm.asked(shown, chosen.options)
    if isinstance(asked, Window):
        told = f"steps {asked.first + 1:,} to {asked.first + asked.needed:,} of {steps:,}"
        rows: Iterator[Row] = islice(asked.solution(), asked.needed)
    else:
        told, rows = f"a solution in {steps:,} steps", shown.solution()
        least = shown.puzzle.at_least(shown.instance)
        if least != steps:
            told = f"{told}; at least {least:,} are needed"
    yield f"\n\n--- {told}\n"
    yield from shown.format(rows)
    yield "\n"


def named_value(given: str) -> tuple[str, Value]:
    """Parse NAME=VALUE; raises `BadParameter`."""
    name, equals, written = given.partition("=")
    if not equals:
        raise BadParameter(f"--parameter {given!r}: write NAME=VALUE")
    if name == "size":
        raise BadParameter(f"--parameter {given!r}: write it as --size {written}")
    if written in ("true", "false"):
        return name, written == "true"
    return name, int(written) if _WHOLE.fullmatch(written) else written

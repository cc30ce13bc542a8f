"""What can be asked: the table of puzzles, one puzzle's parameters, and one instance in full."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from rich.table import Table

from evals.arms.arms import chosen_arm
from evals.arms.prompts import window_of
from evals.errors import SpecError
from tasks import AnyPuzzle, BadParameter, Value, bounds_of, puzzle, puzzles

_SHOWN = (5, 10, 20)
"""Sizes of which the table shows the steps."""
_WHOLE = re.compile(r"-?[0-9]{1,18}")


def catalogue() -> Table:
    """All puzzles: their sizes, and the fewest steps at a few of them."""
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
    """One line a parameter of this puzzle, and one that shows an instance; raises `UnknownPuzzle`."""
    maker = puzzle(name)
    fields = maker.parameters.__dataclass_fields__
    yield f"{name}: {maker.summary}"
    for parameter, bounds in bounds_of(maker.parameters).items():
        default = fields[parameter].default
        optional = "" if parameter == "size" else f" (default {default})"
        yield f"  {parameter}: {bounds.doc}; {bounds.span()}{optional}"
    yield f"Show one: cantwont tasks show {name} --size 5"


def example(name: str, size: int, given: Sequence[str], seed: int, way: str) -> Iterator[str]:
    """The prompt of one instance, a line between, and its solution; raises `PuzzleError` or `SpecError`."""
    maker = puzzle(name)
    made = maker.generate({"size": size, **dict(map(_parameter, given))}, seed)
    asked = chosen_arm(way)
    if not asked.arm.suits(maker, made):
        raise SpecError(f"arm {way!r} asks for steps of a solution, and {made.canonical!r} has none")
    for message in asked.arm.open(maker, made, asked.options):
        yield message.content
    steps = maker.fewest_steps(made)
    if steps is None:
        yield "\n\n--- it has no solution\n"
        return
    rows, told = maker.solution(made), f"a solution in {steps:,} steps"
    if not maker.optimal(made):
        told = f"{told}; at least {maker.at_least(made):,} are needed"
    if asked.arm.name == "window":
        chosen = window_of(maker, made, asked.options)
        rows = islice(maker.solution(made, chosen.first), chosen.count)
        told = f"steps {chosen.first + 1:,} to {chosen.first + chosen.count:,} of {steps:,}"
    yield f"\n\n--- {told}\n"
    yield from maker.format(made, rows)
    yield "\n"


def _parameter(given: str) -> tuple[str, Value]:
    name, equals, written = given.partition("=")
    if not equals:
        raise BadParameter(f"--parameter {given!r}: write NAME=VALUE")
    if name == "size":
        raise BadParameter(f"--parameter {given!r}: write it as --size {written}")
    if written in ("true", "false"):
        return name, written == "true"
    return name, int(written) if _WHOLE.fullmatch(written) else written

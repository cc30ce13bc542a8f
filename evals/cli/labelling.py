"""The `label` command: one answer, from a file or a pipe, without a run."""

from pathlib import Path
from typing import Annotated

import typer

from evals.cli.options import many, one

app = typer.Typer()


@app.command(short_help="One pasted answer: its label, evidence and first error.")
def label(  # noqa: PLR0913 - one parameter an option
    puzzle: Annotated[
        str, typer.Argument(help="A puzzle, or the file (.py) of one of your own.", show_default=False)
    ],
    answer: Annotated[
        Path | None, typer.Argument(help="A file; without one, it is read from a pipe.")
    ] = None,
    *,
    size: Annotated[int | None, one("The size that was asked.")] = None,
    parameter: Annotated[list[str] | None, many("NAME=VALUE, another parameter.")] = None,
    seed: Annotated[int, typer.Option(help="Draws the instance.")] = 0,
    instance: Annotated[str | None, one("An instance given whole, as JSON, or @FILE.")] = None,
    finish_reason: Annotated[
        str | None, one("Why the server says that the answer ended, e.g. length.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Label one answer: how it ended, why, and where its first error is.

    Example: cantwont label hanoi --size 8 < answer.txt
    """
    from evals.cli.console import write
    from evals.cli.telling.one_answer import answer_in, described, labelled, problem_of, written
    from evals.cli.trusting import own_puzzle

    if puzzle.endswith(".py"):
        puzzle = own_puzzle(Path(puzzle)).name
    asked = problem_of(puzzle, size=size, parameters=parameter or (), seed=seed, instance=instance)
    found = labelled(asked, answer_in(answer), finish_reason)
    write([written(found)] if as_json else described(found), is_json=as_json)

"""The `tasks` command, which lists and shows the puzzles."""

from pathlib import Path
from typing import Annotated

import typer

from evals.cli.options import many, one

app = typer.Typer(
    invoke_without_command=True,
    rich_markup_mode=None,
    help="List the puzzles, or show one's prompt and solution.\n\nExample: cantwont tasks",
)


@app.callback()
def list_tasks(context: typer.Context) -> None:
    """List the puzzles with their sizes and steps, or show one's prompt and solution.

    Example: cantwont tasks
    """
    if context.invoked_subcommand is None:
        from evals.cli.console import console
        from evals.cli.telling.puzzle_table import catalogue

        console().print(catalogue())


@app.command("show", short_help="The prompt of one instance, and its shortest solution.")
def show_task(
    name: Annotated[
        str, typer.Argument(help="A puzzle, or the file (.py) of one of your own.", show_default=False)
    ],
    size: Annotated[int | None, one("Its size; without one, its parameters are listed.")] = None,
    parameter: Annotated[list[str] | None, many("NAME=VALUE, another parameter.")] = None,
    seed: Annotated[int, typer.Option(help="Draws the instance.")] = 0,
    arm: Annotated[str, typer.Option(help="How it is asked.")] = "list",
) -> None:
    """Show the prompt of one instance and its shortest solution, as a model should write it.

    Example: cantwont tasks show hanoi --size 4 --arm insist
    """
    from evals.cli.console import say, write
    from evals.cli.telling.puzzle_table import example, parameters
    from evals.cli.trusting import own_puzzle

    if name.endswith(".py"):
        name = own_puzzle(Path(name)).name
    if size is None:
        say(*parameters(name))
        return
    write(example(name, size, parameter or (), seed, arm))

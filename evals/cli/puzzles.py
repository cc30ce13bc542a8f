"""The `tasks` command, which lists and shows the puzzles."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evals.cli.options import many, one

if TYPE_CHECKING:
    from evals.arms import ArmChoice

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
def show_task(  # noqa: PLR0913 - one parameter an option
    name: Annotated[
        str, typer.Argument(help="A puzzle, or the file (.py) of one of your own.", show_default=False)
    ],
    *,
    size: Annotated[int | None, one("Its size; without one, its parameters are listed.")] = None,
    parameter: Annotated[list[str] | None, many("NAME=VALUE, another parameter.")] = None,
    seed: Annotated[int, typer.Option(help="Draws the instance.")] = 0,
    arm: Annotated[str, typer.Option(help="How it is asked.")] = "list",
    system: Annotated[Path | None, one("A text file: the system message to ask it behind.")] = None,
    spec: Annotated[Path | None, one("A spec whose variants --arm may name.")] = None,
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
    chosen: str | ArmChoice = arm
    if spec is not None or system is not None:
        from evals.plan.flags import found_spec
        from evals.plan.spec import arm_choice

        chosen = arm_choice(arm, found_spec(spec), system)
    write(example(name, size, parameter or (), seed, chosen))

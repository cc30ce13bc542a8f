"""The command `cantwont`."""

import sys

import typer

from evals.cli import asking, comparing, puzzles, reading

app = typer.Typer(
    name="cantwont",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,  # drawing frames around the help would take longer than everything else
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Can't or won't? Ask models for long answers, replay each on a simulator, and tell refusals, "
    "give-ups and logic errors apart.",
)
for part in (asking.app, reading.app, comparing.app):
    app.add_typer(part)
app.add_typer(puzzles.app, name="tasks")


def main() -> None:
    """Run the command; bad input ends it with one line and a matching exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        app()
    except Exception as error:
        from evals.cli.console import Exit, fail
        from tasks import CantwontError

        if not isinstance(error, CantwontError):
            raise
        fail(str(error), Exit.BAD_INPUT)


if __name__ == "__main__":
    main()

"""The command `cantwont`."""

import errno

import typer

from evals.cli import (
    asking,
    comparing,
    exporting,
    labelling,
    puzzles,
    reading,
    runner_commands,
    streams,
    trusting,
)

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
for part in (asking.app, reading.app, labelling.app, comparing.app, exporting.app, trusting.app):
    app.add_typer(part)
app.add_typer(puzzles.app, name="tasks")


def main() -> None:
    """Run the command; bad input ends it with one line and a matching exit code."""
    streams.prepare()
    try:
        _run()
    finally:
        runner_commands.resume()


def _run() -> None:
    try:
        app()
    except SystemExit as end:
        if (why := streams.loss()) is None:
            raise
        from evals.cli.console import Exit, fail

        code = end.code if isinstance(end.code, int) and end.code else Exit.BAD_INPUT
        fail(f"cannot write to standard output: {why}", code)
    except Exception as error:
        from evals.cli.console import Exit, fail
        from tasks import CantwontError

        if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
            fail(f"{error.filename!r}: {error.strerror}: choose a shorter name", Exit.BAD_INPUT)
        if not isinstance(error, CantwontError):
            raise
        fail(str(error), Exit.BAD_INPUT)


if __name__ == "__main__":
    main()

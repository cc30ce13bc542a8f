"""The command `cantwont`."""

import errno
import gc
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from evals.cli import (
    asking,
    comparing,
    labelling,
    listing,
    planning,
    puzzles,
    reading,
    runner_commands,
    scaling,
    streams,
    trusting,
)

if TYPE_CHECKING:
    from evals.cli.console import Exit

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


class _Commands(TyperGroup):
    """All commands, each of which ends in one line, however it ends."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; where it does not say itself what an interrupt leaves, say it."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = error.message.removeprefix("Value error, ")  # which pydantic puts before it
            raise
        except KeyboardInterrupt:
            from evals.cli.console import Exit, fail

            left = "no file is left half written, and the same command can be given again"
            fail(f"interrupted before it was done; {left}", Exit.INTERRUPTED)


app = typer.Typer(
    name="cantwont",
    cls=_Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # drawing frames around the help would take longer than everything else
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Can't or won't? Ask models for long answers, replay each on a simulator, and tell refusals, "
    "give-ups and logic errors apart.",
)
for part in (asking, planning, listing, scaling, reading, labelling, comparing, trusting):
    app.add_typer(part.app)
app.add_typer(puzzles.app, name="tasks")
app.add_typer(scaling.batch, name="batch")


def _tell_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"cantwont {version('cantwont')}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", "-V", callback=_tell_version, is_eager=True, help="Its version.")
    ] = False,
) -> None: ...


def main() -> None:
    """Run the command; bad input ends it with one line and a matching exit code."""
    gc.set_threshold(50_000)  # what a command loads stays, and would be gone through again and again
    streams.prepare()
    try:
        _run()
    finally:
        runner_commands.resume()


def _run() -> None:
    try:
        app()
    except SystemExit as end:
        if (lost := streams.loss()) is None:
            raise
        from evals.cli.console import Exit, fail

        code = end.code if isinstance(end.code, int) and end.code else _code_of(lost, Exit)
        fail(f"cannot write to standard output: {lost.strerror or lost}", code)
    except Exception as error:
        from evals.cli.console import Exit, fail
        from tasks import CantwontError

        if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
            fail(f"{error.filename!r}: {error.strerror}: choose a shorter name", Exit.BAD_INPUT)
        if not isinstance(error, CantwontError):
            raise
        fail(str(error), _code_of(error, Exit))


def _code_of(error: BaseException | None, codes: "type[Exit]") -> int:
    """Return the code of a command that an error has ended: where a disk is full, its input is not bad."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            return codes.UNFINISHED
        error = error.__context__  # ours are raised `from None`, and keep what they tell of here
    return codes.BAD_INPUT


if __name__ == "__main__":
    main()

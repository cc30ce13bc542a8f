"""The command `trust`, and the trust that comes with naming a puzzle file oneself."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tasks import AnyPuzzle, PuzzleFile

app = typer.Typer()


@app.command(short_help="Look at the programs that a run brings, and trust them.")
def trust(
    what: Annotated[
        list[Path],
        typer.Argument(help="Run directories, or puzzle files (.py).", show_default=False, metavar="RUN..."),
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: trust all of them.")] = False,
) -> None:
    """Show each puzzle file that a run needs, and ask whether it may be executed from now on.

    A puzzle file is a program, and is executed with your rights when the run is opened. What is trusted is
    its content, by its SHA-256; another file, or the same one changed, is asked about again.

    Example: cantwont trust runs/demo
    """
    from evals.cli.console import Exit, say
    from evals.errors import TrustError
    from evals.trust import store

    known, found = store.trusted(), list(_named(what))
    asked = {file.sha256: (name, file) for name, file in found if file.sha256 not in known}
    if asked and not (yes or _can_answer()):
        raise TrustError(
            "there is no terminal on which to ask whether to trust "
            f"{', '.join(repr(str(file.path)) for _, file in asked.values())}: "
            "give --yes if you have read it, or --trust-puzzle SHA256 to the command that opens the run"
        )
    for name, file in found:
        if file.sha256 in known:
            say(f"trusted already: puzzle {name!r}, {str(file.path)!r}")
    if not found:
        say("nothing to trust: no program is needed to open it")
    declined = [name for name, file in asked.values() if not _asked(name, file, yes=yes)]
    if declined:
        raise typer.Exit(Exit.CHECK_FAILED)


def _asked(name: str, file: "PuzzleFile", *, yes: bool) -> bool:
    """Show a file whole, and trust it if the user says so."""
    from evals.cli.console import say
    from evals.trust import store

    say(f"puzzle {name!r}, {str(file.path)!r}", f"SHA-256 {file.sha256}", "")
    say(*file.text.split("\n"))
    agreed = yes or typer.confirm("This program would be executed with your rights. Do you trust it?")
    if agreed:
        store.trust([(name, file.sha256)])
    say(f"{'trusted' if agreed else 'not trusted'}: {str(file.path)!r}")
    return agreed


def _named(what: Iterable[Path]) -> "Iterator[tuple[str, PuzzleFile]]":
    """Yield the puzzle files, each with the puzzle's name or what it is called; raises `CantwontError`."""
    from evals.cli.console import say
    from evals.record.run import RunDirectory
    from evals.trust.run_puzzles import needed
    from tasks import PuzzleFile

    for path in what:
        if path.suffix == ".py" and not path.is_dir():
            yield path.stem, PuzzleFile.of(path)
            continue
        for puzzle in needed(RunDirectory.open(path)):
            if puzzle.is_outside:
                say(f"{puzzle} is outside of the run and its repository, in {str(puzzle.path)!r}")
            yield puzzle.name, puzzle.read()


def _can_answer() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def own_puzzle(path: Path) -> "AnyPuzzle":
    """Load the puzzle in a file that the user has named, and trust the file."""
    from tasks import PuzzleFile, load_file

    file = PuzzleFile.of(path)
    puzzle = load_file(file)
    keep_trusted({puzzle.name: file})
    return puzzle


def keep_trusted(files: "dict[str, PuzzleFile]") -> None:
    """Trust files that the user has named, by the puzzle's name; where that cannot be kept, say so."""
    from evals.cli.console import say
    from evals.errors import TrustError
    from evals.trust import store

    try:
        store.trust((name, file.sha256) for name, file in files.items())
    except TrustError as error:
        say(f"warning: {error}")

"""The puzzle files that a run names: programs, of which only those are executed that the user trusts."""

import os
import shlex
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from evals.errors import RunError, UntrustedPuzzle
from evals.record.exchange_log import exchanges
from evals.record.run import RunDirectory
from evals.trust.store import is_sha256, trusted
from tasks import BadPuzzleFile, PuzzleFile, load_file, loaded_file


@dataclass(frozen=True, slots=True)
class NamedPuzzle:
    """A puzzle of a run that was given as a file, as the run names it. Nothing here is true yet."""

    run: RunDirectory
    name: str
    sha256: str
    """What `run.json` says of the file that the run was made with."""
    stored: str
    """Where `run.json` says that the file is, as seen from the run."""

    def __str__(self) -> str:
        return f"puzzle {self.name!r} of the run at {str(self.run.path)!r}"

    @property
    def path(self) -> Path:
        """Where the file is, by its name alone: nothing is looked up there."""
        return Path(os.path.normpath(self.run.path.resolve() / self.stored))

    @property
    def is_outside(self) -> bool:
        """Whether that leads out of the run, and of the repository and working directory that hold it."""
        run = self.run.path.resolve()
        above = [folder for folder in run.parents if folder == _here() or os.path.lexists(folder / ".git")]
        return not any(self.path.is_relative_to(folder) for folder in (run, *above))

    def read(self) -> PuzzleFile:
        """Read the file, which must be the one that the run was made with; raises `RunError`."""
        try:
            file = PuzzleFile.read(self.path.resolve())
        except OSError as error:
            raise RunError(
                f"{self} needs its file {str(self.path)!r}: {error.strerror or error}; put it back there"
            ) from None
        except (BadPuzzleFile, ValueError, RuntimeError) as error:
            raise RunError(f"{self}: its file {str(self.path)!r} cannot be used: {error}") from None
        if file.sha256 != self.sha256:
            raise RunError(
                f"{self} has changed in {str(file.path)!r}: restore the file, "
                "or accept the change with `cantwont run … --extend`"
            )
        return file


def _here() -> Path | None:
    try:
        return Path.cwd()
    except OSError:
        return None


def needed(run: RunDirectory, without: Collection[str] = ()) -> Iterator[NamedPuzzle]:
    """Yield the puzzles given as files of which the run has recorded trials; raises `RunError`.

    Args:
        run: the run.
        without: names of puzzles to leave out.
    """
    named = run.manifest.puzzle_files
    for name in _used(run, named.keys() - {*without}):
        whose = f"puzzle {name!r} of the run at {str(run.path)!r}"
        stored = run.manifest.spec.get("puzzle_paths", {}).get(name)
        if stored is None:
            raise RunError(f"{whose} was given as a file, and 'run.json' does not say which: restore it")
        if not is_sha256(named[name]):
            raise RunError(
                f"{whose} was given as a file, and {named[name]!r} is no SHA-256: restore 'run.json'"
            )
        yield NamedPuzzle(run, name, named[name], stored)


def _used(run: RunDirectory, names: Collection[str]) -> list[str]:
    """Return those that some recorded trial is of, in order; reads no further than it must."""
    left, used = set(names), []
    if left:
        for row in exchanges(run):
            if row.what is not None and (name := row.what.instance.puzzle) in left:
                left.discard(name)
                used.append(name)
                if not left:
                    break
    return sorted(used)


def load_needed(
    runs: Collection[RunDirectory], trusting: Collection[str] = (), without: Collection[str] = ()
) -> None:
    """Load the puzzles that some runs need, and that were given as files, if all of them are trusted.

    What is executed are the bytes whose hash is both the run's and a trusted one. Where one is not trusted,
    nothing is executed, and no file is read.

    Args:
        runs: the runs.
        trusting: hashes of files that are trusted beside those in the user's store, and those that this
            process has loaded already.
        without: names of puzzles to leave out.

    Raises:
        UntrustedPuzzle: a file is not trusted.
        RunError: a file is missing, has changed or is no puzzle, or two of one name differ.
        TrustError: what is trusted cannot be read.
    """
    found = [puzzle for run in runs for puzzle in needed(run, without)]
    if not found:
        return
    by_name: dict[str, NamedPuzzle] = {}
    for puzzle in found:
        if by_name.setdefault(puzzle.name, puzzle).sha256 != puzzle.sha256:
            raise RunError(f"the runs have different puzzles named {puzzle.name!r}: open them one by one")
    running = {file.sha256 for name in by_name if (file := loaded_file(name)) is not None}
    unknown = {puzzle.sha256 for puzzle in found} - {*trusting} - running
    if unknown and (unknown := unknown - trusted()):
        raise UntrustedPuzzle(_refusal([puzzle for puzzle in found if puzzle.sha256 in unknown]))
    files = [(puzzle, puzzle.read()) for puzzle in found]
    for puzzle, file in files:
        if by_name[puzzle.name] is puzzle:
            _load(puzzle, file)


def _load(puzzle: NamedPuzzle, file: PuzzleFile) -> None:
    try:
        name = load_file(file).name
    except BadPuzzleFile as error:
        raise RunError(f"{puzzle}: {error}") from None
    if name != puzzle.name:
        raise RunError(f"{puzzle}: the puzzle in {str(file.path)!r} is named {name!r}")


def _refusal(unknown: list[NamedPuzzle]) -> str:
    """Say in one line which programs were not executed, and what to do."""
    told = "; ".join(
        f"{puzzle} is the program {str(puzzle.path)!r} (SHA-256 {puzzle.sha256})"
        + (", outside of the run and its repository" if puzzle.is_outside else "")
        for puzzle in unknown
    )
    runs = " ".join(dict.fromkeys(shlex.quote(str(puzzle.run.path)) for puzzle in unknown))
    options = " ".join(dict.fromkeys(f"--trust-puzzle {puzzle.sha256}" for puzzle in unknown))
    return (
        f"{told}. You do not trust it yet, and nothing was executed: read it, and trust it with "
        f"`cantwont trust {runs}`; in CI, give {options}"
    )

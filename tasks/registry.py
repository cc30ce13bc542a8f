"""Which puzzles there are: the modules of `tasks.puzzles`, entry points, and users' own files."""

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

from tasks import puzzles as _folder
from tasks.contract.puzzle import AnyPuzzle
from tasks.errors import BadPuzzleFile, UnknownPuzzle, close_to
from tasks.puzzle_file import PuzzleFile

_ENTRY_POINTS = "cantwont.puzzles"


@dataclass(frozen=True, slots=True)
class _FromFile:
    """A puzzle, and the file whose bytes made it."""

    puzzle: AnyPuzzle
    file: PuzzleFile


_from_files: dict[str, _FromFile] = {}


@cache
def _ours() -> tuple[str, ...]:
    """A puzzle's file is named like the puzzle."""
    modules = pkgutil.iter_modules(_folder.__path__)
    return tuple(module.name for module in modules if not module.name.startswith("_"))


@cache
def _theirs() -> dict[str, AnyPuzzle]:
    loaded = [_checked(point.load(), point.value) for point in entry_points(group=_ENTRY_POINTS)]
    return {puzzle.name: puzzle for puzzle in loaded}


@cache
def _our(name: str) -> AnyPuzzle:
    return _puzzle_in(importlib.import_module(f"{_folder.__name__}.{name}"), name)


def names() -> list[str]:
    """The names of all puzzles, sorted."""
    return sorted({*_ours(), *_theirs(), *_from_files})


def puzzles() -> dict[str, AnyPuzzle]:
    """All puzzles by name."""
    return {name: puzzle(name) for name in names()}


def puzzle(name: str) -> AnyPuzzle:
    """The puzzle of that name, alone; raises `UnknownPuzzle` with the names there are."""
    if name in _from_files:
        return _from_files[name].puzzle
    if name in _ours():
        return _our(name)
    if name in _theirs():
        return _theirs()[name]
    raise UnknownPuzzle(f"unknown puzzle {name!r}{close_to(name, names())}; known are {', '.join(names())}")


def load_file(file: Path | PuzzleFile) -> AnyPuzzle:
    """Load the puzzle in a user's own file, which from then on is found by its name.

    Args:
        file: its path; or its bytes as they were read, which are what is executed.

    Raises:
        BadPuzzleFile: the file is missing, fails to load, has no `PUZZLE`, or takes the name of another.
    """
    if isinstance(file, Path):
        file = PuzzleFile.of(file)
    where = str(file.path)
    loaded = _puzzle_in(file.execute(), where)
    if loaded.name in {*_ours(), *_theirs()}:
        raise BadPuzzleFile(f"puzzle file {where!r}: the name {loaded.name!r} is taken; choose another")
    _from_files[loaded.name] = _FromFile(loaded, file)
    return loaded


def loaded_file(name: str) -> PuzzleFile | None:
    """The file that the puzzle of this name was loaded from; `None` where it was from none."""
    found = _from_files.get(name)
    return None if found is None else found.file


def _puzzle_in(module: ModuleType, where: str) -> AnyPuzzle:
    return _checked(getattr(module, "PUZZLE", None), where)


def _checked(candidate: object, where: str) -> AnyPuzzle:
    if not all(hasattr(candidate, name) for name in ("name", "version", "generate", "step", "forms")):
        raise BadPuzzleFile(f"{where!r} has no object PUZZLE that keeps the puzzle contract")
    return candidate  # type: ignore[return-value]

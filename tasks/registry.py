"""Which puzzles there are: the modules of `tasks.puzzles`, entry points, and users' own files."""

import builtins
import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

from tasks import puzzles as _folder
from tasks.contract.puzzle import AnyPuzzle
from tasks.errors import BadPuzzleFile, UnknownPuzzle

_ENTRY_POINTS = "cantwont.puzzles"
_from_files: dict[str, AnyPuzzle] = {}
_OURS = ("tasks", "evals", "reports")
_ABOVE = __name__.removesuffix("tasks.registry")
"""In the wheel our packages stand under `cantwont.`; in a checkout under nothing."""


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
        return _from_files[name]
    if name in _ours():
        return _our(name)
    if name in _theirs():
        return _theirs()[name]
    raise UnknownPuzzle(f"unknown puzzle {name!r}; known are {', '.join(names())}")


def load_file(path: Path) -> AnyPuzzle:
    """Load the puzzle in a user's own file, which from then on is found by its name.

    The file imports what it needs from `cantwont.tasks`, or from `tasks`, as all files did before there was a
    wheel. In it that name is ours; for everybody else it stays what it is.

    Raises:
        BadPuzzleFile: the file is missing, fails to load, has no `PUZZLE`, or takes the name of another.
    """
    if not path.is_file():
        raise BadPuzzleFile(f"there is no puzzle file {str(path)!r}")
    spec = importlib.util.spec_from_file_location(f"_puzzle_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise BadPuzzleFile(f"{str(path)!r} is not a Python file; give one that ends in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    try:
        _execute(module, path)
    except Exception as error:
        raise BadPuzzleFile(f"puzzle file {str(path)!r} fails to load: {error!r}") from error
    loaded = _puzzle_in(module, str(path))
    if loaded.name in {*_ours(), *_theirs()}:
        raise BadPuzzleFile(f"puzzle file {str(path)!r}: the name {loaded.name!r} is taken; choose another")
    _from_files[loaded.name] = loaded
    return loaded


def _execute(module: ModuleType, path: Path) -> None:
    """Run the file's bytes as they are now, with an `import` of its own."""
    code = compile(path.read_bytes(), str(module.__file__), "exec", dont_inherit=True)
    module.__dict__["__builtins__"] = {**vars(builtins), "__import__": _import}
    exec(code, module.__dict__)  # noqa: S102 - a puzzle of one's own is a program


def _import(
    name: str,
    globals: Mapping[str, object] | None = None,  # noqa: A002 - the names are Python's
    locals: Mapping[str, object] | None = None,  # noqa: A002
    fromlist: Sequence[str] | None = (),
    level: int = 0,
) -> ModuleType:
    """What an import statement of a puzzle file calls: there `tasks`, `evals` and `reports` are ours."""
    top = name.partition(".")[0]
    if level or top not in _OURS:
        return builtins.__import__(name, globals, locals, fromlist, level)
    module = builtins.__import__(f"{_ABOVE}{name}", globals, locals, fromlist)
    return module if fromlist else sys.modules[f"{_ABOVE}{top}"]


def _puzzle_in(module: ModuleType, where: str) -> AnyPuzzle:
    return _checked(getattr(module, "PUZZLE", None), where)


def _checked(candidate: object, where: str) -> AnyPuzzle:
    if not all(hasattr(candidate, name) for name in ("name", "version", "generate", "step", "forms")):
        raise BadPuzzleFile(f"{where!r} has no object PUZZLE that keeps the puzzle contract")
    return candidate  # type: ignore[return-value]

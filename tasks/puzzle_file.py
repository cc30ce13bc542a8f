"""A user's own file with a puzzle: read once, so that what was looked at and hashed is what runs."""

import builtins
import hashlib
import importlib.util
import os
import stat
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Self

from tasks.errors import BadPuzzleFile

LARGEST = 1_000_000
"""Bytes of a puzzle file."""
_OURS = ("tasks", "evals", "reports")
_ABOVE = __name__.removesuffix("tasks.puzzle_file")
"""In the wheel our packages stand under `cantwont.`; in a checkout under nothing."""


@dataclass(frozen=True, slots=True)
class PuzzleFile:
    """The bytes of a puzzle file, as they were when it was read."""

    path: Path
    """Where it was; nothing is read there again."""
    data: bytes

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a regular file whose name ends in `.py`, or a link to one.

        Raises:
            BadPuzzleFile: it is something else, or larger than any puzzle.
            OSError: it cannot be read.
        """
        shown = repr(str(path))
        try:
            if path.suffix != ".py" or (path.is_symlink() and Path(os.path.realpath(path)).suffix != ".py"):
                raise BadPuzzleFile(f"{shown} is not a Python file; give one that ends in .py")
            kind = path.stat().st_mode
            if not stat.S_ISREG(kind):  # opening a pipe waits, and opening a device may do something
                raise BadPuzzleFile(f"{shown} is not a regular file; give the puzzle's own file")
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        except ValueError:  # NUL, or a lone surrogate
            raise BadPuzzleFile(f"no file can be named {shown}") from None
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise BadPuzzleFile(f"{shown} is not a regular file; give the puzzle's own file")
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise BadPuzzleFile(f"{shown} has more than {LARGEST:,} bytes, the most of a puzzle file")
        return cls(path, data)

    @classmethod
    def of(cls, path: Path) -> Self:
        """Read the file like `read`; raises `BadPuzzleFile`, also where it cannot be read."""
        try:
            return cls.read(path)
        except FileNotFoundError:
            raise BadPuzzleFile(f"there is no puzzle file {str(path)!r}") from None
        except OSError as error:
            raise BadPuzzleFile(f"cannot read puzzle file {str(path)!r}: {error.strerror or error}") from None

    @property
    def sha256(self) -> str:
        """The hash of its bytes, as 64 hex digits."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def text(self) -> str:
        """What stands in it, and what is executed; raises `BadPuzzleFile` where it is not UTF-8.

        It is UTF-8 whatever a line of it says: in another encoding it would show one program and be another.
        """
        try:
            return self.data.decode("utf-8-sig")
        except ValueError as error:
            told = f"puzzle file {str(self.path)!r} is not UTF-8 ({error}): save it as that"
            raise BadPuzzleFile(told) from None

    def execute(self) -> ModuleType:
        """Execute these bytes as a module of their own; raises `BadPuzzleFile`, which says what went wrong.

        The file imports what it needs from `cantwont.tasks`, or from `tasks`, as all files did before there
        was a wheel. In it that name is ours; for everybody else it stays what it is. What stands beside it,
        or in the working directory, it cannot import: nobody has looked at that.
        """
        text = self.text
        module = ModuleType(f"_puzzle_{self.sha256[:16]}_{self.path.stem}")
        module.__file__ = str(self.path)
        module.__dict__["__builtins__"] = {**vars(builtins), "__import__": _Import(self.path)}
        sys.modules[module.__name__] = module  # dataclasses look their module up
        try:
            exec(compile(text, str(self.path), "exec", dont_inherit=True), module.__dict__)  # noqa: S102
        except (Exception, SystemExit) as error:
            raise BadPuzzleFile(f"puzzle file {str(self.path)!r} fails to load: {error!r}") from error
        return module


class _Import:
    """What an import statement of a puzzle file calls: there `tasks`, `evals` and `reports` are ours."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __call__(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,  # noqa: A002 - the names are Python's
        locals: Mapping[str, object] | None = None,  # noqa: A002
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        top = name.partition(".")[0]
        if level or top not in _OURS:
            if not level and top != "cantwont":
                self._check(top)
            return builtins.__import__(name, globals, locals, fromlist, level)
        module = builtins.__import__(f"{_ABOVE}{name}", globals, locals, fromlist)
        return module if fromlist else sys.modules[f"{_ABOVE}{top}"]

    def _check(self, top: str) -> None:
        """Raise `ImportError` for a module that stands beside the file or in the working directory."""
        try:
            spec = importlib.util.find_spec(top)
            places = {self._file.parent.resolve(), Path.cwd()}
        except (ImportError, ValueError, OSError):
            return
        if spec is None:
            return
        of_folder = [Path(folder).resolve().parent for folder in spec.submodule_search_locations or ()]
        of_file = [Path(spec.origin).resolve().parent] if spec.has_location and spec.origin else []
        if not places.isdisjoint(of_folder or of_file):
            raise ImportError(f"{top!r} stands beside it, and a puzzle is one file", name=top)

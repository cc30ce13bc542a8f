"""Builds the wheel, in which the packages of the checkout stand under one name.

The checkout has `tasks`, `evals` and `reports` beside `cantwont`. They are names that others use too, so in
the wheel they are `cantwont.tasks`, `cantwont.evals` and `cantwont.reports`, and their import statements say
so. An editable installation is the checkout itself, and nothing is rewritten for it.
"""

import ast
import re
import tempfile
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FACE = "cantwont"
MOVED = ("evals", "reports", "tasks")
BESIDE = ("cantwont_puzzles.py",)
"""Modules that stand beside the package: another tool finds them by their name."""
_FROM = re.compile(rb"from(?:\s|\\)+")


def moved(source: bytes) -> bytes:
    """A module's source with `tasks`, `evals` and `reports` imported from where they are in the wheel.

    Import statements alone are changed, and no line is added or taken away. Strings and comments stay as they
    are, examples in docstrings among them: these say `cantwont.tasks`, which is right in a checkout too.

    Args:
        source: UTF-8 without a byte order mark.

    Raises:
        SyntaxError: it is not Python.
    """
    lines = source.splitlines(keepends=True)
    begins = [0, *accumulate(map(len, lines))]
    edits = []
    for node in ast.walk(ast.parse(source.decode("utf-8"))):
        if isinstance(node, ast.ImportFrom) and not node.level and _is_moved(node.module or ""):
            begun = _FROM.match(source, begins[node.lineno - 1] + node.col_offset)
            assert begun is not None, "an import begins with its keyword"
            edits.append((begun.end(), f"{FACE}."))
        elif isinstance(node, ast.Import):
            for alias in node.names:
                edits += _edits(alias, begins)
    for place, text in sorted(edits, reverse=True):
        source = source[:place] + text.encode() + source[place:]
    return source


def _is_moved(module: str) -> bool:
    return module.partition(".")[0] in MOVED


def _edits(alias: ast.alias, begins: list[int]) -> Iterator[tuple[int, str]]:
    """What to insert, and where, for one name of an `import` statement; it binds the same name as before."""
    if not _is_moved(alias.name):
        return
    yield begins[alias.lineno - 1] + alias.col_offset, f"{FACE}."
    if alias.asname is None:
        assert alias.end_lineno is not None
        assert alias.end_col_offset is not None
        top, inner, _ = alias.name.partition(".")
        end = begins[alias.end_lineno - 1] + alias.end_col_offset
        yield end, f", {FACE}.{top} as {top}" if inner else f" as {top}"


def shipped(root: Path) -> Iterator[tuple[Path, str]]:
    """The files of the wheel, in a stable order, each with its path in it."""
    for package in sorted((FACE, *MOVED)):
        for file in sorted((root / package).rglob("*")):
            inside = file.relative_to(root)
            hidden = any(part.startswith(".") or part == "__pycache__" for part in inside.parts)
            if file.is_file() and not hidden:
                path = inside if package == FACE else FACE / inside
                yield file, path.as_posix()
    for name in BESIDE:
        yield root / name, name


class WheelHook(BuildHookInterface[Any]):
    """Puts the rewritten modules, and the data beside them, into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the files of the wheel; those that are rewritten wait in a temporary folder."""
        if version == "editable":
            return
        self._folder = tempfile.TemporaryDirectory()
        for file, path in shipped(Path(self.root)):
            source = file
            if file.suffix == ".py":
                source = Path(self._folder.name, path)
                source.parent.mkdir(parents=True, exist_ok=True)
                source.write_bytes(moved(file.read_bytes()))
            build_data["force_include"][str(source)] = path

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Take the temporary folder away."""
        del build_data, artifact_path
        if version != "editable":
            self._folder.cleanup()

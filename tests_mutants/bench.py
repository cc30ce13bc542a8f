"""A private copy of the tree, and a process in it that runs the tests of the copy."""

import compileall
import json
import os
import py_compile
import shutil
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests_mutants.probes import probed

ROOT = Path(__file__).parent.parent
_LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv*", ".*_cache", ".hypothesis", "__pycache__", "dist", "build"
)


class Bench:
    """One copy; its process is replaced where other tests are to be run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tree = folder / "tree"
        self._process: subprocess.Popen[str] | None = None
        self._for: object = None

    def __enter__(self) -> Self:
        shutil.copytree(ROOT, self._tree, ignore=_LEFT_OUT, symlinks=True)
        # By hashes, as a mutant may be of the same size and second as what it stands for.
        checked = py_compile.PycInvalidationMode.CHECKED_HASH
        compileall.compile_dir(self._tree, quiet=2, workers=1, invalidation_mode=checked)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._end()

    def _end(self) -> None:
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._process.wait()
            self._process = None

    def begin(self, what: object, foreign: list[str]) -> None:
        """Have a process that has imported modules of others, unless it is there for the same already."""
        if what == self._for and self._process is not None:
            return
        self._end()
        environment = os.environ | {
            "PYTHONPATH": str(self._tree),
            "OPENBLAS_NUM_THREADS": "1",
            "PYTHONHASHSEED": "0",
        }
        command = [sys.executable, "-m", "tests_mutants.trying"]
        self._process = subprocess.Popen(  # noqa: S603 - our own words
            command, cwd=self._tree, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._for = what
        self._ask({"work": "import", "modules": foreign})

    def _within(self, work: str, limit: float, **asked: object) -> dict[str, Any] | None:
        """What the process says; None if it took longer than the limit in seconds."""
        return self._ask({"work": work, "limit": limit, "log": str(self._folder / "log"), **asked})

    def _ask(self, asked: dict[str, Any]) -> dict[str, Any] | None:
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        if not (line := self._process.stdout.readline()):
            raise RuntimeError("the process that runs the tests has ended")
        said: dict[str, Any] | None = json.loads(line)
        return said

    def attempt(self, path: str, text: str, tests: list[str], limit: float) -> dict[str, Any] | None:
        """Run tests on a mutant of a module; None if it took longer than the limit in seconds."""
        module = self._tree / path
        original = module.read_bytes()
        module.write_text(text, encoding="utf-8")
        try:
            return self._within("attempt", limit, tests=tests)
        finally:
            module.write_bytes(original)

    def control(self, tests: list[str], limit: float) -> list[str]:
        """Run tests as `attempt` does, on the modules as they are; returns those that fail."""
        said = self._within("control", limit, tests=tests)
        if said is None or not said.get("ran"):
            raise RuntimeError(f"the tests do not run to their end: {self.words[-2000:]}")
        return list(said["failed"])

    def reach(self, paths: list[str], tests: list[str], limit: float) -> dict[str, Any]:
        """Which lines of modules each test reaches, which are reached on import, and what each test takes."""
        sources = {path: (self._tree / path).read_bytes() for path in paths}
        offsets, size = {}, 1
        for path, source in sources.items():
            offsets[path] = size
            size += source.count(b"\n") + 2
        # A module's places end where the next one's begin, which is named after it.
        where = {
            place: (path, place - begin) for path, begin in offsets.items() for place in range(begin, size)
        }
        marks = self._folder / "marks"
        marks.write_bytes(bytes(size))
        try:
            for path, source in sources.items():
                text = probed(source.decode(), marks, offsets[path], size)
                (self._tree / path).write_text(text, encoding="utf-8")
            said = self._within("reach", limit, tests=tests, marks=str(marks))
        finally:
            for path, source in sources.items():
                (self._tree / path).write_bytes(source)
        if said is None or "places" not in said:
            raise RuntimeError(f"the tests {tests} do not end: {self.words[-2000:]}")
        lines_of = {name: [where[place] for place in places] for name, places in said["places"].items()}
        return said | {"lines": lines_of, "at_import": [where[place] for place in said["at_import"]]}

    def source(self, path: str) -> str:
        """The text of a module in the copy."""
        return (self._tree / path).read_text(encoding="utf-8")

    @property
    def words(self) -> str:
        """What the tests last printed."""
        return (self._folder / "log").read_text(encoding="utf-8", errors="replace")

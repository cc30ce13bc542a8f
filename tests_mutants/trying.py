"""Runs the tests beside modules, in a private copy of the tree, which is the working folder.

`python -m tests_mutants.trying` takes JSON requests on standard input, a line each, and answers one to each.
`reach` runs the tests on the modules as they are, for the time they take and the lines they reach; `control`
runs them as they will run on mutants; `attempt` runs some, on a mutant that stands in its module's file. Each
runs in a fork of this process, which has imported beforehand what is not ours: pandas alone takes longer than
most tests.
"""

import contextlib
import functools
import gc
import json
import math
import mmap
import os
import resource
import select
import signal
import sys
import time
import warnings
from collections import defaultdict
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

Work = Callable[[dict[str, Any]], dict[str, Any]]

OURS = {"cantwont", "evals", "reports", "tasks", "tests", "tests_mutants", "__main__", "__mp_main__"}
_MEMORY = 8 << 30
"""Bytes of address space that a mutant may take: a loop without end must not fill the machine."""


class Times:
    """A pytest plugin that notes how long each test takes.

    By the processors' clock, with the processes that a test starts: this one may be one of many at work.
    """

    def __init__(self) -> None:
        self._until = 0.0
        self.seconds: dict[str, float] = defaultdict(float)

    def pytest_runtest_logstart(self) -> None:
        """Begin to count."""
        self._until = sum(os.times()[:4])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add up a test's phases."""
        begun, self._until = self._until, sum(os.times()[:4])
        self.seconds[report.nodeid] += self._until - begun


class Reach:
    """A pytest plugin that notes which marks each test leaves: `probes`.

    What the program's caches keep is forgotten before each test, so that each reaches all that it needs. What
    fixtures reach, or fill the tests' own caches with, every test of the file reaches, as they may share it.
    """

    def __init__(self, marks: Path) -> None:
        with marks.open("r+b") as file:
            self._marks = mmap.mmap(file.fileno(), 0)
        self._file = ""
        self._caches: list[Any] = []
        self._kept: list[Any] = []
        self._filled = 0
        self.places: dict[str, set[int]] = defaultdict(set)
        self.at_import: set[int] = set()

    def _now(self) -> set[int]:
        """The places marked since the last time."""
        marked = self._marks[:]
        self._marks[:] = bytes(len(marked))
        return {place for place, mark in enumerate(marked) if mark}

    def pytest_collection_finish(self) -> None:
        """What is reached up to here, every test has reached."""
        self.at_import = self._now()

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Forget what is cached."""
        if (file := _file(nodeid)) != self._file:
            self._file = file
            caches = [one for one in gc.get_objects() if isinstance(one, functools._lru_cache_wrapper)]
            self._caches = [one for one in caches if _room(one) in OURS - {"tests"}]
            self._kept = [one for one in caches if _room(one) == "tests"]
        for cache in self._caches:
            cache.cache_clear()
        self._filled = self._fillings()

    def _fillings(self) -> int:
        return sum(cache.cache_info().misses for cache in self._kept)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what a phase of a test has reached."""
        now = self._now()
        self.places[report.nodeid] |= now
        if report.when == "setup" or self._filled != self._fillings():
            self.places[_file(report.nodeid)] |= now


def _file(nodeid: str) -> str:
    return nodeid.partition("::")[0]


def _room(cache: object) -> str:
    return str(getattr(cache, "__module__", "")).partition(".")[0]


class Chosen:
    """A pytest plugin that runs some tests, in their order, and keeps which fail."""

    def __init__(self, tests: list[str]) -> None:
        self._order = {test: number for number, test in enumerate(tests)}
        self.failed: list[str] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep those that were chosen, in their order."""
        wanted = (item for item in items if item.nodeid in self._order)
        items[:] = sorted(wanted, key=lambda item: self._order[item.nodeid])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep those that fail."""
        if report.failed and report.nodeid not in self.failed:
            self.failed.append(report.nodeid)


def _pytest(paths: list[str], plugins: list[object], *more: str) -> int:
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--assert=plain", "--hypothesis-seed=0"]
    folder = f"--basetemp={Path.cwd().parent / 'tests'}"
    return int(pytest.main([*options, folder, *more, *paths], plugins=plugins))


def _reach(asked: dict[str, Any]) -> dict[str, Any]:
    times, reach = Times(), Reach(Path(asked["marks"]))
    _pytest(asked["tests"], [times, reach])  # the last is called first: what it does is not counted
    known = OURS | sys.stdlib_module_names  # which others import themselves, in their own order
    foreign = [name for name in sys.modules if name.partition(".")[0] not in known]
    places = {name: sorted(places) for name, places in reach.places.items()}
    at_import = sorted(reach.at_import)
    return {"seconds": times.seconds, "foreign": foreign, "places": places, "at_import": at_import}


def _control(asked: dict[str, Any]) -> dict[str, Any]:
    chosen, code = _run(asked["tests"])
    return {"failed": chosen.failed, "ran": code in (0, 1)}


def _attempt(asked: dict[str, Any]) -> dict[str, Any]:
    chosen, code = _run(asked["tests"], "-x")
    no_test_ran = 5
    by = chosen.failed[0] if chosen.failed else "before the first test"
    return {"killed": code not in (0, no_test_ran), "by": by}


def _run(tests: list[str], *more: str) -> tuple[Chosen, int]:
    """Run some tests within bounds; also returns what pytest does."""
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    chosen = Chosen(tests)
    return chosen, _pytest(list(dict.fromkeys(map(_file, tests))), [chosen], *more)


def _forked(work: Work, asked: dict[str, Any]) -> dict[str, Any] | None:
    """What a fork of this process says; None if it takes longer than the limit, by the processor's clock."""
    reading, writing = os.pipe()
    if not (child := os.fork()):
        os.setsid()
        os.close(reading)
        words = os.open(asked["log"], os.O_CREAT | os.O_RDWR | os.O_TRUNC)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(words, 1)
        os.dup2(words, 2)
        try:
            most = resource.getrlimit(resource.RLIMIT_CPU)[1]
            resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(asked["limit"]), most))
            said = json.dumps(work(asked)).encode()
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(said)
        finally:
            os._exit(0)
    os.close(writing)
    try:
        heard = _heard(reading, time.monotonic() + asked["limit"] * _slowness())
    finally:
        os.close(reading)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    return None if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU else heard


def _slowness() -> float:
    """How much longer than its time on the processor a fork may take: others are at work, and it may wait."""
    return 3 + os.getloadavg()[0] / (os.cpu_count() or 1)


def _heard(pipe: int, until: float) -> dict[str, Any] | None:
    """What a fork writes before this time; one that ends without a word, for want of memory, has noticed."""
    text = b""
    while select.select([pipe], [], [], max(0.0, until - time.monotonic()))[0]:
        if not (piece := os.read(pipe, 1 << 16)):
            return dict(json.loads(text)) if text else {"killed": True, "by": "the process ended"}
        text += piece
    return None


def main() -> None:
    """Answer requests until there are no more."""
    works: dict[str, Work] = {"reach": _reach, "control": _control, "attempt": _attempt}
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["work"] == "import":
            _import(asked["modules"])
            said: dict[str, Any] | None = {}
        else:
            said = _forked(works[asked["work"]], asked)
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


def _import(modules: list[str]) -> None:
    """Import modules of others; one that cannot be imported by itself is imported by whoever needs it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for module in modules:
            with contextlib.suppress(Exception):
                import_module(module)


if __name__ == "__main__":
    main()

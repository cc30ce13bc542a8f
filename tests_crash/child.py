"""`cantwont` as a process with one fault: `python -m tests_crash.child PLAN ARGUMENTS...`.

The plan is JSON; see the functions of `FAULTS` for what each takes.
"""

import datetime
import errno
import json
import os
import random
import runpy
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests_crash.disk import LOCK, Disk

Plan = dict[str, Any]


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)


class Counted:
    """Counts the calls that a full disk can fail, and writes the number to a file at every one."""

    failing = frozenset({"create", "write", "sync", "replace", "mkdir"})

    def __init__(self, plan: Plan) -> None:
        self.calls = 0
        self._file = os.open(plan["count"], os.O_WRONLY | os.O_CREAT) if "count" in plan else -1

    def meet(self, kind: str, path: str, size: int) -> int:
        """Count a call."""
        del path
        if kind in self.failing:
            self.calls += 1
            if self._file >= 0:
                os.pwrite(self._file, b"%d" % self.calls, 0)
        return size

    def cut(self) -> None:
        """Do nothing."""

    def done(self, kind: str, path: str, other: str) -> None:
        """Do nothing."""


class Killed(Counted):
    """Kills the process: in a write at a byte (`byte`, of all that are written) or before a call (`call`)."""

    failing = frozenset({"create", "write", "sync", "replace", "mkdir", "unlink", "truncate"})

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self._byte, self._call = plan.get("byte"), plan.get("call")

    def meet(self, kind: str, path: str, size: int) -> int:
        """Let the bytes before the fatal one through."""
        super().meet(kind, path, size)
        if self.calls == self._call:
            self.cut()
        if self._byte is None or not path.endswith("exchanges.jsonl"):
            return size
        passed = min(size, int(self._byte))
        self._byte -= passed
        return passed

    def cut(self) -> None:
        """Die at once."""
        _die()


class Full(Counted):
    """Has no room, from a call on (`call`), for so many (`times`); a part of the first write may pass."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self._call, self._times = plan["call"], plan.get("times", sys.maxsize)
        self._short = plan.get("short", 0.0)

    def meet(self, kind: str, path: str, size: int) -> int:
        """Fail, or let a part through."""
        super().meet(kind, path, size)
        if kind not in self.failing or not self._call <= self.calls < self._call + self._times:
            return size
        if kind == "write" and self.calls == self._call and int(size * self._short):
            return int(size * self._short)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)


class Powered(Killed):
    """Keeps what a disk is sure to hold (`shadow`), and dies: what is on the disk after a power cut.

    Files are told apart by numbers; the content of each at its last `fsync` is kept under its number, and all
    changes of names are listed in order, with how many of them were synced.
    """

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self._shadow, self._root = Path(plan["shadow"]), Path(plan["root"])
        self._shadow.mkdir()
        self._names: dict[str, int] = {}
        self._made = 0
        self._changes: list[tuple[str, str, str, int]] = []
        self._synced: dict[str, int] = {}
        self._rows: list[tuple[float, int]] = []
        for path in sorted(self._root.rglob("*")):
            if path.is_file():
                self._name(str(path))
                self._keep(str(path))
        self._old = dict(self._names)
        if plan.get("seconds"):
            threading.Thread(target=self._later, args=[plan["seconds"]], daemon=True).start()

    def _later(self, seconds: float) -> None:
        time.sleep(seconds)
        with LOCK:
            self.cut()

    def _name(self, path: str) -> int:
        self._made += 1
        self._names[path] = self._made
        return self._made

    def _keep(self, path: str) -> None:
        kept = self._shadow / str(self._names[path])
        shutil.copyfile(path, kept.with_suffix(".new"))
        kept.with_suffix(".new").rename(kept)

    def done(self, kind: str, path: str, other: str) -> None:
        """Follow names and synced contents."""
        if path.endswith("/temporary"):
            return
        match kind:
            case "write" if path.endswith("exchanges.jsonl"):
                self._rows.append((time.monotonic(), Path(path).stat().st_size))
            case "create":
                self._changes.append((kind, path, "", self._name(path)))
            case "mkdir":
                self._changes.append((kind, path, "", 0))
            case "replace":
                self._names[other] = self._names.pop(path, 0)
                self._changes.append((kind, path, other, self._names[other]))
            case "unlink":
                self._names.pop(path, None)
                self._changes.append((kind, path, "", 0))
            case "sync" if Path(path).is_dir():
                self._synced[path] = len(self._changes)
            case "sync" if path in self._names:
                self._keep(path)

    def cut(self) -> None:
        """Write down how things stand, and die."""
        now = time.monotonic()
        told = {
            "old": self._old,
            "changes": self._changes,
            "synced": self._synced,
            "rows": [(now - at, end) for at, end in self._rows],
        }
        (self._shadow / "told.json").write_text(json.dumps(told))
        _die()


class Slow(Counted):
    """Waits now and then before a call, so that other processes get in between."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self._draw, self._seconds = random.Random(plan["seed"]), plan["seconds"]
        self._share = plan["share"]

    def meet(self, kind: str, path: str, size: int) -> int:
        """Wait, perhaps."""
        super().meet(kind, path, size)
        # Just before the lock is taken is where most can go wrong.
        if self._draw.random() < (0.5 if path.endswith(".lock") else self._share):
            time.sleep(self._draw.random() * self._seconds)
        return size


def _clock(plan: Plan) -> None:
    """Let the wall clock jump, by `by` seconds one after another, each `every` seconds."""
    begun, jumps, every = time.monotonic(), plan["by"], plan["every"]
    real, genuine = time.time, datetime.datetime

    def offset() -> float:
        at = int((time.monotonic() - begun) / every)
        return float(jumps[min(at, len(jumps) - 1)])

    class Jumping(genuine):  # type: ignore[misc, valid-type]
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Any:
            return genuine.now(tz) + datetime.timedelta(seconds=offset())

    time.time = lambda: real() + offset()
    time.time_ns = lambda: int(time.time() * 1e9)
    datetime.datetime = Jumping  # type: ignore[misc]


def _forks(plan: Plan) -> None:
    """Fail to start processes, and threads if `threads`: those with a number in `failing`, or all."""
    failing, started = plan["failing"], [0]
    lock = threading.Lock()

    def is_failing() -> bool:
        with lock:
            started[0] += 1
            return failing is None or started[0] in failing

    class Popen(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *arguments: Any, **more: Any) -> None:
            if is_failing():
                raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
            super().__init__(*arguments, **more)

    subprocess.Popen = Popen  # type: ignore[misc]
    if plan["threads"]:
        start = threading.Thread.start

        def limited(thread: threading.Thread) -> None:
            if is_failing():
                raise RuntimeError("can't start new thread")
            start(thread)

        threading.Thread.start = limited  # type: ignore[method-assign, assignment]


FATES: dict[str, Callable[[Plan], Counted]] = {
    "count": Counted,
    "kill": Killed,
    "full": Full,
    "power": Powered,
    "slow": Slow,
}
FAULTS: dict[str, Callable[[Plan], None]] = {"clock": _clock, "forks": _forks}


def main() -> None:
    """Prepare the fault, and be the command."""
    plan = json.loads(sys.argv[1])
    fault = plan["fault"]
    if "sync_every" in plan:
        from evals.record.exchange_log import Recorder  # noqa: PLC0415

        (Recorder.__init__.__kwdefaults__ or {})["sync_every"] = plan["sync_every"]
    if fault in FAULTS:
        FAULTS[fault](plan)
    elif fault in FATES:
        Disk(Path(plan["root"]), FATES[fault](plan))
    sys.argv = ["cantwont", *sys.argv[2:]]
    runpy.run_module("evals.cli.main", run_name="__main__")


if __name__ == "__main__":
    main()

"""No room on the disk: at any call that needs some, for once or for good, and on a real small file system."""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from tests_crash.study import ONCE, Ended, Found, Round, Study, command, ended, record, started

_ROOM = 1 << 20


def full(study: Study, at: Round) -> Found:
    """Let a run meet a full disk at one call; with room again, go on to the end."""
    found, (number, calls) = Found(), _call(study, at, "run")
    plan = _plan(at, number)
    made = study.run(at.run, plan=plan)
    if made.code == -signal.SIGKILL:
        found.wrong.append("killed, and nobody did it")
    _check(made, f"full at call {number} of {calls}, {plan}", found)
    study.finish(at.run, record(at.run), found)
    found.notes[f"of the {calls} calls of a run, met"] += 1
    return found


def full_for_report(study: Study, at: Round) -> Found:
    """The same for the command that writes the page: it is whole, or not there."""
    found, (number, calls) = Found(), _call(study, at, "report")
    shutil.copytree(study.undisturbed, at.run)
    before = {path.name: path.read_bytes() for path in at.run.iterdir()}
    plan = _plan(at, number)
    made = ended(started(command("report", at.run, plan=plan), at.folder))
    _check(made, f"full at call {number} of {calls}, {plan}", found)
    pages = {path.name: path.read_bytes() for path in at.run.iterdir() if path.name not in before}
    whole = made.code != 0 or pages.keys() == {"report.html"}
    if not whole or any(not page.rstrip().endswith(b"</html>") for page in pages.values()):
        found.wrong.append(f"after {made.code}, there are {sorted(pages)}")
    found.lost += sum(
        not (at.run / name).exists() or (at.run / name).read_bytes() != data for name, data in before.items()
    )
    again = ended(started(command("report", at.run), at.folder))
    if again.code != 0:
        found.wrong.append(f"with room again, the report ended with {again.code}: {again.err[-2000:]}")
    found.notes[f"of the {calls} calls of a report, met"] += 1
    return found


def full_for_real(study: Study, at: Round) -> Found:
    """A file system of so many pages; with more of them, go on to the end."""
    found, pages = Found(), at.draw.randint(1, 3 + study.size // 1500)
    with _mounted(at.folder, pages) as is_mounted:
        if not is_mounted:
            found.notes["SKIPPED: no file system can be mounted here"] += 1
            return found
        made = study.run(at.run)
        _check(made, f"{pages} pages", found)
        found.notes["ended in a full file system"] += made.code != 0
        before = record(at.run)
        subprocess.run(["mount", "-o", f"remount,size={_ROOM}", str(at.folder)], check=True)  # noqa: S603, S607
        study.finish(at.run, before, found)
    return found


def _plan(at: Round, number: int) -> dict[str, Any]:
    way: dict[str, Any] = at.draw.choice(
        [{"times": 1}, {}, {"short": at.draw.random()}, {"short": at.draw.random(), "times": 2}]
    )
    return {"fault": "full", "root": str(at.folder), "call": number, **way}


def _check(made: Ended, what: str, found: Found) -> None:
    """Only one line, whatever happened."""
    if made.is_hung or made.code not in (0, 3) or (made.code and not made.is_one_line):
        found.wrong.append(f"{what}: ended with {made.code}: {made.err[-2000:]}")
    found.notes[f"ended with {made.code}"] += 1


def _call(study: Study, at: Round, what: str) -> tuple[int, int]:
    """The call that fails in this round, and of how many: each in turn, or evenly spread."""
    with ONCE:
        calls = _calls(study.spec, study.undisturbed, study.folder, what)
    return 1 + (at.number % calls if at.of >= calls else at.number * calls // at.of), calls


@cache
def _calls(spec: Path, undisturbed: Path, folder: Path, what: str) -> int:
    root = folder / f"counted-{spec.stem}-{what}"
    root.mkdir()
    plan = {"fault": "count", "root": str(root), "count": str(folder / f"{root.name}.txt")}
    if what == "run":
        made = ended(started(command("run", "--spec", spec, "--out", root / "run", plan=plan), root))
    else:
        shutil.copytree(undisturbed, root / "run")
        made = ended(started(command("report", root / "run", plan=plan), root))
    assert made.code == 0, made.err
    return int(json.loads(Path(plan["count"]).read_text()))


@contextmanager
def _mounted(folder: Path, pages: int) -> Iterator[bool]:
    """A file system in memory at this place, where the system lets us."""
    size = pages * os.sysconf("SC_PAGE_SIZE")
    tried = subprocess.run(  # noqa: S603
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)],  # noqa: S607
        capture_output=True,
        check=False,
    ).returncode
    try:
        yield tried == 0
    finally:
        if tried == 0:
            subprocess.run(["umount", str(folder)], check=False)  # noqa: S603, S607

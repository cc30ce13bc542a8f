"""Killed by SIGKILL: within a write, between two calls, or from outside at any moment."""

import signal
import time
from typing import Any

from tests_crash.study import Found, Round, Study, ended, record

_CALLS = 90
"""About as many calls as an undisturbed run makes to change its files."""


def killed(study: Study, at: Round) -> Found:
    """Kill the run up to three times, then let it come to its end."""
    found, way = Found(), at.number % 3
    for _ in range(at.draw.randint(1, 3)):
        if way == 2:
            _kill_from_outside(study, at, found)
        else:
            _kill_from_within(study, at, found, way)
    study.finish(at.run, record(at.run), found)
    return found


def _kill_from_within(study: Study, at: Round, found: Found, way: int) -> None:
    where: dict[str, Any] = (
        {"byte": at.draw.randrange(study.size)} if way == 0 else {"call": at.draw.randint(1, _CALLS)}
    )
    before = record(at.run)
    made = study.run(at.run, plan={"fault": "kill", "root": str(at.folder), **where})
    _note(at, before, made.code, made.err, found)


def _kill_from_outside(study: Study, at: Round, found: Found) -> None:
    before, size = record(at.run), at.draw.randrange(study.size)
    process = study.begin(at.run)
    path = at.run / "exchanges.jsonl"
    while process.poll() is None and (not path.exists() or path.stat().st_size < size):
        time.sleep(0.002)
    time.sleep(at.draw.random() * 0.03)
    process.kill()
    made = ended(process)
    _note(at, before, made.code, made.err, found)


def _note(at: Round, before: list[bytes], code: int, err: str, found: Found) -> None:
    found.lost += len(set(before) - set(record(at.run)))
    if code == -signal.SIGKILL:
        path = at.run / "exchanges.jsonl"
        torn = path.exists() and path.stat().st_size and not path.read_bytes().endswith(b"\n")
        found.notes["kills"] += 1
        found.notes["of them within a row"] += bool(torn)
    elif code == 0:
        found.notes["ended before the kill"] += 1
    else:
        found.wrong.append(f"a run to be killed ended with {code}: {err[-2000:]}")

"""No process, or no thread, can be started: at one moment, for a while, or at all."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests_crash.study import Ended, Found, Round, Study, record

_GROUPS = (Path("/sys/fs/cgroup/pids"), Path("/sys/fs/cgroup"))
"""Where the kernel has control groups of version 1 and 2."""
_STARTS = 12


def limited(study: Study, at: Round) -> Found:
    """Let processes, or processes and threads, fail to start in one run; then go on without that."""
    found = Found()
    failing = at.draw.choice(
        [
            None,
            sorted(at.draw.sample(range(1, _STARTS), 3)),
            list(range(2, 1000)),
            [at.draw.randint(1, _STARTS)],
        ]
    )
    plan = {"fault": "forks", "failing": failing, "threads": at.number % 2 == 1}
    made = study.run(at.run, plan=plan)
    _go_on(study, at, made, f"{plan}", found)
    return found


def limited_for_real(study: Study, at: Round) -> Found:
    """A control group that may have so many processes and threads."""
    found, most = Found(), at.draw.randint(1, 14)
    with _control_group(f"cantwont-{os.getpid()}-{at.number}", most) as group:
        if group is None:
            found.notes["SKIPPED: no control group can be made here"] += 1
            return found
        made = study.run(at.run, preexec_fn=lambda: (group / "cgroup.procs").write_text(str(os.getpid())))
    _go_on(study, at, made, f"at most {most} processes and threads", found)
    return found


@contextmanager
def _control_group(name: str, most: int) -> Iterator[Path | None]:
    """A group of processes that the kernel limits, where it lets us make one."""
    root = next((root for root in _GROUPS if (root / "cgroup.procs").exists()), _GROUPS[0])
    group = root / name
    try:
        group.mkdir()
        os.close(os.open(group / "pids.max", os.O_WRONLY))  # nobody but the kernel makes it
        (group / "pids.max").write_text(str(most))
    except OSError:
        with suppress(OSError):
            group.rmdir()
        yield None
        return
    try:
        yield group
    finally:
        for _ in range(100):
            with suppress(OSError):
                group.rmdir()
                break
            time.sleep(0.05)


def _go_on(study: Study, at: Round, made: Ended, what: str, found: Found) -> None:
    if made.code not in (0, 2, 3) or "Traceback" in made.err or (made.code and not made.is_one_line):
        found.wrong.append(f"{what}: ended with {made.code}: {made.err[-3000:]}")
    found.notes[f"ended with {made.code}"] += 1
    before = record(at.run)
    made = study.run(at.run)
    if made.code != 0 or made.err:
        found.wrong.append(f"{what}: going on ended with {made.code}: {made.err[-2000:]}")
        return
    study.check(at.run, before, found)

"""The process around the sandbox: whatever becomes of it, the result says so, and nothing is left behind."""

import asyncio
import fcntl
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import pytest

from evals.errors import NotStarted, RunError
from evals.record.outcome import Label
from evals.sandbox import child, sandbox, walls
from evals.sandbox.find_program import Program
from evals.sandbox.sandbox import (
    Ended,
    SandboxLimits,
    SandboxResult,
    check_sandbox,
    judge_of,
    run_program,
    text_of,
)

LIMITS = SandboxLimits(seconds=2, memory=64 << 20, output=10_000)
PROGRAM = Program.of("def solve():\n    return [1]")


def _instead(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another child in place of the sandbox's own."""
    child = tmp_path / "child.py"
    child.write_text(code)
    monkeypatch.setattr(sandbox, "_CHILD", child)


@pytest.mark.parametrize(
    "code",
    [
        "print(flush=True)\nimport os, signal\nos.kill(os.getpid(), signal.SIGSEGV)",
        "print()",
        "print('no report')",
        'print(\'{"end": "solved", "seconds": 0, "version": "1"}\')',
        'print(\'{"end": "returned", "seconds": 0, "version": "1", "text": "\\\\""}\')',
        "import sys\nsys.stdout.buffer.write(b'\\xff\\xfe')",
        "while True: print('x' * 1000)",
        "import sys\nsys.stdin.readline()\nprint()\nraise MemoryError",
        'print(\'\\n{"end": "unstarted", "seconds": 0, "version": "1"}\')',
    ],
)
def test_a_sandbox_that_fails_is_the_instruments_failure(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dead, silent, garbled or flooding: a result, and no exception."""
    _instead(code, tmp_path, monkeypatch)
    result = run_program(PROGRAM, LIMITS)
    assert result.ended is Ended.CRASHED
    assert result.text is None
    assert judge_of(result).label is Label.UNSCORABLE


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("", "its process ended without a word"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", "without a word"),
        ("import sys\nsys.stdin.close()\nsys.exit(1)", "without a word"),
        (
            'print(\'{"end": "unstarted", "seconds": 0, "version": "1", "message": "OSError: no fork"}\')',
            "OSError: no fork",
        ),
    ],
)
def test_a_program_that_has_not_run_has_no_result(
    code: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is run the next time."""
    _instead(code, tmp_path, monkeypatch)
    with pytest.raises(NotStarted, match=f"^the sandbox does not start: .*{told}$"):
        run_program(PROGRAM, LIMITS)


@pytest.mark.parametrize("name", ["subprocess.Popen.__init__", "Timer.start"])
def test_where_no_process_or_thread_is_to_be_had(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same, and nothing is left behind."""

    def refused(*_: object, **__: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(f"evals.sandbox.sandbox.{name}", refused)
    with pytest.raises(NotStarted, match="the sandbox does not start: can't start new thread"):
        run_program(PROGRAM, LIMITS)


def test_an_interpreter_that_cannot_be_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the sandbox's own process, which is there and says so."""
    code = Path(child.__file__).read_text().replace('"monty"))', '"no-such-interpreter"))')
    (tmp_path / "walls.py").write_text(Path(walls.__file__).read_text())
    _instead(code, tmp_path, monkeypatch)
    with pytest.raises(NotStarted, match="the sandbox does not start: "):
        run_program(PROGRAM, LIMITS)


def test_a_program_larger_than_a_pipe_meets_a_child_that_does_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken pipe is no exception either."""
    _instead("print()", tmp_path, monkeypatch)
    assert run_program(Program.of("x = 1\n" * 100_000), LIMITS).ended is Ended.CRASHED


def test_a_sandbox_that_hangs_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole process group goes: a lock that a grandchild holds comes free."""
    lock = tmp_path / "lock"
    _instead(
        f"import fcntl, subprocess, sys\nfile = open({str(lock)!r}, 'w')\nfcntl.flock(file, fcntl.LOCK_EX)\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], pass_fds=[file.fileno()])\n"
        "file.write('held')\nfile.flush()\nimport time\ntime.sleep(600)",
        tmp_path,
        monkeypatch,
    )
    monkeypatch.setattr(sandbox, "_START", 1.5)
    started = monotonic()
    with pytest.raises(NotStarted):
        run_program(PROGRAM, LIMITS.model_copy(update={"seconds": 0.1}))
    assert lock.read_text() == "held"
    assert _comes_free(lock, started + 30)


def _comes_free(lock: Path, until: float) -> bool:
    with lock.open() as file:
        while monotonic() < until:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            return True
    return False


def test_the_process_has_no_environment_and_no_folder_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is handed to it but its pipes, and nothing is made for it that would be left behind."""
    monkeypatch.setenv("CANTWONT_CANARY", "secret")
    _instead(
        "import json, os\nfound = {k: v for k, v in os.environ.items() if k != 'LC_CTYPE'}\n"
        "told = [found, os.getcwd(), os.getpgid(0) == os.getpid()]\n"
        "print(json.dumps({'end': 'crashed', 'seconds': 0, 'version': '1', 'message': json.dumps(told)}))",
        tmp_path,
        monkeypatch,
    )
    assert json.loads(run_program(PROGRAM, LIMITS).error or "") == [{}, "/", True]


def test_the_operating_system_bounds_the_process() -> None:
    """Files cannot be written, and processor time is limited, as far as the system knows such bounds."""
    code = (
        "from evals.sandbox import child\nimport resource\nchild._limit(2, 64 << 20)\n"
        "print(*(resource.getrlimit(getattr(resource, name))[0] for name in "
        "('RLIMIT_FSIZE', 'RLIMIT_CPU', 'RLIMIT_NOFILE', 'RLIMIT_CORE')))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert told.stdout.split() == ["0", "16", "64", "0"]


def _without_walls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, which: str = "()") -> None:
    """The sandbox's own child on a kernel that gives no walls, or only some."""
    own = Path(walls.__file__)
    _instead(Path(child.__file__).read_text(), tmp_path, monkeypatch)
    lacking = f"\n_all = put_up\ndef put_up(readable, lifeline):\n    return _all(readable, which={which})\n"
    (tmp_path / "walls.py").write_text(own.read_text() + lacking)


def test_programs_still_run_where_the_kernel_gives_no_walls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind the interpreter alone, and the result says so."""
    _without_walls(tmp_path, monkeypatch)
    result = run_program(PROGRAM, LIMITS)
    assert (result.ended, result.text, result.walls) == (Ended.RETURNED, "[1]", ())
    assert result.unwalled
    assert check_sandbox() == ()
    with pytest.raises(
        RunError, match=r"only the interpreter keeps files and the memory .* and new processes"
    ):
        check_sandbox(walled=True)


def test_a_gap_in_the_walls_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What no standing wall covers is open, whatever else stands."""
    _without_walls(tmp_path, monkeypatch, "(Wall.SECCOMP,)")
    result = run_program(PROGRAM, LIMITS)
    assert result.text == "[1]"
    assert set(result.walls or ()) <= {"seccomp"}
    assert result.unwalled


def test_the_walls_that_stood_are_recorded() -> None:
    """By the names of all that the kernel gives; and by nothing in results of earlier versions."""
    result = run_program(PROGRAM, LIMITS)
    assert result.walls is not None
    assert set(result.walls) <= {wall.value for wall in walls.Wall}
    if sys.platform.startswith("linux"):
        assert "no-new-privs" in result.walls
    assert not result.model_copy(update={"walls": None}).unwalled
    before = result.model_dump(mode="json", exclude={"walls"})
    assert SandboxResult.model_validate(before).walls is None


_ASKER = (
    "import sys; from evals.sandbox.find_program import Program; from evals.sandbox import sandbox\n"
    "run = sandbox.subprocess.Popen\n"
    "def told(*args, **kwargs):\n"
    "    process = run(*args, **kwargs)\n"
    "    print(process.pid, flush=True)\n"
    "    return process\n"
    "sandbox.subprocess.Popen = told\n"
    "sandbox.run_program(Program.of('while True: pass'))\n"
)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel tells of processes under /proc")
def test_a_killed_run_leaves_no_process_and_no_folder(tmp_path: Path) -> None:
    """Neither the sandbox's own process nor its interpreter, which is amid an endless loop."""
    asker = subprocess.Popen(
        [sys.executable, "-c", _ASKER],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert asker.stdout is not None
    group = int(asker.stdout.readline())
    until = monotonic() + 30
    while len(_members(group)) < 2 and monotonic() < until:
        sleep(0.01)
    sleep(0.3)
    asker.kill()
    asker.communicate()
    until = monotonic() + 5
    while _members(group) and monotonic() < until:
        sleep(0.01)
    assert _members(group) == []
    assert list(tmp_path.iterdir()) == []


def _members(group: int) -> list[str]:
    """The processes of a group that still live."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            name, facts = stat.read_text().rsplit(")", 1)
            if facts.split()[2] == str(group) and facts.split()[0] != "Z":
                found.append(name)
    return found


def test_a_sandbox_that_does_not_work_is_told_before_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rather than recorded as an outcome of every trial."""
    check_sandbox()
    _instead("", tmp_path, monkeypatch)
    with pytest.raises(
        RunError, match="the sandbox does not work here: 'the sandbox does not start: its process ended"
    ):
        check_sandbox()


def _numbered(number: int) -> Program:
    return Program.of(f"def solve():\n    return [i + {number} for i in range(1000)]")


def test_programs_in_several_threads_keep_apart() -> None:
    """Each caller gets the list of its own program."""
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda number: run_program(_numbered(number), LIMITS), range(12)))
    assert [json.loads(text_of(result))[0] for result in results] == list(range(12))


@pytest.mark.anyio
async def test_programs_run_beside_an_event_loop() -> None:
    """As the runner does it."""
    results = await asyncio.gather(
        *(asyncio.to_thread(run_program, _numbered(number), LIMITS) for number in range(4))
    )
    assert [json.loads(text_of(result))[0] for result in results] == list(range(4))

"""However a run ends before its time, nothing is lost or doubled, and the same command goes on."""

import os
import resource
import shutil
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from evals.simulated.server import serve_in_thread
from tests.program import PROGRAM, cantwont, complaint, done, environment, outcome_rows, recorded
from tests.servers.scripted import Body, completion, scripted

pytestmark = pytest.mark.slow

ASKED = ("--model", "sim/tired", "--puzzle", "hanoi:3-6", "--puzzle", "counting:16,64", "--repeats", "4")
TRIALS = 24


@pytest.fixture(scope="module")
def slow() -> Iterator[str]:
    """Simulated models that take their time."""
    with serve_in_thread(latency=0.04) as base_url:
        yield base_url


@pytest.fixture(scope="module")
def finished(slow: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nobody disturbed."""
    run = tmp_path_factory.mktemp("whole") / "run"
    done(cantwont(*command(slow, run), "--concurrency", "16", cwd=run.parent))
    return run


@pytest.fixture(scope="module")
def whole(finished: Path) -> list[str]:
    """Its outcomes."""
    return outcome_rows(finished)


def command(base_url: str, run: Path) -> list[str]:
    return ["run", "--sim", base_url, *ASKED, "--concurrency", "2", "--out", str(run)]


def started(arguments: list[str]) -> "subprocess.Popen[str]":
    """A command as from a terminal, not waited for; the strictest interpreter reports what is left open."""
    return subprocess.Popen(
        [*PROGRAM, *arguments],
        env=environment(PYTHONDEVMODE="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )


def wait_for_replies(run: Path, count: int, process: "subprocess.Popen[str]") -> None:
    """Until so many lines are recorded."""
    record = run / "exchanges.jsonl"
    while not record.exists() or record.read_bytes().count(b"\n") < count:
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)


def ended(process: "subprocess.Popen[str]") -> subprocess.CompletedProcess[str]:
    """Wait for its end; one that never ends is killed, so that it outlives no test."""
    try:
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def check_whole(run: Path, whole: list[str]) -> None:
    replies = Counter(row["trial"] for row in recorded(run) if row["kind"] == "reply")
    assert len(replies) == TRIALS
    assert set(replies.values()) == {1}
    assert outcome_rows(run) == whole


def test_killed_three_times(slow: str, whole: list[str], tmp_path: Path) -> None:
    """Killed at any three moments and started again, a run has every trial once, and the same outcomes."""
    run, draw = tmp_path / "run", Random("moments")
    for third in range(3):
        process = started(command(slow, run))
        wait_for_replies(run, third * 4 + 1 + int(draw.random() * 4), process)
        time.sleep(draw.random() * 0.05)
        process.kill()
        assert ended(process).returncode == -signal.SIGKILL
        assert not (run / "outcomes.jsonl").exists()
    done(cantwont(*command(slow, run), cwd=tmp_path))
    check_whole(run, whole)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted(slow: str, whole: list[str], tmp_path: Path, number: int) -> None:
    """Ctrl-C or a request to terminate ends a run in one line, which says how to go on."""
    run = tmp_path / "run"
    process = started(command(slow, run))
    wait_for_replies(run, 3, process)
    os.killpg(process.pid, number)
    line = complaint(ended(process), 130)
    assert "interrupted" in line
    assert str(run) in line
    assert not (run / "outcomes.jsonl").exists()
    said = done(cantwont(*command(slow, run), cwd=tmp_path))
    assert "recorded before" in said
    check_whole(run, whole)


def test_interrupted_while_a_long_answer_is_read(tmp_path: Path) -> None:
    """The process that reads long answers ends with the run, and has nothing to say."""
    run = tmp_path / "run"
    with serve_in_thread() as base_url:
        asked = ["--model", "sim/steady", "--puzzle", "counting:200000-200200", "--out", str(run)]
        process = started(["run", "--sim", base_url, *asked])
        wait_for_replies(run, 2, process)
        os.killpg(process.pid, signal.SIGINT)
        assert "interrupted" in complaint(ended(process), 130)


def test_two_runners(tmp_path: Path) -> None:
    """A second runner on the same directory is refused, and the first is not disturbed."""
    asked, go_on = threading.Event(), threading.Event()

    def reply(_: Body) -> tuple[int, Body]:
        asked.set()
        go_on.wait(timeout=60)
        return 200, completion("1\n2\n3")

    with scripted(reply) as address:
        twice = ["run", "--model", f"{address}#m", "--puzzle", "counting:3-9", "--out", str(tmp_path / "run")]
        first = started(twice)
        assert asked.wait(timeout=60)
        assert "another cantwont" in complaint(cantwont(*twice, cwd=tmp_path), 2)
        go_on.set()
        assert ended(first).returncode == 0
    assert len({row["trial"] for row in recorded(tmp_path / "run")}) == 7


def test_full_disk(slow: str, whole: list[str], tmp_path: Path) -> None:
    """When a line can no longer be written the run ends in one line, and goes on when there is room."""
    run = tmp_path / "run"
    full = subprocess.run(
        [*PROGRAM, *command(slow, run)],
        env=environment(),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    line = complaint(full, 3)
    assert "exchanges.jsonl" in line
    assert "File too large" in line
    assert 0 < len(recorded(run)) < TRIALS
    done(cantwont(*command(slow, run), cwd=tmp_path))
    check_whole(run, whole)


def test_torn_last_line(slow: str, finished: Path, whole: list[str], tmp_path: Path) -> None:
    """A last line that a crash tore is taken away, and its trial asked again."""
    run = shutil.copytree(finished, tmp_path / "run")
    record = run / "exchanges.jsonl"
    record.write_bytes(record.read_bytes()[:-100])
    assert "recorded before" in done(cantwont(*command(slow, run), cwd=tmp_path))
    check_whole(run, whole)


def test_corrupt_line(slow: str, finished: Path, tmp_path: Path) -> None:
    """Any other line that cannot be read is named, and nothing is asked or overwritten."""
    run = shutil.copytree(finished, tmp_path / "run")
    record = run / "exchanges.jsonl"
    lines = record.read_bytes().splitlines(keepends=True)
    lines[6] = lines[6][:50] + b"\n"
    record.write_bytes(b"".join(lines))
    before = record.read_bytes()
    for name in (command(slow, run), ["report", str(run)]):
        line = complaint(cantwont(*name, cwd=tmp_path), 2)
        assert "exchanges.jsonl', line 7" in line
    assert record.read_bytes() == before

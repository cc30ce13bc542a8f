"""No command ends because a standard stream is closed or full, or because its reader has gone."""

import json
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from evals.simulated.server import serve_in_thread
from tests.program import PROGRAM, complaint, environment, outcome_rows, recorded
from tests.samples.recorded_answers import run_of

pytestmark = pytest.mark.slow


def redirected(
    redirection: str, *arguments: str, cwd: Path, program: Sequence[str] = PROGRAM
) -> subprocess.CompletedProcess[str]:
    """Run a command whose streams a shell has redirected."""
    return subprocess.run(
        ["/bin/sh", "-c", f'"$@" {redirection}', "sh", *program, *arguments],
        cwd=cwd,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def asking() -> Iterator[tuple[str, ...]]:
    with serve_in_thread() as base_url:
        yield "run", "--sim", base_url, "--model", "sim/steady", "--puzzle", "hanoi:3-5", "--out", "made"


def asked_all(folder: Path) -> bool:
    """Whether the run there is whole: nothing that was printed stands in its files, and no row is missing."""
    kinds = [row["kind"] for row in recorded(folder / "made")]
    return kinds == ["reply"] * 3 and len(outcome_rows(folder / "made")) == 3


@pytest.mark.parametrize("redirection", [">&-", "2>&-", "<&- >&- 2>&-", "1</dev/null 2</dev/null"])
def test_closed(redirection: str, asking: tuple[str, ...], tmp_path: Path) -> None:
    """A run asks and keeps everything, in silence."""
    ended = redirected(redirection, *asking, cwd=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert asked_all(tmp_path)


MANY = """
import json, sys
from evals.cli.main import main
codes = []
for line in sys.argv[1:]:
    sys.argv = ["cantwont", *line.split()]
    # as Python has them when it starts: none where they were closed
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
    try:
        main()
    except SystemExit as end:
        codes.append(end.code)
with open("codes", "w") as file:
    json.dump(codes, file)
"""


CODES = {
    "--help": 0,
    "run --help": 0,
    "--nope": 2,
    "run --spec missing.toml": 2,
    "tasks": 0,
    "tasks show hanoi": 0,
    "tasks show hanoi --size 30": 0,
    "doctor nobody": 2,
    "replay run --update": 0,
    "replay run --check": 0,
    "report run --format csv --out -": 0,
    "report run --format json --out table.json": 0,
    "show run a": 0,
    "agree run labels.jsonl --fail-under 1": 1,
    "compare run run": 0,
    "shrink run --out shrunk": 0,
    "import answers.jsonl --out imported": 0,
    "calibrate --scenario none": 2,
    "run --spec quick --model sim/tired --sim http://127.0.0.1:9/v1 --dry-run": 0,
}


def codes_of(redirection: str, folder: Path) -> dict[str, int]:
    """The code of every command, each of which has done its work."""
    is_lost = "<&- >" in redirection or redirection.startswith(">")
    commands = [name if is_lost else name.replace("--size 30", "--size 9") for name in CODES]
    run_of(folder, {"a": "moves = [[1, 0, 2], [2, 0, 1], ...]", "b": "I won't."})
    (folder / "labels.jsonl").write_text('{"id": "a", "label": "refusal"}\n')
    ended = redirected(redirection, *commands, cwd=folder, program=(sys.executable, "-c", MANY))
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr
    assert (folder / "table.json").exists()
    for made in ("shrunk", "imported"):
        assert len(recorded(folder / made)) == 2
    return dict(zip(CODES, json.loads((folder / "codes").read_text()), strict=True))


@pytest.mark.parametrize("redirection", ["<&- >&- 2>&-", "2>&-"])
def test_closed_in_every_command(redirection: str, tmp_path: Path) -> None:
    """Every command does its work and ends with its own code."""
    assert codes_of(redirection, tmp_path) == CODES


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_full_in_every_command(tmp_path: Path) -> None:
    """Every command does its work, and tells that what it printed is lost; its errors it tells nobody."""
    both, errors = tmp_path / "both", tmp_path / "errors"
    both.mkdir()
    errors.mkdir()
    assert codes_of(">/dev/full 2>/dev/full", both) == {name: code or 3 for name, code in CODES.items()}
    assert codes_of("2>/dev/full", errors) == CODES


@pytest.mark.parametrize(
    ("arguments", "unbuffered", "code"),
    [
        ("--help", "", 0),
        ("tasks", "1", 0),
        ("tasks show hanoi --size 30", "", 0),
        ("tasks show hanoi --size 30", "1", 0),
        ("run --nope", "", 2),
        ("show none a", "1", 2),
    ],
)
def test_reader_that_has_gone(arguments: str, unbuffered: str, code: int) -> None:
    """Where nobody reads what is printed, a command ends as it would have."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing) as nobody:
        ended = subprocess.run(
            [*PROGRAM, *arguments.split()],
            stdout=nobody,
            stderr=nobody,
            env=environment(PYTHONUNBUFFERED=unbuffered),
            timeout=60,
            check=False,
        )
    assert ended.returncode == code


def test_run_whose_reader_leaves(asking: tuple[str, ...], tmp_path: Path) -> None:
    """Nor does a run end before its time."""
    assert redirected("2>&1 | true", *asking, cwd=tmp_path).returncode == 0
    assert asked_all(tmp_path)


def test_run_whose_terminal_is_closed(asking: tuple[str, ...], tmp_path: Path) -> None:
    """A run in a window that was closed goes on."""
    ours, its = pty.openpty()
    with os.fdopen(its, "w") as terminal:
        started = subprocess.Popen(
            [*PROGRAM, *asking],
            cwd=tmp_path,
            env=environment(),
            stdout=terminal,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    os.close(ours)
    with started:
        _, complained = started.communicate(timeout=60)
    assert (started.returncode, complained) == (0, b"")
    assert asked_all(tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_full(asking: tuple[str, ...], tmp_path: Path) -> None:
    """What is lost on a full disk is told, once the work is done."""
    told = "cannot write to standard output: No space left on device"
    assert complaint(redirected(">/dev/full", *asking, cwd=tmp_path), 3) == told
    assert asked_all(tmp_path)
    assert complaint(redirected(">/dev/full", "tasks", "show", "hanoi", cwd=tmp_path), 3) == told
    assert redirected("2>/dev/full", "run", "--nope", cwd=tmp_path).returncode == 2


@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
def test_pipe_that_does_not_block(unbuffered: str) -> None:
    """A slow reader gets everything, even if writing to a full pipe was made to fail."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    command = [*PROGRAM, "tasks", "show", "counting", "--size", "50000"]
    surroundings = environment(PYTHONUNBUFFERED=unbuffered)
    with (
        os.fdopen(reading) as pipe,
        subprocess.Popen(command, stdout=writing, stderr=subprocess.PIPE, env=surroundings) as started,
    ):
        os.close(writing)
        select.select([pipe], [], [])
        time.sleep(0.3)  # the pipe is full by now
        lines = pipe.read().splitlines()
        _, complained = started.communicate(timeout=60)
    assert (started.returncode, complained) == (0, b"")
    assert lines[-50_000:] == [str(number) for number in range(1, 50_001)]

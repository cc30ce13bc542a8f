"""The program run as its users run it, and what it leaves behind."""

import contextlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest import mock

from evals.cli.main import main

PROGRAM = (sys.executable, "-m", "evals.cli.main")


def environment(**changes: str) -> dict[str, str]:
    """Ours, without the keys, addresses and widths that the machine may have set."""
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.endswith(("_API_KEY", "_BASE_URL", "_HOST")) and name != "COLUMNS"
    }
    return ours | changes


def cantwont(*arguments: str | Path, cwd: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, in this directory and with these changes to the environment."""
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        cwd=cwd,
        env=environment(**changes),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def inside(*arguments: str | Path, cwd: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    """The same in this process, where nothing has to be loaded again."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    code: object = 0
    with (
        contextlib.chdir(cwd),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        mock.patch.object(sys, "argv", ["cantwont", *map(str, arguments)]),
        mock.patch.dict(os.environ, environment(**changes), clear=True),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code
    said = []
    for stream in (out, err):
        stream.flush()
        stream.seek(0)
        said.append(stream.read())
    return subprocess.CompletedProcess(arguments, code if isinstance(code, int) else 0, *said)


def complaint(ended: subprocess.CompletedProcess[str], code: int) -> str:
    """What a command that ended with this code complained of: one line, and no stack trace."""
    # In development mode asyncio tells what took over 100 ms, which depends on the machine.
    lines = [line for line in ended.stderr.splitlines() if not line.startswith("Executing <")]
    assert (ended.returncode, len(lines)) == (code, 1), ended.stderr
    assert lines[0].startswith("cantwont: ")
    return lines[0].removeprefix("cantwont: ")


def done(ended: subprocess.CompletedProcess[str]) -> str:
    """What a command printed that ended well, and complained of nothing."""
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stderr
    return ended.stdout


def recorded(run: Path) -> list[dict[str, Any]]:
    """The rows of a run's record."""
    with (run / "exchanges.jsonl").open() as lines:
        return [json.loads(line) for line in lines]


def outcome_rows(run: Path) -> list[str]:
    """The outcomes of a run as stored, without the line that says from what they were made."""
    return (run / "outcomes.jsonl").read_text().splitlines()[1:]

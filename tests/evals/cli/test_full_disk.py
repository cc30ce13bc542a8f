"""A command that a full disk has ended is one to give again: its input was not bad."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from tests.program import complaint, inside
from tests.samples.recorded_answers import run_of

COMMANDS = (
    ("replay", "run", "--update"),
    ("replay", "run", "--junit", "junit.xml"),
    ("shrink", "run", "--out", "shrunk"),
    ("import", "answers.jsonl", "--out", "imported"),
    ("trust", "mine.py", "--yes"),
)


def test_exit_codes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """3 where there is no room; 2 where writing is forbidden, which stays so when it is given again."""
    run_of(tmp_path, {"a": "moves = [[1, 0, 2], [2, 0, 1], ...]"})
    (tmp_path / "mine.py").write_text("PUZZLE = 1\n")
    real = os.open
    failing = errno.ENOSPC

    def full(path: Any, flags: int, *more: Any, **named: Any) -> int:
        if flags & os.O_CREAT and Path(path).absolute().is_relative_to(tmp_path):
            raise OSError(failing, os.strerror(failing), str(path))
        return real(path, flags, *more, **named)

    monkeypatch.setattr(os, "open", full)
    state = str(tmp_path / "state")
    for command in COMMANDS:
        told = complaint(inside(*command, cwd=tmp_path, XDG_STATE_HOME=state), 3)
        assert os.strerror(errno.ENOSPC) in told, command
    failing = errno.EACCES
    complaint(inside("replay", "run", "--update", cwd=tmp_path), 2)

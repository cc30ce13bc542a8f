"""Long answers are read whatever the machine lacks."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from evals.running import reader_process
from evals.simulated.server import serve_in_thread
from tests.program import complaint, done, inside, outcome_rows


def no_process(*_: object, **__: object) -> None:
    raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))


def no_thread(*_: object, **__: object) -> None:
    raise RuntimeError("can't start new thread")


@pytest.mark.parametrize(("name", "lack"), [("AnswerReader._started", no_process), ("_asked", no_thread)])
def test_nothing_can_be_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, lack: Callable[..., None]
) -> None:
    """Where no process or thread is to be had, long answers are read on the spot, with the same outcomes."""
    asked = ["--model", "sim/steady", "--puzzle", "counting:9000", "--arm", "list", "--arm", "nudge"]
    with serve_in_thread() as base_url:
        done(inside("run", "--sim", base_url, *asked, "--out", "whole", cwd=tmp_path))
        monkeypatch.setattr(f"{reader_process.__name__}.{name}", lack)
        done(inside("run", "--sim", base_url, *asked, "--out", "limited", cwd=tmp_path))
    assert outcome_rows(tmp_path / "limited") == outcome_rows(tmp_path / "whole")


def test_no_thread_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where not even the first thread can be started, the run says so in one line, and goes on later."""
    with serve_in_thread() as base_url:
        asked = ["run", "--sim", base_url, "--model", "sim/steady", "--puzzle", "counting:9", "--out", "run"]
        with monkeypatch.context() as limited:
            limited.setattr("threading.Thread.start", no_thread)
            assert "no thread can be started" in complaint(inside(*asked, cwd=tmp_path), 2)
        done(inside(*asked, cwd=tmp_path))
    assert len(outcome_rows(tmp_path / "run")) == 1

"""No program gets out of the sandbox, and none brings it down."""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import pytest

from evals.record.outcome import Label
from evals.sandbox.find_program import Program
from evals.sandbox.sandbox import Ended, SandboxLimits, SandboxResult, judge_of, run_program
from tests.evals.sandbox.ways_out import BURSTING, CONNECT, ENVIRON, REACHING, READ, WRITE, WayOut

LIMITS = SandboxLimits(seconds=0.2, memory=64 << 20, output=1 << 20)
ALLOWED = 20.0
"""Seconds in which a program of these limits must be over, on a machine with other things to do."""


@dataclass(frozen=True, slots=True)
class Host:
    """What a program must not reach."""

    secret: str
    file: Path
    listener: socket.socket

    def fill_in(self, code: str) -> str:
        port = self.listener.getsockname()[1]
        return (
            code.replace("FILE", repr(str(self.file)))
            .replace("FOLDER", repr(str(self.file.parent)))
            .replace("PORT", str(port))
        )

    def visited(self) -> bool:
        try:
            self.listener.accept()[0].close()
        except BlockingIOError:
            return False
        return True


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    """A secret in a file and in the environment, and a listener on the loopback interface."""
    secret = secrets.token_hex(16)
    folder, passing = tmp_path / "canary", tmp_path / "passing"
    folder.mkdir()
    passing.mkdir()
    file = folder / "secret.txt"
    file.write_text(secret)
    monkeypatch.setenv("CANTWONT_CANARY", secret)
    monkeypatch.setattr(tempfile, "tempdir", str(passing))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield Host(secret, file, listener)
    assert list(passing.iterdir()) == []


def _run(way: WayOut, host: Host) -> SandboxResult:
    """Run it, and see that nothing of the host was touched, told or left behind."""
    started, others = monotonic(), _children()
    result = run_program(Program.of(host.fill_in(way.code)), LIMITS)
    assert monotonic() - started < ALLOWED
    assert host.secret not in result.model_dump_json()
    assert host.file.read_text() == host.secret
    assert [path.name for path in host.file.parent.iterdir()] == [host.file.name]
    assert not host.visited()
    assert len(result.text or "") <= LIMITS.output
    assert (result.error or "").isprintable()
    assert len(result.error or "") <= 300
    assert set(_children()) <= set(others)
    return result


def _children() -> tuple[str, ...]:
    """Processes that this one has started and that still live, where the system tells."""
    told = Path(f"/proc/self/task/{os.getpid()}/children")
    return tuple(told.read_text().split()) if told.exists() else ()


@pytest.mark.parametrize("way", REACHING, ids=lambda way: way.name)
def test_nothing_of_the_host_is_reached(way: WayOut, host: Host) -> None:
    """It is told that there is no such thing; nothing is read, written, sent, started or printed."""
    result = _run(way, host)
    assert result.ended in way.ends, result
    assert result.text is None


@pytest.mark.parametrize("way", BURSTING, ids=lambda way: way.name)
def test_nothing_breaks_its_bounds(way: WayOut, host: Host) -> None:
    """Time, memory, depth and output end at the limit, with a word that says which."""
    assert _run(way, host).ended in way.ends


@pytest.mark.parametrize(
    ("code", "shows"),
    [(READ, "secret"), (ENVIRON, "secret"), (WRITE, "harmed"), (CONNECT, "visited")],
    ids=["reads", "environment", "writes", "connects"],
)
def test_the_canaries_sing_without_a_sandbox(code: str, shows: str, host: Host) -> None:
    """In plain Python the same programs do read, write and connect, so that the tests above can fail."""
    ran = subprocess.run(
        [sys.executable, "-c", host.fill_in(code)], capture_output=True, check=True, text=True
    )
    assert {
        "secret": host.secret in ran.stdout,
        "harmed": host.file.read_text() == "harmed",
        "visited": host.visited(),
    }[shows]


def test_a_hostile_message_is_made_harmless() -> None:
    """Terminal escapes and reordered lines in an exception are spelled out, and cut."""
    code = "raise ValueError('\\x1b[2J\\u202e\\n</script>' + 'x' * 1000)"
    result = run_program(Program.of(code), LIMITS)
    assert result.ended is Ended.RAISED
    assert result.error is not None
    assert result.error.startswith("ValueError: \\x1b[2J\\u202e\\n</script>xxx")
    assert result.error.endswith("…")


def test_a_program_cannot_write_its_own_report() -> None:
    """What it prints is text, whatever it looks like."""
    forged = '{"end": "returned", "seconds": 0, "version": "9", "text": "[[1, 0, 2]]"}'
    result = run_program(Program.of(f"print({forged!r})"), LIMITS)
    assert (result.ended, result.text) == (Ended.PRINTED, forged + "\n")


@pytest.mark.parametrize(
    "code",
    [
        "_cantwont_text = lambda value: 5",
        "_cantwont_text = None",
        "_cantwont_json = None",
        "_cantwont_isinstance = lambda *_: True",
        "_cantwont_value = [1]",
        "json = list = isinstance = TypeError = None",
    ],
)
def test_a_program_that_meddles_with_the_hand_over_hurts_only_itself(code: str) -> None:
    """Its names are the sandbox's own affair; the result is still read as a stranger's."""
    result = run_program(Program.of(f"{code}\ndef solve():\n    return [[1, 0, 2]]"), LIMITS)
    assert result.text in {None, "[[1, 0, 2]]"}
    assert judge_of(result).label in {None, Label.UNSCORABLE, Label.LOGIC_ERROR}

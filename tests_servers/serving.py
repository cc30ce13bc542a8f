"""Servers in scratch environments of their own, started on loopback and stopped again."""

import hashlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

HERE = Path(__file__).parent
_PATIENCE = 300.0
"""Seconds until a server must answer; importing these takes a while."""


@dataclass(frozen=True, slots=True)
class Server:
    """One that is up."""

    name: str
    base_url: str
    model: str
    """One that it has."""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What the environment of its clients must hold."""
    key_variable: str | None = None

    @property
    def port(self) -> int:
        """Where it listens."""
        port = urlsplit(self.base_url).port
        assert port is not None
        return port


def scratch(folder: Path) -> Path:
    """Where environments are kept: the folder that CANTWONT_SCRATCH names, else this one."""
    named = os.environ.get("CANTWONT_SCRATCH")
    return Path(named).resolve() if named else folder


def environment(name: str, folder: Path, requirements: Path | None = None) -> Path:
    """The folder of programs of an environment, made if need be.

    Args:
        name: What its folder is called; and whose requirements stand here, if no others are given.
        folder: Where environments are kept.
        requirements: What is installed in it.
    """
    wanted = requirements or HERE / f"requirements-{name}.txt"
    made = folder / f"{name}-{hashlib.sha256(wanted.read_bytes()).hexdigest()[:12]}"
    programs, ready = made / "bin", made / "ready"
    if not ready.exists():
        call(sys.executable, "-m", "venv", "--clear", str(made))
        call(str(programs / "python"), "-m", "pip", "install", "--quiet", "--requirement", str(wanted))
        ready.touch()
    return programs


def free_port() -> int:
    """A port on loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(
    command: list[str], port: int, health: str, log: Path, **changes: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A server's process while it is up.

    Args:
        command: What starts it.
        port: Where it listens.
        health: The path that answers as soon as it is ready.
        log: Where its words go.
        **changes: To its environment.
    """
    with log.open("wb") as words:
        process = subprocess.Popen(command, stdout=words, stderr=words, env=_bare() | changes)  # noqa: S603
        try:
            _await(process, port, health, log)
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _bare() -> dict[str, str]:
    """Our environment without keys, and with nothing between loopback and us."""
    kept = {name: value for name, value in os.environ.items() if not name.endswith(("_API_KEY", "_BASE_URL"))}
    return kept | {"NO_PROXY": "127.0.0.1"}


def _await(process: subprocess.Popen[bytes], port: int, health: str, log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while not _answers(port, health):
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"the server is not up: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.5)


def _answers(port: int, path: str) -> bool:
    try:
        status, _ = fetch(port, path, patience=5)
    except (OSError, http.client.HTTPException):
        return False
    return status == 200


def fetch(port: int, path: str, body: object = None, *, patience: float = 60) -> tuple[int, str]:
    """The status and the text of a plain request, a POST of JSON where there is a body."""
    talk = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)
    try:
        if body is None:
            talk.request("GET", path)
        else:
            talk.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        answer = talk.getresponse()
        return answer.status, answer.read().decode()
    finally:
        talk.close()


def call(*command: str) -> None:
    """Run a command to its end; raises where it fails."""
    subprocess.run(command, check=True)  # noqa: S603

"""A run against a server, and what it leaves behind."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any, TypedDict, Unpack

from tests.program import PROGRAM, cantwont, environment
from tests_servers.serving import Server

PUZZLES = """
[[puzzles]]
name = "counting"
sizes = [8]

[[puzzles]]
name = "hanoi"
sizes = [2, 3]
"""
TRIALS = 3


class Changes(TypedDict, total=False):
    """What a run may have otherwise than the others."""

    model: str
    stream: bool
    api: str
    puzzles: str
    repeats: int
    concurrency: int
    max_retries: int
    max_tokens: int
    sampling: str
    """Further lines of the table."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A run that was carried out."""

    done: CompletedProcess[str]
    replies: list[dict[str, Any]]
    attempts: list[dict[str, Any]]
    outcomes: list[dict[str, Any]]
    manifest: dict[str, Any]

    @property
    def labels(self) -> list[str]:
        """In the order of the puzzles and sizes."""
        ordered = sorted(self.outcomes, key=lambda outcome: (outcome["puzzle"], outcome["size"]))
        return [outcome["label"] for outcome in ordered]

    @property
    def texts(self) -> list[str]:
        """The answers, as they came in."""
        return [choice["message"]["content"] for choice in self.choices]

    @property
    def choices(self) -> list[dict[str, Any]]:
        """The one choice of each reply."""
        return [reply["reply"]["choices"][0] for reply in self.replies]


def spec(server: Server, folder: Path, **changes: Unpack[Changes]) -> Path:
    """A spec file for one of the server's models."""
    key = f'key_variable = "{server.key_variable}"' if server.key_variable else ""
    path = folder / "spec.toml"
    path.write_text(
        f"""
name = "asked"
models = ["there/{changes.get("model", server.model)}"]
repeats = {changes.get("repeats", 1)}
concurrency = {changes.get("concurrency", 4)}
max_retries = {changes.get("max_retries", 1)}
{changes.get("puzzles", PUZZLES)}
[sampling]
max_tokens = {changes.get("max_tokens", 48)}
{changes.get("sampling", "")}
[endpoints.there]
base_url = "{server.base_url}"
stream = {str(changes.get("stream", True)).lower()}
api = "{changes.get("api", "chat")}"
{key}
""",
        encoding="utf-8",
    )
    return path


def ask(server: Server, folder: Path, **changes: Unpack[Changes]) -> Recorded:
    """`cantwont run`, and everything that it wrote."""
    run = ("run", "--spec", spec(server, folder, **changes), "--out", folder / "run")
    return _written(folder, cantwont(*run, cwd=folder, **server.secrets))


class Running:
    """A run that is under way."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process, self._folder = process, folder

    @property
    def replies(self) -> int:
        """How many trials have theirs by now."""
        path = self._folder / "run" / "exchanges.jsonl"
        whole = path.read_text(encoding="utf-8").split("\n")[:-1] if path.exists() else []
        return sum(json.loads(line)["kind"] == "reply" for line in whole)

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self._process.poll() is not None

    def end(self, patience: float = 120) -> Recorded:
        """Wait for its end, and return everything that it wrote."""
        out, err = self._process.communicate(timeout=patience)
        done = CompletedProcess(self._process.args, self._process.returncode, out, err)
        return _written(self._folder, done)


@contextmanager
def asking(server: Server, folder: Path, **changes: Unpack[Changes]) -> Iterator[Running]:
    """`cantwont run` while it goes on; it is stopped where it has not ended."""
    command = [*PROGRAM, "run", "--spec", str(spec(server, folder, **changes)), "--out", str(folder / "run")]
    with subprocess.Popen(  # noqa: S603
        command,
        cwd=folder,
        env=environment(**server.secrets),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        try:
            yield Running(process, folder)
        finally:
            process.kill()


def _written(folder: Path, done: CompletedProcess[str]) -> Recorded:
    run = folder / "run"
    rows = list(_lines(run / "exchanges.jsonl"))
    _, *outcomes = _lines(run / "outcomes.jsonl")
    return Recorded(
        done,
        [row for row in rows if row["kind"] == "reply"],
        [row for row in rows if row["kind"] == "attempt"],
        outcomes,
        json.loads((run / "run.json").read_text(encoding="utf-8")),
    )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)

"""A run against a server, and what it leaves behind."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

from tests.program import cantwont
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


def spec(server: Server, folder: Path, *, model: str = "", stream: bool = True, sampling: str = "") -> Path:
    """A spec file for one of the server's models."""
    key = f'key_variable = "{server.key_variable}"' if server.key_variable else ""
    path = folder / "spec.toml"
    path.write_text(
        f"""
name = "asked"
models = ["there/{model or server.model}"]
concurrency = 4
max_retries = 1
{PUZZLES}
[sampling]
max_tokens = 48
{sampling}
[endpoints.there]
base_url = "{server.base_url}"
stream = {str(stream).lower()}
{key}
""",
        encoding="utf-8",
    )
    return path


def ask(
    server: Server, folder: Path, *, model: str = "", stream: bool = True, sampling: str = ""
) -> Recorded:
    """`cantwont run`, and everything that it wrote."""
    file = spec(server, folder, model=model, stream=stream, sampling=sampling)
    run = folder / "run"
    done = cantwont("run", "--spec", file, "--out", run, cwd=folder, **server.secrets)
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

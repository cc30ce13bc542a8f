"""A run as a team would commit it: recorded from simulated models, its server gone."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from evals.importers import import_run
from evals.plan.spec import Spec
from evals.record.outcome_file import OUTCOMES
from evals.record.run import RunDirectory
from evals.replay.finish import finish
from evals.simulated.server import serve_in_thread
from tests.samples.runs import whole

ASKED: dict[str, Any] = {
    "models": ["sim/steady", "sim/tired"],
    "puzzles": [{"name": "hanoi", "sizes": [3, 7, 9]}, {"name": "counting", "sizes": [15, 255]}],
    "arms": ["list", "insist"],
    "repeats": 2,
    "sampling": {"max_tokens": 32_000},
    # One after the other: tests change rows by their place in the record.
    "concurrency": 1,
}
TRIALS = 2 * 5 * 2 * 2

SPEC = """
name = "committed"
models = ["sim/steady", "sim/tired"]
arms = ["list", "insist"]
repeats = 2
[[puzzles]]
name = "hanoi"
sizes = [3, 7, 9]
[[puzzles]]
name = "counting"
sizes = [15, 255]
[sampling]
max_tokens = 32000
"""
"""The same as a file; the server's address is left to the command line."""


def committed(path: Path) -> Path:
    """Make the run."""
    with serve_in_thread() as base_url:
        given = ASKED | {"endpoints": {"sim": {"base_url": base_url}}}
        whole(Spec.load(None, given, {}), path)
    return path


def edit_outcomes(run: Path, edit: Callable[[list[dict[str, Any]]], None]) -> None:
    """Change the stored outcomes by hand, the first line apart."""
    file = run / OUTCOMES
    header, *lines = file.read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    edit(rows)
    file.write_text("\n".join([header, *map(json.dumps, rows)]) + "\n")


def of_hostile(tmp_path: Path, text: str) -> Path:
    """A run of one imported answer, a give-up with this text in every place that a model or others fill."""
    record = {
        "id": f"id {text}",
        "task": "hanoi",
        "instance": {"parameters": {"size": 3}},
        "prompt_variant": f"arm {text}",
        "model": f"model {text}",
        "request": {"messages": [{"role": "user", "content": f"Move. {text}"}]},
        "response": {
            "content": f"[1, 0, 2]\nI will stop here {text} and skip the rest.",
            "finish_reason": text,
        },
    }
    file = tmp_path / "answers.jsonl"
    file.write_text(json.dumps(record) + "\n")
    import_run([file], tmp_path / "hostile", {})
    finish(RunDirectory.open(tmp_path / "hostile"))
    return tmp_path / "hostile"

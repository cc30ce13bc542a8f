"""Runs of answers made up for a test."""

import json
from pathlib import Path
from typing import Any

from evals.importers import import_run
from evals.record.run import RunDirectory


def run_of(path: Path, answers: dict[str, Any], size: int = 3) -> RunDirectory:
    """A run of these answers to a Tower of Hanoi, by trial id; each is a text, or a whole response."""
    records = [
        {
            "id": name,
            "task": "hanoi",
            "instance": {"parameters": {"size": size}},
            "prompt_variant": "list",
            "model": "m",
            "request": {"messages": [{"role": "user", "content": "List the moves."}], "max_tokens": 100},
            "response": said if isinstance(said, dict) else {"content": said, "finish_reason": "stop"},
        }
        for name, said in answers.items()
    ]
    file = path / "answers.jsonl"
    file.write_text("".join(f"{json.dumps(record)}\n" for record in records))
    import_run([file], path / "run", {})
    return RunDirectory.open(path / "run")

"""Runs to export: answers of every kind, with texts that some format could take for something else."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.program import done, inside

EVIL_MODEL = '../../{{ env.HOME }}/=cmd|" /C calc"!A0 | <img src=x onerror=alert(1)>\n---\n'
EVIL_WORDS = (
    "\ud800 I won't write that out, it would be far too long. {{ 7*7 }} {% include '/etc/passwd' %} "
    '=HYPERLINK("http://a.example") | ![x](http://a.example/x.png) \u2028 <script>alert(1)</script> file:///etc'
)
WHOLE = "moves = [[1, 0, 1], [2, 0, 2], [1, 1, 2]]"
ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "solved": {"content": WHOLE, "finish_reason": "stop", "prompt_tokens": 7, "completion_tokens": 9},
    "declined": {"content": EVIL_WORDS, "finish_reason": "stop"},
    "abridged": {"content": "moves = [[1, 0, 1], ... and so on", "reasoning": "\u2028 too \x1b[31m long"},
    "wrong": {"content": "moves = [[2, 0, 1], [1, 0, 2], [1, 2, 1]]", "finish_reason": "stop"},
    "cut": {"content": "moves = [[1, 0, 1], [2,", "finish_reason": "length"},
    "refused": {"content": None, "refusal": "I can't help with that.", "finish_reason": "stop"},
}


def recorded(folder: Path, *, sources: Mapping[str, Any] | None = None) -> Path:
    """Make a run of these answers in a folder: of two models, one with a name that is meant ill."""
    rows = []
    for name, response in ANSWERS.items():
        for model in ("good/one", EVIL_MODEL):
            row = {
                "id": f"{name}/{'good' if model == 'good/one' else 'evil'}",
                "task": "hanoi",
                "instance": {"parameters": {"size": 2}},
                "prompt_variant": "list",
                "model": model,
                "request": {"messages": [{"role": "user", "content": f"Solve it: {name}\n=1+1"}]},
                "response": response,
            }
            if sources is not None and name in sources:
                row["source"] = sources[name]
            rows.append(row)
    return made(folder, rows)


def conversation(folder: Path) -> Path:
    """Make a run of one conversation of two turns."""
    ours = {
        "puzzle": "hanoi",
        "instance": {"parameters": {"size": 2}},
        "variant": "nudge",
        "options": {"k": 1},
    }
    said = ["moves = [[1, 0, 1], ... and so on", "No, I won't write the rest."]
    asked = ["Solve it.", "Please go on with number 2."]
    messages = [
        {"role": role, "content": text}
        for pair in zip(asked, said, strict=True)
        for role, text in zip(("user", "assistant"), pair, strict=True)
    ]
    row = {"id": "talk", "model": "m", "messages": messages, "finish_reason": "stop", "cantwont": ours}
    return made(folder, [row])


def made(folder: Path, rows: list[dict[str, Any]]) -> Path:
    """Import rows into a run of the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rows.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    done(inside("import", "rows.jsonl", "--out", "run", cwd=folder))
    return folder / "run"


def exported(run: Path, to: str) -> Path:
    """Export a run beside it; return the folder."""
    done(inside("export", run, "--to", to, "--out", to, cwd=run.parent))
    return run.parent / to


def rows_of(file: Path) -> list[dict[str, Any]]:
    """Return the lines of a file of JSON lines."""
    return [json.loads(line) for line in file.read_text().splitlines()]

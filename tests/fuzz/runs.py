"""The runs that are edited, and how."""

import json
import shutil
from pathlib import Path
from typing import Any

from evals.importers import import_run
from evals.plan.spec import Spec
from evals.record.exchange import Exchange, RowKind
from evals.record.exchange_log import Recorder, exchanges
from evals.record.run import RunDirectory
from evals.record.trial import Trial
from evals.replay.finish import finish
from evals.replay.shrink import shrink
from tests import ROOT
from tests.fuzz.hostile import Bytes, Doubled, Edit, Lines, Record, Replaced
from tests.samples.runs import whole

ASKED: dict[str, Any] = {
    "models": ["sim/steady", "sim/tired"],
    "puzzles": [{"name": "hanoi", "sizes": [3, 5]}, {"name": "counting", "sizes": [15]}],
    "arms": ["list", "nudge", "chunked:p=4", "window:m=3"],
    "sampling": {"max_tokens": 4000},
    "prices": {"sim/steady": {"input": 1, "output": 2}},
}
ANSWERS = [
    {
        "id": f"answer-{number}",
        "task": "hanoi",
        "instance": {"parameters": {"size": 3}},
        "prompt_variant": "theirs",
        "model": "m",
        "request": {"messages": [{"role": "user", "content": "List the moves."}], "max_tokens": 100},
        "response": {"content": content, "finish_reason": "stop", "completion_tokens": 9},
    }
    for number, content in enumerate(["I won't.", "moves = [[1, 0, 2], [2, 0, 1], ...]", "[1, 0, 2]"])
]


def make_all(folder: Path, base_url: str) -> list[Path]:
    """Make the runs in this folder: asked, imported, and a part of the one that is committed."""
    endpoints = {"sim": {"base_url": base_url, "simulated": True}}
    whole(Spec.load(None, ASKED | {"endpoints": endpoints}, {}), folder / "asked")
    _add_program(folder / "asked")
    (folder / "answers.jsonl").write_text("".join(f"{json.dumps(made)}\n" for made in ANSWERS))
    import_run([folder / "answers.jsonl"], folder / "imported", {})
    finish(RunDirectory.open(folder / "imported"))
    shrink(RunDirectory.open(ROOT / "examples" / "small-model"), folder / "small")
    for run in ("asked", "imported", "small"):
        rows = (folder / run / "outcomes.jsonl").read_text().splitlines()[1:]
        labels = [{"id": json.loads(row)["trial"], "label": json.loads(row)["label"]} for row in rows]
        (folder / run / "labels.jsonl").write_text("".join(f"{json.dumps(made)}\n" for made in labels))
        shutil.copy(folder / "answers.jsonl", folder / run)
        (folder / run / "spec.json").write_text(json.dumps(ASKED | {"endpoints": endpoints}))
    return [folder / "asked", folder / "imported", folder / "small"]


def _add_program(path: Path) -> None:
    """Add a trial of the arm `code`, as the sandbox would have left it."""
    run = RunDirectory.open(path)
    row = next(row for row in exchanges(run) if row.what is not None)
    assert row.what is not None
    fields = {
        name: getattr(row.what, name) for name in ("model", "endpoint", "instance", "sampling", "repeat")
    }
    trial = Trial.make(**fields, arm="code", options={})
    answer = {"choices": [{"message": {"content": "```python\ndef solve():\n    return [[1, 0, 2]]\n```"}}]}
    result = {"ended": "returned", "call": "solve", "text": "[[1, 0, 2]]", "seconds": 0.1}
    with Recorder(run) as recorder:
        recorder.append(row.model_copy(update={"trial": trial.id, "what": trial, "reply": answer}))
        recorder.append(Exchange(kind=RowKind.RESULT, trial=trial.id, turn=1, reason="result", result=result))
    finish(run)


def apply(edit: Edit, run: Path) -> None:
    """Carry out an edit; one that does not fit the file as it is by now changes nothing."""
    file = run / edit.file
    data = file.read_bytes()
    match edit:
        case Bytes(at=share, length=length, data=new):
            at = int(share * len(data))
            file.write_bytes(data[:at] + new + data[at + length :])
            return
    lines = [data] if edit.file.endswith(".json") else data.splitlines(keepends=True)
    if not lines:
        return
    at = edit.line % len(lines)
    match edit:
        case Replaced(path=path, raw=raw):
            lines[at] = _replaced(lines[at], path, raw)
        case Doubled(key=key, raw=raw):
            lines[at] = _doubled(lines[at], key, raw)
        case Record(raw=raw, added=True):
            lines.insert(at + 1, raw.encode() + b"\n")
        case Record(raw=raw):
            lines[at] = raw.encode() + b"\n"
        case Lines(what="doubled"):
            lines.insert(at, lines[at])
        case Lines(what="removed"):
            del lines[at]
        case Lines(what="moved"):
            lines.insert(0, lines.pop(at))
    file.write_bytes(b"".join(lines))


_MARK = "\u2603 here"


_ALIKE: dict[type, tuple[object, ...]] = {
    bool: (True, False),
    int: (0, 1, 2, 3, 7, 63, 1000, (1 << 31) - 1, 1 << 31, (1 << 63) - 1, 10**30, -1),
    float: (0.0, 1e-300, 0.5, 1.0, 1e18, 1e308, -1.0),
    str: (
        *("", "a", "list", "code", "nudge", "chunked", "window", "insist", "hanoi", "counting", "gray_code"),
        *("refusal", "give_up", "solved", "truncated", "error", "malformed", "no_answer", "unscorable"),
        *("reply", "attempt", "result", "end", "start", "content", "reasoning", "finish_reason", "length"),
        *("hanoi/size=3", "/seed=", "\x00", "\ud800", "<b>", "x" * 5000, "[1, 0, 2]\n" * 300, "1\n2\n3\n"),
    ),
    list: ([], [{}], [[]], [1]),
    dict: ({}, {"a": 1}),
}


def _alike(value: object, number: int) -> str:
    known = _ALIKE.get(type(value), (1, "a", [], {}))
    return json.dumps(known[number % len(known)])


def _replaced(line: bytes, path: tuple[int, ...], raw: str | int) -> bytes:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return line
    outer, inner = value, value
    key: Any = None
    for number in path:
        if not isinstance(inner, dict | list) or not inner:
            break
        outer, key = (
            inner,
            (list(inner) if isinstance(inner, dict) else range(len(inner)))[number % len(inner)],
        )
        inner = outer[key]
    if key is None:
        return line
    new = raw if isinstance(raw, str) else _alike(outer[key], raw)
    outer[key] = _MARK
    return json.dumps(value).replace(json.dumps(_MARK), new).encode() + b"\n"


def _doubled(line: bytes, key: int, raw: str) -> bytes:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return line
    if not isinstance(value, dict) or not value:
        return line
    name = json.dumps(list(value)[key % len(value)])
    return line.rstrip().removesuffix(b"}") + f",{name}:{raw}}}\n".encode()

"""A power cut: what was not synced is gone, half there, or something else stands in its place."""

import json
import shutil
import signal
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from tests_crash.study import Found, Round, Study, record

SYNC_EVERY, SLACK = 0.25, 1.0
"""Seconds: what the rows are synced every, here; and how much later a synced row may be on a busy machine."""
_PAGE = 4096


def cut(study: Study, at: Round) -> Found:
    """Cut the power at a byte of the record, at a call, or at a moment; then go on to the end."""
    anywhere = {"byte": at.draw.randrange(study.size)}
    choices = (anywhere, anywhere, {"call": at.draw.randint(1, 60)}, {"seconds": 0.8 + at.draw.random() * 2})
    return _cut(study, at, [at.draw.choice(choices) for _ in range(at.draw.randint(1, 2))])


def cut_while_waiting(study: Study, at: Round) -> Found:
    """Cut it while nothing has been recorded for some seconds."""
    return _cut(study, at, [{"seconds": 2.6 + at.draw.random()}])


def _cut(study: Study, at: Round, moments: Sequence[dict[str, Any]]) -> Found:
    found = Found()
    before = record(at.run)
    for number, where in enumerate(moments):
        shadow = at.folder.with_name(f"{at.folder.name}-shadow-{number}")
        plan = {"fault": "power", "root": str(at.folder), "shadow": str(shadow), "sync_every": SYNC_EVERY}
        made = study.run(at.run, plan=plan | where)
        if made.code == -signal.SIGKILL and (shadow / "told.json").exists():
            found.notes["cuts"] += 1
            before = _lose_power(at, shadow, found)
        elif made.code == 0:
            found.notes["ended before the cut"] += 1
            before = record(at.run)
        else:
            found.wrong.append(f"a run to be cut ended with {made.code}: {made.err[-2000:]}")
    study.finish(at.run, before, found)
    return found


def _lose_power(at: Round, shadow: Path, found: Found) -> list[bytes]:
    """Put on the disk what a power cut may leave there; return the rows that must be there."""
    told = json.loads((shadow / "told.json").read_text())
    names, path, recorded = _names(told, at.draw), str(at.run / "exchanges.jsonl"), record(at.run)
    synced = _synced(told, shadow, path)
    # All rows older than that were to be synced by now.
    due = [end for age, end in told["rows"] if age > SYNC_EVERY + SLACK]
    if due and len(synced) < due[-1]:
        late = max(age for age, end in told["rows"] if end > len(synced))
        found.wrong.append(f"rows were not synced for {late:.1f} s (they are to be every {SYNC_EVERY} s)")
    contents = {
        Path(name): _content(shadow, Path(name), number, at.draw, found) for name, number in names.items()
    }
    for child in at.folder.iterdir():
        shutil.rmtree(child) if child.is_dir() else child.unlink()
    for name, content in contents.items():
        name.parent.mkdir(exist_ok=True)
        name.write_bytes(content)
    rows = [line for line in synced.splitlines(keepends=True) if _is_row(line)]
    found.notes["rows recorded and not synced"] += len(recorded) - len(rows)
    return rows


def _is_row(line: bytes) -> bool:
    """Whether it is a row, and not what an earlier cut has left."""
    try:
        return line.endswith(b"\n") and bool(json.loads(line))
    except ValueError:
        return False


def _names(told: dict[str, Any], draw: Random | None) -> dict[str, int]:
    """The names that stand for files: all synced changes, and the first few of the others, in order.

    Nothing is left of a folder whose own name is not there.
    """
    names: dict[str, int] = dict(told["old"])
    reached = draw.choice([0, len(told["changes"]), draw.randint(0, len(told["changes"]))]) if draw else 0
    missing: set[Path] = set()
    for number, (kind, path, other, file) in enumerate(told["changes"]):
        is_there = number < max(reached, told["synced"].get(str(Path(path).parent), 0))
        if kind == "mkdir" and not is_there:
            missing.add(Path(path))
        elif kind == "create" and is_there:
            names[path] = file
        elif kind == "replace" and is_there:
            names.pop(path, None)
            names[other] = file
        elif kind == "unlink" and is_there:
            names.pop(path, None)
    return {name: file for name, file in names.items() if missing.isdisjoint(Path(name).parents)}


def _synced(told: dict[str, Any], shadow: Path, path: str) -> bytes:
    """What the record has promised to keep: what was synced of it."""
    numbers = [file for kind, name, _, file in told["changes"] if (kind, name) == ("create", path)]
    number = numbers[-1] if numbers else told["old"].get(path)
    return b"" if number is None else _kept(shadow, number)


def _content(shadow: Path, path: Path, number: int, draw: Random, found: Found) -> bytes:
    """What was synced of a file, and perhaps something in the place of what was written since."""
    sure = _kept(shadow, number)
    now = path.read_bytes() if path.exists() else b""
    if not now.startswith(sure) or now == sure:
        return sure
    rest = now[len(sure) :]
    way = draw.choice(["gone", "a part", "a part of pages", "zeros", "garbage", "a part and zeros"])
    found.notes[f"unsynced data: {way}"] += 1
    some = rest[: draw.randint(0, len(rest))]
    return {
        "gone": sure,
        "a part": sure + some,
        "a part of pages": now[: max(len(sure), len(sure + some) // _PAGE * _PAGE)],
        "zeros": sure + bytes(draw.choice([len(rest), _PAGE - len(sure) % _PAGE])),
        "garbage": sure + draw.randbytes(_PAGE - len(sure) % _PAGE),
        "a part and zeros": sure + some + bytes(len(rest) - len(some)),
    }[way]


def _kept(shadow: Path, number: int) -> bytes:
    kept = shadow / str(number)
    return kept.read_bytes() if kept.exists() else b""

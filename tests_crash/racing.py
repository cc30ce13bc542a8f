"""Several commands on one run directory at once, slowed down at random so that they meet."""

import json
import shutil
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tests_crash.study import Ended, Found, Round, Study, ended, record

_BUSY = ("another cantwont is writing", "another cantwont has", "there is a run at")


def two_runners(study: Study, at: Round) -> Found:
    """Two or three of the same command, on a new run or on one that has begun."""
    found = Found()
    if at.draw.random() < 0.5:
        plan = {"fault": "kill", "root": str(at.folder), "byte": at.draw.randrange(study.size)}
        study.run(at.run, plan=plan)
        found.notes["on a run that had begun"] += 1
    before = record(at.run)
    processes = [study.begin(at.run, plan=_plan(at)) for _ in range(at.draw.randint(2, 3))]
    made = [ended(process) for process in processes]
    _note(made, found)
    study.finish(at.run, before, found)
    return found


def two_extending(study: Study, at: Round) -> Found:
    """Two commands that add different trials to the same run."""
    found = Found()
    shutil.copytree(study.undisturbed, at.run)
    before = record(at.run)
    added = _added(study)
    processes = []
    for one in added:
        # Time enough for the other one, between reading `run.json` and writing it.
        plan = _plan(at) | at.draw.choice([{}, {"seconds": 3.0, "share": 0.02}])
        processes.append(one.begin(at.run, "--extend", plan=plan))
        time.sleep(at.draw.choice([0, 0, 1.5]) * at.draw.random())
    made = [ended(process) for process in processes]
    _note(made, found)
    _check_manifest(at, found)
    rows = record(at.run)
    found.lost += len(set(before) - set(rows))
    for one in (*added, study):
        again = one.run(at.run, "--extend")
        if again.code != 0:
            found.wrong.append(f"one after the other, --extend ended with {again.code}: {again.err[-2000:]}")
    _check_manifest(at, found)
    _union(study, added).check(at.run, rows, found) if found.is_sound else None
    return found


def _added(study: Study) -> list[Study]:
    return [
        replace(study, name=f"{study.name}-squares", puzzles={"gray_code": "[3]"}),
        replace(study, name=f"{study.name}-sums", puzzles={"running_sum": "[5, 9]"}),
    ]


def _union(study: Study, added: Sequence[Study]) -> Study:
    puzzles = {name: sizes for one in (study, *added) for name, sizes in one.puzzles.items()}
    return _KNOWN.setdefault(study.name, replace(study, name=f"{study.name}-union", puzzles=puzzles))


_KNOWN: dict[str, Study] = {}


def _check_manifest(at: Round, found: Found) -> None:
    """`run.json` knows every puzzle that was asked."""
    known = json.loads((at.run / "run.json").read_bytes())["puzzles"]
    rows = (json.loads(row) for row in record(at.run))
    asked = {row["what"]["instance"]["puzzle"] for row in rows if row.get("what")}
    for puzzle in sorted(asked - known.keys()):
        found.lost += 1
        found.wrong.append(f"run.json no longer knows of {puzzle!r}, which was asked")


def _plan(at: Round) -> dict[str, Any]:
    seconds, share = at.draw.choice([(0.05, 0.5), (0.5, 0.2), (2.0, 0.15)])
    root = str(at.folder)
    return {"fault": "slow", "root": root, "seed": at.draw.random(), "seconds": seconds, "share": share}


def _note(made: Sequence[Ended], found: Found) -> None:
    done = sum(one.code == 0 for one in made)
    found.notes["one of them came through" if done == 1 else f"{done} came through"] += 1
    for one in made:
        if one.code and not (one.code == 2 and one.is_one_line and any(told in one.err for told in _BUSY)):
            found.wrong.append(f"one of two ended with {one.code}: {one.err[-2000:]}")

"""Reading and labelling 2,082 real answers against loading them and running one bare regular expression.

Goal: at most 5 times. Skipped where the answers are not at hand; see `tests.DATA`.
"""

import gzip
import json
import re
import time
from pathlib import Path
from typing import Any

from evals.labelling.answer import Answer
from evals.labelling.rules import label
from tasks import Problem, puzzle

ANSWERS = Path(__file__).parents[2] / "shared" / "data" / "hanoi_recorded.jsonl.gz"
_TRIPLE = re.compile(r"\[\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\]")
_ROUNDS = 3


def main() -> None:
    if not ANSWERS.exists():
        print(f"skipped: no {ANSWERS.name} beside the repository")
        return
    floors, ours = [], []
    for _ in range(_ROUNDS):
        begun = time.process_time()
        with gzip.open(ANSWERS, "rt", encoding="utf-8") as lines:
            records = [json.loads(line) for line in lines]
        for record in records:
            _TRIPLE.findall(record["response"]["content"])
        between = time.process_time()
        for record in records:
            labelled(record)
        floors.append(between - begun)
        ours.append(time.process_time() - between)
    floor, took = min(floors), min(ours)
    print(f"load and findall {floor:.2f} s; read and label {took:.2f} s; ratio {took / floor:.1f} (goal: 5)")


def labelled(record: dict[str, Any]) -> None:
    hanoi, problem, response = puzzle("hanoi"), record["instance"], record["response"]
    base = problem["peg_labels"][0]
    instance = hanoi.generate(
        {
            "size": problem["disks"],
            "pegs": problem["pegs"],
            "start": problem["start_peg"] - base,
            "target": problem["target_peg"] - base,
            "base": base,
        }
    )
    label(Problem(hanoi, instance), Answer(response["content"], finish_reason=response["finish_reason"]))


if __name__ == "__main__":
    main()

"""Hanoi answers of 12 and 15 disks: reading and walking them against reasoning-gym's `score_answer`.

Goal: faster, and it says where an answer went wrong. Both get the same text, in reasoning-gym's own format;
times are processor time, the best of a few runs, each in its own process.

reasoning-gym is no dependency of the project. `CANTWONT_SCRATCH` names a folder for a scratch environment,
which is made with it on the first run (about 350 MB); without, this is skipped.
"""

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

from benchmarks.million_moves import best
from tasks import AnyInstance, Problem, puzzle

_PEER = "reasoning-gym==0.1.19"
_SCORER = """
import json, sys, time
from reasoning_gym.games.tower_of_hanoi import HanoiConfig, HanoiDataset
scorer = HanoiDataset(HanoiConfig(size=1, seed=1))
told = []
for disks, text in json.load(sys.stdin):
    metadata = {"num_disks": disks, "num_pegs": 3, "start_peg": 1, "target_peg": 3}
    entry = {"metadata": {**metadata, "solution_length": 2**disks - 1}}
    times = []
    for _ in range(3):
        begun = time.process_time()
        score = scorer.score_answer(text, entry)
        times.append(time.process_time() - begun)
    told.append([score, min(times)])
json.dump(told, sys.stdout)
"""


def main() -> None:
    scratch = os.environ.get("CANTWONT_SCRATCH")
    if not scratch:
        print("skipped: set CANTWONT_SCRATCH to a folder for a scratch environment with reasoning-gym")
        return
    answers = [(disks, wrong) for disks in (12, 15) for wrong in (None, 2**disks * 3 // 4)]
    texts = [answer(disks, wrong) for disks, wrong in answers]
    asked = json.dumps([[disks, text] for (disks, _), text in zip(answers, texts, strict=True)])
    done = subprocess.run(
        [interpreter(Path(scratch)), "-c", _SCORER], input=asked, capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    for (disks, wrong), text, (score, theirs) in zip(answers, texts, told, strict=True):
        ours = best(partial(verified, disks, text, wrong))
        found = "solved" if wrong is None else f"wrong at step {wrong:,}"
        print(
            f"{disks} disks, {found}: {ours * 1000:.0f} ms; reasoning-gym says {score} in {theirs * 1000:.0f}"
            f" ms; {theirs / ours:.1f} times as fast (goal: more than 1)"
        )


def problem(disks: int) -> AnyInstance:
    return puzzle("hanoi").generate({"size": disks, "base": 1})


def answer(disks: int, wrong: int | None) -> str:
    """A line a move; the wrong one takes a disk from a peg where it is not."""
    lines = []
    for number, (disk, source, target) in enumerate(puzzle("hanoi").solution(problem(disks)), start=1):
        begin = target if number == wrong else source
        lines.append(f"Move disk {disk} from Peg {begin + 1} to Peg {source + target - begin + 1}")
    return "\n".join(lines)


def verified(disks: int, text: str, wrong: int | None) -> None:
    hanoi, instance = puzzle("hanoi"), problem(disks)
    (item,) = Problem(hanoi, instance).lists(Problem(hanoi, instance).read(text))
    assert item.solves == (wrong is None)
    assert item.advance.taken + 1 == (wrong or 2**disks)


def interpreter(scratch: Path) -> str:
    """The scratch environment's Python; it is made, and reasoning-gym put into it, if they are not there."""
    python = str(scratch / "bin" / "python")
    if not Path(python).exists():
        subprocess.run([sys.executable, "-m", "venv", str(scratch)], check=True)
    if subprocess.run(
        [python, "-c", "import reasoning_gym"], stderr=subprocess.DEVNULL, check=False
    ).returncode:
        subprocess.run([python, "-m", "pip", "install", "--quiet", _PEER], check=True)
    return python


if __name__ == "__main__":
    main()

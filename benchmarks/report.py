"""A report of 100,000 outcomes: all tables and the page, as a multiple of reading the same file with pandas.

In processor time: what else a machine does would count for the longer of the two. Goal: at most 4 times,
and less than 500 MiB at the peak. Imports of the statistics are not counted.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from evals.record.outcome import Evidence, Label, Outcome
from reports.analyses.all_measures import Measured
from reports.frame import frame
from reports.page.page import page

MOST = 4
MEMORY = 500 << 20
_READ = """
import sys, time
import pandas as pd
began = time.process_time()
read = len(pd.read_json(sys.argv[1], lines=True))
print(read, time.process_time() - began)
"""
_MODELS, _PUZZLES, _ARMS, _SIZES, _INSTANCES, _REPEATS = 4, 5, 2, 10, 25, 10


def outcomes() -> Iterator[Outcome]:
    """One of each of 4 models x 5 puzzles x 2 arms x 10 sizes x 25 instances x 10 repeats."""
    random = Random("benchmark")
    for model in range(_MODELS):
        for puzzle in range(_PUZZLES):
            for arm in ("list", "insist")[:_ARMS]:
                for size in range(2, 2 + _SIZES):
                    for number in range(_INSTANCES * _REPEATS):
                        yield _outcome(random, model, puzzle, arm, size, number)


def _outcome(  # noqa: PLR0913, PLR0917 - what it is of
    random: Random, model: int, puzzle: int, arm: str, size: int, number: int
) -> Outcome:
    steps = 2**size - 1
    seed, repeat = number % _INSTANCES, number // _INSTANCES
    written, lost, label = steps, None, Label.SOLVED
    if random.random() < (size - 2) / 10 * (0.3 + 0.2 * model) * (arm == "list"):
        written, label = random.randint(1, min(steps, 40)), Label.GIVE_UP
    elif random.random() < (size - 2) / 10 * (0.8 - 0.15 * model):
        lost, label = random.randint(1, steps), Label.LOGIC_ERROR
    elif random.random() < 0.05:
        written, label = random.randint(1, steps), Label.TRUNCATED
    quote = "and the pattern continues"
    shown = (Evidence(turn=1, field="content", start=90, end=90 + len(quote), quote=quote, shows="elision"),)
    return Outcome(
        trial=f"{model:02}{puzzle:02}{arm}{size:02}{number:08}",
        model=f"model-{model}",
        endpoint="mine",
        puzzle=f"puzzle_{puzzle}",
        instance=f"puzzle_{puzzle}/size={size}/seed={seed}",
        size=size,
        steps=steps,
        arm=arm,
        max_tokens=16_000,
        repeat=repeat,
        label=label,
        reason="one full list is legal from the start and ends at the goal",
        evidence=shown if label is Label.GIVE_UP else (),
        written=written,
        right=written if lost is None else lost - 1,
        first_error=lost,
        lost_at=lost,
        turns=1,
        finish_reason="stop",
        prompt_tokens=700,
        completion_tokens=written * 7,
    )


def main() -> None:
    made = list(outcomes())
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "outcomes.jsonl"
        path.write_text("".join(f"{one.model_dump_json()}\n" for one in made), encoding="utf-8")
        # In a process of its own, whose memory is not ours.
        told = subprocess.run([sys.executable, "-c", _READ, path], capture_output=True, text=True, check=True)
        read, base = int(told.stdout.split()[0]), float(told.stdout.split()[1])
    warm = frame(made[:1], "warm")
    page(Measured.of(warm), made[:1], (), "warm")
    began = time.process_time()
    measured = Measured.of(frame(made, "run"))
    tables = time.process_time() - began
    text = page(measured, made, (), "run")
    ours = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(f"pandas reads {read:,} outcomes  {base:6.2f} s")
    print(f"tables                       {tables:6.2f} s")
    print(f"tables and page              {ours:6.2f} s, {len(text):,} characters")
    print(f"ratio                        {ours / base:6.2f}  (at most {MOST})")
    print(f"peak                         {peak / (1 << 20):6.0f} MiB  (at most {MEMORY >> 20})")


if __name__ == "__main__":
    main()

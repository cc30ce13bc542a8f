"""The peak memory of `cantwont run`: flat in the number of trials, bounded for one answer of a million moves.

20,000 trials within 1.3 times the peak of 2,000, and under 150 MiB. One streamed answer of 2^20 - 1 moves, in
deltas of about four characters, under 500 MiB, while other trials go on.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.throughput import DELTA, served

_PEAK = """
import resource, runpy, sys
sys.argv = ["cantwont", *sys.argv[1:]]
try:
    runpy.run_module("evals.cli.main", run_name="__main__")
finally:
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"PEAK {own} {child}", file=sys.__stdout__)
"""


def peak(base_url: str, *arguments: str) -> tuple[float, float, Path]:
    """The peaks of a run and of its reader's process in MiB, and the run."""
    run = Path(tempfile.mkdtemp()) / "run"
    command = [sys.executable, "-c", _PEAK, "run", "--sim", base_url, *arguments, "--out", str(run)]
    ended = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    own, child = ended.stdout.rpartition("PEAK ")[2].split()
    unit = 1 if sys.platform == "darwin" else 1024
    return int(own) * unit / 2**20, int(child) * unit / 2**20, run


def main() -> None:
    with served() as base_url:
        plain = ("--model", "sim/steady", "--puzzle", "hanoi:3,4", "--concurrency", "64")
        few, _, _ = peak(base_url, *plain, "--repeats", "1000")
        many, _, _ = peak(base_url, *plain, "--repeats", "10000")
        print(f"2,000 trials {few:.0f} MiB; 20,000 {many:.0f} MiB (under 150); ratio {many / few:.2f} (1.3)")
        one_long(base_url)


def one_long(base_url: str) -> None:
    """One answer of 2^20 - 1 moves, and 100 short ones beside it."""
    begun = time.perf_counter()
    asked = ("--model", "sim/steady", "--puzzle", "hanoi:20", "--puzzle", "counting:101-200")
    own, child, run = peak(base_url, *asked, "--concurrency", "8")
    seconds = time.perf_counter() - begun
    long, *others = sorted(map(json.loads, _lines(run, "exchanges")), key=lambda row: -row["seconds"])
    outcomes = {row["trial"]: row for row in map(json.loads, _lines(run, "outcomes")[1:])}
    content = long["reply"]["choices"][0]["message"]["content"]
    labels = Counter(outcomes[row["trial"]]["label"] for row in others)
    print(
        f"an answer of {outcomes[long['trial']]['written']:,} moves in {len(content) // DELTA:,} deltas: "
        f"{own:.0f} MiB, its reader {child:.0f} MiB (together under 500); {long['seconds']:.0f} s of "
        f"{seconds:.0f} s\n  meanwhile {len(others)} others: {dict(labels)}, the slowest "
        f"{max(row['seconds'] for row in others):.1f} s"
    )


def _lines(run: Path, name: str) -> list[str]:
    return (run / f"{name}.jsonl").read_text(encoding="ascii").splitlines()


if __name__ == "__main__":
    main()

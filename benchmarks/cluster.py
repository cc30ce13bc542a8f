"""Replaying one run with one process, and with a Ray cluster of two workers on this machine.

Aim: 1.4 times as fast, start-up left out. The run has 42,000 trials in one turn, asked of nobody: the answers
are those of simulated models. Ray is no dependency: CANTWONT_RAY names the Python of an environment that has
it, and cantwont.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.replay import SPEC, made

REPEATS = 875
AIM = 1.4
ALONE = """
import sys, time
from pathlib import Path
from evals.record.run import RunDirectory
from evals.replay.replay import replay
run = RunDirectory.open(Path(sys.argv[1]))
begun = time.perf_counter()
found = replay(run)
print(time.perf_counter() - begun, len(found.outcomes), len(found.changes))
"""
CLUSTER = """
import sys, time
from pathlib import Path
import ray
from evals.record.run import RunDirectory
from evals.scale.on_ray import replay_on_ray
ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="warning")

@ray.remote(num_cpus=1)
def warm():
    import evals.replay.replay, tasks.puzzles.hanoi
    time.sleep(2)

ray.get([warm.remote(), warm.remote()])
run = RunDirectory.open(Path(sys.argv[1]))
begun = time.perf_counter()
[found] = replay_on_ray([run])
print(time.perf_counter() - begun, len(found.outcomes), len(found.changes))
"""


def main() -> None:
    if (python := os.environ.get("CANTWONT_RAY")) is None:
        print("set CANTWONT_RAY to the Python of an environment with Ray; nothing was measured")
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run"
        made(path, SPEC.model_copy(update={"repeats": REPEATS}), 48 * REPEATS)
        alone = timed([sys.executable, "-c", ALONE, str(path)])
        together = timed([python, "-c", CLUSTER, str(path)])
    assert alone[1:] == together[1:], (alone, together)
    ratio = alone[0] / together[0]
    verdict = "" if ratio >= AIM else f"  (aim: {AIM})"
    print(
        f"{int(alone[1]):,} trials: one process {alone[0]:.1f} s, two workers {together[0]:.1f} s: "
        f"{ratio:.2f} times as fast{verdict}"
    )


def timed(command: list[str]) -> list[float]:
    ours = {"RAY_AUTH_MODE": "disabled", "RAY_worker_niceness": "0"}
    environment = {**os.environ, **ours, "PYTHONPATH": str(Path.cwd())}
    ended = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return [float(part) for part in ended.stdout.split()[-3:]]


if __name__ == "__main__":
    main()

"""A million one-turn trials in sixteen shards: asked two at a time with kills in between, merged, replayed.

`python -m benchmarks.million_trials 20000` takes two minutes. Simulated models answer, in a process of their
own. Goals: no trial lost and none doubled; the outcomes of a run without shards, which is asked a sample, the
first repeats; and at most 150 MiB for each process that asks or merges.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random

from evals.plan.grid import cells
from evals.plan.spec import Spec
from tests_crash.study import served

SHARDS, WIDTH = 16, 2
KILLED = 5
"""Shards that are killed in mid-run, the first of them twice."""
MEMORY = 150
SAMPLE = 1000
_SPEC = """
name = "million"
models = ["sim/tired", "sim/careless"]
arms = ["list", "algorithm"]
repeats = {repeats}
concurrency = 64

[endpoints.sim]
base_url = "{base_url}"
simulated = true
stream = false

[sampling]
temperature = 0.5

[[puzzles]]
name = "hanoi"
sizes = [3, 4, 5]
[[puzzles]]
name = "gray_code"
sizes = [2, 3, 4]
[[puzzles]]
name = "counting"
sizes = [16, 64]
[[puzzles]]
name = "running_sum"
sizes = [8, 16]
"""
_CELLS = 40


@dataclass(frozen=True, slots=True)
class Ran:
    """One process."""

    code: int
    seconds: float
    mebibytes: float
    """The peak of its memory, or of that of its largest child."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One line of the table."""

    name: str
    seconds: float
    rows: int
    mebibytes: float
    limit: int | None = None

    @property
    def is_within(self) -> bool:
        """Whether it kept to its memory."""
        return self.limit is None or self.mebibytes <= self.limit

    def __str__(self) -> str:
        most = "" if self.limit is None else f" (at most {self.limit})"
        pace = self.rows / self.seconds
        return f"{self.name:34} {self.seconds:8,.0f} {pace:10,.0f}   {self.mebibytes:6,.0f}{most}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trials", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--folder", type=Path, help="Keep everything there; it must be empty.")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        problems = million(asked.folder or Path(scratch), max(1, asked.trials // _CELLS))
    sys.exit("\n".join(problems) if problems else None)


def million(folder: Path, repeats: int) -> list[str]:
    """Do it all, print the table, and say what was not as it must be."""
    trials = repeats * _CELLS
    shards, merged, alone = folder / "shards", folder / "merged", folder / "alone"
    with served(0.0) as base_url:
        whole, sample = folder / "million.toml", folder / "sample.toml"
        whole.write_text(_SPEC.format(repeats=repeats, base_url=base_url), encoding="utf-8")
        few = min(repeats, SAMPLE // _CELLS)
        sample.write_text(_SPEC.format(repeats=few, base_url=base_url), encoding="utf-8")
        print(f"{trials:,} trials{'':28} seconds rows/second   MiB at the peak", flush=True)
        asked, kills = _asked(whole, shards, trials)
        _cantwont("run", "--spec", sample, "--out", alone)
    stages = [_told(asked)]
    for name, arguments, limit in (
        ("merge", ("merge", shards, "--out", merged), MEMORY),
        ("replay --check", ("replay", merged, "--check"), None),
        ("report --format md", ("report", merged, "--format", "md", "--out", folder / "report.md"), None),
    ):
        ran = _cantwont(*arguments)
        stages.append(_told(Stage(name, ran.seconds, trials, ran.mebibytes, limit)))
    spec = Spec.load(whole, {}, {})
    wanted = {name for cell in cells(spec, spec.models_at()) for name in cell.ids()}
    print(f"{SHARDS} shards, killed {kills} times; a sample of {few * _CELLS:,} trials was asked again")
    over = [f"{stage.name} took {stage.mebibytes:.0f} MiB" for stage in stages if not stage.is_within]
    return [*over, *_wrong(merged, wanted), *_other(merged, alone, few * _CELLS)]


def _told(stage: Stage) -> Stage:
    print(stage, flush=True)
    return stage


# --- processes


def _asked(spec: Path, out: Path, trials: int) -> tuple[Stage, int]:
    """Ask all shards, and return how often they were killed meanwhile."""
    draw = Random("kills")
    chosen = draw.sample(range(1, SHARDS + 1), KILLED)
    shares = {number: [draw.uniform(0.2, 0.8)] for number in chosen}
    shares[chosen[0]].append(0.9)
    begun = time.perf_counter()
    with ThreadPoolExecutor(WIDTH) as pool:
        kills = {
            number: [int(share * trials / SHARDS) for share in those] for number, those in shares.items()
        }
        numbers = range(1, SHARDS + 1)
        work = [pool.submit(_shard, spec, out, number, kills.get(number, [])) for number in numbers]
        ran = [one for each in work for one in each.result()]
    most = max(one.mebibytes for one in ran)
    name = f"run --shard, {WIDTH} at a time"
    return Stage(name, time.perf_counter() - begun, trials, most, MEMORY), len(ran) - SHARDS


def _shard(spec: Path, out: Path, number: int, kills: list[int]) -> list[Ran]:
    """Ask one shard, killed whenever it has recorded so many trials."""
    path = out / f"shard-{number:02}-of-{SHARDS}" / "exchanges.jsonl"
    arguments = ("run", "--spec", spec, "--shard", f"{number}/{SHARDS}", "--out", out)
    return [*(_cantwont(*arguments, record=path, rows=rows) for rows in kills), _cantwont(*arguments)]


def _cantwont(*arguments: str | Path, record: Path | None = None, rows: int = 0) -> Ran:
    """Run a command to its end, or until this record has so many rows."""
    begun = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        command = [sys.executable, "-m", "evals.cli.main", *map(str, arguments)]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        if record is not None:
            _kill_at(process, record, rows)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        told = said.read().decode(errors="replace")
    assert process.returncode == (0 if record is None else -9), f"{arguments}: {process.returncode}, {told}"
    unit = 1 if sys.platform == "darwin" else 1024
    return Ran(process.returncode, time.perf_counter() - begun, used.ru_maxrss * unit / 2**20)


def _kill_at(process: "subprocess.Popen[bytes]", record: Path, rows: int) -> None:
    seen, place = 0, 0
    while seen < rows:
        time.sleep(0.05)
        if record.exists():
            with record.open("rb") as file:
                file.seek(place)
                data = file.read(1 << 24)
            seen, place = seen + data.count(b"\n"), place + len(data)
    process.kill()


# --- what is on disk, read without cantwont's own code


def _wrong(run: Path, wanted: set[str]) -> Iterator[str]:
    """Yield what is lost, doubled or of nobody."""
    for name, skipped in (("exchanges.jsonl", 0), ("outcomes.jsonl", 1)):
        left, count = set(wanted), 0
        with (run / name).open("rb") as lines:
            for line in islice(lines, skipped, None):
                left.discard(json.loads(line)["trial"])
                count += 1
        if left or count != len(wanted):
            yield f"{name}: {len(left):,} trials are lost, {count - len(wanted) + len(left):,} rows too many"


def _other(run: Path, alone: Path, count: int) -> Iterator[str]:
    """Yield how many outcomes of the sample are others than those of the merged run, in any column."""
    sample = _outcomes(alone)
    assert len(sample) == count, f"the sample has {len(sample):,} outcomes, not {count:,}"
    with (run / "outcomes.jsonl").open("rb") as lines:
        same = sum(sample.get(json.loads(line).get("trial")) == line for line in lines)
    if same != len(sample):
        yield f"{len(sample) - same:,} of {len(sample):,} outcomes are other ones in the merged run"


def _outcomes(run: Path) -> dict[str, bytes]:
    with (run / "outcomes.jsonl").open("rb") as lines:
        return {json.loads(line)["trial"]: line for line in islice(lines, 1, None)}


if __name__ == "__main__":
    main()

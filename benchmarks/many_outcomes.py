"""A report's tables of ten million outcomes in Parquet: time and memory, and the frame's figures for fewer.

Outcomes of ten models, five puzzles and two arms, of ten sizes, 25 instances and 400 repeats each, are
written as `cantwont compact` writes them. Goal: all tables within 120 seconds and 2 GiB on two cores; and
of 100,000 outcomes the same figures as those of their frame. Making them is apart. `python -m
benchmarks.many_outcomes [REPEATS [FOLDER]]`; a folder that is there already is taken as it is.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from evals.labelling.acts import model_hash
from evals.labelling.rules import VERSION
from evals.record.run import Manifest
from reports.analyses.all_measures import TABLES, Measured
from reports.calibration.respondents import Cuts, ModelledRespondent
from reports.calibration.scenarios import Design
from reports.calibration.studies import simulate
from reports.compacted import HEADER, Compacted, write_part
from reports.frame import TEXT

MOST_SECONDS, MOST_MEMORY = 120, 2 << 30
REPEATS = 400
_MODELS, _PUZZLES, _ARMS, _INSTANCES = 10, 5, ("list", "insist"), 25
_REPORT = """
import resource, sys, time
from pathlib import Path
from reports.analyses.all_measures import TABLES, Measured
from reports.compacted import Compacted, joined_tables
began, spent = time.perf_counter(), time.process_time()
table = joined_tables([Compacted.open(Path(sys.argv[1]))])
print(f"{'the one table':14} {time.perf_counter() - began:6.1f} s  {len(table):,} rows", file=sys.stderr)
measured = Measured.of(table)
for name in TABLES:
    if name != "trials":
        begun = time.perf_counter()
        rows = len(getattr(measured, name))
        print(f"{name:14} {time.perf_counter() - begun:6.1f} s  {rows:,} rows", file=sys.stderr)
print(time.perf_counter() - began, time.process_time() - spent, int(table["count"].sum()),
      resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024))
"""


def main() -> None:
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else REPEATS
    with tempfile.TemporaryDirectory() as scratch:
        few = Path(scratch) / "few"
        rows = make(few, max(REPEATS // 100, 1))
        worst = difference(Measured.of(Compacted.open(few).table()), Measured.of(rows))
        print(f"{len(rows):,} outcomes: all tables as those of the frame, to {worst:.0e} of a value")
        many = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(scratch) / "many"
        if not many.exists():
            begun = time.perf_counter()
            make(many, repeats, keep=False)
            print(f"written in {time.perf_counter() - begun:.0f} s")
        told = subprocess.run(
            [sys.executable, "-c", _REPORT, str(many)], stdout=subprocess.PIPE, text=True, check=True
        )
    seconds, processor, trials, memory = map(float, told.stdout.split())
    print(f"{int(trials):,} outcomes, all tables")
    print(f"time   {seconds:6.0f} s, of the processor {processor:.0f} s  (at most {MOST_SECONDS})")
    print(f"memory {memory / (1 << 20):6.0f} MiB  (at most {MOST_MEMORY >> 20})")


def make(folder: Path, repeats: int, *, keep: bool = True) -> pd.DataFrame:
    """Write the outcomes of so many repeats, and return their frame if it is kept."""
    random, kept, number = np.random.default_rng(0), [], 0
    for model in range(_MODELS):
        for puzzle in range(_PUZZLES):
            for arm in _ARMS:
                who = ModelledRespondent(cuts=Cuts(share=0.02 * model))
                rows = simulate(who, Design(_INSTANCES, repeats), 1, random)
                tokens = rows["written"] * 7 + random.integers(20, 200, len(rows))
                names = {"model": f"model-{model}", "puzzle": f"puzzle_{puzzle}", "arm": arm, "run": "many"}
                trials = [f"{number + at:010}" for at in range(len(rows))]
                number += len(rows)
                rows = rows.assign(
                    **{name: pd.array([value] * len(rows), dtype=TEXT) for name, value in names.items()},
                    trial=pd.array(trials, dtype=TEXT),
                    completion_tokens=tokens.astype("Int64"),
                    prompt_tokens=pd.array([400] * len(rows), dtype="Int64"),
                )
                write_part(folder / "outcomes", rows, f"{model:02}-{arm}")
                kept += [rows] if keep else []
    manifest = Manifest(created="2026-01-01T00:00:00+00:00", cantwont="0", spec={}).model_dump(by_alias=True)
    run = {"name": "many", "manifest": manifest, "trials": number, "answered": number, "asked": number}
    header = {"schema": 3, "kind": "compacted", "holds": "outcomes", "labels": VERSION, "model": model_hash()}
    (folder / HEADER).write_text(json.dumps({**header, "runs": [run]}, default=str), encoding="utf-8")
    return pd.concat(kept, ignore_index=True) if kept else pd.DataFrame()


def difference(one: Measured, other: Measured) -> float:
    """Return the largest relative difference of a number; fails if anything else differs."""
    worst = 0.0
    for name in TABLES:
        if name == "trials":
            continue
        a, b = getattr(one, name), getattr(other, name)
        numbers = a.select_dtypes("number").columns
        pd.testing.assert_frame_equal(a.drop(columns=numbers), b.drop(columns=numbers), obj=name)
        first, second = (side[numbers].to_numpy(dtype=np.float64, na_value=np.nan) for side in (a, b))
        assert np.array_equal(np.isnan(first), np.isnan(second)), name
        far = np.abs(first - second) / np.maximum(np.abs(second), 1e-9)
        worst = max(worst, float(np.nanmax(far, initial=0.0)))
    return worst


if __name__ == "__main__":
    main()

"""What all measures give of one made study, when that was recorded: so that no figure changes unnoticed.

`figures.json` has a line for each column of each table. The study has two models, arms, and every way to end;
it is drawn by the standard library's generator, which is the same everywhere. The other tests say what is
right; this one says that it stays.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd

from evals.record.outcome import Outcome
from reports import measures
from reports.analyses.verdicts import verdicts
from reports.frame import frame
from reports.measures import Audit
from tests.samples.outcomes import outcome

FILE = Path(__file__).with_name("figures.json")
SIZES = (2, 3, 4, 5, 6, 7, 8)
_AUDIT = Audit(stops=80, stops_found=70, others=90, others_taken=6)

Columns = dict[str, list[object]]
_TABLES: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "times": lambda rows: measures.times(rows)[
        ["model", "arm", "size", "stop_time", "stop_event", "end_time", "end_event", "lost_time", "count"]
    ].iloc[::7],
    "by_size": measures.by_size,
    "horizons": measures.horizons,
    "step_curves": lambda rows: measures.step_curves(rows).iloc[::5],
    "stops_after": measures.stops_after,
    "off_course": measures.off_course,
    "independence": measures.independence,
    "label_error": lambda rows: measures.label_error(
        rows[(rows["model"] == "tired") & (rows["arm"] == "insist")], _AUDIT, draws=4
    ),
}


@cache
def study() -> pd.DataFrame:
    """The frame of the made trials."""
    return frame(_trials(), "made")


def _trials() -> Iterator[Outcome]:
    random = Random("a study")
    for model, arm in (("steady", "list"), ("steady", "insist"), ("tired", "list"), ("tired", "insist")):
        for size in SIZES:
            repeats, instances = (1, 12) if model == "steady" else (3, 6)
            for seed in range(instances):
                for repeat in range(repeats):
                    what = {"model": model, "arm": arm, "size": size, "steps": 2**size - 1}
                    yield _trial(random, what, seed, repeat)
    # Sizes of their own: one that a cap cut, one of which nothing counts, and one with one instance.
    for repeat in range(6):
        capped = {"model": "capped", "size": 5, "steps": 31, "max_tokens": 4096}
        yield _named("truncated", 9, capped, repeat, repeat)
        yield _named("error", 0, capped | {"size": 6, "steps": 63}, repeat, repeat)
        yield _named("give_up" if repeat % 3 else "solved", 7, capped | {"size": 3, "steps": 7}, 0, repeat)


def _trial(random: Random, what: dict[str, Any], seed: int, repeat: int) -> Outcome:
    """One that ends in any way: the longer it is, the likelier in a stop or a fault."""
    steps, size = what["steps"], what["size"]
    will, skill = {"steady": (0.9, 6.2), "tired": (0.7, 5.0)}[what["model"]]
    odd = random.random()
    if odd < 0.1:
        label = ("truncated", "filtered", "malformed", "no_answer", "error", "unscorable")[int(60 * odd)]
        written = int(steps * random.random())
        # Of those that were cut, some had erred before.
        lost = {"lost_at": 1 + written // 2, "first_error": 1 + written // 2} if written % 3 == 1 else {}
        return _named(
            label, written, what | (lost if label in ("truncated", "filtered") else {}), seed, repeat
        )
    goes_on = will if what["arm"] == "list" else 0.97
    stop = next(
        (at for at in range(0, steps, max(steps // 8, 1)) if random.random() > goes_on ** (size / 8)), steps
    )
    fault = next((at for at in range(1, steps + 1) if random.random() < 2.0**-skill / 2), steps + 1)
    strays = random.random() < 0.1
    if strays and random.random() < 0.5:
        return _named("solved", steps + 2, what, seed, repeat)
    wrong: dict[str, Any] = {"lost_at": fault, "first_error": None if strays else fault}
    if strays:
        wrong["flags"] = ("off_course",)
    if stop < steps:
        return _named(
            "give_up" if stop else "refusal", stop, what | (wrong if fault <= stop else {}), seed, repeat
        )
    if fault <= steps:
        written = steps if random.random() < 0.7 else max(fault, steps // 2)
        return _named("logic_error", written, what | wrong, seed, repeat)
    if random.random() < 0.1:
        return _named("logic_error", steps - 1, what | {"lost_at": steps - 1}, seed, repeat)
    return _named("solved", steps, what, seed, repeat)


def _named(label: str, written: int, what: Mapping[str, Any], seed: int, repeat: int) -> Outcome:
    name = f"{what['model']}/{what.get('arm', 'list')}/{what['size']}/{seed}/{repeat}"
    instance = f"hanoi/size={what['size']}/seed={seed}"
    right = {"written": written, "right": written, "instance": instance, "repeat": repeat}
    return outcome(label, name, **{**right, **what})


def names() -> list[str]:
    """The tables of the measures."""
    return list(_TABLES)


def columns(name: str) -> Columns:
    """A table of the measures, as it is kept."""
    return _plain(_TABLES[name](study()))


def judged() -> Columns:
    """The verdicts, as they are kept."""
    return _plain(verdicts(study()))


def _plain(table: pd.DataFrame) -> Columns:
    return {str(name): [_value(value) for value in table[name].tolist()] for name in table.columns}


def _value(value: object) -> object:
    if value is pd.NA or value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    return float(f"{value:.5g}") if isinstance(value, float) else value


def now() -> dict[str, Columns]:
    """All tables, as they would be recorded now."""
    return {name: columns(name) for name in names()} | {"verdicts": judged()}


def kept(name: str) -> Columns:
    """A table as it was recorded."""
    found: dict[str, Columns] = json.loads(FILE.read_text("utf-8"))
    return found[name]


def written(tables: Mapping[str, Columns]) -> str:
    """The text of the file: a line for each column."""
    parts = []
    for name, table in tables.items():
        rows = ",\n".join(f"  {json.dumps(column)}: {json.dumps(values)}" for column, values in table.items())
        parts.append(f" {json.dumps(name)}: {{\n{rows}\n }}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def differing(before: Columns, after: Columns) -> list[str]:
    """The columns that changed: numbers by more than the fourth digit."""
    return [name for name in {**before, **after} if not _alike(before.get(name, []), after.get(name, []))]


def _alike(before: list[object], after: list[object]) -> bool:
    return len(before) == len(after) and all(
        abs(one - other) <= 2e-4 * abs(one) + 1e-9
        if isinstance(one, float) and isinstance(other, float)
        else one == other
        for one, other in zip(before, after, strict=True)
    )

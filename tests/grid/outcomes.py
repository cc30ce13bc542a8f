"""The outcomes of `examples/hanoi-grid`: facts about recorded answers, without any of their texts."""

import csv
import gzip
import json
import tempfile
from collections.abc import Container, Iterator
from pathlib import Path

import pandas as pd

from evals.importers import import_run
from evals.record.outcome import Label, Outcome
from evals.record.run import RunDirectory
from evals.replay.derive import conversations, outcome
from reports.frame import frame
from tests import DATA, ROOT

FILE = ROOT / "examples" / "hanoi-grid" / "outcomes.csv"
RECORDED = DATA / "hanoi_recorded.jsonl.gz"
"""The answers themselves, which stand beside the repository and are not shipped."""

ARMS = {"hanoi-base": "list", "hanoi-adj": "insist"}
"""The variants of the prompt that are arms: a neutral one, and the same with abridging forbidden."""
_OTHERS = ("hanoi-csv", "hanoi-trck")
_COLUMNS = (
    *("id", "source", "model", "variant", "size", "steps", "repeat"),
    *("label", "written", "lost_at", "first_error", "off_course", "finish_reason"),
)


def derived(sizes: Container[int] = range(99)) -> Iterator[dict[str, str]]:
    """Yield the rows of the file of these sizes from the recorded answers, by today's rules."""
    with gzip.open(RECORDED, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    known = {
        record["id"]: record
        for record in records
        if record["prompt_variant"] in (*ARMS, *_OTHERS) and record["instance"]["disks"] in sizes
    }
    with tempfile.TemporaryDirectory() as folder:
        answers, path = Path(folder) / "answers.jsonl", Path(folder) / "run"
        answers.write_text("".join(f"{json.dumps(record)}\n" for record in known.values()), encoding="utf-8")
        import_run([answers], path, {})
        found = [outcome(trial, rows) for trial, rows in conversations(RunDirectory.open(path))]
    for one in sorted(found, key=lambda one: (one.model, one.arm, one.size, one.repeat, one.trial)):
        values = (
            *(one.trial, known[one.trial]["source"]["path"], one.model, one.arm, one.size, one.steps),
            *(one.repeat, one.label, one.written, one.lost_at, one.first_error),
            *(int("off_course" in one.flags), one.finish_reason),
        )
        yield {
            name: "" if value is None else str(value) for name, value in zip(_COLUMNS, values, strict=True)
        }


def committed() -> list[dict[str, str]]:
    """Return the rows of the file."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def write() -> None:
    """Write the file anew."""
    with FILE.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, _COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(derived())


def rows() -> pd.DataFrame:
    """Return the committed outcomes of the arms `list` and `insist` as a `reports.frame`."""
    found = [_outcome(row) for row in committed() if row["variant"] in ARMS]
    return frame(found, "hanoi-grid")


def _outcome(row: dict[str, str]) -> Outcome:
    def number(name: str) -> int | None:
        return int(row[name]) if row[name] else None

    return Outcome(
        trial=row["id"],
        model=row["model"],
        endpoint="imported",
        puzzle="hanoi",
        instance=f"hanoi/size={row['size']}",
        size=int(row["size"]),
        steps=number("steps"),
        arm=ARMS[row["variant"]],
        repeat=int(row["repeat"]),
        label=Label(row["label"]),
        reason="",
        flags=("off_course",) if row["off_course"] == "1" else (),
        written=int(row["written"]),
        lost_at=number("lost_at"),
        first_error=number("first_error"),
        finish_reason=row["finish_reason"] or None,
    )

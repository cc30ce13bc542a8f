"""The recorded runs of `examples/` give the outcomes that are committed with them."""

import json
from pathlib import Path

import pytest

from evals.record.run import RunDirectory
from evals.replay.replay import check
from tests import ROOT
from tests.answers.judged import judged

RUNS = sorted(file.parent for file in (ROOT / "examples").glob("*/run.json"))


@pytest.mark.parametrize("path", RUNS, ids=[path.name for path in RUNS])
def test_each_run_replays_to_its_outcomes(path: Path) -> None:
    assert check(path) == ()
    assert RunDirectory.open(path).manifest.name


def test_the_small_model_is_labelled_as_its_reader_labels_it() -> None:
    rows = judged("small")
    assert len(rows) == 90
    assert sum(row.right for row in rows) >= 0.92 * len(rows)


def test_what_the_readme_says_of_it() -> None:
    outcomes = (ROOT / "examples" / "small-model" / "outcomes.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in outcomes[1:]]
    copied = sum("copies_example" in row.get("flags", ()) for row in rows)
    wrong = sum(row["label"] == "logic_error" for row in rows)
    stopped = sum(row["label"] in ("refusal", "give_up") for row in rows)
    cut = sum(row["label"] == "truncated" for row in rows)
    said = (
        f"{wrong} are wrong lists ({copied} of them the prompt's worked example), "
        f"{cut} were cut by the limit, {stopped} stopped"
    )
    assert said in " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())

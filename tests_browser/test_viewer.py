"""The viewer as a reader has it: by keyboard, in both schemes and two widths, and without barriers."""

import json
from pathlib import Path
from typing import Any


def test_by_keyboard(seen: dict[str, Any], folder: Path) -> None:
    """Runs, a run, a transcript, a label with its note, the next, and back to the list: no mouse."""
    found = seen["keyboard"]
    assert found["searching"] == "text"
    assert (found["kept"], found["note"]) == ("refusal", "j is a letter here")
    assert found["yours"][0].strip() == "give up"
    lines = (folder / "may" / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    [label] = [json.loads(line) for line in lines]
    assert (label["label"], label["note"]) == ("give_up", "j is a letter here")


def test_a_transcript_opens_at_its_evidence(seen: dict[str, Any]) -> None:
    """Its first mark is in sight; `e` goes from one to the next."""
    assert seen["evidence"]["inside"]
    assert seen["evidence"]["here"] == 1


def test_two_runs_side_by_side(seen: dict[str, Any]) -> None:
    """All pairs, those with different labels, and both transcripts of one."""
    found = seen["compared"]
    assert "of 92 pairs" in found["all"]
    assert "of 6 pairs" in found["different"]
    assert sorted(side.split("?")[0].strip() for side in found["sides"]) == ["malformed", "refusal"]


def test_a_run_that_goes_on(seen: dict[str, Any]) -> None:
    """It changes while it is looked at, with labels of the newest answers; what was typed stays."""
    found = seen["live"]
    assert found["changed"]
    assert found["kept"]
    assert found["newest"]
    assert "running" in found["after"]


def test_blind(seen: dict[str, Any]) -> None:
    """No label, no reason and no mark is on the page of a transcript."""
    found = seen["blind"]
    assert "logic error" in found["before"]
    assert not any("logic error" in text for text in found["during"])
    assert found["marks"] == 0


def test_no_barriers(seen: dict[str, Any]) -> None:
    """Nothing that axe-core finds, on any page, light and dark, wide and narrow; none scrolls sideways."""
    violations = seen["barriers"]["violations"]
    assert violations == {}, json.dumps(violations, indent=1)
    assert seen["barriers"]["wide"] == []


def test_nothing_goes_wrong_or_elsewhere(seen: dict[str, Any]) -> None:
    """No error in the console, no dialog, and no request to anybody else."""
    assert seen["complaints"] == []
    assert seen["elsewhere"] == []

"""Real answers, which stand beside the repository: our labels against a careful reader's.

They may be used but not shipped, so they are read where they are, and the tests skip where they are not.
"""

import gzip
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from evals.importers import import_run
from evals.record.exchange import Exchange
from evals.record.outcome import Label, Outcome
from evals.record.run import RunDirectory
from evals.replay.derive import conversations, outcome, texts
from tasks import Row, Steps
from tests import DATA

ANSWERS, LABELS = DATA / "hanoi_recorded.jsonl.gz", DATA / "hanoi_labels.jsonl"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (ANSWERS.exists() and LABELS.exists()), reason=f"the real answers are not at {DATA}"
    ),
]


Derived = dict[str, tuple[Exchange, Outcome]]


@pytest.fixture(scope="module")
def derived(tmp_path_factory: pytest.TempPathFactory) -> Derived:
    """Every answer with its outcome."""
    path = tmp_path_factory.mktemp("real") / "run"
    import_run([ANSWERS], path, {})
    found = conversations(RunDirectory.open(path))
    return {trial.id: (rows[0], outcome(trial, rows)) for trial, rows in found}


@cache
def labelled() -> list[dict[str, Any]]:
    return [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]


def agreement(derived: Derived, rows: list[dict[str, Any]]) -> float:
    agreed = [derived[row["id"]][1].label in (row["label"], row["alternative"]) for row in rows]
    return sum(agreed) / len(agreed)


def test_every_answer_becomes_an_outcome(derived: Derived) -> None:
    """Nothing is lost between the file and the labels, and no trial fails in our hands."""
    with gzip.open(ANSWERS, "rt", encoding="utf-8") as lines:
        ids = {json.loads(line)["id"] for line in lines}
    assert set(derived) == ids
    assert not any(found.label is Label.ERROR for _, found in derived.values())


def test_the_labels_agree_with_a_careful_reader(derived: Derived) -> None:
    """At least as well as two readers agree with each other, and better on the rows drawn at random."""
    assert agreement(derived, labelled()) >= 0.97
    assert agreement(derived, [row for row in labelled() if row["random_sample"]]) >= 0.98


def test_no_refusal_or_give_up_without_its_words(derived: Derived) -> None:
    """Every quote stands in the answer, to the letter, where it is said to stand."""
    for row, found in derived.values():
        if found.label in (Label.REFUSAL, Label.GIVE_UP):
            ((_, content),) = texts([row])
            quotes = [item for item in found.evidence if item.shows != "first_error"]
            assert quotes, found.trial
            assert all(content[item.start : item.end] == item.quote for item in quotes), found.trial


def test_two_readings_agree_on_what_is_solved(derived: Derived) -> None:
    """A strict reading of the asked formats alone never finds a solution that the tolerant one misses."""
    for row, found in derived.values():
        assert row.what is not None
        asked = row.what.instance.restore()
        base = asked.instance.parameters.base
        ((_, content),) = texts([row])
        strict = False
        for steps in strictly(content, base):
            advance = asked.advance(asked.start, Steps.of(steps, 3))
            strict |= advance.taken == len(steps) and asked.is_goal(advance.state)
        assert found.label is Label.SOLVED or not strict, found.trial


def strictly(content: str, base: int) -> Iterator[list[Row]]:
    """The lists written exactly as asked: `moves = [[…]]`, sentences between tags, rows of three numbers."""
    for block in re.findall(r"moves\s*=\s*(\[\s*\[[\d,\s\[\]]*\]\s*\])", content):
        try:
            yield [(row[0], row[1] - base, row[2] - base) for row in json.loads(block)]
        except (ValueError, IndexError):
            continue
    tagged = re.findall(r"<answer>(.*?)</answer>", content, re.DOTALL)
    for block in tagged:
        rows = re.findall(r"^Move disk (\d+) from Peg (\d+) to Peg (\d+)$", block, re.MULTILINE)
        yield [(int(disk), int(source) - base, int(target) - base) for disk, source, target in rows]
    for block in re.findall(r"(?:^\d+,\d+,\d+\n)+", content, re.MULTILINE):
        rows = [line.split(",") for line in block.splitlines()]
        yield [(int(disk), int(source) - base, int(target) - base) for disk, source, target in rows]

"""Limits on tokens, money and time: a run stops asking, keeps everything, and can be continued."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from evals.simulated.server import serve_in_thread
from tests.program import cantwont, complaint, done, outcome_rows, recorded

pytestmark = pytest.mark.slow

ASKED = ("--model", "sim/steady", "--puzzle", "counting:20,30,40", "--repeats", "4", "--concurrency", "1")
PRICED = """
models = ["sim/steady"]
repeats = 4
concurrency = 1

[[puzzles]]
name = "counting"
sizes = [20, 30, 40]

[prices."sim/steady"]
input = 0
output = 1000000 # one for each token
"""


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    with serve_in_thread() as base_url:
        yield base_url


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        (("--max-tokens-total", "700"), "the token limit of 700 is reached"),
        (("--deadline", "0.000001s"), "the deadline of"),
    ],
)
def test_stops_and_goes_on(served: str, tmp_path: Path, limit: tuple[str, str], told: str) -> None:
    """What was answered stays, it is said which limit was reached, and the same command goes on."""
    run = tmp_path / "run"
    command = ("run", "--sim", served, *ASKED, "--out", str(run))
    line = complaint(cantwont(*command, *limit, cwd=tmp_path), 3)
    assert told in line
    assert "the same command goes on" in line
    assert len(outcome_rows(run)) < 12
    done(cantwont(*command, cwd=tmp_path))
    assert len(outcome_rows(run)) == 12


def test_a_conversation_waits_between_its_turns(served: str, tmp_path: Path) -> None:
    """A limit that is reached in a conversation leaves it to be continued, not ended."""
    run = tmp_path / "run"
    asked = ("--model", "sim/steady", "--puzzle", "counting:40", "--arm", "chunked:p=8")
    command = ("run", "--sim", served, *asked, "--out", str(run))
    complaint(cantwont(*command, "--max-tokens-total", "300", cwd=tmp_path), 3)
    before = [row for row in recorded(run) if row["kind"] == "reply"]
    assert 1 <= len(before) < 5
    done(cantwont(*command, cwd=tmp_path))
    after = [row for row in recorded(run) if row["kind"] == "reply"]
    assert len(after) == 5
    assert after[: len(before)] == before


def test_cost(served: str, tmp_path: Path) -> None:
    """With prices in the spec a run can be limited by cost, which is told; without, it is refused."""
    (tmp_path / "priced.toml").write_text(PRICED)
    command = ("run", "--spec", "priced.toml", "--sim", served, "--max-cost", "100", "--out", "run")
    ended = cantwont(*command, cwd=tmp_path)
    assert "the cost limit of 100.00 USD is reached" in complaint(ended, 3)
    assert "sim/steady" in ended.stdout
    assert "cost" in ended.stdout
    refused = cantwont("run", "--sim", served, *ASKED, "--max-cost", "1", "--out", "other", cwd=tmp_path)
    assert "max_cost needs the price of 'sim/steady'" in complaint(refused, 2)


def test_dry_run(served: str, tmp_path: Path) -> None:
    """What would be asked is reckoned up; nothing is sent or written, and what is recorded is left out."""
    command = ("run", "--sim", served, *ASKED, "--out", "run")
    told = done(cantwont(*command, "--dry-run", cwd=tmp_path))
    assert "12" in told
    assert "nothing was asked" in told
    assert not (tmp_path / "run").exists()
    done(cantwont(*command, cwd=tmp_path))
    assert "all trials have a reply" in done(cantwont(*command, "--dry-run", cwd=tmp_path))


@pytest.mark.parametrize("deadline", ["soon", "0", "-1h"])
def test_deadlines_that_are_none(tmp_path: Path, deadline: str) -> None:
    """A deadline that is no length of time is refused with the value."""
    command = ("run", "--model", "ollama/m", "--puzzle", "hanoi:3", f"--deadline={deadline}", "--out", "run")
    assert "deadline" in complaint(cantwont(*command, cwd=tmp_path), 2)
    assert not (tmp_path / "run").exists()


def test_doctor(served: str, tmp_path: Path) -> None:
    """A sound endpoint is said to be one; a model that is not there is a check that failed."""
    told = done(cantwont("doctor", "sim/steady", "--sim", served, cwd=tmp_path))
    assert "ok" in told
    ended = cantwont("doctor", "sim/nobody", "--sim", served, cwd=tmp_path)
    assert ended.returncode == 1
    assert "nobody" in ended.stdout

"""Every arm over HTTP: recorded, killed and resumed anywhere, replayed without a network."""

import json
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from evals.record.exchange import RowKind
from evals.record.exchange_log import exchanges
from evals.record.run import RunDirectory
from evals.simulated.server import serve_in_thread
from tests.evals.running.test_interrupted import ended, started, wait_for_replies
from tests.program import cantwont, done, outcome_rows, recorded

pytestmark = pytest.mark.slow

ARMS = (
    "list",
    "insist",
    "algorithm",
    "nudge:k=2",
    "chunked:p=16,state=restated",
    "window:m=5",
    "agent:k=8",
    "code",
)
ASKED = (
    "--model",
    "sim/tired",
    "--model",
    "sim/careless",
    "--puzzle",
    "hanoi:3,7",
    "--puzzle",
    "counting:20",
)


@pytest.fixture(scope="module")
def slow() -> Iterator[str]:
    with serve_in_thread(latency=0.008) as base_url:
        yield base_url


@pytest.fixture(scope="module")
def whole(slow: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nobody disturbed."""
    run = tmp_path_factory.mktemp("whole") / "run"
    done(cantwont(*command(slow, run), "--concurrency", "16", cwd=run.parent))
    return run


def command(base_url: str, run: Path) -> list[str]:
    arms = [part for arm in ARMS for part in ("--arm", arm)]
    return ["run", "--sim", base_url, *ASKED, *arms, "--concurrency", "2", "--out", str(run)]


def test_every_arm_ends(whole: Path) -> None:
    """Each trial has an outcome of its own arm, and none is an error of the instrument."""
    rows = [json.loads(line) for line in outcome_rows(whole)]
    assert Counter(row["arm"] for row in rows) == dict.fromkeys((arm.partition(":")[0] for arm in ARMS), 6)
    assert not [row for row in rows if row["label"] in ("error", "unscorable")]
    assert any(row["turns"] > 1 for row in rows if row["arm"] == "nudge")
    assert all(len(row["by_turn"]) == row["turns"] for row in rows if row["arm"] in ("nudge", "chunked"))


def test_killed_and_resumed(slow: str, whole: Path, tmp_path: Path) -> None:
    """Killed in the middle of conversations, the run goes on in them, and ends as if nothing had been."""
    run = tmp_path / "run"
    for count in (9, 30):
        process = started(command(slow, run))
        wait_for_replies(run, count, process)
        time.sleep(0.01)
        process.kill()
        assert ended(process).returncode == -signal.SIGKILL
    done(cantwont(*command(slow, run), cwd=tmp_path))
    replies = Counter((row["trial"], row["turn"]) for row in recorded(run) if row["kind"] == "reply")
    assert set(replies.values()) == {1}
    assert outcome_rows(run) == outcome_rows(whole)


def test_cut_behind_any_row(slow: str, whole: Path, tmp_path: Path) -> None:
    """Wherever a record ends, asking again completes it: no turn twice, no program run twice."""
    lines = (whole / "exchanges.jsonl").read_bytes().splitlines(keepends=True)
    conversation = [number for number, line in enumerate(lines, 1) if json.loads(line)["turn"] > 1]
    results = [number for number, line in enumerate(lines, 1) if json.loads(line)["kind"] == "result"]
    for number in (conversation[0], conversation[-1], results[0] - 1):
        run = tmp_path / f"cut-{number}"
        run.mkdir()
        (run / "run.json").write_bytes((whole / "run.json").read_bytes())
        (run / "exchanges.jsonl").write_bytes(b"".join(lines[:number]))
        done(cantwont(*command(slow, run), "--concurrency", "16", cwd=tmp_path))
        assert outcome_rows(run) == outcome_rows(whole)
        kinds = Counter((row.trial, row.turn, row.kind) for row in exchanges(RunDirectory.open(run)))
        assert max(kinds.values()) == 1


def test_replay_is_the_same(whole: Path) -> None:
    """From the recorded turns and results alone, all outcomes follow again."""
    assert "the same" in done(cantwont("replay", str(whole), cwd=whole.parent))
    assert {row.kind for row in exchanges(RunDirectory.open(whole))} == {
        RowKind.REPLY,
        RowKind.RESULT,
        RowKind.END,
    }

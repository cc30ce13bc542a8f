"""Batches: requests as files, results in any order and shape, rounds of conversations; nothing twice."""

import json
import random
from pathlib import Path
from typing import Any

import httpx
import pytest

from evals.errors import SpecError
from evals.plan.grid import trials
from evals.plan.spec import Spec
from evals.record.exchange import RowKind
from evals.record.exchange_log import exchanges
from evals.record.run import RunDirectory
from evals.replay.finish import finish
from evals.running.run import make_or_continue
from evals.scale.batches import MOST_REQUESTS, read_results, write_requests
from evals.simulated.server import serve_in_thread
from evals.simulated.trial_headers import describe
from tests.evals.scale.test_merge import outcomes
from tests.samples.runs import whole

ASKED: dict[str, Any] = {
    "models": ["sim/tired", "sim/careless"],
    "puzzles": [{"name": "hanoi", "sizes": [3, 6]}, {"name": "counting", "sizes": [64]}],
    "arms": ["list", "nudge:k=2", "agent:k=16", "code"],
    "repeats": 2,
}


@pytest.fixture(scope="module")
def base_url() -> Any:
    with serve_in_thread() as address:
        yield address


@pytest.fixture(scope="module")
def spec(base_url: str) -> Spec:
    return Spec.load(None, ASKED | {"endpoints": {"sim": {"base_url": base_url, "simulated": True}}}, {})


def answered(base_url: str, spec: Spec, requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a batch endpoint returns, here by asking the simulated server for each request."""
    known = {trial.id: trial for trial in trials(spec, spec.models_at())}
    results = []
    for request in requests:
        trial, turn = request["custom_id"].rsplit(".", 1)
        headers = describe(known[trial], int(turn))
        body = httpx.post(f"{base_url}/chat/completions", json=request["body"], headers=headers).json()
        response = {"status_code": 200, "request_id": "r", "body": body}
        results.append({"id": "b", "custom_id": request["custom_id"], "response": response, "error": None})
    return results


def lines(files: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def file_of(path: Path, rows: list[Any]) -> Path:
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows))
    return path


def test_rounds_give_the_outcomes_of_a_run(base_url: str, tmp_path: Path) -> None:
    """All turns of all arms, results shuffled and given twice: as if the server had been asked directly."""
    small = {"puzzles": [{"name": "hanoi", "sizes": [3, 5]}], "repeats": 1}
    endpoints = {"sim": {"base_url": base_url, "simulated": True}}
    spec = Spec.load(None, ASKED | small | {"endpoints": endpoints}, {})
    whole(spec, tmp_path / "asked")
    run = make_or_continue(spec, tmp_path / "batched")
    draw = random.Random(0)
    for round_ in range(40):
        made = write_requests(spec, run, tmp_path / f"round-{round_}")
        if not made.files:
            break
        assert len({row["body"]["model"] for row in lines(made.files[:1])}) == 1
        results = answered(base_url, spec, lines(made.files))
        draw.shuffle(results)
        taken = read_results(spec, run, [file_of(tmp_path / "results.jsonl", results)] * 2)
        assert taken.replies == made.requests == len(results)
        assert (taken.known, taken.foreign, taken.faults) == (len(results), 0, [])
    finish(run)
    assert outcomes(run.path) == outcomes(tmp_path / "asked")
    assert "nothing to ask" in next(write_requests(spec, run, tmp_path / "none").describe())


def test_requests_are_those_of_the_protocol(spec: Spec, tmp_path: Path) -> None:
    """Nothing is streamed, ids differ, and each file holds one model."""
    made = write_requests(spec, make_or_continue(spec, tmp_path / "run"), tmp_path / "files")
    rows = lines(made.files)
    assert len(made.files) == 2
    assert len({row["custom_id"] for row in rows}) == len(rows) == made.requests == 48
    assert MOST_REQUESTS == 50_000
    for row in rows:
        assert (row["method"], row["url"]) == ("POST", "/v1/chat/completions")
        assert "stream" not in row["body"]
        assert row["body"]["messages"][0]["role"] == "user"
    assert sum("tools" in row["body"] for row in rows) == 12


def test_faults_of_results_lose_nothing(base_url: str, spec: Spec, tmp_path: Path) -> None:
    """Errors, expiry, overflow, rubbish and foreign ids: told, and the failed are in the next batch."""
    run = make_or_continue(spec, tmp_path / "run")
    first = lines(write_requests(spec, run, tmp_path / "a").files)
    ids = [row["custom_id"] for row in first]
    good = answered(base_url, spec, first[7:9])
    long = {"error": {"message": "This model's maximum context length is 8192 tokens."}}
    boom = {"error": {"message": "boom"}}
    fine = {"status_code": 200, "body": good[0]["response"]["body"]}
    rows: list[Any] = [
        {"custom_id": ids[0], "response": {"status_code": 500, "body": boom}, "error": None},
        {"custom_id": ids[1], "response": None, "error": {"code": "batch_expired", "message": "Late."}},
        {"custom_id": ids[2], "response": {"status_code": 200, "body": {"choices": []}}},
        {"custom_id": ids[3], "response": {"status_code": 400, "body": long}},
        {"custom_id": ids[4]},
        {"custom_id": ids[5], "response": {"status_code": 200, "body": "no object"}, "error": None},
        {"custom_id": ids[6].rsplit(".", 1)[0] + ".2", "response": fine},
        *good,
        {"custom_id": "nobody.1", "response": fine},
        *("{torn", "[1, 2]", '{"custom_id": 7}', '{"custom_id": "no turn"}', "[" * 5_000, "null"),
        "",
    ]
    taken = read_results(spec, run, [file_of(tmp_path / "mixed.jsonl", rows)])
    assert (taken.replies, taken.failed, taken.known, taken.foreign) == (3, 5, 0, 2)
    assert len(taken.faults) == 6
    assert any("line 1" in fault for fault in taken.faults)
    kinds = [row.kind for row in exchanges(RunDirectory.open(run.path))]
    assert kinds.count(RowKind.ATTEMPT) == 5
    again = {row["custom_id"] for row in lines(write_requests(spec, run, tmp_path / "b").files)}
    assert {*ids[:3], ids[4], ids[5]} <= again
    assert ids[3] not in again
    finish(run)
    cut = next(
        json.loads(line)
        for line in outcomes(run.path)
        if json.loads(line)["trial"] == ids[3].rsplit(".", 1)[0]
    )
    assert cut["label"] == "truncated"


def test_budgets_hold_before_anything_is_written(spec: Spec, tmp_path: Path) -> None:
    """More than the limit is refused, with the figure."""
    endpoints = {"sim": {"base_url": "http://127.0.0.1:9/v1", "simulated": True}}
    tight = Spec.load(None, ASKED | {"endpoints": endpoints}, {}, {"max_tokens_total": 1000})
    with pytest.raises(SpecError, match="the limit is 1,000"):
        write_requests(tight, make_or_continue(tight, tmp_path / "run"), tmp_path / "files")
    assert not (tmp_path / "files").exists()
    other = {"sim": {**endpoints["sim"], "api": "messages"}}
    spoken = Spec.load(None, ASKED | {"endpoints": other}, {})
    run = make_or_continue(spoken, tmp_path / "other")
    with pytest.raises(SpecError, match="chat completions"):
        write_requests(spoken, run, tmp_path / "files")

"""Batches at a provider: a round trip through its endpoints, with all that can go wrong there."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from evals.errors import EndpointError, RunError, SpecError
from evals.plan.grid import trials
from evals.plan.spec import Spec
from evals.record.run import RunDirectory
from evals.replay.finish import finish
from evals.running.run import make_or_continue
from evals.scale import submitted
from evals.scale.submitted import STATE, Folder, fetch, status, submit
from evals.simulated.server import serve_in_thread
from evals.simulated.trial_headers import describe
from tests.evals.scale.batch_server import BatchServer, Row, serving
from tests.evals.scale.test_merge import outcomes
from tests.program import complaint, done, inside
from tests.samples.runs import whole

pytestmark = pytest.mark.slow

ASKED: dict[str, Any] = {
    "models": ["sim/tired", "sim/careless"],
    "puzzles": [{"name": "hanoi", "sizes": [3, 5]}],
    "arms": ["list", "agent:k=24", "code"],
}


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with serve_in_thread() as address:
        yield address


class Study:
    """A spec whose endpoint is a batch server, and a run of it."""

    def __init__(self, base_url: str, server: BatchServer, path: Path, **changes: Any) -> None:
        endpoint = {"base_url": server.base_url, "simulated": True, "key_variable": "BATCH_KEY"}
        self.spec = Spec.load(None, ASKED | changes | {"endpoints": {"sim": endpoint}}, {})
        known = {trial.id: trial for trial in trials(self.spec, self.spec.models_at())}

        def answer(request: Row) -> Row:
            trial, turn = request["custom_id"].rsplit(".", 1)
            headers = describe(known[trial], int(turn))
            body = httpx.post(f"{base_url}/chat/completions", json=request["body"], headers=headers).json()
            response = {"status_code": 200, "request_id": "r", "body": body}
            return {"id": "b", "custom_id": request["custom_id"], "response": response, "error": None}

        server.answer = answer
        self.server, self.folder = server, path / "batches"
        self.run: RunDirectory = make_or_continue(self.spec, path / "run")
        self.said: list[str] = []

    def submit(self) -> None:
        submit(self.spec, self.run, self.folder, self.said.append)


@pytest.fixture
def study(base_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Study]:
    monkeypatch.setenv("BATCH_KEY", "sk-1234567890abcdef")
    monkeypatch.setattr(submitted, "_BACKOFF", lambda _: 0.001)
    server = BatchServer(lambda row: row)
    with serving(server):
        yield Study(base_url, server, tmp_path)


def test_rounds_at_a_provider_give_the_outcomes_of_a_run(study: Study, base_url: str, tmp_path: Path) -> None:
    """Submitted and fetched until nothing is left, with refusals that pass: as if asked directly."""
    asked = Spec.load(None, ASKED | {"endpoints": {"sim": {"base_url": base_url, "simulated": True}}}, {})
    whole(asked, tmp_path / "asked")
    study.server.statuses = ["in_progress", "completed"]
    study.server.fails = [("POST /files", 429), ("POST /batches", 500), ("GET /batches/", 503)]
    rounds = 0
    while True:
        study.submit()
        if "nothing to ask" in study.said[-1]:
            break
        rounds += 1
        waiting = fetch(study.spec, study.run, study.folder)
        assert (waiting.batches, waiting.waiting > 0) == (0, True)
        found = status(study.spec, study.folder)
        assert found[-1].ended
        got = fetch(study.spec, study.run, study.folder)
        assert (got.waiting, got.taken.faults, got.taken.foreign) == (0, [], 0)
        assert got.taken.replies == sum(batch.requests for batch in found if not batch.fetched)
    assert rounds > 1
    assert not study.server.fails
    finish(study.run)
    assert outcomes(study.run.path) == outcomes(tmp_path / "asked")
    assert {head.get("authorization") for head in study.server.headers} == {"Bearer sk-1234567890abcdef"}


def test_what_was_interrupted_goes_on_and_creates_no_batch_twice(study: Study) -> None:
    """A connection that drops after the batch was made, and a command that ends before it is noted."""
    study.server.fails = [("POST /batches", 0)]
    study.submit()
    assert len(study.server.batches) == 2
    with pytest.raises(RunError, match=r"2 batches in .* are not fetched yet"):
        study.submit()
    state = study.folder / STATE
    rows = state.read_text().splitlines()
    assert len(rows) == 6
    for kept in range(2, 6):
        state.write_text("".join(f"{row}\n" for row in rows[:kept]) + '{"file": "torn')
        study.submit()
        assert len(study.server.batches) == 2
        assert {batch.batch_id for batch in Folder(study.folder).batches} == {"batch_1", "batch_2"}
    (study.folder / "round-001").joinpath(next((study.folder / "round-001").iterdir()).name).write_text(
        "else"
    )
    state.write_text("".join(f"{row}\n" for row in rows[:2]))
    with pytest.raises(RunError, match="is not what was written"):
        study.submit()


def test_expired_requests_are_in_the_next_batch(study: Study) -> None:
    """What was answered in time is kept."""
    study.server.statuses, study.server.expired = ["expired"], 2
    study.submit()
    got = fetch(study.spec, study.run, study.folder)
    assert (got.batches, got.taken.failed) == (2, 4)
    assert got.taken.replies == sum(batch.requests for batch in Folder(study.folder).batches) - 4
    study.server.statuses, study.server.expired = ["completed"], 0
    study.submit()
    files = (study.folder / "round-002").iterdir()
    again = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    late = {row["custom_id"] for row in again} & _expired(study)
    assert len(late) == 4


def _expired(study: Study) -> set[str]:
    errors = [name for name in study.server.files if name.startswith("file-error")]
    return {
        json.loads(line)["custom_id"] for name in errors for line in study.server.files[name].splitlines()
    }


def test_a_batch_that_is_refused_as_a_whole_is_told(study: Study) -> None:
    """With the provider's reason; its requests are due again."""
    study.server.statuses = ["failed"]
    study.submit()
    got = fetch(study.spec, study.run, study.folder)
    assert [batch.said for batch in got.refused] == ["Line 3 is not JSON."] * 2
    assert got.taken.replies == 0
    study.server.statuses = ["completed"]
    study.submit()
    assert len(study.server.batches) == 4


@pytest.mark.parametrize(
    ("fails", "told"),
    [
        (("POST /files", 401), r"uploading .*: HTTP 401: it refuses the key \(it says: 'no: "),
        (("POST /files", 413), "the file is too long for it"),
        (("POST /batches", 404), "does it offer batches"),
        (("POST /batches", 302), "HTTP 302"),
    ],
)
def test_refusals_name_the_cure_and_no_key(study: Study, fails: tuple[str, int], told: str) -> None:
    study.server.fails = [fails]
    with pytest.raises(EndpointError, match=told) as caught:
        study.submit()
    assert "1234567890" not in str(caught.value)
    study.submit()
    assert len(study.server.batches) == 2


@pytest.mark.parametrize(
    "told",
    [
        b"[]",
        b"{torn",
        b"[" * 5000,
        b'{"id": "../../etc/passwd"}',
        b'{"id": "..", "status": 3}',
        b'{"id": 7}',
        b"\xff",
    ],
)
def test_hostile_answers_are_one_line(study: Study, told: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a provider says where an id is due."""
    study.submit()
    monkeypatch.setattr(study.server, "look", lambda _: told)
    with pytest.raises(EndpointError) as caught:
        status(study.spec, study.folder)
    assert "\n" not in str(caught.value)
    assert not list(study.folder.parent.glob("etc*"))


def test_limits_hold_before_anything_is_sent(study: Study, tmp_path: Path) -> None:
    """And a server that is not there is named."""
    tight = Spec.load(
        None,
        ASKED | {"endpoints": {"sim": {"base_url": "http://127.0.0.1:9/v1", "simulated": True}}},
        {},
        {"max_tokens_total": 100},
    )
    with pytest.raises(SpecError, match="the limit is 100"):
        submit(tight, make_or_continue(tight, tmp_path / "tight"), tmp_path / "b", print)
    loose = Spec.load(None, ASKED | {"endpoints": {"sim": {"base_url": "http://127.0.0.1:9/v1"}}}, {})
    with pytest.raises(EndpointError, match=r"sim, uploading .* the same command goes on"):
        submit(loose, make_or_continue(loose, tmp_path / "loose"), tmp_path / "c", print)


def test_only_one_command_at_a_time(study: Study) -> None:
    with Folder.alone(study.folder), pytest.raises(RunError, match="another command is at the batches"):
        study.submit()


def test_the_commands(study: Study, tmp_path: Path) -> None:
    """As a user types them."""
    spec = tmp_path / "study.toml"
    spec.write_text(
        'models = ["sim/tired"]\narms = ["list"]\n[[puzzles]]\nname = "hanoi"\nsizes = [3]\n'
        f'[endpoints.sim]\nbase_url = "{study.server.base_url}"\nsimulated = true\n'
    )
    run, folder = tmp_path / "cli", tmp_path / "cli-batches"
    study.server.statuses = ["in_progress", "completed"]
    assert "Next: cantwont batch fetch" in inside("batch", "submit", spec, run, folder, cwd=tmp_path).stdout
    assert "in_progress" in inside("batch", "status", spec, folder, cwd=tmp_path).stdout
    study.server.answer = lambda row: {
        "custom_id": row["custom_id"],
        "response": None,
        "error": {"message": "x"},
    }
    done = inside("batch", "fetch", spec, run, folder, "--wait", "--every", "1", cwd=tmp_path)
    assert "0 replies recorded, 1 failed" in done.stdout
    assert "Next: cantwont batch submit" in done.stdout
    assert "fetched" in inside("batch", "status", spec, folder, cwd=tmp_path).stdout


def test_waiting_that_is_interrupted(study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says that nothing is lost."""
    spec = tmp_path / "study.toml"
    spec.write_text(
        'models = ["sim/tired"]\narms = ["list"]\n[[puzzles]]\nname = "hanoi"\nsizes = [3]\n'
        f'[endpoints.sim]\nbase_url = "{study.server.base_url}"\nsimulated = true\n'
    )
    study.server.statuses = ["in_progress"]
    done(inside("batch", "submit", spec, "other", "other-batches", cwd=tmp_path))

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", interrupt)
    ended = inside("batch", "fetch", spec, "other", "other-batches", "--wait", cwd=tmp_path)
    assert "interrupted; what was fetched is recorded" in complaint(ended, 130)

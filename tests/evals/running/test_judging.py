"""The second reader: asked about what the rules are not sure of, recorded, and replayed."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from evals.endpoints import Endpoint, ModelAt
from evals.errors import EndpointError, RunError
from evals.labelling.rules import VERSION
from evals.record.exchange import RowKind
from evals.record.exchange_log import Recorder, exchanges, judge_exchanges
from evals.record.outcome import Label
from evals.record.outcome_file import is_current
from evals.record.run import RunDirectory
from evals.replay import derive
from evals.replay.finish import finish
from evals.replay.open_runs import outcomes_of
from evals.replay.replay import replay
from evals.running.judging import JudgeSummary, cases, judge_at, judge_run
from evals.second_reader.judgement import Fault
from tests.samples.recorded_answers import run_of
from tests.servers.scripted import Body, completion, scripted

SOLUTION = "moves = [[1,0,2], [2,0,1], [1,2,1], [3,0,2], [1,1,0], [2,1,2], [1,0,2]]"
UNSURE = {"blue": "Blue.", "empty": "", "other": "Green, I think."}


@pytest.fixture
def run(tmp_path: Path) -> RunDirectory:
    """A run of which the rules are sure of two answers and unsure of three."""
    made = run_of(tmp_path, {"solved": SOLUTION, **UNSURE, "stops": "[1,0,2], [2,0,1], and so on."})
    finish(made)
    return made


class Judge:
    """Answers with verdicts by the answer that it is shown, and counts the questions."""

    def __init__(self, **verdicts: str) -> None:
        self.verdicts = verdicts
        self.asked: list[str] = []
        self.status = 200

    def __call__(self, body: Body) -> tuple[int, Body]:
        prompt = body["messages"][-1]["content"]
        self.asked.append(prompt)
        if self.status != 200:
            return self.status, {"error": {"message": "no"}}
        reply = next((verdict for words, verdict in self.verdicts.items() if words in prompt), "?")
        return 200, completion(reply)


@pytest.fixture
def judge() -> Judge:
    """A judge who finds a refusal, a quote of its own making, and nothing to say about the rest."""
    verdict = {"label": "refusal", "quote": "Blue."}
    invented = {"label": "refusal", "quote": "I refuse."}
    return Judge(Blue=json.dumps(verdict), Green=json.dumps(invented))


@pytest.fixture
def at(judge: Judge) -> Iterator[ModelAt]:
    """Where it is asked."""
    with scripted(judge) as base_url:
        yield ModelAt(Endpoint("bench", base_url, stream=False), "judge-1")


def labels(run: RunDirectory) -> dict[str, Label | None]:
    return {outcome.trial: outcome.judge_label for outcome in derive.outcomes(run)}


def hear(run: RunDirectory, at: ModelAt) -> JudgeSummary:
    return judge_run(run, at, max_retries=0)


def test_only_the_unsure_are_judged(run: RunDirectory, judge: Judge, at: ModelAt) -> None:
    """A judge is asked about each outcome that is not sure, once, and what it says is counted."""
    before = {outcome.trial: outcome for outcome in outcomes_of(run)}
    hearing = hear(run, at)
    assert len(judge.asked) == hearing.asked == hearing.cases == 3
    assert hearing.labels == Counter({Label.REFUSAL: 1})
    assert hearing.faults == Counter({Fault.NOT_VERBATIM: 1, Fault.NO_OBJECT: 1})
    warning = "warning: judge bench/judge-1: 1 without a verdict: its reply"
    assert list(hearing.describe()) == [
        "judge bench/judge-1: 3 outcomes are not sure; verdicts: refusal 1",
        f"{warning} holds no JSON object with a label and a quote",
        f"{warning} quotes words that do not stand in the answer",
    ]
    assert labels(run) == {"solved": None, "stops": None, "blue": Label.REFUSAL, "empty": None, "other": None}
    for outcome in derive.outcomes(run):
        assert outcome == before[outcome.trial].model_copy(update={"judge_label": outcome.judge_label})


def test_its_exchanges_are_recorded(run: RunDirectory, at: ModelAt) -> None:
    """They stand in the record behind those of the trials, and say who judged what, and what was asked."""
    hear(run, at)
    rows = list(judge_exchanges(run))
    assert rows == list(exchanges(run))[-3:]
    assert {row.judge.of for row in rows if row.judge is not None} == set(UNSURE)
    for row in rows:
        assert row.judge is not None
        assert (row.judge.who, row.trial, row.turn, row.what) == ("bench/judge-1", row.judge.key, 1, None)
        assert (row.kind, row.reason, row.status, row.sent) == (
            RowKind.REPLY,
            "judge",
            200,
            {"model": "judge-1"},
        )
        assert row.messages


def test_replayed_without_the_judge(run: RunDirectory, at: ModelAt, tmp_path: Path) -> None:
    """What it said follows from the record alone, however often it is derived."""
    hear(run, at)
    assert not is_current(run, VERSION)
    finish(run)
    again = RunDirectory.open(tmp_path / "run")
    assert replay(again).same
    assert labels(again)["blue"] is Label.REFUSAL
    assert {outcome.trial: outcome.judge_label for outcome in outcomes_of(again)} == labels(again)


def test_a_verdict_that_is_lost_is_no_error(run: RunDirectory, at: ModelAt) -> None:
    """Without the judge's rows the same outcomes are derived, without a verdict."""
    hear(run, at)
    lines = run.exchanges_path.read_bytes().splitlines(keepends=True)
    run.exchanges_path.write_bytes(b"".join(lines[:-3]) + lines[-1][: len(lines[-1]) // 2])
    assert set(labels(run).values()) == {None}
    with Recorder(run):
        pass
    assert len(list(exchanges(run))) == 5


def test_never_asked_twice(run: RunDirectory, judge: Judge, at: ModelAt) -> None:
    """A recorded reply stands, also one that is no verdict; another judge is asked afresh."""
    hear(run, at)
    hearing = hear(run, at)
    assert len(judge.asked) == 3
    assert (hearing.before, hearing.asked, hearing.left) == (3, 0, 0)
    assert hearing.faults.total() == 2
    assert "3 of them replied to before" in next(hearing.describe())
    judge.verdicts = {"Blue": '{"label": "malformed"}'}
    hear(run, ModelAt(at.endpoint, "judge-2"))
    assert len(judge.asked) == 6
    assert labels(run)["blue"] is Label.MALFORMED


def test_a_failing_judge(run: RunDirectory, judge: Judge, at: ModelAt) -> None:
    """Its failures are recorded as its own, cost no trial anything, and are asked again the next time."""
    judge.status = 500
    hearing = judge_run(run, at, max_retries=0, concurrency=1)
    assert (hearing.asked, hearing.left) == (0, 3)
    assert list(hearing.describe())[-1].startswith(
        "warning: judge bench/judge-1: 3 without a verdict: no reply: "
    )
    rows = list(judge_exchanges(run))
    assert [row.kind for row in rows] == [RowKind.ATTEMPT] * 3
    assert all(row.error for row in rows)
    assert set(labels(run).values()) == {None}
    assert Label.ERROR not in {outcome.label for outcome in derive.outcomes(run)}
    judge.status = 200
    assert hear(run, at).asked == 3
    assert labels(run)["blue"] is Label.REFUSAL


def test_a_hopeless_judge_is_not_asked_on(run: RunDirectory, judge: Judge, at: ModelAt) -> None:
    """After a failure that trying again would not mend, such as a wrong key, the others are left alone."""
    judge.status = 401
    hearing = judge_run(run, at, concurrency=1)
    assert len(judge.asked) == 1
    assert (hearing.cases, hearing.left) == (3, 3)


def test_other_readers_of_the_record_see_the_trials_alone(run: RunDirectory, at: ModelAt) -> None:
    """Trials, texts and warnings of a run are what they were before it was judged."""
    before = [(trial, derive.texts(rows)) for trial, rows in derive.conversations(run)]
    standing = finish(run)["imported/m"]
    hear(run, at)
    assert [(trial, derive.texts(rows)) for trial, rows in derive.conversations(run)] == before
    assert finish(run)["imported/m"] == standing


def test_nothing_to_judge(tmp_path: Path, judge: Judge, at: ModelAt) -> None:
    """Where the rules are sure of everything, nobody is asked."""
    run = run_of(tmp_path, {"solved": SOLUTION})
    hearing = hear(run, at)
    assert list(hearing.describe()) == ["judge bench/judge-1: 0 outcomes are not sure; verdicts: none"]
    assert judge.asked == []


def test_a_case_has_its_judges_rows_alone(run: RunDirectory, at: ModelAt) -> None:
    """A case is an unsure outcome with its answer and what judges said of it."""
    hear(run, at)
    found = {case.trial.id: case for case in cases(run)}
    assert {name: case.answer for name, case in found.items()} == UNSURE
    assert all(len(case.rows) == 1 and case.rows[0].judge is not None for case in found.values())


def test_a_record_that_cannot_be_written(run: RunDirectory, at: ModelAt) -> None:
    """A gzipped record can be read only, which is said before anybody is asked."""
    run.exchanges_path.rename(run.exchanges_path.with_suffix(".jsonl.gz"))
    with pytest.raises(RunError):
        hear(run, at)


def test_a_full_disk_ends_it(run: RunDirectory, at: ModelAt, monkeypatch: pytest.MonkeyPatch) -> None:
    """What ends the asking is told as itself, not as a group of errors."""

    def full(*_: object) -> None:
        raise RunError("no space left")

    monkeypatch.setattr(Recorder, "append", full)
    with pytest.raises(RunError, match="no space left"):
        judge_run(run, at, concurrency=1)


@pytest.mark.parametrize(
    ("model", "told"),
    [("judge", "names no endpoint"), ("nowhere/judge", "is not known"), ("openai/judge", "needs a key")],
)
def test_a_judge_that_cannot_be_asked(model: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is found out before anything else is done."""
    for variable in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(variable, raising=False)
    with pytest.raises(EndpointError, match=told):
        judge_at(model, {})

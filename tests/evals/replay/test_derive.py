"""An outcome follows from the recorded rows of its trial and from nothing else."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evals.errors import CorruptRecord
from evals.record.exchange import Exchange, Message, RowKind
from evals.record.exchange_log import Recorder
from evals.record.outcome import Label
from evals.record.run import Manifest, RunDirectory
from evals.record.trial import RecordedInstance, Sampling, Trial
from evals.replay import derive
from evals.replay.finish import finish
from tasks import Problem, puzzle
from tests.servers.scripted import completion

HANOI = puzzle("hanoi")
TRIAL = Trial.make(
    model="m",
    endpoint="e",
    instance=RecordedInstance.of(Problem(HANOI, HANOI.generate({"size": 3}))),
    arm="list",
    options={},
    sampling=Sampling(max_tokens=100, temperature=0.5),
    repeat=2,
)
SOLVED = "".join(HANOI.format(HANOI.generate({"size": 3}), HANOI.solution(HANOI.generate({"size": 3}))))


def row(trial: Trial = TRIAL, turn: int = 1, prompt: str = "Move.", **fields: Any) -> Exchange:
    known: dict[str, Any] = {
        "kind": RowKind.REPLY,
        "trial": trial.id,
        "turn": turn,
        "reason": "start",
        "what": trial if turn == 1 else None,
        "messages": (Message(role="user", content=prompt),),
        "asked": "0" * 64,
    }
    return Exchange(**known | fields)


def attempt(trial: Trial = TRIAL, error: str = "HTTP 500") -> Exchange:
    return row(trial, kind=RowKind.ATTEMPT, error=error)


def test_outcome_of_a_reply() -> None:
    """Who was asked what and how, the label, and the numbers of the reply."""
    made = derive.outcome(TRIAL, [attempt(), row(reply=completion(SOLVED))])
    assert (made.label, made.steps, made.size, made.written, made.right) == (Label.SOLVED, 7, 3, 7, 7)
    assert (made.model, made.endpoint, made.arm, made.repeat) == ("m", "e", "list", 2)
    assert (made.max_tokens, made.temperature, made.turns) == (100, 0.5, 1)
    assert (made.prompt_tokens, made.completion_tokens, made.finish_reason) == (10, 5, "stop")


def test_outcome_without_a_reply() -> None:
    """A trial whose attempts all failed is an error, with what the last one said."""
    made = derive.outcome(TRIAL, [attempt(), attempt(error="HTTP 503")])
    assert (made.label, made.turns, made.completion_tokens) == (Label.ERROR, 0, None)
    assert made.reason == "no reply: HTTP 503"


def test_evidence_is_a_place_in_the_text() -> None:
    """A give-up is shown by its words, at their place in the answer as received."""
    text = "\U0001f600 moves = [[1, 0, 2], [2, 0, 1]] ... and so on. Let me know if you want the rest."
    made = derive.outcome(TRIAL, [row(reply=completion(text))])
    assert made.label is Label.GIVE_UP
    assert made.evidence
    for evidence in made.evidence:
        assert text[evidence.start : evidence.end] == evidence.quote


def test_the_api_says_that_it_refuses() -> None:
    """The refusal field of a reply is a refusal, and is quoted."""
    made = derive.outcome(TRIAL, [row(reply=completion(None, refusal="I cannot help with that."))])
    assert made.label is Label.REFUSAL
    assert [(evidence.field, evidence.quote) for evidence in made.evidence] == [
        ("refusal", "I cannot help with that.")
    ]


@pytest.mark.parametrize(
    ("prompt", "counts"),
    [
        ("If a number comes twice, only the last row with it will be considered.", True),
        ("Only its latest instance counts.", True),
        ("The last peg counts from 0.", False),
        ("Write the last row as well.", False),
    ],
)
def test_correction_rule(prompt: str, counts: bool) -> None:
    """Whether the last row of a number counts is told by the prompt."""
    assert bool(derive._LAST_ROW_COUNTS.search(prompt)) is counts


@pytest.fixture
def run(tmp_path: Path) -> RunDirectory:
    return RunDirectory.create(tmp_path / "run", Manifest(created="2026-01-02", cantwont="0", spec={}))


def others(count: int) -> Iterator[Trial]:
    return (TRIAL.model_copy(update={"id": str(number)}) for number in range(count))


def test_conversations(run: RunDirectory) -> None:
    """The rows of each trial come together, however they were interleaved, replies as soon as they end."""
    first, second, third = others(3)
    replies = [row(trial, reply=completion(SOLVED)) for trial in (second, first)]
    with Recorder(run) as recorder:
        for made in (attempt(first), attempt(second), replies[0], attempt(first), attempt(third), replies[1]):
            recorder.append(made)
    found = [(trial.id, [row.kind for row in rows]) for trial, rows in derive.conversations(run)]
    assert found == [
        ("1", ["attempt", "reply"]),
        ("0", ["attempt", "attempt", "reply"]),
        ("2", ["attempt"]),
    ]


def test_conversation_without_beginning(run: RunDirectory) -> None:
    """A turn whose first turn is missing, as when a line was cut out, is told as that."""
    with Recorder(run) as recorder:
        recorder.append(row(turn=2, reply=completion(SOLVED)))
    with pytest.raises(CorruptRecord) as caught:
        list(derive.outcomes(run))
    assert f"trial {TRIAL.id!r} has turn 2 and no turn 1 before" in str(caught.value)


@pytest.mark.parametrize("reply", [None, {}, {"choices": []}, {"error": {"message": "down"}}])
def test_reply_that_is_none(reply: dict[str, Any] | None) -> None:
    """A recorded reply that was tampered with is named by its trial."""
    with pytest.raises(CorruptRecord) as caught:
        derive.outcome(TRIAL, [row(reply=reply)])
    assert f"the reply to turn 1 of trial {TRIAL.id!r} cannot be read" in str(caught.value)


def test_texts() -> None:
    """What was answered in each turn, for those who show it."""
    rows = [attempt(), row(reply=completion("a\ud800"))]
    assert derive.texts(rows) == [(1, "a\ud800")]


def test_outcomes_can_be_written(run: RunDirectory) -> None:
    """An outcome is plain JSON with ASCII alone, evidence with a lone surrogate too."""
    with Recorder(run) as recorder:
        recorder.append(row(reply=completion("moves = [[1, 0, 2], [2, 0, 1], ...] \ud800 ... and so on")))
    finish(run)
    data = (run.path / "outcomes.jsonl").read_bytes()
    assert data.isascii()
    assert json.loads(data.splitlines()[1])["label"] == "give_up"

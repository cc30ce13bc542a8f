"""Conversations of several turns become trials of an arm of several turns."""

from pathlib import Path
from typing import Any

import pytest

from evals.importers._conversations import fitting
from evals.importers.importer import RecordedTurn
from evals.record.exchange import RowKind
from evals.replay.finish import finish
from evals.replay.replay import replay
from tests.evals.importers.samples import OURS, Imported, lines_file

NUDGE = "Please go on with number 2, and write out every step that is left, in the same format."


def conversation(*said: str, **changes: Any) -> dict[str, Any]:
    """A conversation of user and assistant in turns, the user first."""
    messages = [{"role": ("user", "assistant")[at % 2], "content": text} for at, text in enumerate(said)]
    return {"messages": messages, "metadata": {"cantwont": OURS}} | changes


STOPPED = conversation(
    "Move.",
    "[[1, 0, 1]]\nI stop here; the rest would be too long.",
    NUDGE,
    "[[2, 0, 2], [1, 1, 2]]",
    id="nudged",
)
IN_STEPS = conversation(
    "Move.",
    "[[1, 0, 1]]",
    "What is your next move?",
    "[[2, 0, 2]]",
    "Next move?",
    "[[1, 1, 2]]",
    id="stepwise",
)


def test_turns(tmp_path: Path) -> None:
    """Where every request asks for the next steps it is `chunked`, else `nudge`; the rows can be replayed."""
    made = Imported(tmp_path, lines_file(tmp_path / "chat.jsonl", STOPPED, IN_STEPS))
    outcomes = {outcome.trial: outcome for outcome in made.outcomes}
    nudged, stepwise = outcomes["nudged"], outcomes["stepwise"]
    assert (nudged.label, nudged.arm, nudged.turns) == ("solved", "nudge", 2)
    assert [end.label for end in nudged.by_turn] == ["give_up", "solved"]
    assert (stepwise.label, stepwise.arm, stepwise.turns) == ("solved", "chunked", 3)
    assert stepwise.options["p"] == 1
    assert made.summary.fitted == {"nudge": 1, "chunked": 1}
    assert [row.kind for row in made.rows].count(RowKind.END) == 2
    finish(made.run)
    assert replay(made.run).same


def test_what_was_sent_in_each_turn(tmp_path: Path) -> None:
    """Of a later turn: the answer before, and the request; what follows the last answer is left out."""
    open_end = conversation("Move.", "[[1, 0, 1]]", NUDGE, "No.", "Please!")
    made = Imported(tmp_path, lines_file(tmp_path / "chat.jsonl", open_end))
    assert [[message.role for message in row.messages] for row in made.rows] == [
        ["user"],
        ["assistant", "user"],
        [],
    ]
    assert made.labels == ["give_up"]


def test_arms_that_do_not_fit(tmp_path: Path) -> None:
    """An arm that asks once, and options that an arm has not, are told; the rest is as named."""
    ours = OURS | {"variant": "v"}
    known = STOPPED | {"metadata": {"cantwont": ours}}
    file = lines_file(
        tmp_path / "chat.jsonl",
        known,
        known | {"id": "b", "metadata": {"cantwont": OURS | {"variant": "insist"}}},
        known | {"id": "c", "metadata": {"cantwont": OURS | {"variant": "nudge", "options": {"k": 0}}}},
    )
    made = Imported(tmp_path, file, v="nudge:k=5")
    assert [(outcome.trial, outcome.arm, outcome.options["k"]) for outcome in made.outcomes] == [
        ("nudged", "nudge", 5)
    ]
    assert dict(made.summary.refused) == {"an arm that does not fit": 2}


@pytest.mark.parametrize(
    ("asked", "arm", "size"),
    [
        ("Write the next 16 steps, in the same format.", "chunked", 16),
        ("Give exactly one move.", "chunked", 1),
        ("The board is now [[2], [1], []]. Your next action?", "chunked", 1),
        ("Continue.", "nudge", None),
        ("Please write out the next moves, all that are left.", "nudge", None),
        ("", "nudge", None),
    ],
)
def test_requests(asked: str, arm: str, size: int | None) -> None:
    """What a later request asks for tells the arm."""
    turns = [RecordedTurn((), "x"), RecordedTurn([{"role": "user", "content": asked}], "y")]
    found, options = fitting(turns)
    assert (found, options.get("p")) == (arm, size)

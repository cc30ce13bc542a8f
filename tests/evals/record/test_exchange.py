"""A row of the record: what it says of itself."""

from typing import Any

import pytest
from pydantic import ValidationError

from evals.record.exchange import MOST_TURNS, Exchange, Judging, Message, RowKind, request_digest
from evals.record.trial import Sampling


def row(**fields: Any) -> Exchange:
    return Exchange(**{"kind": RowKind.REPLY, "trial": "a", "turn": 1, "reason": "start", **fields})


@pytest.mark.parametrize(
    ("reply", "context"),
    [
        ({"cantwont": {"context": 4096}}, 4096),
        ({"cantwont": {"context": 1}}, 1),
        ({"cantwont": {"context": (1 << 63) - 1}}, (1 << 63) - 1),
        ({"cantwont": {"context": 1 << 63}}, None),
        ({"cantwont": {"context": (1 << 63) + 1}}, None),
        ({"cantwont": {"context": 0}}, None),
        ({"cantwont": {"context": -4096}}, None),
        ({"cantwont": {"context": "4096"}}, None),
        ({"cantwont": {}}, None),
        ({"cantwont": 4096}, None),
        ({}, None),
        (None, None),
    ],
)
def test_the_context_is_a_number_of_tokens(reply: dict[str, Any] | None, context: int | None) -> None:
    """What else stands there, somebody else has written."""
    assert row(reply=reply).context == context


def test_a_judging_has_a_key_of_its_own() -> None:
    """By the trial, the model and its endpoint; not by the codebook, which the manifest fixes."""
    judging = Judging(of="a", model="m", endpoint="e", codebook=1)
    assert (len(judging.key), judging.who) == (20, "e/m")
    assert int(judging.key, 16) >= 0
    others = [{"of": "b"}, {"model": "n"}, {"endpoint": "f"}]
    assert len({judging.key, *(judging.model_copy(update=other).key for other in others)}) == 4
    assert judging.model_copy(update={"codebook": 2}).key == judging.key


@pytest.mark.parametrize("turn", [0, -1, MOST_TURNS + 1])
def test_no_turn_is_out_of_bounds(turn: int) -> None:
    with pytest.raises(ValidationError, match="turn"):
        row(turn=turn)
    assert (row(turn=1).turn, row(turn=MOST_TURNS).turn) == (1, MOST_TURNS)


def test_a_row_is_what_was_recorded() -> None:
    """Nobody adds to it, and nobody changes it."""
    with pytest.raises(ValidationError, match="extra_forbidden"):
        row(said="hello")
    with pytest.raises(ValidationError, match="frozen"):
        row().turn = 2  # type: ignore[misc]


def test_a_row_without_a_reply_has_an_answer_that_nobody_can_read() -> None:
    """And one with a reply is parsed once."""
    asked = row(reply={"choices": [{"message": {"content": "1"}}]})
    assert asked.completion.content == "1"
    assert asked.completion is asked.completion


def test_the_hash_of_a_request_is_of_all_of_it() -> None:
    """The model, what was said, and how it was sampled."""
    said = [{"role": "user", "content": "Count."}]
    hashes = {
        request_digest("m", said, Sampling()),
        request_digest("n", said, Sampling()),
        request_digest("m", [*said, *said], Sampling()),
        request_digest("m", said, Sampling(seed=1)),
    }
    assert len(hashes) == 4
    assert request_digest("m", list(said), Sampling()) in hashes


def test_how_long_a_conversation_may_be() -> None:
    """Sixteen million turns, whatever the version that reads it."""
    assert MOST_TURNS == 16_777_216


def test_what_nobody_said_of_a_row() -> None:
    plain = row()
    assert (plain.schema_version, plain.messages, plain.asked, plain.sent) == (1, (), "", {})
    unset = plain.model_dump(exclude={"schema_version", "messages", "asked", "sent"})
    assert {name for name, value in unset.items() if value is not None} == {"kind", "trial", "turn", "reason"}
    for schema in (1, 2, 3):
        assert row(schema=schema).schema_version == schema
    with pytest.raises(ValidationError, match="schema"):
        row(schema=4)


def test_a_message_may_have_more() -> None:
    """Calls of tools, say; nobody changes what was said."""
    said = Message.model_validate({"role": "tool", "content": "\ud800", "tool_call_id": "a"})
    assert said.model_dump() == {"role": "tool", "content": "\ud800", "tool_call_id": "a"}
    with pytest.raises(ValidationError, match="frozen"):
        said.content = "b"  # type: ignore[misc]

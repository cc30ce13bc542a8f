"""A conversation that today's rules would have led in another way is marked, and is labelled all the same."""

from dataclasses import replace

import pytest

from evals.dialogue.dialogue import Turn
from evals.labelling.answer import Answer
from evals.record.exchange import Exchange, Message, RowKind
from evals.record.outcome import Label
from evals.replay.derive import opening, outcome
from tests.evals.arms.test_dialogues import cut, opened, written

ABRIDGED, REST = cut(5), written(6, 15)


def recorded(turn: Turn, content: str) -> Exchange:
    """The row of an answer."""
    reply = {"choices": [{"message": {"content": content}, "finish_reason": "stop"}]}
    known = {"kind": RowKind.REPLY, "trial": "t", "turn": turn.number, "reason": turn.reason}
    return Exchange(**known, messages=turn.messages, reply=reply)


def conversation() -> tuple[Turn, Turn]:
    """Both turns of a nudge that are asked today: the first answer is abridged."""
    held = opened("nudge", "hanoi", 4)
    first = opening(held.trial)
    held.take(Answer(content=ABRIDGED, finish_reason="stop"), first.reason)
    second = held.following()
    assert second is not None
    return first, second


def flags(first: Turn, second: Turn, told: str = ABRIDGED) -> tuple[str, ...]:
    """Of a conversation in which these turns were asked."""
    held = opened("nudge", "hanoi", 4)
    rows = [recorded(first, told), recorded(second, REST)]
    made = outcome(held.trial, rows)
    assert made.label is Label.SOLVED
    return made.flags


def test_asked_as_today() -> None:
    """The same turns in the same words are nothing to note."""
    assert "asked_otherwise" not in flags(*conversation())


@pytest.mark.parametrize("change", ["reason", "words"])
def test_asked_for_another_reason_or_in_other_words(change: str) -> None:
    """A turn that was asked for another reason, or in other words, is marked."""
    first, second = conversation()
    if change == "reason":
        second = replace(second, reason="chunk")
    else:
        said, _ = second.messages
        second = replace(second, messages=(said, Message(role="user", content="Go on!")))
    assert "asked_otherwise" in flags(first, second)


def test_asked_where_nothing_was_due() -> None:
    """A turn after an answer that is whole today is marked."""
    first, second = conversation()
    assert "asked_otherwise" in flags(first, second, told=written(1, 15))

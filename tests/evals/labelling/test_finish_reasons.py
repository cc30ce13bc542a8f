"""What a finish reason makes of an answer, in any family's words."""

import pytest

from evals.labelling.answer import Answer
from evals.labelling.rules import label
from evals.record.outcome import Label
from tasks import problem

COUNTING = problem("counting", {"size": 16}, 0)
SEVEN = "\n".join(map(str, range(1, 8)))
WHOLE = "\n".join(map(str, range(1, 17)))


@pytest.mark.parametrize(
    ("content", "reason", "expected"),
    [
        (SEVEN, "abort", Label.TRUNCATED),
        (SEVEN, "network_error", Label.TRUNCATED),
        (SEVEN, "model_context_window_exceeded", Label.TRUNCATED),
        (SEVEN, "MAX_TOKENS", Label.TRUNCATED),
        (SEVEN, "FinishReason.MAX_TOKENS", Label.TRUNCATED),
        (SEVEN, "stop", Label.LOGIC_ERROR),
        (SEVEN, "end_turn", Label.LOGIC_ERROR),
        (SEVEN, "eos", Label.LOGIC_ERROR),
        (SEVEN, None, Label.LOGIC_ERROR),
        ("", "sensitive", Label.FILTERED),
        ("", "SAFETY", Label.FILTERED),
        ("", "guardrail_intervened", Label.FILTERED),
        ("", "refusal", Label.REFUSAL),
        ("", "stop", Label.NO_ANSWER),
        (WHOLE, "length", Label.SOLVED),
        (WHOLE, "abort", Label.SOLVED),
    ],
)
def test_each_ending(content: str, reason: str | None, expected: Label) -> None:
    assert label(COUNTING, Answer(content, finish_reason=reason)).label is expected


def test_a_refusal_that_the_reason_alone_reports_shows_it() -> None:
    (quote,) = label(COUNTING, Answer("", finish_reason="refusal")).evidence
    assert (quote.field, quote.quote, quote.shows) == ("finish_reason", "refusal", "refusal")


def test_all_tokens_spent_is_a_cut_whatever_the_reason_says() -> None:
    assert label(COUNTING, Answer("", finish_reason="stop", spent=True)).label is Label.TRUNCATED


STEPS = "[1, 0, 2]\n[2, 0, 1]\n[1, 2, 1]"


@pytest.mark.parametrize(
    ("answer", "confident"),
    [
        (Answer(STEPS), False),
        (Answer(STEPS, finish_reason="stop"), True),
        (Answer(STEPS, spent=False), True),
        (Answer(f"{STEPS}\nThat is the whole list."), True),
        (Answer("[1, 0, 2]\n[2, 0, 2]\n[1, 2, 0]"), True),
    ],
)
def test_where_no_finish_reason_is_known(answer: Answer, confident: bool) -> None:
    """A short list that ends with a step may have been cut there, unless something says that it ended."""
    found = label(problem("hanoi", {"size": 3}), answer)
    assert found.label is Label.LOGIC_ERROR
    assert found.confident is confident

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

"""What finish reasons mean: every row of the table, and every spelling."""

import pytest

from evals.record.endings import ENDINGS, Ending, ending_of, reason_text

WORDS = [(ending, word) for ending, words, _ in ENDINGS for word in words.split()]


@pytest.mark.parametrize(("ending", "word"), WORDS, ids=[word for _, word in WORDS])
def test_each_word_in_each_spelling(ending: Ending, word: str) -> None:
    humps = "".join(part.capitalize() for part in word.split("_"))
    spelled = [
        word,
        word.upper(),
        word.replace("_", "-"),
        word.replace("_", " "),
        humps,
        f"FinishReason.{word.upper()}",
    ]
    spelled += [f" {word}\n", f"finish_reason_{word}", humps[0].lower() + humps[1:]]
    assert {ending_of(one) for one in spelled} == {ending}


def test_no_word_stands_twice() -> None:
    assert len({word for _, word in WORDS}) == len(WORDS)


@pytest.mark.parametrize(
    ("reason", "ending"),
    [
        ("max_total_tokens_hit", Ending.LENGTH),
        ("CONTEXT_WINDOW_FULL", Ending.LENGTH),
        ("output_safety_filter", Ending.FILTERED),
        ("upstream_request_timeout", Ending.FAILED),
        ("worker_aborted", Ending.FAILED),
        ("stop_by_user_string", Ending.STOPPED),
        ("tool_invocation", Ending.TOOLS),
        ("", None),
        (None, None),
        ("unspecified", None),
        ("other", None),
    ],
)
def test_words_that_the_table_lacks(reason: str | None, ending: Ending | None) -> None:
    assert ending_of(reason) is ending


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("stop", "stop"),
        ({"type": "length"}, "length"),
        ({"reason": {"type": "stop"}}, "stop"),
        (["stop"], "stop"),
        ("", None),
        (None, None),
        (3, None),
        ({}, None),
        ([], None),
    ],
)
def test_any_shape(value: object, text: str | None) -> None:
    assert reason_text(value) == text

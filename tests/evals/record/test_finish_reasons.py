"""What finish reasons mean: every row of the table, and every spelling."""

import pytest

from evals.record.finish_reasons import FINISH_REASONS, Finish, finish_of, reason_text

WORDS = [(ending, word) for ending, words, _ in FINISH_REASONS for word in words.split()]


@pytest.mark.parametrize(("ending", "word"), WORDS, ids=[word for _, word in WORDS])
def test_each_word_in_each_spelling(ending: Finish, word: str) -> None:
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
    assert {finish_of(one) for one in spelled} == {ending}


def test_no_word_stands_twice() -> None:
    assert len({word for _, word in WORDS}) == len(WORDS)


@pytest.mark.parametrize(
    ("reason", "ending"),
    [
        ("max_total_tokens_hit", Finish.LENGTH),
        ("CONTEXT_WINDOW_FULL", Finish.LENGTH),
        ("output_safety_filter", Finish.FILTERED),
        ("upstream_request_timeout", Finish.FAILED),
        ("worker_aborted", Finish.FAILED),
        ("stop_by_user_string", Finish.STOPPED),
        ("tool_invocation", Finish.TOOLS),
        ("", None),
        (None, None),
        ("unspecified", None),
        ("other", None),
    ],
)
def test_words_that_the_table_lacks(reason: str | None, ending: Finish | None) -> None:
    assert finish_of(reason) is ending


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


def test_what_is_too_long_for_a_word_means_nothing() -> None:
    """More than eighty characters."""
    assert finish_of("stop".ljust(80)) is Finish.STOPPED
    assert finish_of("stop".ljust(81)) is None

"""What a server means by a refusal is understood in its own words, and never read into other words."""

import pytest

from evals.client.provider_errors import context_named, is_filtered, is_overflow, is_spent, refused_parameters
from tests.evals.client.overflows import OVERFLOWS
from tests.evals.client.refusals import ALL, FILTERS, NO_OVERFLOWS, REFUSED, error, wrapped


@pytest.mark.parametrize("server", OVERFLOWS)
def test_a_context_overflow_is_recognised_in_each_servers_words(server: str) -> None:
    assert is_overflow(OVERFLOWS[server])
    assert is_overflow(wrapped(OVERFLOWS[server]))
    assert is_overflow(wrapped(wrapped(OVERFLOWS[server])))
    assert not is_filtered(OVERFLOWS[server])
    assert list(refused_parameters(OVERFLOWS[server], {"max_tokens", "temperature", "stream"})) == []


@pytest.mark.parametrize("case", NO_OVERFLOWS)
def test_other_refusals_are_no_overflow(case: str) -> None:
    assert not is_overflow(NO_OVERFLOWS[case])


@pytest.mark.parametrize(
    ("server", "room"),
    [
        ("OpenAI", 8192),
        ("vLLM, newer", 4096),
        ("OpenRouter", 65536),
        ("TGI", 2048),
        ("Anthropic, with its budget", 200_000),
        ("llama.cpp", None),
    ],
)
def test_a_budget_that_leaves_no_room_for_any_prompt_is_the_requests_fault(
    server: str, room: int | None
) -> None:
    said = OVERFLOWS[server]
    assert context_named(said) == context_named(wrapped(said)) == room
    assert is_overflow(said, (room or 9999) - 1)
    assert is_overflow(said, room or 9999) == (room is None)


@pytest.mark.parametrize("server", FILTERS)
def test_a_content_filter_is_recognised_in_each_servers_words(server: str) -> None:
    assert is_filtered(FILTERS[server])
    assert is_filtered(wrapped(FILTERS[server]))
    assert not is_overflow(FILTERS[server])


@pytest.mark.parametrize("case", NO_OVERFLOWS)
def test_other_refusals_are_no_filter(case: str) -> None:
    assert not is_filtered(NO_OVERFLOWS[case])


def test_a_result_of_a_filter_that_let_the_prompt_pass_is_no_filter() -> None:
    passed = {"content_filter_result": {"hate": {"filtered": False}}, "code": "server_error"}
    assert not is_filtered(error("The server had an error", innererror=passed))


@pytest.mark.parametrize(("said", "names"), REFUSED)
def test_refused_parameters_are_recognised_in_each_servers_words(said: str, names: list[str]) -> None:
    assert list(refused_parameters(said, ALL)) == names
    assert list(refused_parameters(wrapped(said), ALL)) == names
    assert list(refused_parameters(said, [name for name in ALL if name not in names])) == []
    assert not is_overflow(said)


@pytest.mark.parametrize(
    "said",
    [
        *NO_OVERFLOWS.values(),
        *FILTERS.values(),
        error("This model only support stream mode, please enable the stream parameter to access the model."),
        error("Unsupported value: 'reasoning_effort' does not support 'none'. Supported values are: 'low'."),
        error("`reasoning_effort` must be one of `none` or `default`"),
        error("temperature must be between 0 and 2"),
        error("`temperature` and `top_p` cannot both be specified for this model. Please use only one."),
        error("messages: roles must alternate between user and assistant"),
    ],
)
def test_other_refusals_leave_the_request_as_it_is(said: str) -> None:
    assert list(refused_parameters(said, [name for name in ALL if name != "max_tokens"])) == []


@pytest.mark.parametrize(
    ("said", "spent"),
    [
        (error("You exceeded your current quota, please check your plan", code="insufficient_quota"), True),
        (error("Insufficient Balance"), True),
        (error("Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 40000."), True),
        (error("Rate limit reached for gpt-4o on requests per min. Please try again in 20s."), False),
        (error("Too many requests"), False),
    ],
)
def test_a_limit_that_no_waiting_helps_against_is_known(said: str, spent: bool) -> None:
    assert is_spent(said) == spent

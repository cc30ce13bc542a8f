"""Later turns over HTTP: the headers say which turn it is, with which options; the server keeps nothing."""

import json
from collections.abc import Iterator
from http.client import HTTPResponse
from typing import Any, cast
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from evals.simulated.respondents import Respondent
from evals.simulated.server import serve_in_thread
from evals.simulated.trial_headers import ARM, OPTIONS, TURN, describe
from tests.evals.simulated.planned_labels import Asked

MODEL = Respondent("writer", willing_50=20, yields=0.5, error_rate=0.05, tires=0.1, codes=0.5)
MESSAGES = [{"role": "user", "content": "Go on."}]
ANSWERED = [*MESSAGES, {"role": "assistant", "content": "…"}, *MESSAGES]


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with serve_in_thread([MODEL]) as address:
        yield address


def said(base_url: str, headers: dict[str, str], messages: list[dict[str, str]] = MESSAGES) -> str:
    body = json.dumps({"model": MODEL.name, "messages": messages}).encode()
    request = Request(f"{base_url}/chat/completions", body, headers)
    with cast("HTTPResponse", urlopen(request)) as response:
        told: dict[str, Any] = json.load(response)
    return str(told["choices"][0]["message"]["content"])


def trial(arm: str = "chunked", **options: Any) -> Asked:
    return Asked(MODEL, "hanoi", 5, arm, options or {"p": 4}, 7)


@pytest.mark.parametrize("arm", ["nudge", "chunked", "window", "code"])
def test_turns_are_answered_in_any_order_and_as_often_as_asked(base_url: str, arm: str) -> None:
    """A later turn does not need the earlier ones to have been asked of this server."""
    options = {"nudge": {"k": 2}, "chunked": {"p": 4}, "window": {"m": 3}, "code": {}}[arm]
    asked = Asked(MODEL, "hanoi", 5, arm, options, 7)
    for turn in (3, 1, 2, 3):
        assert said(base_url, describe(asked.trial, turn)) == asked.says(turn)


def test_options_reach_the_respondent(base_url: str) -> None:
    """Parts of another size are other parts; options left out are at their default."""
    headers = describe(trial().trial, 1)
    assert json.loads(headers[OPTIONS]) == {"p": 4}
    other = {**headers, OPTIONS: '{"p": 2}'}
    assert said(base_url, other) != said(base_url, headers)
    bare = {name: text for name, text in headers.items() if name != OPTIONS}
    assert said(base_url, bare) == said(base_url, {**headers, OPTIONS: '{"p": 16, "state": "own"}'})
    assert said(base_url, {**headers, ARM: "unheard-of"}) == said(base_url, {**bare, ARM: "unheard-of"})


def test_without_its_number_a_turn_is_counted_in_the_messages(base_url: str) -> None:
    """As for clients that know nothing of the headers but the instance."""
    headers = describe(trial().trial, 2)
    without = {name: text for name, text in headers.items() if name != TURN}
    assert said(base_url, without, ANSWERED) == said(base_url, headers)
    assert said(base_url, without) == said(base_url, describe(trial().trial, 1))


@pytest.mark.parametrize(
    ("header", "text", "told"),
    [
        (TURN, "0", "must be a number from 1 to 99999, not '0'"),
        (TURN, "two", "not 'two'"),
        (TURN, "100000", "not '100000'"),
        (OPTIONS, "{", "is not valid JSON"),
        (OPTIONS, "[]", "as an option of arm 'chunked'"),
        (OPTIONS, '{"p": 0}', "p: must be at least 1"),
        (OPTIONS, '{"k": 3}', "k: Extra inputs are not permitted"),
    ],
)
def test_unusable_headers_are_told(base_url: str, header: str, text: str, told: str) -> None:
    """As errors of the request, in the protocol's shape, with the header's name."""
    with pytest.raises(HTTPError) as raised:
        said(base_url, {**describe(trial().trial), header: text})
    with raised.value as error:
        message = json.load(error)["error"]["message"]
    assert error.code == 400
    assert header in message
    assert told in message

"""What is said of a failure, and what to do about it."""

import aiohttp
import pytest

from evals.client.advice import for_budget, for_failure, for_models, reason
from evals.client.failures import TurnedDown
from evals.endpoints import Endpoint, Timeouts
from evals.record.completion import MalformedReply

KEYLESS = Endpoint(name="mine", base_url="http://127.0.0.1:9/v1", key_variable=None)
KEYED = Endpoint(name="mine", base_url="http://127.0.0.1:9/v1", key_variable="MY_KEY")
SPENT = '{"error": {"code": "insufficient_quota", "message": "You exceeded your current quota"}}'
FULL = (
    "This model's maximum context length is 4096 tokens. However, you requested 4196 tokens (196 in the "
    "messages, 4000 in the completion)."
)


@pytest.mark.parametrize(
    ("status", "body", "of", "told"),
    [
        (401, "", KEYED, "HTTP 401: mine refused the key: check "),
        (403, "", KEYLESS, "HTTP 403: mine asks for a key: put it into "),
        (402, "", KEYED, "HTTP 402: mine wants to be paid first"),
        (
            404,
            "",
            KEYED,
            "HTTP 404: mine has nothing at http://127.0.0.1:9/v1/chat/completions for this model",
        ),
        (405, "", KEYED, "HTTP 405: mine has nothing at "),
        (429, SPENT, KEYED, "HTTP 429: mine gives no more: the account is spent"),
        (429, "", KEYED, "HTTP 429: mine limits the rate"),
        (408, "", KEYED, "HTTP 408: mine is in trouble"),
        (500, "", KEYED, "HTTP 500: mine is in trouble"),
        (302, "", KEYED, "HTTP 302: mine has moved: change its base_url"),
        (400, "no", KEYED, "HTTP 400: mine turned the request down (it says: 'no')"),
        (399, "", KEYED, "HTTP 399: mine has moved"),
    ],
)
def test_what_is_said_of_a_status(status: int, body: str, of: Endpoint, told: str) -> None:
    error = TurnedDown(status, body, body, None)
    assert for_failure(error, of, Timeouts(), None).startswith(told)


def test_what_is_said_of_a_timeout_and_a_broken_connection() -> None:
    waits = Timeouts(connect=3, idle=4, total=5)

    def told(error: Exception) -> str:
        return for_failure(error, KEYLESS, waits, 4000)

    assert told(TimeoutError()) == "no whole answer within 5 s (the endpoint's total_seconds)"
    assert "within 3 s (the endpoint's connect_seconds)" in told(aiohttp.ConnectionTimeoutError())
    assert "for 4 s (the endpoint's idle_seconds)" in told(aiohttp.ServerTimeoutError())
    assert "closed the connection without an answer" in told(aiohttp.ServerDisconnectedError())
    assert told(aiohttp.ClientPayloadError("half")).startswith(
        "the answer broke off: ClientPayloadError: half"
    )
    assert told(OSError("gone")) == "the connection to http://127.0.0.1:9/v1 broke: OSError: gone"
    assert told(MalformedReply("the reply holds no choice")) == "the reply holds no choice"


def test_a_budget_that_leaves_no_room() -> None:
    """Only where the server says so, and a budget was asked for."""
    advice = "; max_tokens of 4,000 leaves a prompt no room in a context of 4,096: ask for fewer"
    assert for_budget(FULL, 4000) == advice
    assert for_budget(FULL, None) == for_budget("no", 4000) == ""
    assert for_failure(MalformedReply("e", 400, FULL), KEYLESS, Timeouts(), 4000) == f"e{advice}"


@pytest.mark.parametrize(
    ("offered", "told"),
    [
        (None, "; it lists no models either"),
        ((), "; it offers no model"),
        (("Llama-8b", "m"), "; it does list the model 'm'"),
        (("a",), "; it offers 'a'"),
        (tuple(f"x{number}" for number in range(10)), "'x9'"),
        (("MM", *(f"x{number}" for number in range(10))), " and 1 more"),
    ],
)
def test_which_models_there_are(offered: tuple[str, ...] | None, told: str) -> None:
    """The ten nearest in name, whatever their case, and how many more."""
    said = for_models("m", offered)
    assert told in said
    assert ("more" in said) is (offered is not None and len(offered) > 10)
    if offered is not None and len(offered) > 10:
        assert said.startswith("; it offers 'MM', ")


def test_the_reason_that_a_body_gives() -> None:
    assert reason('{"error": {"message": "no such model"}}') == "no such model"
    assert reason("<html>") == "<html>"
    assert reason("[" * 100_000).startswith("[[[")
    assert reason("{}") == "{}"

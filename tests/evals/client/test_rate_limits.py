"""A client waits as long as a server asks it to, however the server writes that."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from evals.client.rate_limits import Allowances, wanted
from evals.text import duration, seconds_in

NOW = datetime(2025, 11, 3, 12, 0, tzinfo=UTC)


def http_date(seconds: float) -> str:
    return format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("0.25", 0.25),
        ("2h30m", 9000),
        ("1m12s", 72),
        ("20ms", 0.02),
        ("2m59.56s", 179.56),
        ("1d", 86_400),
        (" 1 H 5 m ", 3900),
        ("", None),
        ("h", None),
        ("-3", None),
        ("1s1s", None),
        ("1h later", None),
        ("inf", None),
        ("nan", None),
        ("٣", None),
    ],
)
def test_a_duration_is_a_number_or_numbers_with_units(text: str, seconds: float | None) -> None:
    assert seconds_in(text) == (None if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.02, "0.02 s"),
        (59.9, "59.9 s"),
        (60, "1 min"),
        (72, "1 min 12 s"),
        (3601, "1 h"),
        (9000, "2 h 30 min"),
        (90_000, "1 d 1 h"),
    ],
)
def test_a_duration_is_told_in_its_two_largest_units(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"retry-after": "0.25"}, 0.25),
        ({"retry-after": "7", "retry-after-ms": "6500"}, 6.5),
        ({"retry-after": http_date(120)}, 120),
        ({"retry-after": http_date(-5)}, None),
        ({"retry-after": str(NOW.timestamp() + 30)}, 30),
        ({"retry-after": "0"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_a_number_or_a_date(headers: dict[str, str], seconds: float | None) -> None:
    assert wanted(headers, "", NOW.timestamp()) == (None if seconds is None else pytest.approx(seconds))


def test_a_date_is_read_by_the_servers_own_clock() -> None:
    """Ours is an hour late here."""
    headers = {"date": http_date(3600), "retry-after": http_date(3605)}
    assert wanted(headers, "", NOW.timestamp()) == 5


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        # OpenAI's durations: the allowance that is used up counts
        (
            {
                "x-ratelimit-remaining-requests": "0",
                "x-ratelimit-reset-requests": "1m12s",
                "x-ratelimit-remaining-tokens": "99",
                "x-ratelimit-reset-tokens": "20ms",
            },
            72,
        ),
        # both used up: the later one
        (
            {
                "x-ratelimit-remaining-requests": "0",
                "x-ratelimit-reset-requests": "2s",
                "x-ratelimit-remaining-tokens": "0",
                "x-ratelimit-reset-tokens": "7.66s",
            },
            7.66,
        ),
        # none used up, and yet refused: the first to be renewed
        (
            {
                "x-ratelimit-remaining-requests": "5",
                "x-ratelimit-reset-requests": "6m0s",
                "x-ratelimit-remaining-tokens": "90",
                "x-ratelimit-reset-tokens": "3s",
            },
            3,
        ),
        # OpenRouter's moment in milliseconds, others' in seconds, the draft standard's seconds
        (
            {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int((NOW.timestamp() + 45) * 1000))},
            45,
        ),
        ({"X-RateLimit-Reset": str(int(NOW.timestamp() + 45))}, 45),
        ({"RateLimit-Remaining": "0", "RateLimit-Reset": "30"}, 30),
        # Anthropic's moments
        (
            {
                "anthropic-ratelimit-tokens-remaining": "0",
                "anthropic-ratelimit-tokens-reset": "2025-11-03T12:00:09Z",
            },
            9,
        ),
        ({"x-ratelimit-limit-requests": "60"}, None),
        ({"x-ratelimit-reset-requests": "whenever"}, None),
    ],
)
def test_rate_limit_headers_are_read_where_there_is_no_retry_after(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert wanted(headers, "", NOW.timestamp()) == (None if seconds is None else pytest.approx(seconds))
    both = {**headers, "retry-after": "1"}
    assert wanted(both, "", NOW.timestamp()) == 1


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        ({"error": {"message": "Rate limit reached for gpt-4o. Please try again in 1m12s. Visit"}}, 72),
        ({"error": {"message": "Please try again in 20ms."}}, 0.02),
        ({"error": {"message": "Quota exceeded. Please retry in 34.07s."}}, 34.07),
        ({"error": {"message": "Please retry after 10 seconds."}}, 10),
        ([{"error": {"code": 429, "details": [{"@type": "RetryInfo", "retryDelay": "12s"}]}}], 12),
        (
            {
                "error": {
                    "code": 429,
                    "metadata": {
                        "headers": {
                            "X-RateLimit-Limit": "50",
                            "X-RateLimit-Remaining": "0",
                            "X-RateLimit-Reset": str(int((NOW.timestamp() + 600) * 1000)),
                        }
                    },
                }
            },
            600,
        ),
        ({"error": {"message": "Too many requests, try again later"}}, None),
    ],
)
def test_some_servers_say_it_in_the_body(body: object, seconds: float | None) -> None:
    told = wanted({}, json.dumps(body), NOW.timestamp())
    assert told == (None if seconds is None else pytest.approx(seconds))


def left(requests: int, tokens: int = 9, reset: str | None = "2s") -> list[tuple[bytes, bytes]]:
    renewed = {} if reset is None else {"x-ratelimit-reset-requests": reset, "x-ratelimit-reset-tokens": "5s"}
    given = {"x-ratelimit-remaining-requests": requests, "x-ratelimit-remaining-tokens": tokens}
    return [(name.encode(), str(value).encode()) for name, value in {**given, **renewed}.items()]


def test_an_allowance_that_runs_down_is_noticed_before_it_is_overdrawn() -> None:
    allowances = Allowances()
    answers = [left(2), left(1), left(0), left(0, 0), left(0, reset=None), [], left(1)]
    pauses = [allowances.pause(headers, NOW.timestamp()) for headers in answers]
    assert pauses == [None, None, 2, 5, None, None, None]


def test_an_allowance_that_was_never_seen_to_hold_anything_means_nothing() -> None:
    allowances = Allowances()
    assert [allowances.pause(left(0), NOW.timestamp()) for _ in range(3)] == [None] * 3


@pytest.mark.parametrize(
    "reset",
    [http_date(3609), "2025-11-03T13:00:09Z", str(NOW.timestamp() + 3609)],
    ids=["date", "iso", "unix"],
)
def test_when_an_allowance_is_renewed_is_read_by_the_servers_own_clock(reset: str) -> None:
    """Ours is an hour late here."""
    dated, allowances = (b"Date", http_date(3600).encode()), Allowances()
    allowances.pause([dated, *left(1, reset=reset)], NOW.timestamp())
    assert allowances.pause([dated, *left(0, reset=reset)], NOW.timestamp()) == 9

"""What `transformers serve` does."""

from pathlib import Path

from tests_servers.asking import TRIALS, ask
from tests_servers.serving import Server


def test_a_limit_of_tokens_is_reported(transformers: Server, tmp_path: Path) -> None:
    """Random weights go on to the limit: cut, and nobody's failure."""
    made = ask(transformers, tmp_path)
    for reply in made.replies:
        body = reply["reply"]
        cut = body["usage"]["completion_tokens"] >= 48
        assert body["choices"][0]["finish_reason"] == ("length" if cut else "stop")
    assert "truncated" in made.labels


def test_a_field_that_it_does_not_know(transformers: Server, tmp_path: Path) -> None:
    """HTTP 422 in its own words, at once and for good: an extra field is what was asked for."""
    made = ask(transformers, tmp_path, sampling="extra = { wisdom = 1 }")
    assert made.done.returncode == 2, made.done.stderr
    assert made.labels == ["error"] * TRIALS
    assert {attempt["status"] for attempt in made.attempts} == {422}
    assert "wisdom" in made.done.stderr

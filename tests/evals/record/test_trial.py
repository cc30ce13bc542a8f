"""What is asked of whom: what is sent of it, and what is kept of its instance."""

from typing import Any

import pytest
from pydantic import ValidationError

from evals.record.trial import RecordedInstance, Sampling
from tasks import problem


def test_only_what_is_set_is_sent() -> None:
    """And further fields as they are."""
    assert Sampling().body() == {}
    assert Sampling(max_tokens=9, temperature=0, extra={"top_k": 3}).body() == {
        "max_tokens": 9,
        "temperature": 0,
        "top_k": 3,
    }


@pytest.mark.parametrize(
    "wrong", [{"max_tokens": 0}, {"temperature": -0.1}, {"top_p": 0}, {"top_p": 1.01}, {"mood": "good"}]
)
def test_what_no_server_takes(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        Sampling(**wrong)
    assert Sampling(max_tokens=1, temperature=0, top_p=1)


def test_an_instance_is_made_again_from_what_is_kept() -> None:
    """With all its parameters; a seed that nobody wrote down is the first one."""
    made = problem("hanoi", {"size": 3}, 7)
    kept = RecordedInstance.of(made)
    assert (kept.puzzle, kept.seed, kept.parameters["size"]) == ("hanoi", 7, 3)
    assert kept.restore().instance == made.instance
    older = RecordedInstance(puzzle="hanoi", version=1, parameters={"size": 3})
    assert older.restore().instance == problem("hanoi", {"size": 3}).instance

"""What is asked of whom: what is sent of it, and what is kept of its instance."""

from typing import Any

import pytest
from pydantic import ValidationError

from evals.record.model import Scalar, digest
from evals.record.trial import RecordedInstance, Repeats, Sampling, Trial, base_of
from tasks import given_problem, problem


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


GIVEN = {"start": "RR_BB", "goal": "BB_RR"}


def made(**other: Any) -> Trial:
    instance = RecordedInstance(puzzle="hanoi", version=1, parameters={"size": 3})
    plain = {"model": "m", "endpoint": "e", "instance": instance, "arm": "list", "options": {}, "repeat": 0}
    return Trial.make(**{**plain, "sampling": Sampling(), **other})


def test_an_id_is_a_hash_of_what_is_asked() -> None:
    """Runs of years ago are continued by it: it never changes, and differs where anything else does."""
    assert made().id == "152157befeea67e01a99"
    changes: list[dict[str, Any]] = [
        {"model": "n"},
        {"endpoint": "f"},
        {"arm": "insist"},
        {"options": {"turns": 2}},
        {"repeat": 1},
    ]
    more: list[dict[str, Any]] = [
        {"sampling": Sampling(seed=1)},
        {"instance": RecordedInstance.of(problem("hanoi", {"size": 4}))},
    ]
    assert len({made().id, *(made(**change).id for change in (*changes, *more))}) == 8
    newer = RecordedInstance(puzzle="hanoi", version=2, parameters={"size": 3})
    assert made(instance=newer).id == made().id


def test_the_ids_of_repeats_are_those_of_their_trials() -> None:
    """And all are the hash of the whole, which is written once for all of them."""
    sampling = Sampling(temperature=0.5, extra={"a": "é", "repeat": 3})
    options: dict[str, Scalar] = {"z": 1, "a": "b"}
    instance = RecordedInstance.of(problem("counting", {"size": 3}))
    shared: dict[str, Any] = {"model": "m", "endpoint": "e", "instance": instance, "arm": "list"}
    shared |= {"options": options, "sampling": sampling}
    repeats = Repeats(**shared)
    for number in (0, 1, 9, 10, 1_000_000):
        trial = Trial.make(**shared, repeat=number)
        assert repeats.trial(number) == trial
        assert repeats.id(number) == trial.id
        whole = {**shared, "repeat": number, "sampling": sampling.model_dump(mode="json")}
        assert trial.id == digest({**whole, "instance": instance.restore().canonical})[:20]


def test_who_is_asked_as_what() -> None:
    """A variant is asked as its base, with its own options."""
    assert (made().who, made().repeat) == ("e/m", 0)
    assert made(options={"turns": 2}).asked_as == ("list", {"turns": 2})
    variant: dict[str, Scalar] = {"base": "again", "prompt": "0", "turns": 2}
    assert made(arm="mine", options=variant).asked_as == ("again", {"turns": 2})
    assert base_of(variant) == ("again", {"turns": 2})
    parts: list[dict[str, Scalar]] = [
        {"base": "again"},
        {"prompt": "0"},
        {"base": 1, "prompt": "0"},
        {"base": "again", "prompt": 0},
    ]
    for part in parts:
        assert base_of(part) is None


def test_what_nobody_set_of_a_trial() -> None:
    """The first repeat, without options or parameters."""
    plain = made().model_dump(include={"id", "model", "endpoint", "instance", "arm"})
    assert Trial.model_validate(plain) == made()


def test_an_instance_that_was_given_whole_is_kept_whole() -> None:
    """Whatever the order of its fields; one that was drawn has parameters and a seed in its place."""
    given = given_problem("checker_jumping", GIVEN)
    kept = RecordedInstance.of(given)
    assert (kept.parameters, kept.seed, kept.told) == ({}, 0, kept.data)
    assert kept.restore().instance == given.instance
    turned = kept.model_copy(update={"data": dict(reversed(list((kept.data or {}).items())))})
    assert turned.restore() is kept.restore()
    drawn = RecordedInstance.of(problem("hanoi", {"size": 3}, 7))
    assert (drawn.data, drawn.told) == (None, {"parameters": drawn.parameters, "seed": 7})
    assert drawn.restore() is drawn.restore()

"""What a harness is told to ask, and what its answers come to; tests_interop has the harnesses themselves."""

import json
import math

import pytest

from evals.record.outcome import Label
from reports.harnesses.asked import Asked, Reply, all_asked, horizon_figures
from tasks import CantwontError


def sizes(**given: object) -> list[int]:
    return [asked.problem.size for asked in all_asked("hanoi", **given)]  # type: ignore[arg-type]


@pytest.mark.parametrize("given", ["3-5,8", ["3-5", "8"], ["3", "4", "5", "8"], [3, 4, 5, 8], (3, "4-5", 8)])
def test_sizes_however_they_were_parsed(given: object) -> None:
    assert sizes(sizes=given) == [3, 4, 5, 8]


def test_one_size_none_and_steps() -> None:
    assert sizes(sizes=4) == [4]
    assert sizes() == [3, 4, 5, 6, 7]
    assert [asked.problem.fewest_steps for asked in all_asked("counting")] == [7, 15, 31, 63, 127]
    assert sizes(steps="7,130") == [3, 7]
    assert sizes(steps=[7, 130]) == [3, 7]


def test_instances_and_seeds() -> None:
    first = [asked.id for asked in all_asked("running_sum", sizes=16, instances=3)]
    assert len(set(first)) == 3
    assert {asked.id for asked in all_asked("running_sum", sizes=16, instances=3, seed=1)}.isdisjoint(first)
    assert first == [asked.id for asked in all_asked("running_sum", sizes="16", instances=3)]


@pytest.mark.parametrize(
    ("puzzle", "given", "told"),
    [
        ("nowhere", {}, "nowhere"),
        ("hanoi", {"sizes": "many"}, "many"),
        ("hanoi", {"sizes": "9999999999"}, "9999999999"),
        ("hanoi", {"sizes": {}}, "{}"),
        ("hanoi", {"sizes": 3, "steps": 7}, "both"),
        ("hanoi", {"arm": "shout"}, "shout"),
        ("hanoi", {"arm": "code"}, "runs programs"),
        ("hanoi", {"arm": "nudge:k=x"}, "k"),
        ("hanoi", {"instances": 0}, "instances"),
    ],
)
def test_what_makes_no_sense_is_told(puzzle: str, given: dict[str, object], told: str) -> None:
    with pytest.raises(CantwontError) as error:
        all_asked(puzzle, **given)  # type: ignore[arg-type]
    assert told in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("arm", ["list", "insist", "nudge:k=2", "chunked:p=4", "window:m=3"])
def test_it_survives_plain_json(arm: str) -> None:
    [asked] = all_asked("hanoi", sizes=3, arm=arm)
    again = Asked.of(json.loads(json.dumps(asked.plain())))
    assert (again.id, again.prompt, again.problem) == (asked.id, asked.prompt, asked.problem)


def test_one_question_one_answer() -> None:
    [asked] = all_asked("hanoi", sizes=2)
    opening = asked.conversation([])
    assert opening is not None
    assert [message.content for message in opening] == [asked.prompt]
    reply = Reply("moves = [[1, 0, 1], [2, 0, 2], [1, 1, 2]]", finish_reason="stop", completion_tokens=9)
    assert asked.conversation([reply]) is None
    outcome = asked.outcome([reply], "m", 4)
    assert (outcome.label, outcome.model, outcome.repeat) == (Label.SOLVED, "m", 4)
    assert outcome.completion_tokens == 9


def test_a_conversation_goes_on_as_the_arm_does() -> None:
    [asked] = all_asked("hanoi", sizes=3, arm="nudge:k=1")
    first, second = Reply("moves = [[1, 0, 2], ... and so on"), Reply("No, I won't write the rest.")
    said = asked.conversation([first])
    assert said is not None
    assert [message.role for message in said] == ["user", "assistant", "user"]
    assert said[1].content == first.content
    assert asked.conversation([first, second]) is None
    outcome = asked.outcome([first, second], "m")
    assert (outcome.label, outcome.turns, len(outcome.by_turn)) == (Label.GIVE_UP, 2, 2)
    assert "asked_otherwise" not in outcome.flags


def test_an_answer_that_a_limit_cut() -> None:
    [asked] = all_asked("hanoi", sizes=3)
    cut = Reply("moves = [[1, 0, 2], [2, 0,", finish_reason="length")
    assert asked.outcome([cut], "m").label is Label.TRUNCATED


def test_the_horizons_of_one_that_stops_at_some_length() -> None:
    """It writes up to 64 items and abridges what is longer; it never errs."""
    outcomes = []
    for asked in all_asked("counting", sizes="8,16,32,48,64,96,128,256"):
        size = asked.problem.size
        for repeat in range(12):
            whole = size <= 32 or (size < 128 and repeat % 2)
            text = "\n".join(map(str, range(1, size + 1))) if whole else "1\n2\n3\n... and so on"
            outcomes.append(asked.outcome([Reply(text, finish_reason="stop")], "m", repeat))
    found = horizon_figures(outcomes)
    assert 32 < found["willing_horizon_low"] < found["willing_horizon"] < found["willing_horizon_high"] < 256
    assert math.isnan(found["able_horizon"])


def test_without_figures_there_is_no_number() -> None:
    [asked] = all_asked("hanoi", sizes=3)
    [other] = all_asked("counting", sizes=16)
    outcomes = [each.outcome([Reply("No.")], "m") for each in (asked, other)]
    for given in ([], outcomes[:1], outcomes):
        assert all(math.isnan(value) for value in horizon_figures(given).values())

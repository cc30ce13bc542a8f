"""Before a run it is said what it will ask for, no more exactly than is known."""

import pytest

from evals.dialogue.arm import Workload
from evals.plan.estimate import HEADINGS, Requests, answer_characters, estimates, table, total
from evals.record.price import Price
from tasks import Problem, PuzzleError, puzzle, puzzles

WHO = "mine/m"
NAMES = sorted(puzzles())


def asking(who: str = WHO, requests: int = 10, max_tokens: int | None = 1000) -> Requests:
    return Requests(who, requests, Workload(1, 350, 250), max_tokens)


def test_requests_and_tokens_are_added_up_by_model() -> None:
    first, second = estimates([asking(), asking("other/m", 3), asking()], {})
    assert (first.who, first.requests) == (WHO, 20)
    assert (first.prompt_tokens, first.completion_tokens, first.at_most) == (2000, 4000, 20_000)
    assert (second.who, second.requests) == ("other/m", 3)


def test_an_answer_is_no_longer_than_its_limit() -> None:
    (found,) = estimates([asking(max_tokens=50)], {})
    assert found.completion_tokens == found.at_most == 500


def test_without_a_limit_there_is_no_upper_bound() -> None:
    (found,) = estimates([asking(), asking(max_tokens=None)], {WHO: Price(input=1, output=1)})
    assert (found.at_most, found.cost_at_most) == (None, None)
    assert found.cost is not None
    assert found.row()[4:] == ("no limit", "0.006 USD", "unknown")


def test_the_cost_is_known_where_the_price_is() -> None:
    prices = {WHO: Price(input=1, output=10)}
    known, unknown = estimates([asking(), asking("other/m")], prices)
    assert known.cost == pytest.approx((1000 + 10 * 2000) / 1e6)
    assert known.cost_at_most == pytest.approx((1000 + 10 * 10_000) / 1e6)
    assert (unknown.cost, unknown.cost_at_most) == (None, None)
    assert total([known, unknown]).cost is None


def test_the_table_has_a_row_a_model_and_a_total_for_several() -> None:
    prices = {who: Price(input=0, output=0) for who in (WHO, "other/m")}
    one = table(estimates([asking()], prices))
    assert one == [("mine/m", "10", "1,000", "2,000", "10,000", "0.00 USD", "0.00 USD")]
    two = table(estimates([asking(), asking("other/m")], prices))
    assert two[2] == ("all", "20", "2,000", "4,000", "20,000", "0.00 USD", "0.00 USD")
    assert {len(row) for row in two} == {len(HEADINGS)}
    assert table([]) == []


def test_amounts_in_two_currencies_are_not_added_up() -> None:
    prices = {WHO: Price(input=1, output=1, currency="EUR"), "other/m": Price(input=1, output=1)}
    *each, both = table(estimates([asking(), asking("other/m")], prices))
    assert [row[5] for row in each] == ["0.003 EUR", "0.003 USD"]
    assert both[5:] == ("unknown", "unknown")


@pytest.mark.parametrize("name", NAMES)
def test_the_length_of_an_answer_is_near_the_truth(name: str) -> None:
    """Of every puzzle, at sizes whose answers are reckoned from their first steps alone."""
    maker = puzzle(name)
    for size in (3, 5, 8, 12):
        try:
            instance = maker.generate({"size": size})
        except PuzzleError:
            continue
        steps = maker.fewest_steps(instance)
        if steps is None or steps > 20_000:
            continue
        truth = sum(map(len, maker.format(instance, maker.solution(instance))))
        assert truth * 0.8 - 10 <= answer_characters(Problem(maker, instance)) <= truth * 1.25 + 10


def test_a_very_long_answer_is_reckoned_at_once() -> None:
    hanoi = puzzle("hanoi")
    length = answer_characters(Problem(hanoi, hanoi.generate({"size": 25})))
    assert 10 * 2**25 < length < 13 * 2**25


def test_an_instance_without_a_solution_is_answered_in_words() -> None:
    river = puzzle("river_crossing")
    instance = river.generate({"size": 6, "boat": 3, "unsolvable": True})
    assert river.fewest_steps(instance) is None
    assert 0 < answer_characters(Problem(river, instance)) < 1000

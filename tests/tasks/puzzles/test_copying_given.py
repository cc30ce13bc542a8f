"""Lists to copy that are given whole."""

import random
from typing import Any

import pytest

from tasks import BadInstance, given_problem
from tests.contract.given import check_given
from tests.tasks.forms.given_answers import check_reading, items, told
from tests.tasks.forms.item_answers import lines


def _list(words: list[Any], count: int = 30) -> list[Any]:
    """A list of these words in no order, no word twice in succession."""
    drawn, listed = random.Random(5), [words[0]]
    while len(listed) < count:
        listed.append(drawn.choice([word for word in words if word != listed[-1]]))
    return listed


@pytest.mark.parametrize(
    "words",
    [
        ["Berlin", "New York", "Łódź", "東京", "Rio de Janeiro"],
        ["can't", "C#", "C++", ".net", "x-ray", "3D"],
        [12, 17, 99_999, 4],
        ["12", "-17", "0"],
        ["0012", "17", "4444"],
        ["🍎", "🍐", "❤️", "👩‍🚀"],
        ["the quick brown fox", "jumps over", "a lazy dog, twice"],
        ["café", "naïve", "straße", "ΟΔΟΣ", "\u0131\u015f\u0131k"],
        ["one", "two", "three", "done"],
        ["один", "два", "три", "четыре"],
        ["item1", "item2", "item30"],
    ],
    ids=lambda words: str(words[0]),
)
def test_read_like_drawn_ones(words: list[Any]) -> None:
    check_reading("copying", {"items": _list(words)})


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["Straße", "Café"], "STRASSE\nCAFE\u0301"),
        (["New York", "Rio"], "NEW  YORK\nrio"),
        (["it\u2019s", "q₁"], "it's\nq1"),
        (["\uff21\uff22", "\uff11\uff12"], "AB\n12"),
    ],
)
def test_what_a_text_changes_by_itself_does_not_matter(words: list[str], text: str) -> None:
    assert told("copying", {"items": words}, text).label == "solved"


def test_case_counts_where_it_tells_words_apart() -> None:
    data = {"items": ["apple", "Apple", "pear", "apple"]}
    assert told("copying", data, "apple\nApple\nPEAR\napple").label == "solved"
    verdict = told("copying", data, "apple\napple\nPEAR\napple")
    assert (verdict.label, verdict.first_error) == ("logic_error", 2)


@pytest.mark.parametrize("count", [700, 5_000])
def test_many_different_words(count: int) -> None:
    drawn = random.Random(count)
    words = [
        "".join(drawn.choice("abcdefghijklmnop") for _ in range(drawn.randint(4, 9))) for _ in range(count)
    ]
    data = {"items": words}
    assert items(given_problem("copying", data)) == words
    for text in (lines(words), ", ".join(words), f"Sure!\n\n{lines(words)}\n\nDone."):
        assert told("copying", data, text).label == "solved"
    verdict = told("copying", data, lines([*words[:40], "elephant", *words[41:]]))
    assert (verdict.label, verdict.first_error) == ("logic_error", 41)
    assert told("copying", data, lines(words[:9]) + "\n... and so on").label == "give_up"


def test_numbers_are_numbers_however_they_are_given() -> None:
    assert (
        given_problem("copying", {"items": [1, 22]}).canonical
        == given_problem("copying", {"items": ["1", "22"]}).canonical
    )
    assert "list of 2 numbers" in check_given("copying", {"items": [1, 22]}).prompt.rules


def test_the_example_has_none_of_the_words() -> None:
    problem = given_problem("copying", {"items": ["fox", "jar", "mud"]})
    assert not {"fox", "mud"} & {*problem.prompt.example.split()}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"items": []}, "'items' must have 1 to 10000 values, not 0"),
        ({"items": "a b"}, "'items' must be a list, not 'a b'"),
        ({"items": None}, "'items' is missing"),
        ({"items": ["a", None]}, "'items' must hold names"),
        ({"items": ["a", 1.5]}, "'items' must hold names .* not 1.5"),
        ({"items": ["a" * 101]}, "'items' must hold names of 1 to 100 characters"),
        ({"items": ["\ud800"]}, r"'items' holds a name with the character U\+D800"),
        (
            {"items": ["it's", "it\u2019s"]},
            "'items' has \"it's\" and 'it\u2019s', which nobody can tell apart",
        ),
        ({"items": ["a"], "fewest_steps": 2}, "'fewest_steps' is 2, but there are 1 items"),
    ],
)
def test_bad(data: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInstance, match=f"^copying: field {message}"):
        given_problem("copying", data)

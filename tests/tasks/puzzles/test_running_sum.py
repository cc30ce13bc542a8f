"""Running sum."""

import re

import pytest

from tasks import BadParameter
from tests.tasks.forms.item_answers import (
    WRONG,
    gone_wrong,
    labelled,
    lines,
    numbered,
    problem,
    solved,
    written,
)

KNOWN, INSTANCE = problem("running_sum", size=30)


def _asked() -> tuple[dict[str, int], list[str]]:
    """The table and the list, as a reader finds them in the prompt."""
    rules = KNOWN.prompt(INSTANCE).rules
    table = {word: int(value) for word, value in re.findall(r"(\w+) = (-?\d+)", rules)}
    return table, rules.rsplit("\n", 1)[1].split(", ")


TABLE, LISTED = _asked()
RIGHT = written(KNOWN, INSTANCE, solved(KNOWN, INSTANCE))
WRONG_TOTALS = written(KNOWN, INSTANCE, gone_wrong(KNOWN, INSTANCE))


def test_instance_never_changes() -> None:
    """This seed gives these totals, on every machine and for ever."""
    known, instance = problem("running_sum", 0, size=8)
    assert instance.canonical == "running_sum/size=8/seed=0"
    totals = ["44", "16", "45", "139", "119", "93", "50", "92"]
    assert written(known, instance, solved(known, instance)) == totals


def test_totals_follow_from_the_prompt() -> None:
    """Adding up what the prompt lists gives the expected totals."""
    total, totals = 0, []
    for word in LISTED:
        total += TABLE[word]
        totals.append(str(total))
    assert totals == RIGHT
    assert len(TABLE) == 50
    assert all(-99 <= value <= 99 and value != 0 for value in TABLE.values())


def test_numbers_are_within_their_bounds() -> None:
    """The largest number and the size of the table are the instance's."""
    known, instance = problem("running_sum", size=5, words=3, largest=2)
    values = {int(value) for value in re.findall(r"= (-?\d+)", known.prompt(instance).rules)}
    assert values <= {-2, -1, 1, 2}
    with pytest.raises(BadParameter, match="10001"):
        known.generate({"size": 10_001})


def test_the_largest_prompt_lists_all_words() -> None:
    """Ten thousand words fit in a prompt."""
    known, instance = problem("running_sum", size=10_000)
    rules = known.prompt(instance).rules
    assert len(rules.rsplit("\n", 1)[1].split(", ")) == 10_000
    assert len(rules) < 100_000


def test_a_wrong_total_is_gone_on_from() -> None:
    """After a wrong total the number of the next word is added to it."""
    state = KNOWN.state_after(INSTANCE, 3)
    wrong = KNOWN.recover(INSTANCE, state, (1_000,))
    assert wrong == (4, 1_000)
    assert KNOWN.step(INSTANCE, wrong, (1_000 + TABLE[LISTED[4]],)) == (5, 1_000 + TABLE[LISTED[4]])
    assert "1000" in KNOWN.why_not(INSTANCE, state, (1_000,))


def _each(form: str, totals: list[str]) -> str:
    """One line a word; the form may use the word, its value, the total and the one before."""
    before = ["0", *totals]
    rows = zip(LISTED, before, totals, strict=False)
    return "\n".join(
        form.format(at=at, word=word, value=TABLE[word], last=last, total=total)
        for at, (word, last, total) in enumerate(rows, start=1)
    )


FORMS = [
    "{word}: {total}",
    "{at}. {word}: {total}",
    "{word} -> {total}",
    "{at}. {word} ({value:+d}) → {total}",
    "{last} + ({value}) = {total}",
    "{at}. {last} + {value} = {total}",
    "{at}. **{word}** ({value}): {last} + {value} = **{total}**",
    "| {at} | {word} | {value} | {total} |",
    "{total} ({word}: {value})",
    "{total}  # {word}",
    "After {word}: {total}",
    "Step {at} ({word}): {total}",
    "Step {at}: add {value} → {total}",
    "{at}. {word} = {value}, total = {total}",
    "Running total: {total}",
    '{{"word": "{word}", "total": {total}}},',
]


@pytest.mark.parametrize("form", FORMS)
def test_totals_behind_words_and_sums(form: str) -> None:
    """Neither a running number nor the word's own value is taken for the total."""
    assert labelled(KNOWN, INSTANCE, _each(form, RIGHT)).label == "solved"
    verdict = labelled(KNOWN, INSTANCE, _each(form, WRONG_TOTALS))
    assert (verdict.label, verdict.first_error) == ("logic_error", WRONG)


@pytest.mark.parametrize("totals", [RIGHT, WRONG_TOTALS], ids=["right", "wrong"])
@pytest.mark.parametrize(
    "frame",
    [
        lambda totals: lines(totals).replace("-", "\u2212"),
        lambda totals: f"[{','.join(totals)}]",
        lambda totals: "0 → " + " → ".join(totals),
        lambda totals: f"Starting total: 0\n\n{lines(totals)}\n\n**Final total: {totals[-1]}**",
        lambda totals: f"Start: 0\n{numbered(totals)}\n\nThe total after all 30 words is {totals[-1]}.",
        lambda totals: f"There are 50 words and 30 entries, so 30 totals:\n\n{lines(totals)}",
        lambda totals: (
            "Values:\n"
            + "\n".join(f"- {word}: {value}" for word, value in TABLE.items())
            + f"\n\nTotals:\n\n{_each('{word}: {total}', totals)}"
        ),
        lambda totals: (
            "\n".join(f"{word} = {value}" for word, value in TABLE.items()) + f"\n\n{lines(totals)}"
        ),
        lambda totals: f"The example gives:\n12\n5\n-2\n10\n\nHere:\n{lines(totals)}",
    ],
)
def test_what_stands_around(frame: object, totals: list[str]) -> None:
    """The table, the start, the example and the last total again are no items of the list."""
    assert callable(frame)
    verdict = labelled(KNOWN, INSTANCE, frame(totals))
    right = totals is RIGHT
    expected = ("solved", None) if right else ("logic_error", WRONG)
    assert (verdict.label, verdict.first_error) == expected


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Number of words: 30\nTotals needed: 30\n\nI won't list all 30 totals; it is too long.", "refusal"),
        (f"{_each('{word}: {total}', RIGHT[:9])}\n...\nFinal total: {RIGHT[-1]}", "give_up"),
        (f"{_each('{at}. {word}: {total}', RIGHT[:9])}\n\n(21 more totals)", "give_up"),
    ],
)
def test_not_whole(text: str, label: str) -> None:
    """Numbers in a refusal are no totals."""
    assert labelled(KNOWN, INSTANCE, text).label == label

"""Pointer chase."""

import re

import pytest

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

KNOWN, INSTANCE = problem("pointer_chase", size=30)
RIGHT = written(KNOWN, INSTANCE, solved(KNOWN, INSTANCE))
WRONG_LABELS = written(KNOWN, INSTANCE, gone_wrong(KNOWN, INSTANCE))
AFTER = dict(re.findall(r"(n\d+) points at (n\d+)", KNOWN.prompt(INSTANCE).rules))
(START,) = re.findall(r"n\d+", KNOWN.prompt(INSTANCE).start)


def test_instance_never_changes() -> None:
    """This seed gives these labels, on every machine and for ever."""
    known, instance = problem("pointer_chase", 0, size=12)
    assert instance.canonical == "pointer_chase/size=12/seed=0"
    labels = ["n3", "n38", "n1", "n15", "n8", "n25", "n34", "n2", "n20", "n7", "n39", "n37"]
    assert written(known, instance, solved(known, instance)) == labels


def test_labels_follow_from_the_prompt() -> None:
    """Following the pointers of the prompt gives the expected labels."""
    label, labels = START, []
    for _ in range(30):
        label = AFTER[label]
        labels.append(label)
    assert labels == RIGHT


@pytest.mark.parametrize("labels", [3, 50, 1_000])
def test_pointers_are_one_ring(labels: int) -> None:
    """Every label comes up before any comes up again, and the ring goes round as often as needed."""
    known, instance = problem("pointer_chase", size=2 * labels + 1, labels=labels)
    rows = solved(known, instance)
    assert len(set(rows[:labels])) == labels
    assert rows[:labels] == rows[labels : 2 * labels]


def test_closed_forms_reach_far() -> None:
    """A million hops need no list of them."""
    known, instance = problem("pointer_chase", size=1_000_000, labels=7)
    state = known.state_after(instance, 999_999)
    (row,) = known.solution(instance, 999_999)
    assert known.is_goal(instance, known.step(instance, state, row))


def test_a_label_that_there_is_not_ends_it() -> None:
    """From an invented label nothing follows."""
    assert KNOWN.recover(INSTANCE, KNOWN.start(INSTANCE), (51,)) is None


def _each(form: str, labels: list[str]) -> str:
    """One line a hop; the form may use the labels before and after it."""
    rows = zip([START, *labels], labels, strict=False)
    return "\n".join(
        form.format(at=at, last=last, label=label) for at, (last, label) in enumerate(rows, start=1)
    )


FORMS = [
    "{last} -> {label}",
    "{at}. {last} → {label}",
    "{at}. {last} to {label}",
    "{at}: {label}",
    "Hop {at}: {label}",
    "Hop {at}: {last} -> {label}",
    "{at}. {last} points at {label}",
    "- {last} => **{label}**",
    "| {at} | {last} | {label} |",
]


@pytest.mark.parametrize("form", FORMS)
def test_labels_behind_labels(form: str) -> None:
    """Neither the label that is left nor a running number is taken for the label reached."""
    assert labelled(KNOWN, INSTANCE, _each(form, RIGHT)).label == "solved"
    verdict = labelled(KNOWN, INSTANCE, _each(form, WRONG_LABELS))
    assert (verdict.label, verdict.first_error) == ("logic_error", WRONG)


@pytest.mark.parametrize("labels", [RIGHT, WRONG_LABELS], ids=["right", "wrong"])
@pytest.mark.parametrize(
    "frame",
    [
        lambda labels: f"{START} -> {' -> '.join(labels)}",
        " → ".join,
        lambda labels: _each("{last} → {label}", labels).replace("\n", ", "),
        lambda labels: f"Start: {START}\n{numbered(labels)}\n\nThe final label is {labels[-1]}.",
        lambda labels: (
            "\n".join(f"{a} -> {AFTER[a]}" for a in sorted(AFTER, key=lambda n: int(n[1:])))
            + f"\n\n{lines(labels)}"
        ),
        lambda labels: f"The labels n1, n2, ..., n50 form a ring. From {START}:\n\n{lines(labels)}",
        lambda labels: f"```\n{lines(labels)}\n```\nThat is 30 hops, ending at {labels[-1]}.",
    ],
)
def test_what_stands_around(frame: object, labels: list[str]) -> None:
    """The table, the start and the last label again are no items of the list."""
    assert callable(frame)
    verdict = labelled(KNOWN, INSTANCE, frame(labels))
    expected = ("solved", None) if labels is RIGHT else ("logic_error", WRONG)
    assert (verdict.label, verdict.first_error) == expected


def test_laps_are_one_list() -> None:
    """When the ring goes round again, its second round does not begin a second list."""
    known, instance = problem("pointer_chase", size=30, labels=10)
    labels = written(known, instance, solved(known, instance))
    laps = "\n\n".join(f"Round {at // 10 + 1}:\n{lines(labels[at : at + 10])}" for at in range(0, 30, 10))
    assert labelled(known, instance, laps).label == "solved"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        (f"Starting at {START}, there are 30 hops to make, which is too long to list.", "refusal"),
        ("The ring of labels n1, n2, n3, ..., n50 is too long to follow by hand here.", "refusal"),
        (f"{START} -> {' -> '.join(RIGHT[:5])} -> ... -> {RIGHT[-1]}", "give_up"),
        (f"{lines(RIGHT[:9])}\n\nThe remaining 21 items follow in the same way.", "give_up"),
    ],
)
def test_not_whole(text: str, label: str) -> None:
    """Labels in the prose of a refusal are no items."""
    assert labelled(KNOWN, INSTANCE, text).label == label

"""The agreement of two readers, in numbers and in words."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from evals.cli.telling.agreement_text import describe_agreement
from evals.record.outcome import Label
from evals.second_reader.agreement import Agreement, Compared, Interval, Pair, compare, measure, wilson
from evals.second_reader.human_labels import BadLabels, HumanLabel, read_labels
from tests.samples.outcomes import HOSTILE, outcome, quote

SOLVED, GIVE_UP, REFUSAL = Label.SOLVED, Label.GIVE_UP, Label.REFUSAL


def pairs(table: dict[tuple[Label, Label], int]) -> list[Pair]:
    return [Pair(human, rule) for (human, rule), count in table.items() for _ in range(count)]


def human(trial: str, label: Label | str = SOLVED, **more: object) -> HumanLabel:
    return HumanLabel.model_validate({"id": trial, "label": label} | more)


def printed(compared: Compared) -> str:
    file = io.StringIO()
    console = Console(file=file, width=200, highlight=False)
    for part in describe_agreement(compared):
        console.print(part, soft_wrap=True)
    return file.getvalue()


# --- numbers


def test_kappa_by_hand() -> None:
    """A table worked out on paper: 35 of 50 agree, 25 would by chance, so kappa is 10 / 25."""
    table = {(SOLVED, SOLVED): 20, (SOLVED, GIVE_UP): 5, (GIVE_UP, SOLVED): 10, (GIVE_UP, GIVE_UP): 15}
    agreement = measure(pairs(table))
    assert (agreement.total, agreement.agreed, agreement.share) == (50, 35, 0.7)
    assert agreement.kappa == pytest.approx(0.4)


def test_kappa_of_three_labels_by_hand() -> None:
    """Chance is the sum over the labels of the products of both shares: here 0.36, and 0.8 agree."""
    table = {(SOLVED, SOLVED): 4, (GIVE_UP, GIVE_UP): 2, (REFUSAL, REFUSAL): 2, (SOLVED, GIVE_UP): 2}
    agreement = measure(pairs(table))
    by_chance = 0.6 * 0.4 + 0.2 * 0.4 + 0.2 * 0.2
    assert by_chance == pytest.approx(0.36)
    assert agreement.kappa == pytest.approx((0.8 - 0.36) / (1 - 0.36))


@pytest.mark.parametrize(
    ("table", "kappa"),
    [
        ({(SOLVED, SOLVED): 3, (GIVE_UP, GIVE_UP): 1}, 1.0),
        ({(SOLVED, GIVE_UP): 1, (GIVE_UP, SOLVED): 1}, -1.0),
        ({(SOLVED, SOLVED): 9, (SOLVED, GIVE_UP): 1}, 0.0),
        ({(SOLVED, SOLVED): 5}, None),
        ({(SOLVED, GIVE_UP): 5}, 0.0),
        ({}, None),
    ],
    ids=["all", "never", "one-label-on-one-side", "one-label", "never-and-none-by-chance", "nothing"],
)
def test_kappa_at_its_ends(table: dict[tuple[Label, Label], int], kappa: float | None) -> None:
    """It is 1 for full agreement, 0 for none beyond chance, and not defined where chance is certain."""
    assert measure(pairs(table)).kappa == kappa


@pytest.mark.parametrize(
    ("successes", "total", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (20, 20, 0.8389, 1.0),
        (0, 0, 0.0, 1.0),
    ],
)
def test_wilson(successes: int, total: int, low: float, high: float) -> None:
    """The examples of R. Newcombe (Stat. Med. 17, 1998, 857); at its ends the interval is exact."""
    found = wilson(successes, total)
    assert [found.low, found.high] == pytest.approx([low, high], abs=5e-5)
    if successes == total:
        assert found.high == 1.0


def test_nothing_to_compare() -> None:
    """No pairs give no agreement, and an interval that says so."""
    assert measure([]) == Agreement(0, 0, Interval(0.0, 1.0), None)


# --- a run beside labels


def test_an_alternative_counts_as_agreed() -> None:
    """Where the rule chose the alternative, it is the human's label; by the first label alone it is not."""
    labels = [human("a"), human("b", GIVE_UP, alternative=SOLVED), human("c", GIVE_UP, alternative=REFUSAL)]
    compared = compare([outcome(SOLVED, "a"), outcome(SOLVED, "b"), outcome(GIVE_UP, "c")], labels)
    assert (compared.agreement.agreed, compared.strict.agreed) == (3, 2)
    assert compared.agreement.kappa == 1.0
    assert not compared.disagreements


def test_what_either_side_lacks() -> None:
    """Labels of unknown trials and trials without a label are kept apart from the comparison."""
    compared = compare([outcome(trial=name) for name in "abc"], [human("a"), human("x"), human("y")])
    assert ([row.outcome.trial for row in compared.rows], compared.lacking, compared.unlabelled) == (
        ["a"],
        ("x", "y"),
        2,
    )


def test_labels_of_another_run() -> None:
    """Where no label is of the run, the error shows an id of either."""
    with pytest.raises(BadLabels, match=r"no label of the file.*ids like 'x', the run like 'a'"):
        compare([outcome(trial="a")], [human("x")])


def words() -> str:
    text = "1, 2, 3 and so on"
    shown = outcome(
        GIVE_UP, "b", evidence=(quote(text, "and so on", "elision"),), first_error=7, confident=False
    )
    shown = shown.model_copy(update={"reason": "a mark stands for steps", "judge_label": REFUSAL})
    labels = [
        human("a", random_sample=True),
        human(
            "b", Label.LOGIC_ERROR, first_illegal_move=6, note="a note", tags=["x", "y"], random_sample=False
        ),
        human("c", Label.TRUNCATED, alternative=SOLVED, random_sample=True),
        *(human(f"z{index}") for index in range(7)),
    ]
    return printed(compare([outcome(trial="a"), shown, outcome(trial="c"), outcome(trial="d")], labels))


DISAGREEMENT = """
1 disagreement:

b
  human        logic_error; illegal step 7
  rule         give_up (not sure): a mark stands for steps; illegal step 7
  judge        refusal
  elision      turn 1, content, 8 to 17: “and so on”
  note         a note
  tags         x, y
"""


@pytest.mark.parametrize(
    "told",
    [
        "3 trials with a human label\n1 trial without one\n",
        "7 labels for trials that the run lacks: 'z0', 'z1', 'z2', 'z3', 'z4' and 2 more\n",
        "all rows: agreement 66.7 % (2 of 3), 95 % interval 20.8 to 93.9 %, kappa 0.40\n",
        "random rows alone: agreement 100.0 % (2 of 2), 95 % interval 34.2 to 100.0 %, kappa not defined\n",
        "counts as the human's label, in kappa too: 1 of those agreed.\n",
        "first label alone: agreement 33.3 % (1 of 3)",
        DISAGREEMENT,
    ],
)
def test_words(told: str) -> None:
    """Counts, figures and disagreements are told in plain lines."""
    assert told in words()


def test_confusion_matrix() -> None:
    """The human's labels are rows, the rule's columns, with the sums of either."""
    lines = [line.split() for line in words().splitlines()]
    assert ["solved", "1", "·", "1"] in lines
    assert ["logic_error", "·", "1", "1"] in lines
    assert ["truncated", "1", "·", "1"] in lines
    assert ["all", "2", "1", "3"] in lines


def test_hostile_texts() -> None:
    """Neither a file of labels nor an answer can steer the terminal or be read as markup."""
    shown = outcome(GIVE_UP, HOSTILE, evidence=(quote(HOSTILE, HOSTILE),))
    label = human(HOSTILE, SOLVED, note=HOSTILE + "\ud800", tags=[HOSTILE])
    text = printed(compare([shown], [label, human(f"{HOSTILE}2")]))
    assert "[bold]x[/bold] [/]" in text
    assert all(char.isprintable() or char == "\n" for char in text)


# --- the file


def written(path: Path, *lines: str) -> Path:
    file = path / "labels.jsonl"
    file.write_text("".join(f"{line}\n" for line in lines))
    return file


def test_reads_a_file(tmp_path: Path) -> None:
    """Optional fields may be missing or null, other fields are passed over, and so are empty lines."""
    full = '{"id": "b", "label": "give_up", "alternative": "refusal", "first_illegal_move": 0, "extra": 1}'
    null = '{"id": "c", "label": "solved", "alternative": null, "random_sample": null, "tags": null}'
    found = read_labels(written(tmp_path, "\ufeff" + '{"id": "a", "label": "solved"}', "", full, null))
    assert [label.id for label in found] == ["a", "b", "c"]
    assert (found[1].alternative, found[1].first_illegal_move) == (REFUSAL, 0)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "line 2: is not JSON"),
        ("[1]", "line 2: is not an object"),
        ("[" * 100_000, "line 2: is not JSON"),
        (
            '{"id": "b", "label": "gave_up"}',
            "line 2: field 'label': unknown label 'gave_up'; labels are solved, ",
        ),
        (
            '{"id": "b", "label": "solved", "alternative": 3}',
            "line 2: field 'alternative': unknown label 3; labels",
        ),
        ('{"label": "solved"}', "line 2: field 'id': it is missing"),
        ('{"id": 7, "label": "solved"}', "line 2: field 'id': must be a text, not 7"),
        (
            '{"id": "b", "label": "solved", "tags": ["x", 1]}',
            "line 2: field 'tags.1': must be a string, not 1",
        ),
        ('{"id": "b", "label": "solved", "first_illegal_move": -1}', "line 2: field 'first_illegal_move': "),
        ('{"id": "a", "label": "refusal"}', "line 2: field 'id': 'a' is labelled in line 1 too"),
    ],
)
def test_faulty_lines(tmp_path: Path, line: str, told: str) -> None:
    """The error names file, line and field."""
    with pytest.raises(BadLabels) as raised:
        read_labels(written(tmp_path, '{"id": "a", "label": "solved"}', line))
    assert f"labels.jsonl', {told}" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_file_without_labels(tmp_path: Path) -> None:
    """An empty file is an error that shows what a label looks like."""
    with pytest.raises(BadLabels, match=r"there are no labels in .*give_up"):
        read_labels(written(tmp_path, ""))

"""Tables in a terminal, in Markdown and in CSV, with texts that are up to no good."""

import csv
import io

import pandas as pd
import pytest
from markdown_it import MarkdownIt
from rich.console import Console

from evals.text import printable
from reports import by_size, comparison, frame, labels, to_csv, to_markdown, to_terminal
from reports.tables.rendering import MISSING, number, percent, shown
from tests.samples.outcomes import FORMULAS, HOSTILE, outcome, several


def terminal(table: pd.DataFrame, width: int = 80) -> str:
    """What a console of this width prints."""
    console = Console(file=io.StringIO(), width=width, force_terminal=False)
    console.print(to_terminal(table))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def hostile_table() -> pd.DataFrame:
    """A comparison in which every key is hostile."""
    rows = [outcome("give_up", "t", model=HOSTILE, puzzle=HOSTILE, arm=HOSTILE)]
    rows += [outcome(trial=str(index), model=text, arm=text) for index, text in enumerate(FORMULAS)]
    rows.append(outcome("give_up", "short", model="[bold]x[/bold]", arm="\x1b[31mred"))
    return comparison(frame(rows, "r"))


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0, "0 %"),
        (0.001, "<1 %"),
        (0.005, "1 %"),
        (0.125, "13 %"),
        (0.994, "99 %"),
        (0.9999, ">99 %"),
        (1, "100 %"),
    ],
)
def test_percent(share: float, words: str) -> None:
    """None and all are said of none and of all only."""
    assert percent(share) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(15.0, "15"), (1023, "1,023"), (12.5, "12.5"), (0.25, "0.25"), (10**7 + 0.5, "10,000,000")],
)
def test_number(value: float, words: str) -> None:
    """Thousands are set off; halves are kept where they matter."""
    assert number(value) == words


def test_shares_come_with_counts() -> None:
    """A share is shown as percent with what it counts; a missing value as an en dash."""
    words = shown(comparison(frame(several(solved=1, refusal=2), "r")))
    row = dict(zip(words.headings, words.rows[0], strict=True))
    assert row["accuracy"] == "33 % (1)"
    assert row["stopped"] == "67 % (2)"
    assert row["error after"] == MISSING
    assert "malformed" not in row  # no trial has it


def test_terminal_fits() -> None:
    """Eighty columns are enough for each table, and no number is cut or folded."""
    rows = [outcome("give_up", str(size), size=size, steps=2**size - 1, written=15) for size in (3, 20)]
    rows += [
        outcome(trial=f"c{size}", size=size, steps=size, puzzle="counting", arm="insist") for size in (3, 9)
    ]
    table = frame(rows, "r")
    for made in (comparison(table), by_size(table), labels(table)):
        lines = terminal(made).splitlines()
        assert max(map(len, lines)) <= 80
        assert not any("…" in line for line in lines)
    assert "1,048,575" in terminal(by_size(table))
    assert "100 %" in terminal(comparison(table))


def named(*models: str, arms: tuple[str, ...] = ("list", "insist")) -> pd.DataFrame:
    """Outcomes of these models in each arm, all of the same puzzle."""
    rows = [
        outcome("solved", f"{model}-{arm}", model=model, arm=arm, max_tokens=100)
        for model in models
        for arm in arms
    ]
    return frame(rows, "r")


LONG_NAMES = ("anthropic/claude-3.5-sonnet-20240620-extended", "meta-llama/llama-4-maverick-17b-instruct")


@pytest.mark.parametrize("width", [80, 120, 1000])
def test_terminal_long_names(width: int) -> None:
    """A row is one line at any width; long names are clipped with an ellipsis, and numbers never are."""
    for made in (comparison(named(*LONG_NAMES)), labels(named(*LONG_NAMES))):
        lines = terminal(made, width).splitlines()
        rows = [line for line in lines if line.startswith(("anthropic/", "meta-llama/"))]
        assert len(rows) == len(made[made["model"] != "all"])
        assert all("\u2026" in line for line in rows)
        assert max(map(len, lines)) <= min(width, 100)
    assert "anthropic/claude-3.5-sonnet-2\u2026" in terminal(comparison(named(*LONG_NAMES)), 120)


def test_names_are_whole_for_files_and_pipes() -> None:
    """Where nobody's terminal is too narrow."""
    shown = Console(file=io.StringIO(), width=1000)
    shown.print(to_terminal(comparison(named(*LONG_NAMES)), whole=True))
    assert isinstance(shown.file, io.StringIO)
    assert all(name in shown.file.getvalue() for name in LONG_NAMES)


def test_terminal_says_once_what_is_the_same() -> None:
    """A key that all rows share is said above the table; a column without values is left out."""
    printed = terminal(comparison(named("a", "b")))
    assert printed.splitlines()[0] == "In all rows: puzzle hanoi"
    assert printed.count("hanoi") == 1
    assert "after" not in printed
    assert "model" in terminal(comparison(named("a", arms=("list",))))


def test_terminal_is_not_steered() -> None:
    """No control character, no bidi override and no rich markup gets through."""
    printed = terminal(hostile_table(), width=1000)
    assert printable(printed, keep="\n") == printed
    assert "[bold]x[/bold]" in printed
    assert r"\x1b[31mred" in printed


def test_markdown_is_a_table_and_nothing_else() -> None:
    """A Markdown reader finds as many cells in each row, texts in them, and not one element more."""
    table = hostile_table()
    parser = MarkdownIt("commonmark").enable("table")
    tokens = parser.parse(to_markdown(table))
    assert {token.type for token in tokens if not token.type.startswith(("t", "inline"))} == set()
    cells = [token for token in tokens if token.type == "inline"]
    assert len(cells) == len(shown(table).headings) * (len(table) + 1)
    inside = {child.type for cell in cells for child in cell.children or []}
    assert inside <= {"text", "text_special"}
    first_texts = {"".join(child.content for child in cell.children or []) for cell in cells}
    assert printable(HOSTILE)[:100] in {text[:100] for text in first_texts}


def test_csv_has_no_formulas() -> None:
    """No text begins as a formula would, numbers are numbers, and a row stays a line."""
    table = hostile_table()
    text = to_csv(table)
    rows = list(csv.reader(io.StringIO(text)))
    assert len(text.splitlines()) == len(table) + 1 == len(rows)
    assert {len(row) for row in rows} == {len(table.columns)}
    for row in rows[1:]:
        model, trials = row[0], row[3]
        assert not model.lstrip().startswith(("=", "+", "-", "@", "\uff1d"))
        assert model == printable(model)
        assert trials == "1"


def test_csv_of_the_trials() -> None:
    """A frame itself can be written: missing is empty, truth in words, text quoted, numbers plain."""
    rows = frame([outcome("give_up", "t", model='a "quoted", name', temperature=0.5)], "r")
    text = to_csv(rows)
    back = pd.read_csv(io.StringIO(text))
    assert back["model"].item() == 'a "quoted", name'
    assert back["temperature"].item() == 0.5
    assert bool(back["clean"].item()) is True
    assert pd.isna(back["lost_at"].item())
    assert "nan" not in text.lower()
    assert to_csv(pd.DataFrame({"x": [-1.5, float("nan"), float("inf")]})) == '"x"\n-1.5\n\n\n'


@pytest.mark.parametrize("made", [comparison, by_size, labels])
def test_nothing_missing_is_shown_as_nan(made: object) -> None:
    """Where there is no denominator, no format says nan, inf, <NA> or None."""
    assert callable(made)
    table = made(frame(several(error=2), "r"))
    for text in (terminal(table), to_markdown(table), to_csv(table)):
        assert not any(word in text for word in ("nan", "inf", "NA", "None"))


def test_empty_tables_are_valid() -> None:
    """A table without rows has its headings in each format."""
    table = comparison(frame([], "r"))
    assert "accuracy" in terminal(table)
    assert to_markdown(table).startswith("| model |")
    assert to_csv(table).startswith('"model",')


def test_surrogates_are_spelled() -> None:
    """A lone surrogate, as in a directory's name, breaks no format."""
    rows = pd.concat([frame([outcome()], "\ud800"), frame([outcome()], "b")])
    for text in (terminal(comparison(rows)), to_markdown(comparison(rows)), to_csv(comparison(rows))):
        assert "ud800" in text
        text.encode("utf-8")

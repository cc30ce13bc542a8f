"""A run's progress: a live table in a terminal, plain lines elsewhere, and nothing hostile in either."""

import io

import pytest
from rich.console import Console

from evals.cli.telling.progress import Display, Tally
from evals.record.outcome import Label
from evals.record.price import Price
from evals.text import printable
from tests.samples.outcomes import HOSTILE, outcome


def console(*, terminal: bool) -> Console:
    return Console(file=io.StringIO(), force_terminal=terminal, width=80, color_system=None)


def text(shown: Console) -> str:
    assert isinstance(shown.file, io.StringIO)
    return shown.file.getvalue()


def test_tally() -> None:
    """Trials, labels and tokens are counted, also those of answers not read yet."""
    tally = Tally(total=10, before=2)
    tally.add(outcome(Label.SOLVED, completion_tokens=5))
    tally.add(outcome(Label.GIVE_UP))
    tally.add(None)
    assert (tally.done, tally.tokens) == (5, 5)
    assert tally.labels_in_words() == "solved 1, give_up 1, unread 1, 2 before"


def test_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time left follows the pace of this run; where there is none, nothing is claimed."""
    tally = Tally(total=12, before=2, started=0.0)
    assert tally.time_left() == "\u2013"
    monkeypatch.setattr("time.monotonic", lambda: 60.0)
    tally.add(outcome())
    assert tally.time_left() == "9:00"
    tally.total = 100
    assert tally.time_left() == "1:37:00"
    tally.stopped = True
    assert tally.time_left() == "\u2013"


def test_terminal_shows_a_table() -> None:
    """Per model: done, labels so far, tokens, time left; long names are clipped on one line."""
    shown = console(terminal=True)
    with Display(shown) as display:
        display.planned("mine/" + "long" * 20, 5, 1)
        display.finished("mine/" + "long" * 20, outcome(Label.GIVE_UP, completion_tokens=1234))
        shown.print(display._table())
    line = next(line for line in text(shown).splitlines() if "2/5" in line)
    assert "give_up 1" in line
    assert "1,234" in line
    assert "\u2026" in line


def test_terminal_shows_what_is_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests in flight, a wait with its end, the cost, the sum of all models, and the time elapsed."""
    now = 100.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    shown = console(terminal=True)
    shown.width = 160
    prices = {"mine/m": Price(input=1000, output=2000), "mine/n": Price(input=0, output=0)}
    display = Display(shown, prices)
    for model in ("mine/m", "mine/n"):
        display.planned(model, 5, 0)
        display.sent(model)
        display.sent(model)
    display.received("mine/m")
    display.waits("mine/n", 65)
    display.finished("mine/m", outcome(prompt_tokens=1000, completion_tokens=500))
    now = 102.0
    shown.print(display._table())
    rows = [line.split() for line in text(shown).splitlines()]
    assert rows[0] == ["model", "done", "so", "far", "in", "flight", "tokens", "cost", "left"]
    assert rows[1] == ["mine/m", "1/5", "solved", "1", "1", "500", "2.00", "USD", "0:08"]
    assert rows[2][1:7] == ["0/5", "\u2013", "2,", "waits", "1:03", "0"]
    assert rows[3] == ["all", "1/10", "solved", "1", "3", "500", "2.00", "USD", "0:18"]
    assert rows[4] == ["0:02", "elapsed"]


def test_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no terminal, a line now and then, and no escape sequence."""
    now = 0.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    shown = console(terminal=False)
    with Display(shown) as display:
        display.planned("mine/m", 5, 1)
        for _ in range(3):
            display.finished("mine/m", outcome())
            now += 3
    assert text(shown).splitlines() == [
        "asking mine/m: 5 trials, 1 of them recorded before",
        "mine/m: 4 of 5; solved 3, 1 before; 0 tokens; 0:02 left",
    ]


@pytest.mark.parametrize("terminal", [True, False])
def test_interrupted_says_how_far(terminal: bool) -> None:
    """A run that ends before its time leaves a line for each model."""
    shown = console(terminal=terminal)
    display = Display(shown)
    display.planned("mine/m", 5, 0)
    display.finished("mine/m", outcome())
    with pytest.raises(KeyboardInterrupt), display:
        raise KeyboardInterrupt
    assert "mine/m: 1 of 5; solved 1" in text(shown)


def test_given_up_is_said_where_others_go_on() -> None:
    """A model that is given up is said at once, unless it is the only one: then the end says it."""
    shown = console(terminal=False)
    with Display(shown) as display:
        display.planned("mine/m", 5, 0)
        display.stopped("mine/m", "HTTP 401")
        assert "not asked" not in text(shown)
        display.planned("mine/n", 5, 0)
        display.stopped("mine/m", "HTTP 401")
    assert "mine/m: not asked any more: HTTP 401" in text(shown)


@pytest.mark.parametrize("terminal", [True, False])
def test_hostile_names(terminal: bool) -> None:
    """A model's name and an error's words steer no terminal."""
    shown = console(terminal=terminal)
    with Display(shown) as display:
        display.planned(HOSTILE, 5, 0)
        display.planned("mine/n", 5, 0)
        display.finished(HOSTILE, outcome())
        display.stopped(HOSTILE, HOSTILE)
        shown.print(display._table())
    said = text(shown)
    assert "\x1b[31m" not in said
    assert "[bold]x[/bold]" in said
    if not terminal:
        assert printable(said, keep="\n") == said

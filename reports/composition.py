"""How trials ended, size by size, as bars: the geometry alone, drawn by the templates as SVG.

A bar is the answered trials; what the instrument lost stands beside it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from evals.trials import INSTRUMENT, Label
from reports.rendering import LABEL_WORDS, number, percent
from reports.rows import Row

WIDTH = 400
"""Of the drawing, in its own units; as wide as a narrow phone, so that its words stay legible there."""

LEFT, BAR = 92, 206
"""Where the bars begin, and how long a whole one is."""

ROW, THICK = 24, 17
"""Height of a row, and of the bar in it."""

SHOWN = tuple(label for label in Label if label not in INSTRUMENT)
"""The labels in a bar, from left to right."""

_DIGIT = 8
"""Width of a digit."""


@dataclass(frozen=True, slots=True)
class Segment:
    """The trials of one label in one bar."""

    label: str
    x: float
    width: float
    words: str
    """What a pointer that rests on it shows."""
    inside: str
    """The count, where there is room for it."""


@dataclass(frozen=True, slots=True)
class Bar:
    """The trials of one size."""

    y: int
    name: str
    segments: tuple[Segment, ...]
    answered: str
    lost: str
    """How many the instrument lost, if any."""


@dataclass(frozen=True, slots=True)
class Chart:
    """One model, puzzle and arm."""

    model: str
    about: str
    bars: tuple[Bar, ...]
    rows: tuple[int, ...]
    """Which rows of the table by size are drawn here."""

    @property
    def height(self) -> int:
        """Of the drawing, with its axis."""
        return ROW * len(self.bars) + 22


def charts(rows: Iterable[Row]) -> list[Chart]:
    """One for each model, puzzle, arm and what else varies, in the order of the rows of `by_size`."""
    groups: dict[tuple[str, ...], list[tuple[int, Row]]] = {}
    for index, row in enumerate(rows):
        groups.setdefault(tuple(row.keys.values()), []).append((index, row))
    return [_chart(group) for group in groups.values()]


def _chart(unsorted: list[tuple[int, Row]]) -> Chart:
    # Sizes of one puzzle need not grow with their steps: four pegs need fewer than three.
    group = sorted(unsorted, key=lambda item: item[1].values["steps"] or float("inf"))
    first = group[0][1]
    return Chart(
        model=first.keys["model"],
        about=first.about,
        bars=tuple(_bar(row, place) for place, (_, row) in enumerate(group)),
        rows=tuple(index for index, _ in group),
    )


def _bar(row: Row, place: int) -> Bar:
    answered, steps = row.count("answered"), row.values["steps"]
    lost = row.count("trials") - answered
    return Bar(
        y=place * ROW,
        name=_name(steps),
        segments=tuple(_segments(row, answered)),
        answered=f"of {number(answered)}",
        lost=f"+{number(lost)}" if lost else "",
    )


def _name(steps: float | None) -> str:
    """What stands before a bar; there is no room for much."""
    if steps is None:
        return "unsolvable"
    if steps >= 100_000:
        return number(steps)
    return f"{number(steps)} step{'' if steps == 1 else 's'}"


def _segments(row: Row, answered: int) -> Iterable[Segment]:
    x = float(LEFT)
    for label in SHOWN:
        count = row.count(str(label))
        if not count:
            continue
        width, words = BAR * count / answered, number(count)
        yield Segment(
            label=str(label),
            x=round(x, 2),
            width=round(width, 2),
            words=f"{LABEL_WORDS[str(label)]}: {words} of {number(answered)} ({percent(count / answered)})",
            inside=words if width >= _DIGIT * len(words) + 4 else "",
        )
        x += width

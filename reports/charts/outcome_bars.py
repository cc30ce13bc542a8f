"""Charts of how trials ended, by size: a bar is the answered trials, with instrument losses beside it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Rectangle

from evals.record.outcome import INSTRUMENT, Label
from reports.charts.figure import FAINT, INK, Figure, slug
from reports.tables.rendering import LABEL_WORDS, Shown, number, percent
from reports.tables.rows import TableRow

WIDTH = 400
LEFT, BAR = 92, 206
"""Where the bars begin, and the length of a full one; in 1/100 inch, like all units here."""
ROW, THICK = 24, 17
"""Height of a row, and of the bar in it."""
_TOP = 6
_DIGIT = 8
"""Width of a digit."""


@dataclass(frozen=True, slots=True)
class BarSegment:
    """What one segment of a bar counts, and how it looks."""

    counts: tuple[str, ...]
    """Columns of `reports.analyses.counts`; the later ones are subtracted from the first."""
    words: str
    colour: str
    hatch: str = ""
    on_dark: bool = False


PARTS = (
    BarSegment(("solved",), LABEL_WORDS["solved"], "#009e73"),
    BarSegment(("refusal",), LABEL_WORDS["refusal"], "#d55e00", "--"),
    BarSegment(("give_up", "give_up_wrong"), "give up, right so far", "#e69f00", "///"),
    BarSegment(("give_up_wrong",), "give up, already wrong", "#f0e0b8", "\\\\\\"),
    BarSegment(("logic_error",), LABEL_WORDS["logic_error"], "#0072b2", on_dark=True),
    BarSegment(("malformed",), LABEL_WORDS["malformed"], "#56b4e9", "||"),
    BarSegment(("no_answer",), LABEL_WORDS["no_answer"], "#cc79a7", "xx"),
)
LOST = BarSegment(
    tuple(str(label) for label in Label if label in INSTRUMENT), "lost to the instrument", "#8a8f96", "xx"
)
"""Drawn beside the bars, not in them."""


def part_of(label: Label) -> BarSegment:
    """Return how a label looks elsewhere on the page."""
    return next((part for part in PARTS if part.counts[0] == label), LOST)


@dataclass(frozen=True, slots=True)
class Segment:
    """The trials of one part in one bar."""

    part: BarSegment
    x: float
    width: float
    count: int


@dataclass(frozen=True, slots=True)
class Bar:
    """The trials of one size."""

    name: str
    segments: tuple[Segment, ...]
    answered: int
    lost: int
    """Number of trials lost to the instrument."""

    @property
    def told(self) -> str:
        """The bar in words: `31 steps: 5 solved, 3 refusal`."""
        parts = [f"{segment.count} {segment.part.words}" for segment in self.segments]
        lost = [f"{self.lost} {LOST.words}"] if self.lost else []
        return f"{self.name}: {', '.join([*parts, *lost]) or 'none'}"


def figures(rows: Iterable[TableRow]) -> list[Figure]:
    """Return one figure per model, puzzle, arm and whatever else varies, in the order of `counts.by_size`."""
    groups: dict[tuple[str, ...], list[TableRow]] = {}
    for row in rows:
        groups.setdefault(tuple(row.keys.values()), []).append(row)
    return [_figure(place, group) for place, group in enumerate(groups.values(), start=1)]


def _figure(place: int, unsorted: list[TableRow]) -> Figure:
    # A larger size does not always need more steps: four pegs need fewer than three.
    group = sorted(unsorted, key=lambda row: row.values["steps"] or float("inf"))
    bars = [bar(row) for row in group]
    first = group[0]
    return Figure(
        name=f"endings-{place}-{slug(*list(first.keys.values())[:3])}"[:80].rstrip("-"),
        title=first.keys["model"],
        about=first.about,
        told="; ".join(bar.told for bar in bars),
        size=(WIDTH, ROW * len(bars) + 22 + _TOP),
        draw=lambda canvas: _draw(canvas, bars),
        table=_table(bars),
    )


def bar(row: TableRow) -> Bar:
    """Return the bar of one row of `counts.by_size`."""
    answered = row.count("answered")
    return Bar(
        name=_name(row.values["steps"]),
        segments=tuple(_segments(row, answered)),
        answered=answered,
        lost=row.count("trials") - answered,
    )


def _name(steps: float | None) -> str:
    """Return the text in front of a bar, where there is little room."""
    if steps is None:
        return "unsolvable"
    if steps >= 100_000:
        return number(steps)
    return f"{number(steps)} step{'' if steps == 1 else 's'}"


def _segments(row: TableRow, answered: int) -> Iterator[Segment]:
    x = float(LEFT)
    for part in PARTS:
        count = row.count(part.counts[0]) - row.count(*part.counts[1:])
        if count:
            width = BAR * count / answered
            yield Segment(part, x, width, count)
            x += width


def _table(bars: list[Bar]) -> Shown:
    used = [part for part in PARTS if any(part is segment.part for bar in bars for segment in bar.segments)]
    rows = []
    for one in bars:
        counts = {segment.part.words: segment.count for segment in one.segments}
        cells = [
            f"{number(count)} ({percent(count / one.answered)})" if (count := counts.get(part.words)) else "0"
            for part in used
        ]
        rows.append((one.name, number(one.answered), *cells, number(one.lost)))
    heads = ("steps needed", "answered", *(part.words for part in used), LOST.words)
    return Shown(heads, (False, *[True] * (len(heads) - 1)), tuple(rows))


def _draw(canvas: Canvas, bars: list[Bar]) -> None:
    height = ROW * len(bars) + 22 + _TOP
    axes = canvas.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(height, 0)
    bottom = _TOP + ROW * len(bars)
    for share in (0, 50, 100):
        x = LEFT + BAR * share / 100
        axes.plot([x, x], [_TOP, bottom + 3], color=FAINT, linewidth=0.5, zorder=0)
        axes.text(x, bottom + 15, f"{share} %", ha="center", color=FAINT, size=8)
    for place, one in enumerate(bars):
        y = _TOP + place * ROW
        middle = y + 3 + THICK / 2
        axes.text(LEFT - 6, middle, one.name, ha="right", va="center")
        for segment in one.segments:
            axes.add_patch(_patch(segment, y + 3))
            words = number(segment.count)
            if segment.width >= _DIGIT * len(words) + 4:
                colour = "#fffffe" if segment.part.on_dark else "#000000"
                at = segment.x + segment.width / 2
                axes.text(at, middle, words, ha="center", va="center", color=colour, weight="bold", size=8.5)
        axes.text(LEFT + BAR + 6, middle, f"of {number(one.answered)}", va="center", color=FAINT)
        if one.lost:
            axes.add_patch(
                Rectangle(
                    (WIDTH - 50, middle - 5),
                    10,
                    10,
                    facecolor=LOST.colour,
                    hatch=LOST.hatch,
                    edgecolor=INK,
                    lw=0.4,
                )
            )
            axes.text(WIDTH - 36, middle, f"+{number(one.lost)}", va="center")


def _patch(segment: Segment, y: float) -> Rectangle:
    part = segment.part
    return Rectangle(
        (segment.x, y),
        segment.width,
        THICK,
        facecolor=part.colour,
        hatch=part.hatch,
        edgecolor="#5b4a20" if part.hatch else "#fffffe",
        linewidth=0.6,
    )

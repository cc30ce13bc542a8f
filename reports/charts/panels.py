"""Small multiples on one pair of axes: panels of one unit each, side by side and one beneath the other.

Axes of matplotlib are slow to make, and a panel needs no more than a frame, a few ticks and a title.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure as Canvas

from evals.text import clip
from reports.charts.figure import FAINT, LINE, WIDTH

_SIDE, _TOP = 44, 16
"""Room to the left of the panels for ticks, and above each for its title; in 1/100 inch."""
_BETWEEN, _TICKS = 26, 18
"""Beneath a row for its ticks: before the title of the next, and at the end."""
_GAP = 14
"""Between columns."""


@dataclass(frozen=True, slots=True)
class Panels:
    """A layout of panels; lengths in 1/100 inch."""

    count: int
    columns: int
    height: int
    """Of each panel."""
    above: int = 4
    """Room for a legend."""
    below: int = 16
    """Room beneath the last ticks."""

    @property
    def rows(self) -> int:
        """The number of rows."""
        return -(-self.count // self.columns)

    @property
    def width(self) -> float:
        """The width of a panel."""
        return (WIDTH - _SIDE - 8 - (self.columns - 1) * _GAP) / self.columns

    @property
    def size(self) -> tuple[int, int]:
        """The size of the figure."""
        return WIDTH, self.above + self.rows * (
            _TOP + self.height + _BETWEEN
        ) - _BETWEEN + _TICKS + self.below

    def axes(self, canvas: Canvas) -> Axes:
        """Return axes in which each panel is one unit wide and high, without anything on them."""
        width, height = self.size
        bottom = _TICKS + self.below
        inside = height - bottom - self.above
        axes = canvas.add_axes((_SIDE / width, bottom / height, (width - _SIDE - 8) / width, inside / height))
        axes.axis("off")
        axes.set_xlim(0, self.columns + (self.columns - 1) * _GAP / self.width)
        step = (_TOP + self.height + _BETWEEN) / self.height
        axes.set_ylim(-(self.rows - 1) * step, 1 + _TOP / self.height)
        return axes

    def legend(self, canvas: Canvas, handles: Sequence[Artist], columns: int, **look: Any) -> None:
        """Write a legend above all panels, in so many columns."""
        canvas.legend(
            handles=handles,
            loc="upper left",
            bbox_to_anchor=(6 / self.size[0], 1),
            borderaxespad=0.1,
            ncols=columns,
            fontsize=7.5,
            **look,
        )

    def note(self, canvas: Canvas, words: str) -> None:
        """Write what the axes are beneath all panels."""
        canvas.text(0.55, 4 / self.size[1], words, ha="center", size=8)

    def corner(self, at: int) -> tuple[float, float]:
        """Return the lower left corner of a panel."""
        row, column = divmod(at, self.columns)
        return column * (1 + _GAP / self.width), -row * (_TOP + self.height + _BETWEEN) / self.height

    def frame(self, axes: Axes, titles: Sequence[str], grid: Sequence[float] = ()) -> None:
        """Draw the frames and titles, and lines across at these heights of each panel."""
        corners = [self.corner(at) for at in range(self.count)]
        frames = [[(x, y + 1), (x, y), (x + 1, y)] for x, y in corners]
        across = [[(x, y + at), (x + 1, y + at)] for x, y in corners for at in grid]
        axes.add_collection(LineCollection(across, colors=LINE, linewidths=0.6, zorder=0))
        axes.add_collection(LineCollection(frames, colors=FAINT, linewidths=0.8, clip_on=False, zorder=1))
        letters = int(self.width / 5.2)
        for (x, y), title in zip(corners, titles, strict=True):
            axes.text(x, y + 1 + 4 / self.height, clip(title, letters), size=8)

    def across(self, axes: Axes, at: int, ticks: Sequence[tuple[float, str]]) -> None:
        """Write the ticks beneath a panel: places from 0 to 1, and words."""
        x, y = self.corner(at)
        for place, words in ticks:
            side = "right" if place > 0.96 else "center"
            axes.text(x + place, y - 4 / self.height, words, ha=side, va="top", **_SMALL)

    def upright(self, axes: Axes, ticks: Sequence[tuple[float, str]]) -> None:
        """Write the ticks to the left of the first panel of each row."""
        for at in range(0, self.count, self.columns):
            x, y = self.corner(at)
            for place, words in ticks:
                axes.text(x - 5 / self.width, y + place, words, ha="right", va="center", **_SMALL)


_SMALL: dict[str, Any] = {"color": FAINT, "size": 7.5}

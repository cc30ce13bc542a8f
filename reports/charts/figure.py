"""Figures, drawn once: as SVG for the page, and as SVG or PNG for files. Only the charts import matplotlib.

What a figure shows is also given as a sentence and as a table of its numbers. Colour never stands alone: it
is always paired with markers, line styles or hatching.
"""

import io
import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Canvas

from evals.errors import RunError
from evals.record.files import write
from reports.measures.arrays import Floats
from reports.tables.escape import write_utf8
from reports.tables.rendering import Shown
from reports.tables.views import rounded

INK, FAINT, LINE = "#16191d", "#565d66", "#c3c8cf"
"""For text and marks, for secondary elements, and for grids; the page replaces them with its own colours."""

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#6b6b6b")
"""The palette of Okabe and Ito without black and yellow, and a grey."""
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
STYLES = ("-", "--", ":", "-.")

WIDTH = 400
"""Width in 1/100 inch of a figure that is legible on a phone."""

_THEME = {INK: "var(--ink)", FAINT: "var(--faint)", LINE: "var(--line)", "#ffffff": "var(--ground)"}
_SETTINGS: dict[Any, Any] = {  # names that only matplotlib knows
    "svg.fonttype": "none",
    "font.size": 9.0,
    "font.family": ["DejaVu Sans"],
    "text.color": INK,
    "text.parse_math": False,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.color": FAINT,
    "ytick.labelcolor": INK,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "hatch.linewidth": 0.7,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "figure.facecolor": "#ffffff",
    "axes.facecolor": "#ffffff",
}

Draw: TypeAlias = Callable[[Canvas], None]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that is not drawn yet."""

    name: str
    """Base name of its files: letters, digits and hyphens; unique."""
    title: str
    about: str
    """What the title leaves out; may be empty."""
    told: str
    """A description for readers who cannot see it."""
    size: tuple[int, int]
    """Width and height in units of 1/100 inch."""
    draw: Draw
    table: Shown
    """Its numbers."""


def to_svg(figure: Figure) -> str:
    """Return a complete SVG file with the title, identical every time."""
    with _drawn(figure) as canvas:
        _put_title(canvas, figure)
        return _svg(canvas, bbox_inches="tight")


def to_png(figure: Figure) -> bytes:
    """Return a PNG with the title, at twice its size on a screen."""
    with _drawn(figure) as canvas:
        _put_title(canvas, figure)
        file = io.BytesIO()
        FigureCanvasAgg(canvas)
        canvas.savefig(file, format="png", dpi=200, bbox_inches="tight", metadata={"Software": None})
        return file.getvalue()


def _svg(canvas: Canvas, **options: Any) -> str:
    file = io.StringIO()
    FigureCanvasSVG(canvas)
    canvas.savefig(file, format="svg", metadata={"Date": None, "Creator": None}, **options)
    return file.getvalue()


def _put_title(canvas: Canvas, figure: Figure) -> None:
    """Put the title above the canvas; a saved file is fitted to what is drawn."""
    height = figure.size[1]
    canvas.text(0.02, 1 + 24 / height, figure.title, weight="bold", size=10)
    canvas.text(0.02, 1 + 8 / height, figure.about, color=FAINT)


_HEAD = re.compile(r"\A.{0,2000}?<svg [^<>]*>", re.DOTALL)
_DROPPED = re.compile(
    r"\s*<metadata>.*?</metadata>|<defs>\s*<style[^>]*>[^<]*</style>\s*</defs>|"
    r" transform=\"rotate\(-0 [^\"]*\"",
    re.DOTALL,
)
_NAMES = re.compile(r'(\bid="|href="#|url\(#)')
_SPACES = re.compile(r">\s+<(?!tspan)")


def inline(figure: Figure) -> str:
    """Return the SVG for the page: in the page's colours, with ids unique to this figure.

    Any text in it has been escaped by matplotlib.
    """
    width, height = figure.size
    with _drawn(figure) as canvas:
        body = _DROPPED.sub("", _HEAD.sub("", _svg(canvas)))
    body = _NAMES.sub(rf"\g<1>{figure.name}-", body)
    body = body.replace("'DejaVu Sans'", "var(--font)")
    for colour, variable in _THEME.items():
        body = body.replace(colour, variable)
    points = f"0 0 {width * 0.72:g} {height * 0.72:g}"
    head = (
        f'<svg xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="{points}" role="img" '
        f'aria-labelledby="{figure.name}-told" style="max-width: {width * 0.075:g}rem">'
    )
    return head + _SPACES.sub("><", body).strip()


def save(figures: Iterable[Figure], directory: Path) -> int:
    """Write `NAME.svg` and `NAME.png` of each figure, and return the number of figures; raises `RunError`."""
    count = 0
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for figure in figures:
            write_utf8(directory / f"{figure.name}.svg", to_svg(figure))
            write(directory / f"{figure.name}.png", [to_png(figure)])
            count += 1
    except OSError as error:
        raise RunError(
            f"cannot write figures to {str(directory)!r}: {error.strerror or error}; "
            "name another directory with --figures"
        ) from None
    return count


@contextmanager
def _drawn(figure: Figure) -> Iterator[Canvas]:
    """Yield the drawn figure on its canvas, with our settings in force."""
    settings = {**_SETTINGS, "svg.hashsalt": figure.name}
    with mpl.rc_context(), warnings.catch_warnings():
        # Not what a `matplotlibrc` in the working directory says: it could have programs run.
        mpl.rcdefaults()
        mpl.rcParams.update(settings)
        # For a name in a script that the font lacks, the browser uses a font of its own.
        warnings.filterwarnings("ignore", message="Glyph|Matplotlib currently does not support")
        width, height = figure.size
        canvas = Canvas(figsize=(width / 100, height / 100))
        figure.draw(canvas)
        yield canvas


def share_by_tokens(axes: Axes, tokens: Floats, margin: float) -> None:
    """Scale axes for shares by numbers of tokens, on a logarithmic scale.

    Args:
        axes: The axes.
        tokens: All that are drawn, above 0.
        margin: How many times farther than they the axis reaches, at either end.
    """
    low, high = tokens.min() / margin, tokens.max() * margin
    ticks = [tick for power in range(9) for tick in (10.0**power, 3 * 10.0**power) if low <= tick <= high]
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.xaxis.set_ticks(ticks, [rounded(tick) for tick in ticks])
    axes.xaxis.set_ticks([], minor=True)
    axes.set_ylim(-0.02, 1.02)
    axes.yaxis.set_ticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
    axes.grid(visible=True)


def slug(*words: object) -> str:
    """Return a name for a file and for ids."""
    return re.sub(r"[^a-z0-9]+", "-", "-".join(map(str, words)).lower()).strip("-") or "figure"

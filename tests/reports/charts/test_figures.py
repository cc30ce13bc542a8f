"""Figures as SVG and PNG, of whatever text stands in them."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Hashable

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure as Canvas

from reports import frame
from reports.analyses.all_measures import Measured
from reports.charts.figure import Figure, inline, slug, to_png, to_svg
from reports.charts.horizons import AxisSpan, dodged, place
from reports.charts.looks import looks_of
from reports.page.sections import figures
from reports.tables.rendering import Shown
from tests.samples.outcomes import HOSTILE, outcome


def of(text: str, name: str = "one") -> Figure:
    """A figure with a text and a hatched bar."""

    def draw(canvas: Canvas) -> None:
        axes = canvas.add_axes((0.2, 0.2, 0.7, 0.7))
        axes.bar([1], [2], hatch="//")
        axes.text(0.5, 0.5, text)

    return Figure(name, "t", "", "told", (300, 200), draw, Shown((), (), ()))


@pytest.mark.parametrize("text", ["$x$ $\\frac{", "</text><script>alert(1)</script>&amp;", "漢字 é"])
def test_text_is_text(text: str) -> None:
    """No formula is read in it, no markup, and nothing is said of letters that a font lacks."""
    found = ET.fromstring(to_svg(of(text))).iter("{http://www.w3.org/2000/svg}text")
    assert text in [element.text for element in found]
    assert to_png(of(text)).startswith(b"\x89PNG")


def test_the_same_every_time() -> None:
    """Byte for byte, without a clock in it."""
    assert to_svg(of("a")) == to_svg(of("a"))
    assert to_png(of("a")) == to_png(of("a"))


def test_inline_in_colours_of_the_page() -> None:
    """Ids and what refers to them belong to one figure, whatever else stands on the page."""
    one, two = inline(of("a", "one")), inline(of("a", "two"))
    ids = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in (one, two)]
    assert ids[0] & ids[1] == set()
    used = set(re.findall(r'(?:href="|url\()#([^")]+)', one))
    assert used
    assert used <= ids[0]
    assert "var(--ink)" in one
    assert "<metadata" not in one
    assert "<style" not in one


def test_figures_of_hostile_names() -> None:
    """Names of models, puzzles and arms come out escaped and without unseen characters."""
    rows = [
        outcome(
            label, f"{label} {size}", model=HOSTILE, puzzle=HOSTILE, arm=HOSTILE, size=size, steps=2**size
        )
        for size in (2, 3)
        for label in ("solved", "give_up", "logic_error")
    ]
    drawn = figures(Measured.of(frame(rows, "r")))
    assert len(drawn) >= 3
    for figure in drawn:
        ET.fromstring(to_svg(figure))
        assert "\x1b" not in inline(figure)
        assert "<script" not in inline(figure)
        assert re.fullmatch(r"[a-z0-9-]{1,90}", figure.name)


@pytest.mark.parametrize(
    ("row", "where"),
    [
        ({"estimate": 20.0, "low": 9.0}, AxisSpan(20, 9, float("inf"), exact=True)),
        ({"bracket_low": 16.0, "bracket_high": 64.0}, AxisSpan(32, 16, 64, exact=False)),
        ({"bracket_low": 16.0}, AxisSpan(float("inf"), 16, float("inf"), exact=False)),
        ({"bracket_high": 16.0}, AxisSpan(0, 0, 16, exact=False)),
        ({}, None),
    ],
)
def test_where_a_horizon_stands(row: dict[Hashable, object], where: AxisSpan | None) -> None:
    """An estimate, the middle of a bracket, or off the end of the axis; what is not known is nowhere."""
    missing: dict[Hashable, object] = dict.fromkeys(
        ("estimate", "low", "high", "bracket_low", "bracket_high")
    )
    assert place({**missing, **row}) == where


def test_names_of_files() -> None:
    """Whatever stands in a name, a file can be called so."""
    assert slug("hanoi", "a/b \x1b!") == "hanoi-a-b"
    assert slug("漢") == "figure"


def test_settings_of_the_folder_count_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A `matplotlibrc` in the working directory may be a stranger's, and TeX is a program."""
    plain = to_svg(of("a"))
    monkeypatch.setitem(mpl.rcParams, "text.usetex", True)
    monkeypatch.setitem(mpl.rcParams, "lines.linewidth", 20.0)
    assert to_svg(of("a")) == plain
    assert mpl.rcParams["text.usetex"]


def test_a_model_looks_the_same_everywhere() -> None:
    """Its colour and marker hang on which models there are, not on their order; no two of 49 look alike."""
    names = [f"m{n:02}" for n in range(49)]
    looks = looks_of(names)
    assert looks == looks_of(reversed(names))
    assert len(set(looks.values())) == 49


def test_no_mark_hides_another() -> None:
    """Marks at one place are moved apart, within the panel; others stay where they are."""
    places = [(0.9, 0.9)] * 5 + [(0.1, 0.05)] * 2 + [(0.5, 0.5)]
    found = dodged(places)
    assert found[0] == (0.9, 0.9)
    assert found[-1] == (0.5, 0.5)
    assert len({(round(x, 3), round(y, 3)) for x, y in found}) == len(places)
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in found)

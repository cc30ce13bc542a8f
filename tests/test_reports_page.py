"""The page, and what of the transcripts is on it."""

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import reports
from evals.printable import printable
from evals.trials import Evidence, Label, Outcome
from reports import FrameError, choose, frame, page, write_page
from reports.transcripts import pieces
from tests.made_outcomes import HOSTILE, outcome, quote


class Reader(HTMLParser):
    """Collects what a browser would make of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: dict[str, int] = {}
        self.attributes: set[str] = set()
        self.policy = ""
        self.texts: list[str] = []
        self.marked: list[str] = []
        self.inside: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag] = self.elements.get(tag, 0) + 1
        self.attributes |= {name for name, _ in attrs}
        found = dict(attrs)
        if found.get("http-equiv"):
            self.policy = found["content"] or ""
        if tag not in {"meta", "rect", "path", "line", "link"}:
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            while self.inside.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self.inside[-1:] == ["mark"]:
            self.marked.append(data)


def made(rows: list[Outcome], texts: dict[str, list[tuple[int, str]]], title: str = "A run") -> str:
    """The page of these."""
    return page(frame(rows, "r"), rows, texts, title, ["The respondents are simulated."])


def hostile_page() -> tuple[str, str]:
    """A page of which every text is hostile, and the same page of a harmless model."""
    pages = []
    for bad in (HOSTILE + "\ud800", "plain"):
        text = f"{bad} I will not. {bad}"
        name = bad.replace("\ud800", "")
        rows = [
            outcome(
                "refusal",
                name,
                model=name,
                puzzle=name,
                arm=name,
                instance=name,
                reason=name,
                finish_reason=name,
                flags=(name,),
                options={name: name},
                evidence=(quote(text, "I will not.", name), quote(text, text[:4], name)),
            )
        ]
        pages.append(page(frame(rows, bad), rows, {name: [(1, text)]}, bad, [bad]))
    return pages[0], pages[1]


def test_nothing_is_injected() -> None:
    """Hostile texts add no element, no attribute and no unseen character to what harmless ones give."""
    bad, good = hostile_page()
    assert Reader(bad).elements == Reader(good).elements
    assert Reader(bad).attributes == Reader(good).attributes
    assert printable(bad, keep="\n\t") == bad
    assert "</script><script>alert(1)</script>" in "".join(Reader(bad).texts)
    assert "{{ 7*7 }}" in "".join(Reader(bad).texts)


def test_the_page_needs_no_network() -> None:
    """It refers to nothing outside itself, and its policy would forbid it."""
    reader = Reader(hostile_page()[1])
    assert not reader.attributes & {"src", "href", "srcset", "action", "stylesheet"}
    assert not any(name.startswith("on") for name in reader.attributes)
    assert reader.policy.startswith("default-src 'none'")


def test_only_our_script_may_run() -> None:
    """The policy names the hash of the one script that is on the page."""
    text = made([outcome()], {})
    (script,) = re.findall(r"<script>(.*?)</script>", text, flags=re.DOTALL)
    assert b64encode(sha256(script.encode()).digest()).decode() in Reader(text).policy
    assert (
        script.strip()
        == (Path(reports.__file__).parent / "templates/page.js").read_text(encoding="utf-8").strip()
    )


def test_what_stands_on_it() -> None:
    """Notes, sentences, shares, the reason, the evidence marked, and the version."""
    text = "moves = [[1, 0, 2], ... Let me know if you want the rest."
    rows = [
        outcome(
            "give_up",
            "g",
            written=1,
            reason="it stops short",
            evidence=(quote(text, "Let me know", "offer"),),
        ),
        outcome("solved", "s"),
        outcome("truncated", "t"),
    ]
    reader = Reader(made(rows, {"g": [(1, text)]}, title="Two horizons"))
    words = " ".join("".join(reader.texts).split())
    for part in (
        "Two horizons",
        "The respondents are simulated.",
        "50 % solved of 2; its one failure stopped by choice (typically after 1 step).",
        "Not counted: 1 truncated.",
        "50 % (1)",
        "it stops short",
        "offer (turn 1, content, from character 24)",
        "No answer is recorded.",
        "Made by cantwont",
    ):
        assert part in words
    assert reader.marked == ["Let me know"]


def test_an_empty_run_has_a_page() -> None:
    """It says that there is nothing to show."""
    reader = Reader(made([], {}))
    assert "There are no trials to show." in "".join(reader.texts)
    assert "table" not in reader.elements


def test_duplicates_are_refused() -> None:
    """A frame with a trial twice makes no page."""
    rows = frame([outcome()], "r")
    with pytest.raises(FrameError, match="twice"):
        page(rows.iloc[[0, 0]], [outcome()], {}, "t")


def test_written_as_utf8(tmp_path: Path) -> None:
    """Whatever is in the texts, the file is valid UTF-8."""
    path = tmp_path / "report.html"
    write_page(path, frame([outcome()], "r"), [outcome()], {"t": [(1, "\ud800 é")]}, "\udfff")
    text = path.read_bytes().decode("utf-8")
    assert "\\udfff" in text
    assert "\\ud800 é" in text


def test_says_what_it_leaves_out() -> None:
    """With more trials than fit, the page has so many transcripts and says so."""
    rows = [outcome(trial=str(index)) for index in range(30)]
    text = page(frame(rows, "r"), rows, {}, "t", limit=7)
    assert text.count('class="trial"') == 7
    assert "7 of the 30 trials, chosen evenly" in text


def test_choice_is_even() -> None:
    """Rare labels are all there, frequent ones share what is left, and the order given does not matter."""
    rows = [outcome("solved", f"s{index:03}", size=index) for index in range(100)]
    rows += [outcome("refusal", f"r{index}") for index in range(2)]
    rows += [outcome("solved", f"m{index:03}", model="m") for index in range(50)]
    chosen = choose(rows, 22)
    counts = {(model, label): 0 for model in ("tired", "m") for label in (Label.SOLVED, Label.REFUSAL)}
    for one in chosen:
        counts[one.model, one.label] += 1
    assert counts == {
        ("tired", Label.SOLVED): 10,
        ("tired", Label.REFUSAL): 2,
        ("m", Label.SOLVED): 10,
        ("m", Label.REFUSAL): 0,
    }
    assert {one.size for one in chosen if one.trial.startswith("s")} == set(range(0, 100, 10))
    assert choose(rows[::-1], 22) == chosen
    assert choose(rows, 1000) == sorted(rows, key=lambda one: (one.model, one.arm, one.size, one.trial))


def test_long_answers_are_shortened() -> None:
    """Both ends and the surroundings of the evidence are shown, and how much is missing between them."""
    text = "a" * 5000 + "I give up." + "b" * 5000
    found = pieces(text, [quote(text, "I give up.", "apology")])
    assert [(len(piece.text), piece.shows, piece.left_out) for piece in found] == [
        (1500, "", ""),
        (0, "", "3,300"),
        (200, "", ""),
        (10, "apology", ""),
        (200, "", ""),
        (0, "", "3,300"),
        (1500, "", ""),
    ]


def test_short_answers_are_shown_whole() -> None:
    """With the evidence apart, also where two pieces overlap."""
    found = pieces(
        "one two three", [quote("one two three", "one two", "x"), quote("one two three", "two three", "y")]
    )
    assert [(piece.text, piece.shows) for piece in found] == [("one ", "x"), ("two", "x, y"), (" three", "y")]


@pytest.mark.parametrize("start", [-3, 0, 4, 100])
def test_misplaced_evidence_is_not_marked(start: int) -> None:
    """A quote that does not stand where it should is listed, but marks nothing."""
    wrong = Evidence(turn=1, field="content", start=start, end=start + 3, quote="xyz", shows="decline")
    assert [piece.shows for piece in pieces("one two", [wrong])] == [""]


def test_thinking_is_not_marked_in_the_answer() -> None:
    """Evidence from another field marks nothing, though the same words stand there."""
    found = quote("one two", "two").model_copy(update={"field": "reasoning"})
    assert [piece.shows for piece in pieces("one two", [found])] == [""]


@given(
    st.integers(0, 9000),
    st.lists(st.tuples(st.integers(0, 9000), st.integers(0, 4000)), max_size=6),
)
def test_pieces_and_gaps_make_the_text(length: int, spans: list[tuple[int, int]]) -> None:
    """Nothing is shown twice, and what is left out is counted right."""
    text = "".join(chr(0x4E00 + place) for place in range(length))
    evidence = [
        Evidence(
            turn=1,
            field="content",
            start=start,
            end=start + size,
            quote=text[start : start + size],
            shows="x",
        )
        for start, size in spans
    ]
    place = 0
    for piece in pieces(text, evidence):
        if piece.left_out:
            place += int(piece.left_out.replace(",", ""))
        else:
            assert text[place : place + len(piece.text)] == piece.text != ""
            place += len(piece.text)
    assert place == length

"""The page, and what of the transcripts is on it."""

import json
import re
import sys
import zlib
from base64 import b64decode, b64encode
from collections import Counter
from functools import cache
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

import reports
from evals.record.outcome import Evidence, Label, Outcome
from evals.text import printable
from reports import FrameError, choose, frame, page, write_page
from reports.analyses.all_measures import Measured
from reports.page.conversations import AnsweredTurn, Conversation, Ran
from reports.page.embedding import FACETS
from reports.page.transcripts import pieces
from reports.words.methods import Made
from tests.samples.outcomes import HOSTILE, outcome, quote

pytestmark = pytest.mark.slow


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


def said(trial: str, *answers: str) -> Conversation:
    """A conversation of these answers."""
    turns = [
        AnsweredTurn(number, "start", "what is asked", text) for number, text in enumerate(answers, start=1)
    ]
    return Conversation(trial, tuple(turns))


def made(rows: list[Outcome], *said: Conversation, title: str = "A run", limit: int = 100) -> str:
    """The page of these."""
    measured = Measured.of(frame(rows, "r"))
    return page(measured, rows, said, title, ["The respondents are simulated."], limit=limit)


def unpacked(page: str) -> list[Any]:
    """The index and the chunks of the transcripts, as the page's script reads them."""
    packed = re.findall(r'<script type="text/plain"[^>]*>([A-Za-z0-9+/=]*)</script>', page)
    return [json.loads(zlib.decompress(b64decode(text))) for text in packed]


def entries(page: str) -> list[Any]:
    """The transcripts in the order of the index."""
    index, *chunks = unpacked(page)
    return [chunks[chunk][place] for chunk, place, *_ in index]


@cache
def hostile_page() -> tuple[str, str]:
    """A page of which every text is hostile, and the same page of a harmless model."""
    pages = []
    for bad in (HOSTILE + "\ud800", "plain"):
        text = f"{bad} I will not. {bad}"
        name = bad.replace("\ud800", "")
        rows = [
            outcome(
                label,
                f"{name} {label}",
                model=name,
                puzzle=name,
                arm=name,
                instance=name,
                reason=name,
                finish_reason=name,
                flags=(name,),
                options={name: name},
                evidence=(quote(text, "I will not.", name), quote(text, text[:4], name)),
                completion_tokens=7,
            )
            for label in ("refusal", "solved", "logic_error")
        ]
        measured = Measured.of(frame(rows, bad), pushed=name)
        spec = Made(name, name, name)
        turns = (AnsweredTurn(1, name, text, text, text),)
        talks = [Conversation(row.trial, turns, Ran(text, name, text)) for row in rows]
        pages.append(page(measured, rows, talks, bad, [bad], [spec]))
    return pages[0], pages[1]


def shape(page: str) -> Counter[str]:
    """How many there are of each element, those of the figures apart, whose letters may be drawn or not."""
    return Counter(Reader(re.sub(r"<svg xmlns.*?</svg>", "", page, flags=re.DOTALL)).elements)


def test_nothing_is_injected() -> None:
    """Hostile texts add no element, no attribute and no unseen character to what harmless ones give."""
    bad, good = hostile_page()
    assert shape(bad) == shape(good)
    assert Reader(bad).attributes == Reader(good).attributes
    assert set(Reader(bad).elements) == set(Reader(good).elements)
    assert printable(bad, keep="\n\t") == bad
    assert "</script><script>alert(1)</script>" in "".join(Reader(bad).texts)
    assert "{{ 7*7 }}" in "".join(Reader(bad).texts)


def test_packed_texts_are_harmless() -> None:
    """What the script puts on the page has no unseen character either, and stands there only packed."""
    bad, _ = hostile_page()
    strings = [text for part in unpacked(bad) for text in flattened(part)]
    assert any("\\x1b[31mred" in text for text in strings)
    assert any("\\ud800" in text for text in strings)
    assert all(printable(text, keep="\n\t") == text for text in strings)
    assert "I will not." not in bad


def flattened(value: Any) -> list[str]:
    """Every text in a JSON value."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return [text for inner in value for text in flattened(inner)] if isinstance(value, list) else []


def test_the_page_needs_no_network() -> None:
    """It refers to nothing outside itself, and its policy would forbid it."""
    text = hostile_page()[1]
    reader = Reader(text)
    assert not reader.attributes & {"src", "srcset", "action", "stylesheet"}
    assert not any(name.startswith("on") for name in reader.attributes)
    assert all(target.startswith("#") for target in re.findall(r'href="([^"]*)"', text))
    assert reader.policy.startswith("default-src 'none'")


def test_only_our_script_may_run() -> None:
    """The policy names the hash of the one script that is on the page; the others are data."""
    text = made([outcome()])
    (script,) = re.findall(r"<script>(.*?)</script>", text, flags=re.DOTALL)
    assert b64encode(sha256(script.encode()).digest()).decode() in Reader(text).policy
    assert "strict-dynamic" not in Reader(text).policy
    assert set(re.findall(r"<script( [^>]*)?>", text)) == {
        "",
        ' type="text/plain" id="index"',
        ' type="text/plain" class="chunk"',
    }
    templates = Path(reports.__file__).parent / "page/templates"
    ours = [(templates / name).read_text(encoding="utf-8").strip() for name in ("transcript.js", "page.js")]
    assert script.split() == "\n".join(ours).split()


def test_what_stands_on_it() -> None:
    """Notes, sentences, shares, and the version; in the packed part the reason and the evidence marked."""
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
    made_page = made(rows, said("g", text), title="Two horizons")
    words = " ".join("".join(Reader(made_page).texts).split())
    for part in (
        "Two horizons",
        "The respondents are simulated.",
        "50 % solved of 2; its one failure stopped by choice (typically after 1 step).",
        "Not counted: 1 truncated.",
        "50 % (1)",
        "Made by cantwont",
    ):
        assert part in words
    by_reason = {entry["reason"]: entry for entry in entries(made_page)}
    found = by_reason["it stops short"]
    [quoted] = found["quotes"]
    assert quoted[:2] == ["offer", "turn 1, content, from character 24"]
    assert quoted[2:] == [text[:24], "Let me know", text[35:]]
    assert found["turns"][0]["answer"] == [text[:24], ["Let me know", "offer"], text[35:]]
    assert found["turns"][0]["asked"] == ["what is asked"]
    assert all(entry["turns"] == [] for reason, entry in by_reason.items() if reason != "it stops short")


def test_each_turn_says_why_it_was_sent() -> None:
    """Beside how the trial stood after it; and a program beside what the sandbox made of it."""
    turns = [
        {"turn": 1, "reason": "start", "label": "give_up", "written": 3, "right": 3},
        {"turn": 2, "reason": "stopped_short", "label": "solved", "written": 7, "right": 7},
    ]
    talk = Conversation(
        "t",
        (
            AnsweredTurn(1, "start", "List.", "1 2 3 ..."),
            AnsweredTurn(2, "stopped_short", "Go on.", "4 5 6 7", "hm"),
        ),
        Ran("print(1)", "time_limit", "ten seconds"),
    )
    (found,) = entries(made([outcome(by_turn=turns, turns=2)], talk))
    assert [turn["head"] for turn in found["turns"]] == [
        "Turn 1: the task. After it: give up, 3 steps written",
        "Turn 2: stopped short. After it: solved, 7 steps written",
    ]
    assert [turn["thinking"] for turn in found["turns"]] == [[], ["hm"]]
    assert found["ran"] == [
        ["Program", ["print(1)"]],
        ["In the sandbox: time limit", ["ten seconds"]],
    ]


def test_an_empty_run_has_a_page() -> None:
    """It says that there is nothing to show."""
    reader = Reader(made([]))
    assert "There are no trials to show." in "".join(reader.texts)
    assert "table" not in reader.elements
    assert "svg" not in reader.elements


def test_nothing_but_errors_has_a_page() -> None:
    """Nor does a run whose every trial was lost end the report."""
    text = "".join(Reader(made([outcome("error", "a"), outcome("error", "b", steps=None)])).texts)
    assert "nothing to judge" in text


def test_every_figure_has_words_and_numbers() -> None:
    """For those who do not see it; its numbers beneath it or in its section; in ids that no two have."""
    rows = [
        outcome(label, f"{label}{size}", size=size, steps=2**size - 1) for size in (2, 3) for label in Label
    ]
    text = made(rows)
    sections = re.findall(r"<section(.*?)</section>", text, flags=re.DOTALL)
    figures = [
        (part, one) for part in sections for one in re.findall(r"<figure>(.*?)</figure>", part, re.DOTALL)
    ]
    assert len(figures) >= 3
    for section, figure in figures:
        (named,) = re.findall(r'aria-labelledby="([^"]+)"', figure)
        assert f'id="{named}"' in figure
        assert "<tbody>" in figure or "Rates by length" in section or "Horizons in steps" in section
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_every_section_has_a_link() -> None:
    """The contents name each, and each link leads somewhere."""
    text = made([outcome(label, f"{label}{n}") for label in ("solved", "give_up") for n in range(3)])
    contents = re.findall(r'href="#([^"]+)"', text[text.index("<nav") : text.index("</nav>")])
    assert contents[0] == "overview"
    assert set(contents) == set(re.findall(r'<h2 id="([^"]+)"', text))


def test_links_lead_to_the_trials_they_count() -> None:
    """What a bar links to is in the filters, and the index has as many trials of it as the bar says."""
    rows = [
        outcome(label, f"{label}{n}", model="a b&c")
        for label in ("solved", "give_up", "refusal")
        for n in range(2)
    ]
    text = made(rows)
    [link] = re.findall(r'class="part stopped"[^>]*href="#trials\?([^"]*)"', text)
    wanted = dict(parse_qsl(unescape(link)))
    assert wanted == {"model": "a b&c", "arm": "list", "ending": "stopped"}
    index, *_ = unpacked(text)
    place = 2 + list(FACETS).index("ending")
    choices = re.findall(r'<select name="ending".*?</select>', text, re.DOTALL)[0]
    stopped = re.findall(r'<option value="([^"]+)"', choices).index("stopped")
    assert sum(line[place] == stopped for line in index) == 4


def test_very_many_go_to_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page carries none of the texts, and loads what its own script asks for; the files hold all."""
    # By the modules, since `reports.page` is also the name of a function.
    monkeypatch.setattr(sys.modules["reports.page.page"], "LIMIT", 100)
    for name in ("reports.page.page", "reports.page.embedding"):
        monkeypatch.setattr(sys.modules[name], "TOGETHER", 2)
    rows = [outcome(trial=f"t{n:03}", repeat=n) for n in range(101)]
    talks = [said(row.trial, f"answer {row.trial}") for row in rows]
    path = tmp_path / "all.html"
    write_page(path, Measured.of(frame(rows, "r")), rows, talks, "many")
    text = path.read_text(encoding="utf-8")
    assert 'class="chunk"' not in text
    assert "'strict-dynamic'" in Reader(text).policy
    assert 'data-folder="all_files"' in text
    files = sorted(file.name for file in (tmp_path / "all_files").iterdir())
    assert files == ["000.js", "001.js", "002.js", "index.js"]
    packed = {
        name: re.findall(r'"([A-Za-z0-9+/=]{30,})"', (tmp_path / "all_files" / name).read_text())
        for name in files
    }
    [index] = [json.loads(zlib.decompress(b64decode(one))) for one in packed.pop("index.js")]
    chunks = [json.loads(zlib.decompress(b64decode(one))) for name in sorted(packed) for one in packed[name]]
    assert [chunks[chunk][at]["turns"][0]["answer"] for chunk, at, *_ in index] == [
        [f"answer {row.trial}"] for row in rows
    ]


def test_duplicates_are_refused() -> None:
    """A frame with a trial twice is not measured, so it makes no page."""
    rows = frame([outcome()], "r")
    with pytest.raises(FrameError, match="twice"):
        Measured.of(rows.iloc[[0, 0]])


def test_written_as_utf8(tmp_path: Path) -> None:
    """Whatever is in the texts, the file is valid UTF-8."""
    path = tmp_path / "report.html"
    measured = Measured.of(frame([outcome()], "r"))
    write_page(path, measured, [outcome()], [said("t", "\ud800 é")], "\udfff")
    text = path.read_bytes().decode("utf-8")
    assert "\\udfff" in text
    assert entries(text)[0]["turns"][0]["answer"] == ["\\ud800 é"]


def test_says_what_it_leaves_out() -> None:
    """With more trials than fit, the page has so many transcripts and says so."""
    text = made([outcome(trial=str(index)) for index in range(30)], limit=7)
    assert len(entries(text)) == 7
    assert "7 of the 30 trials, chosen evenly" in text


def test_packed_in_any_order() -> None:
    """The index finds each trial's own transcript, in whatever order the conversations come, however many."""
    rows = [outcome(trial=f"t{index:03}", reason=f"r{index:03}", repeat=index) for index in range(60)]
    talks = [said(row.trial, f"answer {row.trial}") for row in rows[::-1]] + [said("unknown", "x")]
    index, *chunks = unpacked(made(rows, *talks))
    assert len(chunks) > 1
    for (chunk, place, *_), row in zip(index, rows, strict=True):
        found = chunks[chunk][place]
        assert found["reason"] == row.reason
        assert found["turns"][0]["answer"] == [f"answer {row.trial}"]


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
    wrong = Evidence.model_construct(
        turn=1, field="content", start=start, end=start + 3, quote="xyz", shows="decline"
    )
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

"""Whatever a model writes, wherever it stands, comes through every output as text and does no harm."""

import csv
import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from evals.record.completion import read_completion
from evals.record.exchange_log import exchanges
from evals.record.run import RunDirectory
from evals.replay.open_runs import outcomes_of
from evals.text import printable
from tests.program import complaint, done, inside, recorded
from tests.samples.outcomes import HOSTILE
from tests.servers.scripted import Body, completion, scripted

pytestmark = pytest.mark.slow

ANSWER = (
    f"=cmd|' /C calc'!A0 {HOSTILE}\x1b]0;title\x07[/bold][link=http://x]x[/link] \ud800 \U0001f600 "
    "{{x}}\n"
    "moves = [[1, 0, 2], [2, 0, 1], ...] and the pattern \x1b[2J continues"
)
"""Terminal escapes, markup, a script's end, a formula and a lone surrogate around a give-up."""

NAME = f"=evil-{HOSTILE}"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run of hostile answers: imported, with a hostile model, variant, id and refusal."""
    records = [
        {
            "id": f"{NAME}-{index}",
            "task": "hanoi",
            "instance": {"parameters": {"size": 3}},
            "prompt_variant": f"arm-{NAME}",
            "model": f"{NAME}\ud800",
            "request": {"messages": [{"role": "user", "content": f"Move. {ANSWER}"}]},
            "response": response,
        }
        for index, response in enumerate(
            [
                {"content": ANSWER, "reasoning": ANSWER, "finish_reason": ANSWER[:50]},
                {"content": None, "refusal": f"I cannot do that. {ANSWER}"},
                {"content": f"{ANSWER}\n{ANSWER}\nmoves = [[1, 0, 2], [3, 0, 1]]"},
            ]
        )
    ]
    file = tmp_path / "answers.jsonl"
    file.write_text("".join(f"{json.dumps(made)}\n" for made in records))
    assert "3 answers" in harmless(done(inside("import", file, "--out", "run", cwd=tmp_path)))
    return tmp_path / "run"


def harmless(text: str) -> str:
    """The text, which must steer no terminal."""
    assert printable(text, keep="\n") == text
    return text


def test_stored_as_it_came(run: Path) -> None:
    """The record has the answer code point for code point, and evidence stands where it says."""
    rows = list(exchanges(RunDirectory.open(run)))
    assert read_completion(rows[0].reply or {}).content == ANSWER
    assert (run / "exchanges.jsonl").read_bytes().isascii()
    quotes = [evidence for made in outcomes_of(RunDirectory.open(run)) for evidence in made.evidence]
    texts = {row.trial: read_completion(row.reply or {}) for row in rows}
    assert quotes
    for made in outcomes_of(RunDirectory.open(run)):
        for evidence in made.evidence:
            said = getattr(texts[made.trial], evidence.field)
            assert said[evidence.start : evidence.end] == evidence.quote


def test_terminal(run: Path, tmp_path: Path) -> None:
    """Tables and the words of replay are printed, markup and all, without a control character."""
    said = harmless(done(inside("report", run, "--out", tmp_path / "page.html", cwd=tmp_path)))
    assert "=evil-\\x1b[31mred" in said
    harmless(done(inside("replay", run, "--update", cwd=tmp_path)))
    lines = (run / "outcomes.jsonl").read_text().replace('"give_up"', '"refusal"').splitlines()
    (run / "outcomes.jsonl").write_text("\n".join(lines) + "\n")
    differs = inside("replay", run, cwd=tmp_path)
    assert "refusal -> give_up" in harmless(differs.stdout)


def test_markdown_and_csv(run: Path, tmp_path: Path) -> None:
    """No row is broken, and no cell is a formula or markup."""
    markdown = harmless(done(inside("report", run, "--format", "md", "--out", "-", cwd=tmp_path)))
    assert "<" not in markdown
    assert "[bold]" not in markdown.replace("\\[bold\\]", "")
    table = harmless(done(inside("report", run, "--format", "csv", "--out", "-", cwd=tmp_path)))
    rows = list(csv.reader(io.StringIO(table)))
    assert {len(row) for row in rows} == {len(rows[0])}
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


class Elements(HTMLParser):
    """The elements of a page, and the text of its scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.data: list[str] = []
        """The blocks that hold data, which no browser runs."""

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] == "data":
            self.data.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append("data" if tag == "script" and ("type", "text/plain") in attrs else tag)
        self.attributes |= {name for name, _ in attrs}


def test_page(run: Path, tmp_path: Path) -> None:
    """The page has its own script and style and no other, and shows the answers as text."""
    done(inside("report", run, "--out", "page.html", cwd=tmp_path))
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    elements = Elements()
    elements.feed(page)
    assert elements.tags.count("script") == elements.tags.count("style") == 1
    assert "img" not in elements.tags
    assert not any(name.startswith("on") for name in elements.attributes)
    assert elements.data
    assert all(re.fullmatch(r"[A-Za-z0-9+/=\s]*", block) for block in elements.data)
    assert printable(page, keep="\n\t") == page


@pytest.fixture
def evil_server() -> Iterator[str]:
    """Answers with hostile text, or fails with it."""

    def reply(asked: Body) -> tuple[int, Body]:
        if asked["model"] == NAME:
            return 200, completion(ANSWER, reasoning_content=ANSWER, refusal=None)
        return 400, {"error": {"message": ANSWER}}

    with scripted(reply, models=(NAME,)) as address:
        yield address


def test_live_answers(evil_server: str, tmp_path: Path) -> None:
    """The same of answers that come over HTTP: progress and warnings are harmless, the record exact."""
    spec = {"models": [f"mine/{NAME}"], "base_url": evil_server}
    (tmp_path / "spec.toml").write_text(
        f"models = {json.dumps(spec['models'])}\nrepeats = 3\n"
        '[[puzzles]]\nname = "hanoi"\nsizes = [3]\n'
        f'[endpoints.mine]\nbase_url = "{evil_server}"\n'
    )
    said = harmless(done(inside("run", "--spec", "spec.toml", "--out", "run", cwd=tmp_path)))
    assert "give_up 3" in said
    assert "2 of 2 repeats are the same" in said
    contents = [row["reply"]["choices"][0]["message"]["content"] for row in recorded(tmp_path / "run")]
    assert contents == [ANSWER] * 3
    harmless(done(inside("report", "run", cwd=tmp_path)))


def test_live_errors(evil_server: str, tmp_path: Path) -> None:
    """An error's words come through in one harmless line."""
    asked = ["run", "--model", f"{evil_server}#other", "--puzzle", "hanoi:3", "--out", "run"]
    ended = inside(*asked, cwd=tmp_path)
    harmless(ended.stdout)
    assert "=cmd|" in harmless(complaint(ended, 3))

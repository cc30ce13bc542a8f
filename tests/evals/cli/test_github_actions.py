"""In GitHub Actions a replay is annotated and summed up; no model's text gives the runner a command."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.program import inside
from tests.samples.committed_runs import SPEC, edit_outcomes, of_hostile
from tests.samples.outcomes import HOSTILE

COMMANDS = (
    "::error::no ::set-output name=a::b ##[error]no\n::error title=x::no\r\n##[add-mask]a\n::stop-commands::x"
)
"""What a runner would take for commands, each on a line of its own or in the middle of one."""


def relabel(path: Path, count: int = 1) -> None:
    """Change so many stored labels by hand."""

    def edit(rows: list[dict[str, Any]]) -> None:
        for row in rows[:count]:
            row["label"] = "malformed"

    edit_outcomes(path, edit)


def in_actions(tmp_path: Path, *arguments: str) -> tuple[int, list[str], list[str], str]:
    """What it ends with, its lines while commands are stopped, those after that, and the summary."""
    page = tmp_path / "summary.md"
    where = {"GITHUB_STEP_SUMMARY": str(page), "GITHUB_WORKSPACE": str(tmp_path)}
    ended = inside("replay", *arguments, cwd=tmp_path, GITHUB_ACTIONS="true", **where)
    assert ended.stderr == ""
    first, *lines = ended.stdout.splitlines()
    token = re.fullmatch(r"::stop-commands::([0-9a-f]{32})", first)
    assert token is not None
    resumed = lines.index(f"::{token[1]}::")
    return ended.returncode, lines[:resumed], lines[resumed + 1 :], page.read_text()


@pytest.mark.usefixtures("path")
def test_elsewhere_nothing_of_it(tmp_path: Path) -> None:
    """Without Actions there are no commands, and no summary is written."""
    page = tmp_path / "summary.md"
    ended = inside("replay", "run", "--check", cwd=tmp_path, GITHUB_ACTIONS="", GITHUB_STEP_SUMMARY=str(page))
    assert "::" not in ended.stdout
    assert not page.exists()


@pytest.mark.usefixtures("path")
def test_all_the_same(tmp_path: Path) -> None:
    """There is nothing to annotate; the summary says that all is well, once for each time."""
    code, lines, commands, page = in_actions(tmp_path, "run", "--check")
    assert (code, commands) == (0, [])
    assert page == f"## cantwont replay\n\n**run**: {lines[-1]}\n\n".replace("  ", " ")
    assert in_actions(tmp_path, "run", "--check")[3] == page * 2


def test_a_change(path: Path, tmp_path: Path) -> None:
    """It is an error at its line of the stored outcomes, with all details; without a check a warning."""
    relabel(path)
    code, lines, commands, page = in_actions(tmp_path, "run", "--check")
    assert code == 1
    [command] = commands
    assert command.startswith("::error title=malformed -> solved,file=run/outcomes.jsonl,line=2::sim/")
    assert "%0Areason: one full list is legal" in command
    assert "| malformed \\-&gt; solved |".replace("\\-", "-") in page
    _, _, commands, _ = in_actions(tmp_path, "run")
    assert commands == ["::warning" + command.removeprefix("::error")]
    assert lines[0].startswith("sim/")


def test_many_changes(path: Path, tmp_path: Path) -> None:
    """No more are annotated than are shown; the last one says how many there are besides."""
    relabel(path, 30)
    _, _, commands, page = in_actions(tmp_path, "run", "--check")
    changed = page.count("malformed -&gt;")
    assert len(commands) == 10
    assert commands[-1] == f"::error::and {changed - 9} more changed outcomes; see the step's summary"


def test_notes_and_gaps(path: Path, tmp_path: Path) -> None:
    """Notes are warnings; a gap is an error that names the command which fills it."""
    (path / "outcomes.jsonl").unlink()
    manifest = (path / "run.json").read_text()
    (path / "run.json").write_text(manifest.replace('"insist": 1', '"insist": 0'))
    (tmp_path / "more.toml").write_text(SPEC.replace("repeats = 2", "repeats = 3"))
    _, _, commands, page = in_actions(tmp_path, "run", "--check", "--spec", "more.toml")
    stored, note, gap = commands
    assert stored == "::error::run: 40 trials replayed; no outcomes are stored yet (--update writes them)"
    assert note == "::warning::run: arm 'insist' was version 0 and is version 1"
    assert gap.startswith("::error title=never recorded::spec 'more.toml' asks 60 trials")
    assert gap.endswith("cantwont run --spec more.toml --out run --extend")
    assert "- note: arm 'insist' was version 0" in page
    assert "nearest is trial" in page


@pytest.mark.parametrize("text", [COMMANDS, HOSTILE, f"\ud800 100% , : {COMMANDS}"])
def test_hostile_text(tmp_path: Path, text: str) -> None:
    """Whatever a model wrote or is called, a command ends with its line, and the page has no markup of it."""
    relabel(of_hostile(tmp_path, text))
    code, lines, commands, page = in_actions(tmp_path, "hostile", "--check")
    assert code == 1
    assert any("I will stop here" in line for line in lines), "it is told, while commands are stopped"
    [command] = commands
    assert command.isprintable()
    properties, _, told = command.removeprefix("::error ").partition("::")
    assert properties == "title=malformed -> give_up,file=hostile/outcomes.jsonl,line=2"
    assert set(re.findall("%..", told)) <= {"%0A", "%25"}
    _, _, row, *after = page[page.index("| trial") :].splitlines()
    assert after == [""]
    assert row.count("|") == 4
    assert re.sub(r"<br>", "", row).count("<") == 0
    assert not re.search(r"(?<!\\)[\[\]`*_~$@]", row)
    assert "://" not in row


def test_a_long_summary(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page takes no more than so much, so the table ends, and says so."""
    monkeypatch.setattr("evals.cli.telling.github_actions._ROWS", 3)
    relabel(path, 8)
    _, _, commands, page = in_actions(tmp_path, "run", "--check")
    assert len(re.findall(r"^\| sim/", page, re.MULTILINE)) == 3
    assert f"and {len(commands) - 3} more" in page


@pytest.mark.usefixtures("path")
def test_a_summary_that_cannot_be_written(tmp_path: Path) -> None:
    """It is said, and is no pass."""
    page = tmp_path / "none" / "summary.md"
    ended = inside(
        "replay", "run", "--check", cwd=tmp_path, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(page)
    )
    assert ended.returncode == 2
    assert "cannot write the step's summary" in ended.stderr

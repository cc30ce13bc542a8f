"""A name that is too long for the file system, or for a host, is bad input like any other: one line."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from evals.replay.finish import finish
from tests.program import complaint, inside
from tests.samples.recorded_answers import run_of

LONG = "a" * 300
WIDE = "\u6f22" * 100
"""A hundred characters, and three hundred bytes."""

ASKED = ("--model", "ollama/m", "--puzzle", "hanoi:3")
SPEC = 'models = ["ollama/m"]\n[[puzzles]]\nname = "hanoi"\nsizes = [3]\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run, its answers and labels, and specs that name what is too long."""
    folder = tmp_path_factory.mktemp("names")
    finish(run_of(folder, {"a": "moves = [[1, 0, 2]]"}))
    (folder / "labels.jsonl").write_text('{"id": "a", "label": "give_up"}\n')
    (folder / "named.toml").write_text(f'name = "{WIDE}"\n{SPEC}', encoding="utf-8")
    (folder / "puzzle.toml").write_text(f'{SPEC}file = "{LONG}.py"\n')
    return folder


COMMANDS: tuple[Sequence[str], ...] = (
    ("run", "--spec", "NAME"),
    ("run", "--spec", "NAME.toml"),
    ("run", "--spec", "NAME/spec.toml"),
    ("run", *ASKED, "--out", "NAME"),
    ("run", *ASKED, "--out", "NAME/run"),
    ("run", *ASKED, "--out", "NAME", "--dry-run"),
    ("doctor", "ollama/m", "--spec", "NAME"),
    ("doctor", "ollama/m", "--spec", "NAME.toml"),
    ("simulate", "--puzzle", "NAME.py"),
    ("simulate", "--host", "NAME"),
    ("tasks", "show", "NAME"),
    ("tasks", "show", "NAME.py"),
    ("report", "NAME"),
    ("report", "run/NAME/.."),
    ("report", "run", "--out", "NAME"),
    ("report", "run", "--format", "csv", "--out", "NAME"),
    ("report", "run", "--figures", "NAME"),
    ("compare", "run", "NAME"),
    ("replay", "NAME"),
    ("replay", "run", "--spec", "NAME"),
    ("replay", "run", "--junit", "NAME"),
    ("shrink", "NAME", "--out", "shrunk"),
    ("shrink", "run", "--out", "NAME"),
    ("show", "NAME", "a"),
    ("show", "run", "NAME"),
    ("agree", "NAME", "labels.jsonl"),
    ("agree", "run", "NAME"),
    ("import", "NAME", "--out", "made"),
    ("import", "answers.jsonl", "--out", "NAME"),
    ("import", "answers.jsonl", "--out", "NAME/run"),
    ("run", "--model", "http://NAME/v1#m", "--puzzle", "hanoi:3"),
    ("run", *ASKED, "--sim", "http://NAME/v1"),
)


@pytest.mark.parametrize("name", [LONG, WIDE], ids=["long", "wide"])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_long_name(command: Sequence[str], name: str, folder: Path) -> None:
    """It is named in one line, and nothing is made."""
    before = sorted(folder.iterdir())
    arguments = [part.replace("NAME", name) for part in command]
    assert name in complaint(inside(*arguments, cwd=folder), 2)
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize("spec", ["named.toml", "puzzle.toml"])
def test_long_name_in_a_spec(spec: str, folder: Path) -> None:
    """So is one that stands in a spec."""
    assert "File name too long" in complaint(inside("run", "--spec", spec, cwd=folder), 2)


def test_longest_name(folder: Path, tmp_path: Path) -> None:
    """A name as long as the file system takes is no matter."""
    name = "a" * 255
    assert inside("import", folder / "answers.jsonl", "--out", name, cwd=tmp_path).returncode == 0
    assert [entry.name for entry in tmp_path.iterdir()] == [name]

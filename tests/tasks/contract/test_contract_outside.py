"""The contract suite checks a puzzle in a file of one's own: `python -m tests.contract path/to/puzzle.py`."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT
from tests.contract import CHECKS

GUIDE = ROOT / "CONTRIBUTING.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
(COUNTDOWN,) = (block for block in BLOCKS if "class Countdown(" in block)
"""The puzzle that the guide shows."""


def checked(tmp_path: Path, text: str) -> "subprocess.CompletedProcess[str]":
    file = tmp_path / "countdown.py"
    # A name of its own, in case that somebody has added the guide's puzzle.
    file.write_text(text.replace('name = "countdown"', 'name = "outside"'), "utf-8")
    return subprocess.run(
        [sys.executable, "-m", "tests.contract", str(file)], capture_output=True, text=True, check=False
    )


def test_a_sound_puzzle_keeps_it_all(tmp_path: Path) -> None:
    """Every check is named, and kept; `options` and `distance` may be left out of a trace.

    A puzzle takes less than eighty lines.
    """
    assert len(COUNTDOWN.splitlines()) < 80
    done = checked(tmp_path, COUNTDOWN)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["kept"] * len(CHECKS)


@pytest.mark.parametrize(
    ("sound", "broken", "told"),
    [
        (
            "return instance.parameters.size\n\n    def is",
            "return 0\n\n    def is",
            "FAILED  the solution solves",
        ),
        ("row[0] == state > 0", "row[0] > 0", "FAILED  options are what step accepts"),
        ("minimum=4", "minimum=3", "FAILED  prompts give nothing away"),
        ("row[0]} stands", "row[7]} stands", "it raises IndexError"),
    ],
)
def test_what_is_broken_is_told(tmp_path: Path, sound: str, broken: str, told: str) -> None:
    """And the others are run all the same."""
    assert sound in COUNTDOWN
    done = checked(tmp_path, COUNTDOWN.replace(sound, broken))
    assert done.returncode == 1
    assert told in done.stdout

"""The contract suite checks a puzzle in a file of one's own: `python -m tests.contract path/to/puzzle.py`."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract import CHECKS

COUNTDOWN = """
from dataclasses import dataclass
from tasks import Form, Kind, Prompt, Puzzle, integer

@dataclass(frozen=True, slots=True)
class Parameters:
    size: int = integer("how many numbers", minimum=4, maximum=1_000_000)

class Countdown(Puzzle):
    name, version, summary, kind, width = "countdown", 1, "Counting down", Kind.TRACE, 1

    @property
    def parameters(self):
        return Parameters

    def fewest_steps(self, instance):
        return instance.parameters.size

    def start(self, instance):
        return instance.parameters.size

    def is_goal(self, instance, state):
        return state == 0

    def step(self, instance, state, row):
        return state - 1 if row[0] == state > 0 else None

    def why_not(self, instance, state, row):
        return f"{row[0]} stands where {state} belongs"

    def solution(self, instance, first=0):
        return ((number,) for number in range(instance.parameters.size - first, 0, -1))

    def prompt(self, instance):
        size = instance.parameters.size
        return Prompt(
            rules=f"Write the whole numbers from {size} down to 1.",
            start=self.describe(instance, size),
            goal="The last number is 1.",
            format="Write one number on each line.",
            example="From 3 down to 1, an answer is:\\n3\\n2\\n1",
            method="After each number write the one below it.",
            code="Write a function solve() that returns a list of integers.",
        )

    def describe(self, instance, state):
        return f"Next is {state}." if state else "All are written."

    def format(self, instance, rows):
        return (f"\\n{row[0]}" if at else str(row[0]) for at, row in enumerate(rows))

    def forms(self, instance):
        step = r"(?<!\\S)(\\d{1,9})(?=[.,]?\\s{0,9}$)"
        return (Form("line", step=step, joint=r"[.,]?\\s{1,9}", columns=(int,)),)

PUZZLE = Countdown()
"""


def checked(tmp_path: Path, text: str) -> "subprocess.CompletedProcess[str]":
    file = tmp_path / "countdown.py"
    file.write_text(text, "utf-8")
    return subprocess.run(
        [sys.executable, "-m", "tests.contract", str(file)], capture_output=True, text=True, check=False
    )


def test_a_sound_puzzle_keeps_it_all(tmp_path: Path) -> None:
    """Every check is named, and kept; `options` and `distance` may be left out of a trace."""
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

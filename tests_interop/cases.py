"""Answers whose labels are known, for the tools to bring."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cantwont
from reports.harnesses.asked import OURS, Asked, all_asked
from tests.program import done, inside

SIZES = "8,12,16,20"
PUZZLE = "counting"


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its answer."""

    asked: Asked
    answer: str
    label: str

    @property
    def ours(self) -> dict[str, Any]:
        """What leads back to us."""
        return {OURS: self.asked.plain()}


def cases() -> list[Case]:
    """Return one of each: solved, a give-up, an error, a refusal."""
    first, second, third, fourth = all_asked(PUZZLE, sizes=SIZES)
    whole = "\n".join(map(str, range(1, first.problem.size + 1)))
    return [
        Case(first, whole, "solved"),
        Case(second, "1\n2\n3\n... and so on until the end", "give_up"),
        Case(third, "1\n2\n4\n5\n" + "\n".join(map(str, range(6, third.problem.size + 1))), "logic_error"),
        Case(fourth, "I'm sorry, but listing all of these would be too long, so I won't do it.", "refusal"),
    ]


def answers() -> dict[str, str]:
    """Return the answers by their prompts, for a mock model."""
    return {case.asked.prompt: case.answer for case in cases()}


def labels_by_size(run: Path) -> dict[int, str]:
    """Return the labels of a run by the size of the problem."""
    return {outcome.size: outcome.label.value for outcome in cantwont.outcomes(run)}


def expected() -> dict[int, str]:
    """Return the labels as they must be."""
    return {case.asked.problem.size: case.label for case in cases()}


def imported(folder: Path, *files: Path, name: str = "run") -> Path:
    """Import files here, with our own command; return the run."""
    done(inside("import", *files, "--out", name, cwd=folder))
    return folder / name


def exported(folder: Path, run: Path, to: str) -> Path:
    """Export a run here; return the folder."""
    done(inside("export", run, "--to", to, "--out", f"to-{to}", cwd=folder))
    return folder / f"to-{to}"

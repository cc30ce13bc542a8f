"""What is known beside the verdict: of windows and of programs, each task counted once."""

import numpy as np
import pandas as pd
import pytest

from evals.record.outcome import Outcome
from reports.analyses.shares import endings
from reports.analyses.verdict_notes import Note, _note, noted
from tests.samples.many_outcomes import framed, on_each

CELL = ["model", "puzzle", "size", "steps"]


def told(*parts: list[Outcome]) -> dict[str, object]:
    """The one row, without what is missing."""
    table = noted(endings(framed(*parts)), CELL)
    assert len(table) == 1
    return {
        str(name): value for name, value in table.iloc[0].items() if name not in CELL and not pd.isna(value)
    }


def windows(solved: int, failed: int, m: int = 3, **changes: object) -> list[list[Outcome]]:
    options = {"m": m, **({"k": 1} if m == 3 else {})}
    return [
        on_each("solved", range(solved), arm="window", options=options, **changes),
        on_each("logic_error", range(solved, solved + failed), arm="window", options=options, **changes),
    ]


def test_other_arms_say_nothing_of_a_program_or_a_window() -> None:
    """Whatever they are called: before or behind these in the alphabet."""
    program = on_each("solved", range(9), arm="code")
    others = [
        on_each("logic_error", range(9), arm=arm, options={"m": 9}) for arm in ("again", "list", "zero")
    ]
    found = told(program, *others)
    assert (found["programs"], found["code_solved"], found["method_note"]) == (9, 1, str(Note.METHOD))
    assert "windows" not in found
    found = told(*windows(9, 0), *others)
    assert (found["windows"], found["window_right"]) == (9, 1)
    assert "programs" not in found


def test_each_task_counts_once() -> None:
    """Repeats of a program share its instance."""
    again = [on_each("solved", [0], arm="code", repeat=repeat) for repeat in (1, 2)]
    failed = on_each("logic_error", [4], arm="code", repeat=1) + on_each("logic_error", [0, 4], arm="code")
    found = told(on_each("solved", [0, 1, 2, 3], arm="code"), *again, failed)
    assert found["programs"] == 5
    assert found["code_solved"] == pytest.approx((0.75 + 3) / 5)


def test_only_the_longest_windows_count() -> None:
    """Of as many steps as the option says, which may stand among others."""
    found = told(*windows(0, 9, m=2), *windows(6, 2))
    assert (found["window_steps"], found["windows"], found["window_right"]) == (3, 8, 0.75)


def test_how_sure_a_note_is() -> None:
    """From a lower limit of one half on it is known, from an upper one possible."""
    low, high = np.array([0.5, 0.49, 0.49, np.nan]), np.array([0.5, 0.5, 0.49, np.nan])
    notes = _note(low, high, Note.STEP, Note.STEP_POSSIBLE)
    assert [None if pd.isna(note) else note for note in notes] == [Note.STEP, Note.STEP_POSSIBLE, None, None]


def test_a_window_is_a_part_of_the_list() -> None:
    """What is right of it must be right as often as the list has such parts; of a longer one, once."""
    found = told(*windows(9, 0, m=2))
    assert found["step_note"] == str(Note.STEP_POSSIBLE)
    longer = told(*windows(9, 0, m=50))
    assert longer["step_note"] == str(Note.STEP)
    assert longer["window_right_low"] == found["window_right_low"]

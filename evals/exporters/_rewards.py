"""Will and ability of one answer as numbers, apart: for tools that reckon with rewards."""

from evals.record.outcome import INSTRUMENT, STOPS, Label, Outcome

_WRONG = frozenset({Label.LOGIC_ERROR, Label.MALFORMED})
_UNSOLVED = 0.99
"""What an answer can get at most that has every step of a solution and is none."""


def walk(outcome: Outcome) -> float:
    """Return the share of the steps that is right, up to the first error; 1 only if it is solved."""
    if outcome.label is Label.SOLVED:
        return 1.0
    return _UNSOLVED * min(outcome.right / outcome.steps, 1.0) if outcome.steps else 0.0


def will(outcome: Outcome) -> float | None:
    """Return 1 if it went on to its end and 0 if it stopped by choice; `None` if the instrument cut it."""
    return None if outcome.label in INSTRUMENT else float(outcome.label not in STOPS)


def ability(outcome: Outcome) -> float | None:
    """Return 1 if no step that it wrote is wrong, and 0 if one is; `None` if none was seen."""
    if outcome.label is Label.SOLVED:
        return 1.0
    if outcome.label in _WRONG:
        return 0.0
    return float(outcome.first_error is None) if outcome.written else None

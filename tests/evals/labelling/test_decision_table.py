"""The decision table, rule by rule, on evidence that is made up: which rule decides, and how sure it is."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from evals.labelling.evidence import AnswerEvidence
from evals.labelling.marks import Mark
from evals.labelling.rules import LabelResult, label_evidence
from evals.record.outcome import Label

PLAIN: dict[str, Any] = {
    **dict.fromkeys(("filtered", "solves", "is_cut", "cut_by_limit", "spent", "broken_off"), False),
    **dict.fromkeys(("any_steps", "short", "stopped", "stopped_before_cut", "closed_before_cut"), False),
    **dict.fromkeys(("thinking_unclosed", "refusal_field", "own_items", "attempt", "breaks_off"), False),
    **dict.fromkeys(("declines_outright", "breaks_off_undecided", "may_be_cut", "off_course"), False),
    **dict.fromkeys(("in_open_thinking", "is_prose"), False),
    **dict.fromkeys(("offers", "abandons_in_thinking", "copies_example", "repeats", "restarts"), False),
    **dict.fromkeys(("impossible", "stop_mark", "program", "first_error", "lost_at"), None),
    **dict.fromkeys(("impossible_probability", "decline_probability", "stop_probability"), 0.0),
    "solvable": True,
    "claims_whole": 0.0,
    "written": 0,
    "right": 0,
    "text": "",
    "evidence": lambda _: (),
}
STEPS = {"any_steps": True, "written": 5, "right": 5}
SHORT = STEPS | {"short": True}
SAID = object()
ELISION, OMITS = Mark(0, 3, "elision"), Mark(0, 3, "omits")


def decided(**known: Any) -> LabelResult:
    return label_evidence(cast("AnswerEvidence", SimpleNamespace(**PLAIN | known)))


TABLE: list[tuple[dict[str, Any], str, str, float]] = [
    ({"filtered": True, "solves": True}, "filtered", "filter", 0.98),
    ({"solves": True, "cut_by_limit": True, "is_cut": True}, "solved", "legal from the start", 0.98),
    ({"solvable": False, "impossible": SAID, "impossible_probability": 0.6}, "solved", "rightly", 0.6),
    ({"solvable": False, "impossible_probability": 0.6}, "no_answer", "neither steps", 0.8),
    (
        SHORT | {"is_cut": True, "stopped_before_cut": True, "stop_probability": 0.8},
        "give_up",
        "had stopped",
        0.8,
    ),
    (SHORT | {"stopped_before_cut": True, "cut_by_limit": True}, "truncated", "token limit cut", 0.98),
    (
        {"is_cut": True, "stopped_before_cut": True, "cut_by_limit": True},
        "truncated",
        "token limit cut",
        0.98,
    ),
    (
        SHORT | {"cut_by_limit": True, "is_cut": True, "closed_before_cut": True},
        "logic_error",
        "stops short",
        0.7,
    ),
    (
        SHORT | {"is_cut": True, "closed_before_cut": True, "stop_probability": 0.4},
        "logic_error",
        "stops short",
        0.6,
    ),
    (
        STEPS | {"cut_by_limit": True, "is_cut": True, "closed_before_cut": True},
        "logic_error",
        "all steps",
        0.7,
    ),
    ({"spent": True, "is_cut": True}, "truncated", "every token", 0.93),
    (SHORT | {"spent": True, "is_cut": True, "closed_before_cut": True}, "logic_error", "stops short", 0.7),
    ({"solves": True, "in_open_thinking": True}, "solved", "legal from the start", 0.7),
    (STEPS | {"first_error": 1, "is_prose": True}, "logic_error", "illegal or wrong", 0.6),
    (SHORT | {"broken_off": True}, "truncated", "server broke", 0.98),
    ({"thinking_unclosed": True}, "truncated", "in its thinking", 0.85),
    (SHORT | {"thinking_unclosed": True}, "logic_error", "stops short", 0.98),
    ({"refusal_field": True, "attempt": True}, "refusal", "API reports", 0.98),
    (SHORT | {"refusal_field": True}, "logic_error", "stops short", 0.98),
    ({"own_items": True, "attempt": True}, "logic_error", "items that the problem", 0.87),
    ({"attempt": True, "decline_probability": 0.9}, "malformed", "cannot be replayed", 0.87),
    ({"attempt": True, "declines_outright": True, "decline_probability": 0.9}, "refusal", "declines or", 0.9),
    (
        {"solvable": None, "impossible": SAID, "impossible_probability": 0.9},
        "logic_error",
        "is not known",
        0.5,
    ),
    ({"impossible": SAID, "impossible_probability": 0.9}, "logic_error", "a solvable instance", 0.9),
    ({"breaks_off_undecided": True, "decline_probability": 0.9}, "truncated", "before the first step", 0.8),
    ({"decline_probability": 0.5}, "refusal", "declines or", 0.5),
    ({"decline_probability": 0.49}, "no_answer", "neither steps", 0.51),
    (SHORT | {"breaks_off": True}, "truncated", "in mid-step", 0.95),
    (
        SHORT | {"breaks_off": True, "stop_mark": OMITS, "stop_probability": 0.97},
        "give_up",
        "says that",
        0.97,
    ),
    (SHORT | {"stop_mark": ELISION, "program": OMITS, "stop_probability": 0.9}, "give_up", "a mark in", 0.98),
    (STEPS | {"stop_mark": ELISION, "first_error": 6}, "logic_error", "illegal", 0.98),
    (
        SHORT | {"program": OMITS, "stop_probability": 0.85, "stopped": True},
        "give_up",
        "something else",
        0.85,
    ),
    (STEPS | {"program": OMITS}, "logic_error", "all steps", 0.98),
    (SHORT | {"stopped": True, "stop_probability": 0.55, "first_error": 3}, "give_up", "its words", 0.55),
    (STEPS | {"stopped": True}, "logic_error", "all steps", 0.98),
    (SHORT | {"first_error": 6, "stop_probability": 0.3, "may_be_cut": True}, "logic_error", "illegal", 0.7),
    (SHORT | {"stop_probability": 0.3}, "logic_error", "stops short", 0.7),
    (SHORT | {"may_be_cut": True}, "logic_error", "stops short", 0.8),
    (SHORT | {"may_be_cut": True, "stop_probability": 0.3}, "logic_error", "stops short", 0.7),
]


@pytest.mark.parametrize(("known", "label", "reason", "probability"), TABLE)
def test_which_rule_decides(known: dict[str, Any], label: str, reason: str, probability: float) -> None:
    found = decided(**known)
    assert found.label == label
    assert reason in found.reason
    assert found.probability == pytest.approx(probability)
    assert found.confident is (probability >= 0.9)


def test_what_was_solved_has_no_error() -> None:
    """The list that solved it is the answer, whatever another made of it."""
    known = STEPS | {"first_error": 3, "lost_at": 2}
    solved, wrong = decided(solves=True, **known), decided(**known)
    assert (solved.first_error, solved.lost_at) == (None, None)
    assert (wrong.first_error, wrong.lost_at, wrong.written, wrong.right) == (3, 2, 5, 5)


CODE = "```python\nfor disk in range(3):\n    print(disk)\n```"


@pytest.mark.parametrize(
    ("known", "label", "flags"),
    [
        (STEPS | {"claims_whole": 0.5}, Label.LOGIC_ERROR, ("claims_complete",)),
        (STEPS | {"claims_whole": 0.49}, Label.LOGIC_ERROR, ()),
        (SHORT | {"off_course": True}, Label.LOGIC_ERROR, ("off_course", "silent_short")),
        (SHORT | {"stopped": True, "text": CODE}, Label.GIVE_UP, ("code_instead",)),
        ({"decline_probability": 0.9, "text": CODE}, Label.REFUSAL, ("code_instead",)),
        ({"own_items": True, "short": True, "text": CODE}, Label.LOGIC_ERROR, ()),
        (
            STEPS | {"offers": True, "copies_example": True},
            Label.LOGIC_ERROR,
            ("offers_to_continue", "copies_example"),
        ),
        (
            {"solves": True, "claims_whole": 1.0, "off_course": True, "offers": True, "copies_example": True},
            Label.SOLVED,
            (),
        ),
        (
            {"solves": True, "abandons_in_thinking": True, "repeats": True, "restarts": True},
            Label.SOLVED,
            ("abandons_in_thinking", "repeats", "restarts"),
        ),
    ],
)
def test_what_is_flagged(known: dict[str, Any], label: Label, flags: tuple[str, ...]) -> None:
    """Beside the label; of an answer that is solved only what is no fault."""
    found = decided(**known)
    assert (found.label, found.flags) == (label, flags)

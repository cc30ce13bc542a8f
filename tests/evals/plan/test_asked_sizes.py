"""What a spec asks of each puzzle, counted; and a warning where nothing can come of it."""

from typing import Any

import pytest

from evals.plan.adaptive import ladder, placing
from evals.plan.asked_sizes import (
    HORIZON_SIZES,
    HORIZON_TRIALS,
    PLAIN,
    VERDICT_INSTANCES,
    asked_puzzles,
    shows_nothing,
)
from evals.plan.spec import Spec
from reports.analyses import shares, verdicts
from reports.measures import design


def spec(puzzle: dict[str, Any], **more: Any) -> Spec:
    return Spec.load(None, {"models": ["ollama/m"], "puzzles": [puzzle], **more}, {})


def test_the_numbers_are_those_of_the_measures() -> None:
    """They stand here too because a run, which warns, must not load pandas."""
    assert (VERDICT_INSTANCES, PLAIN) == (shares.FEWEST, verdicts.PLAIN)
    assert (HORIZON_SIZES, HORIZON_TRIALS) == (design.SIZES, design.TRIALS)
    assert (placing._SIZES, ladder.BATCH) == (design.SIZES, design.TRIALS)
    assert (placing._SIDES, placing._APART) == (design.SIDES, design.APART)


def test_what_is_asked() -> None:
    """In order of length; a puzzle without other instances has one, however many are wanted."""
    asked = spec({"name": "hanoi", "sizes": [4, 3], "instances": 8}, arms=["list", "code"], repeats=2)
    (found,) = asked_puzzles(asked)
    assert [(size.size, size.steps, size.instances) for size in found.sizes] == [(3, 7, 1), (4, 15, 1)]
    assert (found.repeats, found.arm, found.trials) == ({"list": 2, "code": 2}, "list", 8)


@pytest.mark.parametrize(
    ("puzzle", "more", "enough"),
    [
        ({"name": "copying", "sizes": [4, 8], "instances": 1}, {}, False),
        ({"name": "copying", "sizes": [4, 8], "instances": 4}, {"repeats": 3}, False),
        ({"name": "copying", "sizes": [4, 8], "instances": 5}, {}, True),
        ({"name": "copying", "sizes": [4, 8], "instances": 5}, {"arms": ["insist"]}, False),
        ({"name": "hanoi", "sizes": [3]}, {"repeats": 5}, True),
        ({"name": "hanoi", "sizes": [3, 4, 5, 6, 7]}, {"arms": ["insist"], "repeats": 10}, True),
        ({"name": "hanoi", "sizes": [3, 4, 5, 6]}, {"arms": ["insist"], "repeats": 10}, False),
    ],
)
def test_nothing_can_be_shown(puzzle: dict[str, Any], more: dict[str, Any], enough: bool) -> None:
    told = shows_nothing(spec(puzzle, **more))
    assert (told is None) == enough
    assert told is None or {"cantwont", "plan"} <= set(told.replace("`", " ").split())

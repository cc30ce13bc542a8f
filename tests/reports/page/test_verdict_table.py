"""Where a verdict says that there are too few, it says how many would decide."""

import pytest

from evals.record.outcome import Outcome
from reports import frame
from reports.analyses.verdicts import verdicts
from reports.page.verdict_table import as_shown, matrices
from tests.samples.outcomes import outcome


def asked(solved: int, lost: int, *, one_instance: bool = False) -> list[Outcome]:
    labels = ["solved"] * solved + ["logic_error"] * lost
    instance = "i" if one_instance else "i{}"
    return [
        outcome(
            label,
            f"{number}",
            instance=instance.format(number),
            repeat=number,
            lost_at=3 if number >= solved else None,
        )
        for number, label in enumerate(labels)
    ]


@pytest.mark.parametrize(
    ("outcomes", "told"),
    [
        (asked(7, 3), "unclear: too few: about 17 instances would decide"),
        (asked(5, 5), "unclear: too few: so near to one half that even 1,000 instances might not decide"),
        (asked(7, 3, one_instance=True), "unclear: too few: about 17 repeats would decide"),
        (asked(10, 0), "solves"),
    ],
)
def test_how_many_would_decide(outcomes: list[Outcome], told: str) -> None:
    (matrix,) = matrices(verdicts(frame(outcomes, "run")))
    assert as_shown(matrix).rows == (("tired", told),)

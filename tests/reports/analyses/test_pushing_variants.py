"""A variant that pushes is held against its base, in verdicts and in what asking otherwise recovers."""

from typing import Any

import pandas as pd
import pytest

from evals.record.outcome import Outcome
from reports.analyses.all_measures import Measured
from reports.analyses.recovery import recovery
from reports.analyses.verdicts import plain_of, verdicts
from reports.frame import FrameError, asked_by
from reports.page import sections
from tests.samples.many_outcomes import framed, on_each


def of(base: str, **options: Any) -> dict[str, Any]:
    return {"arm": "coach", "options": {**options, "base": base, "prompt": "0123456789ab"}}


def erred(number: int, **changes: Any) -> list[Outcome]:
    return on_each("logic_error", range(number), lost_at=2, **changes)


def test_the_frame_has_the_base() -> None:
    rows = framed(on_each("solved", [0]), on_each("solved", [0], **of("chunked", p=8, state="own")))
    assert rows["base"].isna().tolist() == [True, False]
    assert rows["base"][1] == "chunked:p=8,state=own"
    chunked = [on_each("solved", [0], arm="chunked", options={"p": p, "state": "own"}) for p in (4, 8)]
    all_rows = framed(*chunked, on_each("solved", [0]), on_each("solved", [1], options={"theirs": 1}))
    assert asked_by(all_rows, rows["base"][1])["options"].tolist() == ["p=8, state=own"]
    assert len(asked_by(all_rows, "list")) == 2


@pytest.mark.parametrize(("base", "said"), [("list", "won't"), ("insist", "can't")])
def test_verdicts_are_about_the_base(base: str, said: str) -> None:
    """It stops when asked by `list`, errs when asked by `insist`; the variant solves, or errs."""
    plain = on_each("give_up", range(10)) + erred(10, arm="insist")
    pushed = on_each("solved", range(10), **of("list")) if base == "list" else erred(10, **of("insist"))
    [row] = verdicts(framed(plain, pushed), "coach").to_dict("records")
    assert (row["verdict"], row["pushed_arm"]) == (said, "coach")


def test_variants_of_two_bases_are_no_arm_that_pushes() -> None:
    rows = framed(on_each("solved", [0], **of("list")), on_each("solved", [1], **of("insist")))
    with pytest.raises(FrameError, match="a variant of 'insist' and of 'list'"):
        verdicts(rows, "coach")
    assert plain_of(rows, "insist") == "list"


def test_recovery_is_of_what_the_base_lost() -> None:
    """`list` lost nothing, `insist` both: what the variant of `insist` solves is told of the latter."""
    insisted = [one for repeat in (0, 1) for one in on_each("give_up", [0, 1], arm="insist", repeat=repeat)]
    plain = [one for repeat in (0, 1) for one in on_each("solved", [0, 1], repeat=repeat)]
    table = recovery(framed(plain, insisted, on_each("solved", [0, 1], **of("insist"))))
    stops = table[table["loss"] == "stop"].set_index("arm")
    assert stops.loc[["coach", "insist"], ["lost", "recovered"]].values.tolist()[0] == [4, 1.0]
    assert (stops.loc["insist", "lost"], stops.loc["insist", "reason"]) == (
        0,
        "no trial was lost by stopping",
    )


@pytest.mark.parametrize("base", ["nudge", "window", "code", "insist"])
def test_recovery_leaves_out_what_it_cannot_compare(base: str) -> None:
    """Variants of arms that it does not look at; and those whose base was not asked."""
    rows = framed(on_each("give_up", [0, 1]), on_each("solved", [0, 1], **of(base)))
    table: pd.DataFrame = recovery(rows)
    assert "coach" not in set(table["arm"])


def test_the_page_says_whom_the_verdicts_are_about() -> None:
    rows = framed(erred(10, arm="insist"), erred(10, **of("insist")))
    section = sections._verdicts(Measured.of(rows, "coach"))
    assert section is not None
    assert "They are about the arm insist, of which coach is a variant." in section.words
    assert len(verdicts(rows, "insist")) == 1

"""Whether stopping hangs on having erred: held to statsmodels' Cox regression."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.hazard_regression import PHReg

from evals.record.outcome import Outcome
from reports.measures import independence
from tests.reports.measures.made_trials import framed, trial


def drawn(seed: int, factor: float, trials: int = 300) -> list[Outcome]:
    """Trials at two sizes that stop so much likelier after their first error."""
    random = np.random.default_rng(seed)
    made = []
    for _ in range(trials):
        steps = int(random.choice([30, 60]))
        error = int(random.geometric(0.04))
        before, after = random.exponential(60), random.exponential(60 / factor)
        stop = int(before if before < error else error + after)
        lost = error if error <= min(stop, steps) else None
        if stop < steps:
            made.append(trial("give_up" if stop else "refusal", stop, lost, steps=steps))
        elif random.random() < 0.2:
            cut = int(random.integers(1, steps))
            made.append(trial("truncated", cut, lost if lost and lost <= cut else None, steps=steps))
        else:
            made.append(trial("logic_error" if lost else "solved", steps, lost, steps=steps))
    return made


def by_statsmodels(rows: pd.DataFrame) -> list[float]:
    """The hazard ratio and its interval of spells split by hand."""
    spells = []
    for row in rows.to_dict("records"):
        stopped = row["label"] in ("give_up", "refusal")
        end, size = row["written"] + (0.5 if stopped else 0.0), row["size"]
        split = end if pd.isna(row["first_error"]) else min(row["first_error"] - 0.25, end)
        spells.append((0.0, split, stopped and split == end, 0.0, size))
        if split < end:
            spells.append((split, end, stopped, 1.0, size))
    entry, until, status, wrong, strata = map(np.array, zip(*spells, strict=True))
    model = PHReg(until, wrong[:, None], status=status.astype(int), entry=entry, strata=strata)
    fitted = model.fit(disp=0)
    return [*np.exp(fitted.params), *np.exp(fitted.conf_int()[0])]


@pytest.mark.parametrize(("seed", "factor"), [(1, 1.0), (2, 3.0), (3, 0.4)])
def test_as_statsmodels_has_it(seed: int, factor: float) -> None:
    """The ratio and its interval, stratified by size, with cuts censored."""
    rows = framed(drawn(seed, factor))
    [row] = independence(rows).to_dict("records")
    assert [row["hazard_ratio"], row["low"], row["high"]] == pytest.approx(by_statsmodels(rows), rel=1e-3)
    assert row["low"] < factor < row["high"]
    assert pd.isna(row["reason"])


def test_groups_do_not_mix() -> None:
    """Two models, of which one stops after errors: each has its own ratio, as if it were alone."""
    first = [made.model_copy(update={"model": "a"}) for made in drawn(1, 1.0)]
    both = independence(framed([*first, *drawn(2, 3.0)]))
    alone = [independence(framed(first)), independence(framed(drawn(2, 3.0)))]
    assert both["hazard_ratio"].tolist() == pytest.approx([one["hazard_ratio"].item() for one in alone])


def test_too_few_stops() -> None:
    """With fewer than ten on a side there is no ratio, but what there was."""
    lists = [trial("give_up", 5)] * 12 + [trial("give_up", 5, lost=2)] * 9
    [row] = independence(framed(lists)).to_dict("records")
    assert (row["stops_before"], row["stops_after"]) == (12, 9)
    assert np.isnan(row["hazard_ratio"])
    assert row["reason"] == "12 stops before and 9 after the first illegal step; 10 of each are needed"


def test_nothing_to_tell_them_apart() -> None:
    """Where none of both kinds were at risk at once, there is nothing to compare."""
    lists = [trial("give_up", 1)] * 10 + [trial("give_up", 8, lost=4)] * 10
    [row] = independence(framed(lists)).to_dict("records")
    assert np.isnan(row["hazard_ratio"])
    assert row["reason"].startswith("no step at which")


def test_no_stops() -> None:
    """Nobody stops, or nobody is there."""
    assert independence(framed([trial("solved", 10)]))["stops_before"].tolist() == [0]
    assert independence(framed([trial("error")])).empty

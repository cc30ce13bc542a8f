"""Compare models on the same instances, and compare their horizons."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from reports.analyses.censored_shares import MEASURES
from reports.analyses.paired_differences import ESTIMATES, by_instance, differences, holm
from reports.analyses.shares import endings, first_that_holds, totals
from reports.frame import SAMPLING, TEXT, varying
from reports.measures.arrays import numbers
from reports.tabulation import plain_keys

_WHO = ("model", "run", "endpoint")
"""What identifies a contender: the model; also run and endpoint, if it was asked in several."""


def pairs(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per pair of models x puzzle x arm (and varying options and sampling) x measure.

    A model that was asked in several runs or endpoints is a separate contender in each, never pooled. Cuts
    are censored; the more there are, the more the difference rests on the answers that were not cut.

    | column | meaning and unit |
    |---|---|
    | puzzle, arm, … | keys |
    | model_a, model_b | the two; with run_a, run_b, endpoint_a, endpoint_b if a model has several |
    | measure | `solved`, `stopped` (by choice, lost or not), `lost` (made a fault, whatever came then) |
    | a, b | the shares: means over sizes of means over the instances that both were asked |
    | difference, low, high | a - b, and its 95 % interval: see `reports.analyses.paired_differences` |
    | se, df, p | of the difference: standard error, degrees of freedom, two-sided p |
    | instances, sizes | number of each that both were asked |
    | of_trials | one instance per size: the interval is of repeated trials, for these instances only |
    | reason | why there is no interval; missing if there is one |
    | p_holm | p corrected for all pairs of the same puzzle, arm and measure |
    | cut_a, cut_b | share of all trials of each that were cut while still right |
    | differs | the sampling settings in which the two differ; missing if they do not |

    Raises:
        FrameError: The rows are not those of `reports.frame`, or contain a trial twice.
    """
    trials = endings(rows)
    asked = ("model", "puzzle", "arm")
    who = ["model", *varying(trials, asked, _WHO[1:])]
    setting = ["puzzle", "arm", *varying(trials, asked, ("options", *SAMPLING))]
    instances = by_instance(trials, [*who, *setting])
    both = _both(instances, who, [*setting, "size", "instance"])
    keys = [*setting, *(f"{name}_{side}" for name in who for side in "ab")]
    parts = [differences(both, keys, measure).assign(measure=measure) for measure in MEASURES]
    table = pd.concat(parts, ignore_index=True).astype({"measure": TEXT})
    table = table.sort_values([*keys, "measure"], ignore_index=True, kind="stable")
    table["p_holm"] = holm(table, [*setting, "measure"])
    table = _asked(table, trials, who, setting)
    return table[[*keys, "measure", *ESTIMATES, "p_holm", "cut_a", "cut_b", "differs"]]


def _both(table: pd.DataFrame, who: Sequence[str], shared: Sequence[str]) -> pd.DataFrame:
    """Pair each row with those of other contenders that agree in the shared columns."""
    place = table.groupby(list(who), dropna=False, observed=True, sort=True).ngroup()
    placed = table.assign(place=place)
    both = _sided(placed, shared, "a").merge(_sided(placed, shared, "b"), on=list(shared))
    return both[both["place_a"] < both["place_b"]]


def _sided(table: pd.DataFrame, shared: Sequence[str], side: str) -> pd.DataFrame:
    return table.rename(columns={name: f"{name}_{side}" for name in table.columns if name not in shared})


def _asked(table: pd.DataFrame, trials: pd.DataFrame, who: list[str], setting: list[str]) -> pd.DataFrame:
    """Add how often either side was cut, and in which sampling settings the two differ."""
    of = [*who, *setting]
    sampled = [name for name in SAMPLING if name not in setting]
    seen = plain_keys(trials.drop_duplicates(of)[[*of, *sampled]])
    counts = totals(trials, trials[["cut"]].assign(trials=1.0), of)
    seen = seen.merge((counts["cut"] / counts["trials"]).rename("cut").reset_index(), on=of)
    for side in "ab":
        keys = [*setting, *(f"{name}_{side}" for name in who)]
        table = table.merge(_sided(seen, setting, side), on=keys, how="left")
    told = pd.Series("", index=table.index, dtype=TEXT)
    for name in sampled:
        values = pd.concat([table[f"{name}_a"], table[f"{name}_b"]])
        a, b = pd.factorize(values, use_na_sentinel=False)[0].reshape(2, -1)
        told += np.where(a != b, f"{name}, ", "")
    return table.assign(differs=told.where(told != "").str.removesuffix(", "))


def ratios(horizons: pd.DataFrame) -> pd.DataFrame:
    """Return one row per pair of models x puzzle x arm (and varying keys) x axis.

    The axes are those of `reports.measures.horizons`.

    The interval combines those of the two on the logarithm (MOVER: Zou & Donner, Statistics in Medicine 27
    (2008) 1693), as if they were independent: on the same instances it is rather too wide.

    | column | meaning and unit |
    |---|---|
    | puzzle, arm, …, axis | keys |
    | model_a, model_b | the two; with run and endpoint as in `pairs` |
    | estimate_a, estimate_b | the horizons in steps |
    | ratio, low, high | a / b, with 95 % interval; an open end is missing |
    | reason | why there is no ratio: only horizons inside the sizes swept have one; missing if there is one |
    """
    names = [str(name) for name in horizons.columns[: horizons.columns.get_loc("axis")]]
    who = [name for name in _WHO if name in names]
    setting = [name for name in names if name not in who]
    both = _both(horizons[[*names, "axis", "estimate", "low", "high"]], who, [*setting, "axis"])
    keys = [*setting, *(f"{name}_{side}" for name in who for side in "ab"), "axis"]
    table = quotients(both.reset_index(drop=True))
    return table.sort_values(keys, ignore_index=True, kind="stable")[
        [*keys, "estimate_a", "estimate_b", "ratio", "low", "high", "reason"]
    ]


def quotients(both: pd.DataFrame) -> pd.DataFrame:
    """Add `ratio`, `low`, `high` and `reason`, from the estimate, low and high of a and of b."""
    a, low_a, high_a, b, low_b, high_b = (
        np.log2(numbers(both[f"{name}_{side}"])) for side in "ab" for name in ("estimate", "low", "high")
    )
    ratio = a - b
    low = ratio - np.hypot(a - low_a, high_b - b)
    high = ratio + np.hypot(high_a - a, b - low_b)
    missing = [both[f"estimate_{side}"].isna() for side in "ab"]
    reasons = [
        (missing[0] & missing[1], "neither horizon lies inside the sizes"),
        (missing[0], "the first horizon does not lie inside the sizes"),
        (missing[1], "the second horizon does not lie inside the sizes"),
    ]
    return both.assign(
        ratio=np.exp2(ratio), low=np.exp2(low), high=np.exp2(high), reason=first_that_holds(reasons)
    )

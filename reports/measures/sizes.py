"""The three rates size by size, with the numbers they rest on."""

import numpy as np
import pandas as pd

from evals.record.outcome import STOPS, Label
from reports.measures.arrays import Floats, Integers, numbers, share, summed
from reports.measures.cells import Cells, Clusters
from reports.measures.rates import Rate, Rates, able_of, design_effects
from reports.measures.stops import quantiles
from reports.measures.survival import EventTimes, Sample
from reports.measures.times import CUT, UNREADABLE, labelled, left_course

MODELLED = 0.05
"""If more than this share is cut while still right, solved(L) rests on the survival model."""
UNREADABLE_SHARE = 0.02
"""If more than this share is unreadable, able(L) is also given without unreadable answers."""

_TEXT = pd.StringDtype("python", na_value=np.nan)


def by_size(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per group, size and length.

    | column | meaning and unit |
    |---|---|
    | the group's keys, size | see `groups` |
    | steps | L; if the seed determines it, the geometric mean of the instances: `reports.frame.lengths` |
    | trials, counted | all of them; those not left out (lost, unscorable, cut before the first step) |
    | instances, repeats | different instances, and the most counted trials of one instance |
    | clusters | instances, or trials if there is only one instance |
    | n_solved, n_stopped, n_stopped_lost, n_faulty, n_unreadable, n_cut, n_cut_lost | counted trials |
    | silent_short_clean | of the faulty: those that ended short without saying so, and right so far |
    | share_cut | share that was cut, before the first step too: of `counted` and those |
    | modelled | of these, more than 5 % were still right, so `solved` rests on the survival model |
    | willing, able, solved | the rates; missing if not estimable |
    | willing_low, willing_high, … | 95 % interval; see below |
    | willing_n, able_n, solved_n | effective number of trials |
    | willing_variance, … | of the rate, from leaving out one cluster at a time; missing with fewer than two |
    | willing_reason, … | why it is not estimable; missing if it is |
    | willing_cut_low, willing_cut_high, solved_cut_low, solved_cut_high | the shares if all that were cut \
had failed, and if none of those still right had; missing if nothing was cut |
    | willing_clean, able_clean | the other order: a stop after a fault is a fault; the product is `solved` |
    | at_risk | trials that neither stopped nor were cut before the last step |
    | unreadable | share of malformed and empty answers among the trials that did not stop |
    | able_readable | `able` without those; missing if they are not more than 2 % |
    | ability_low, ability_high | bounds of ability had all gone on, if all stops had failed and if none had |
    | ability_high_n, ability_high_variance | as for the rates |
    | ability_high_end | upper end of the 95 % interval of `ability_high` |
    | stops_after, stops_after_10, stops_after_90 | steps written by stops: median, 10 % and 90 % quantiles |
    | stops_share, stops_share_10, stops_share_90 | the same as shares of L |

    The intervals are Wilson's with the effective number of trials, which is divided by the design effect
    if instances are repeated. If cuts leave a rate not estimable, its interval runs from what the rate would
    be if all cut trials had failed to what it would be if none had.

    Raises:
        FrameError: The rows are not those of `reports.frame`, or contain a trial twice.
    """
    return sizes_of(Cells.of(rows))


def sizes_of(cells: Cells) -> pd.DataFrame:
    """Return `by_size` for trials that are already grouped into cells."""
    clusters = Clusters.of(cells)
    rates = Rates.of(cells, clusters)
    counts = _counts(cells, clusters)
    return pd.concat(
        [
            cells.keys,
            counts,
            _rates(cells, clusters, rates, counts),
            _others(cells, counts, rates),
            _bounds(cells, clusters, counts, rates),
            quantiles(cells.rows, cells.cell, len(cells)),
        ],
        axis="columns",
    )


def _counts(cells: Cells, clusters: Clusters) -> pd.DataFrame:
    rows, counted = cells.rows, cells.counted
    lost = rows["lost_time"].notna().to_numpy()
    cut, stopped = labelled(rows, *CUT) & counted, labelled(rows, *STOPS)
    faulty = labelled(rows, Label.LOGIC_ERROR)
    legal = rows["first_error"].isna().to_numpy() & ~left_course(rows)
    short = numbers(rows["written"]) < numbers(rows["steps"])
    trials = {
        "trials": np.ones(len(rows), dtype=bool),
        "counted": counted,
        "n_solved": labelled(rows, Label.SOLVED),
        "n_stopped": stopped,
        "n_stopped_lost": stopped & lost,
        "n_faulty": faulty,
        "n_unreadable": labelled(rows, *UNREADABLE),
        "n_cut": cut,
        "n_cut_lost": cut & lost,
        "silent_short_clean": faulty & legal & short,
    }
    counts = pd.DataFrame({name: cells.count(which) for name, which in trials.items()})
    for at, name in enumerate(("instances", "repeats"), start=2):
        counts.insert(at, name, getattr(clusters, name))
    counts.insert(4, "clusters", clusters.each)
    begun = _cut_at_once(cells)
    either = counts["counted"] + begun
    counts["share_cut"] = share(counts["n_cut"] + begun, either)
    counts["modelled"] = counts["n_cut"] - counts["n_cut_lost"] + begun > MODELLED * either
    return counts


def weighted_sizes(cells: Cells, sizes: pd.DataFrame, clusters: Clusters) -> pd.DataFrame:
    """Return the table of `sizes_of` with the rates, their intervals and variances from other trials.

    Args:
        cells: The same cells, with the trials to take in place of those that the table was made of.
        sizes: The table.
        clusters: The clusters of these trials.
    """
    return sizes.assign(**_estimates(Rates.of(cells, clusters), cells, clusters))


def _estimates(rates: Rates, cells: Cells, clusters: Clusters) -> dict[str, Floats]:
    """Return the columns of the rates as estimated, whatever cuts leave unknown."""
    columns: dict[str, Floats] = {}
    for name in ("willing", "able", "solved"):
        rate = getattr(rates, name)
        low, high = rate.interval(design_effects(rate, cells.group, clusters.repeated))
        columns |= {name: rate.share, f"{name}_low": low, f"{name}_high": high}
        columns |= {f"{name}_n": rate.number, f"{name}_variance": rate.variance}
    return columns


def _rates(cells: Cells, clusters: Clusters, rates: Rates, counts: pd.DataFrame) -> pd.DataFrame:
    reasons = _reasons(cells, counts, rates)
    ends = _ends_of_cuts(counts, _cut_at_once(cells))
    table = pd.DataFrame(index=counts.index)
    found = _estimates(rates, cells, clusters)
    for name in ("willing", "able", "solved"):
        unknown = np.isnan(found[name]) & (counts["counted"] > 0).to_numpy()
        for end, extreme in zip(("low", "high"), ends.get(name, ()), strict=False):
            found[f"{name}_{end}"] = np.where(unknown, extreme, found[f"{name}_{end}"])
        for column in ("", "_low", "_high", "_n", "_variance"):
            table[name + column] = found[name + column]
        table[f"{name}_reason"] = pd.Series(reasons[name], dtype=_TEXT)
    for name, (low, high) in ends.items():
        cut = (counts["share_cut"] > 0).to_numpy()
        table[f"{name}_cut_low"], table[f"{name}_cut_high"] = (
            np.where(cut, extreme, np.nan) for extreme in (low, high)
        )
    return table


def _cut_at_once(cells: Cells) -> Integers:
    """Return the number of trials that were cut before the first step."""
    return cells.count(labelled(cells.rows, *CUT) & ~cells.counted)


def _ends_of_cuts(counts: pd.DataFrame, begun: Integers) -> dict[str, tuple[Floats, Floats]]:
    """Return the shares if all cut trials had failed, and if none of those still right had.

    Of those cut before the first step nothing is known, so they may have done either, too.
    """
    every = counts["counted"] + begun
    went_on = counts["counted"] - counts["n_stopped"]
    solved, clean = counts["n_solved"], counts["n_cut"] - counts["n_cut_lost"]
    return {
        "willing": (share(went_on - counts["n_cut"], every), share(went_on + begun, every)),
        "solved": (share(solved, every), share(solved + clean + begun, every)),
    }


def _reasons(cells: Cells, counts: pd.DataFrame, rates: Rates) -> dict[str, list[str | None]]:
    """Return, for each cell, why each rate is not estimable."""
    first = np.unique(cells.cell, return_index=True)[1]
    caps = cells.rows["max_tokens"].iloc[first].tolist()
    reasons: dict[str, list[str | None]] = {"willing": [], "able": [], "solved": []}
    missing = (np.isnan(rates.willing.share), np.isnan(rates.able.share), np.isnan(rates.solved.share))
    for counted, cap, willing, able, solved in zip(counts["counted"], caps, *missing, strict=True):
        by = "a cut from outside" if pd.isna(cap) else f"the cap of {cap:,} tokens"
        none = None if counted else "no trial counts: all were lost, or cut before the first step"
        no_will = none or f"{by} ended every answer that went on"
        no_end = none or f"{by} ended every answer that was still right"
        reasons["willing"].append(no_will if willing else None)
        reasons["solved"].append(no_end if solved else None)
        nobody = no_will if willing else no_end if solved else "nobody carried on to the end"
        reasons["able"].append(nobody if able else None)
    return reasons


def _others(cells: Cells, counts: pd.DataFrame, rates: Rates) -> pd.DataFrame:
    """Return the other order of the decomposition, and ability without unreadable answers."""
    rows, counted = cells.rows, cells.counted
    known = ~np.isnan(rates.solved.share)
    clean = cells.sample("stop", counted)
    lost_stop = (labelled(rows, *STOPS) & rows["lost_time"].notna().to_numpy())[counted]
    went_on = Sample(clean.cell, np.where(lost_stop, 1.0, clean.time), clean.event & ~lost_stop, clean.weight)
    clean_stops = EventTimes.of(went_on, len(cells)).survival()
    willing = np.where(clean_stops.known & (counts["counted"] > 0), clean_stops.share, np.nan)
    at_end = (numbers(rows["stop_time"]) >= numbers(rows["steps"])) & ~labelled(rows, *STOPS)
    unreadable = share(counts["n_unreadable"], counts["counted"] - counts["n_stopped"])
    return pd.DataFrame(
        {
            "willing_clean": willing,
            "able_clean": np.where(known, able_of(willing, rates.solved.share), np.nan),
            "at_risk": cells.count(at_end),
            "unreadable": unreadable,
            "able_readable": np.where(unreadable > UNREADABLE_SHARE, _able_readable(cells), np.nan),
        }
    )


def _able_readable(cells: Cells) -> Floats:
    read = cells.counted & ~labelled(cells.rows, *UNREADABLE)
    stops = EventTimes.of(cells.sample("stop", read), len(cells)).survival()
    ends = EventTimes.of(cells.sample("end", read), len(cells)).survival()
    known = stops.known & ends.known & (cells.count(read) > 0)
    return np.where(known, able_of(stops.share, ends.share), np.nan)


def _bounds(cells: Cells, clusters: Clusters, counts: pd.DataFrame, rates: Rates) -> pd.DataFrame:
    """Peterson's bounds (Proc. Natl. Acad. Sci. 73 (1976) 11), assuming nothing about trials that stopped."""
    lost = cells.rows["lost_time"].notna().to_numpy()[cells.counted]
    weight = cells.weight[cells.counted]
    trials, losses = (summed(of, clusters.of_row, len(clusters.cell)) for of in (weight, weight * lost))
    all_trials, all_losses = (summed(of, clusters.cell, len(cells)) for of in (trials, losses))
    high = 1 - share(all_losses, all_trials)
    rest = (
        all_losses[clusters.cell] - losses / clusters.alike,
        all_trials[clusters.cell] - trials / clusters.alike,
    )
    without = 1 - share(*rest)
    rate = Rate(high, all_trials, clusters.variance(high, without))
    worst = share(counts["n_solved"], counts["counted"])
    return pd.DataFrame(
        {
            "ability_low": np.where(np.isnan(rates.solved.share), worst, rates.solved.share),
            "ability_high": rate.share,
            "ability_high_n": rate.number,
            "ability_high_variance": rate.variance,
            "ability_high_end": rate.interval(design_effects(rate, cells.group, clusters.repeated))[1],
        }
    )

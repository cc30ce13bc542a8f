"""What a model can and will do at one size: `solves`, `won't`, `can't`, or what is missing to say so.

A claim is made only if the 90 % interval of its share is clear of one half. The share is a mean over
instances of the share of each one's repeats, and the interval is Wilson's, with the number of instances or,
if it is closer, with the effective number of trials: see `reports.analyses.shares.limits`. An answer that was
cut counts against every claim.
"""

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
import pandas as pd
from scipy.special import ndtri

from reports.analyses.shares import FEWEST, counted, endings, limits, shares
from reports.analyses.verdict_notes import NOTES, noted
from reports.frame import SAMPLING, TEXT, FrameError, asked_by, varying
from reports.measures.arrays import Floats, numbers

PLAIN = "list"
"""The arm that asks in neutral words; verdicts are about this arm, unless a variant of another pushes."""

PUSHED = "insist"
"""The arm that pushes, unless another is named before the run."""


class Verdict(StrEnum):
    """What can be said about a model at one size."""

    SOLVES = "solves"
    WONT = "won't"
    CANT = "can't"
    UNCLEAR = "unclear"


class Missing(StrEnum):
    """What an unclear verdict lacks."""

    NOT_ASKED = "not asked"
    """It was not asked in neutral words."""
    TOO_FEW = "too few"
    CUT = "cut"
    NOT_PUSHED = "not pushed"
    PROMPT = "the prompt"
    """It solves when pushed, but had not failed by stopping: another prompt helps, whatever the will."""
    STILL_STOPS = "still stops"
    """It fails when pushed too, but not clearly by error."""


_OF_ARM = ("instances", "trials", "solved", "solved_low", "solved_high", "lost", "lost_low", "stopped", "cut")
_OF_PLAIN = ("stopped_of_failures", "stopped_of_failures_low")


def verdicts(rows: pd.DataFrame, pushed: str = PUSHED) -> pd.DataFrame:
    """Return one row per model x puzzle x size, split by run, endpoint and sampling if they vary in one arm.

    Controls without a solution have no row. `error` and `unscorable` trials are not counted at all.

    | column | meaning and unit |
    |---|---|
    | model, puzzle, … | keys; `options` among them if those of the pushed arm vary |
    | size, steps | the puzzle's own measure; L in steps: see `reports.frame.lengths` |
    | verdict | `solves`, `won't`, `can't` or `unclear` |
    | missing | of `unclear`: `not asked`, `too few`, `cut`, `not pushed`, `the prompt` or `still stops` |
    | instances_needed | of `too few`: about how many instances would decide, were the shares the same; \
missing if not some number under 1,000 |
    | this_instance | an arm has only one instance: n is its number of trials, the verdict is about it |
    | instances, trials | of the arm `list`, or of the base if a variant pushes, like all columns up to \
`stopped_of_failures_low` |
    | solved, solved_low, solved_high | share; its 90 % limits, every cut as failed, every cut as solved |
    | lost, lost_low | share that made a fault; its lower 90 % limit |
    | stopped, cut | shares: stopped by choice, lost or not; cut while still right |
    | stopped_of_failures, stopped_of_failures_low | those that stopped while still right / (1 - solved - \
cut); its lower 90 % limit |
    | pushed_arm | the arm given |
    | pushed_instances, pushed_trials, pushed_solved, pushed_solved_low, pushed_solved_high, pushed_lost, \
pushed_lost_low, pushed_stopped, pushed_cut | the same of that arm; missing if it was not asked |
    | step_note, window_steps, windows, window_right, window_right_low | of windows: see `verdict_notes` |
    | method_note, programs, code_solved, code_solved_low | of programs |

    Args:
        rows: The trials of `reports.frame`.
        pushed: The one arm that pushes, named before the run; never the best of several.

    Raises:
        FrameError: The rows are not those of `reports.frame`, or contain a trial twice; or the arm that
            pushes is a variant of several bases.
    """
    trials = endings(rows)
    keys = ["model", "puzzle", *varying(trials, ("model", "puzzle", "arm"), ("run", "endpoint", *SAMPLING))]
    cell = [*keys, "size", "steps"]
    forced = trials[trials["arm"] == pushed]
    options = varying(forced, keys, ["options"])
    plain = _limited(shares(asked_by(trials, plain_of(trials, pushed)), cell))
    second = _limited(shares(forced, [*cell, *options])).set_index([*cell, *options]).add_prefix("pushed_")
    table = plain.merge(second.reset_index(), on=cell, how="outer", sort=True)
    table["pushed_arm"] = pd.Series(pushed, index=table.index, dtype=TEXT)
    alone = table[["instances", "pushed_instances"]] == 1
    table = _judged(table.assign(this_instance=alone.any(axis="columns")))
    table = table.merge(noted(trials, cell), on=cell, how="left")
    table["instances_needed"] = _needed(table)
    table = counted(table, "instances_needed", "instances", "trials", "pushed_instances", "pushed_trials")
    columns = ["verdict", "missing", "instances_needed", "this_instance", *_OF_ARM, *_OF_PLAIN, "pushed_arm"]
    return table[[*keys, *options, *cell[-2:], *columns, *(f"pushed_{name}" for name in _OF_ARM), *NOTES]]


def plain_of(rows: pd.DataFrame, pushed: str) -> str:
    """Return what the arm that pushes is held against: of a variant its base, with its options."""
    bases = sorted(rows.loc[rows["arm"] == pushed, "base"].dropna().unique())
    if len(bases) > 1:
        raise FrameError(
            f"the arm {pushed!r} that pushes is a variant of {' and of '.join(map(repr, bases))}: "
            "report these runs one by one, or name another with --pushed"
        )
    return bases[0] if bases else PLAIN


def _limited(table: pd.DataFrame) -> pd.DataFrame:
    """Add the limits of the shares of one arm."""
    number, solved, lost, stopped, cut, failed = (
        numbers(table[name]) for name in ("number", "solved", "lost", "stopped_right", "cut", "failed")
    )
    failures = np.where(failed > 0, 1 - solved - cut, np.nan)
    of = {name: numbers(table[f"{name}_n"]) for name in ("solved", "lost", "stopped_right", "open")}
    low, high_uncut = limits(solved, number, of["solved"])
    return table.assign(
        solved_low=low,
        solved_high=limits(np.minimum(solved + cut, 1), number, of["open"])[1],
        solved_high_uncut=high_uncut,
        lost_low=limits(lost, number, of["lost"])[0],
        stopped_right_low=limits(stopped, number, of["stopped_right"])[0],
        stopped_of_failures=stopped / failures,
        stopped_of_failures_low=limits(stopped / failures, failed)[0],
    )


def _judged(table: pd.DataFrame) -> pd.DataFrame:
    """Apply the rules in order; a comparison with a missing value never holds."""
    half = 0.5
    solves_pushed, fails_pushed = table["pushed_solved_low"] >= half, table["pushed_solved_high"] < half
    stops = table["stopped_of_failures_low"] >= half
    errs_pushed = table["pushed_lost_low"] >= half
    rules: list[tuple[pd.Series[bool], Verdict, Missing | None]] = [
        (table["trials"].isna(), Verdict.UNCLEAR, Missing.NOT_ASKED),
        (table["solved_low"] >= half, Verdict.SOLVES, None),
        (table["solved_high_uncut"] >= half, Verdict.UNCLEAR, Missing.TOO_FEW),
        (table["solved_high"] >= half, Verdict.UNCLEAR, Missing.CUT),
        (table["pushed_trials"].isna(), Verdict.UNCLEAR, Missing.NOT_PUSHED),
        (solves_pushed & stops, Verdict.WONT, None),
        (solves_pushed, Verdict.UNCLEAR, Missing.PROMPT),
        (fails_pushed & errs_pushed, Verdict.CANT, None),
        (fails_pushed & stops & (table["pushed_stopped_right_low"] >= half), Verdict.WONT, None),
        (fails_pushed & (table["pushed_cut"] > table["pushed_stopped_right"]), Verdict.UNCLEAR, Missing.CUT),
        (fails_pushed & (table["pushed_stopped_right"] > 0), Verdict.UNCLEAR, Missing.STILL_STOPS),
    ]
    held = [rule.to_numpy(dtype=bool) for rule, _, _ in rules]
    last = len(rules)
    first = np.where(np.any(held, axis=0), np.argmax(held, axis=0), last)
    said = [*(verdict for _, verdict, _ in rules), Verdict.UNCLEAR]
    lacks = [*(missing for _, _, missing in rules), Missing.TOO_FEW]
    return table.assign(
        verdict=pd.Categorical([str(said[index]) for index in first], [str(one) for one in Verdict]),
        missing=pd.Categorical(
            [None if lacks[index] is None else str(lacks[index]) for index in first],
            [str(one) for one in Missing],
        ),
    )


MOST = 1000
"""If more instances would be needed, the share is too close to one half to wait for."""


def _needed(table: pd.DataFrame) -> Floats:
    """Return how many instances would decide where there are too few; NaN elsewhere.

    Wilson's interval of a share s of n is clear of one half where n > z^2 / (4 (s - 1/2)^2).
    """
    shares = {name: numbers(table[name]) for name in ("solved", "pushed_solved", "pushed_lost")}
    unclear = (numbers(table["solved_low"]) < 0.5) & (numbers(table["solved_high_uncut"]) >= 0.5)
    pushed = (numbers(table["pushed_solved_low"]) < 0.5) & (numbers(table["pushed_solved_high"]) >= 0.5)
    share = np.where(
        unclear, shares["solved"], np.where(pushed, shares["pushed_solved"], shares["pushed_lost"])
    )
    away = np.abs(share - 0.5)
    with np.errstate(divide="ignore"):
        needed = np.maximum(np.floor(ndtri(0.95) ** 2 / (4 * away**2)) + 1, FEWEST)
    few = (table["missing"] == str(Missing.TOO_FEW)).to_numpy(dtype=bool)
    return np.where(few & (needed < MOST), needed, np.nan)


# --- changes


_OF_A_RUN = ("run", "endpoint")


def changed_verdicts(
    before: pd.DataFrame,
    after: pd.DataFrame,
    models: Sequence[tuple[str, str]] = (),
    pushed: tuple[str, str] = (PUSHED, PUSHED),
) -> pd.DataFrame:
    """Return one row per model x puzzle x size of which both give a verdict.

    | column | meaning |
    |---|---|
    | model_a, model_b, puzzle, …, size, steps | keys; the sampling, where it varies in both |
    | verdict_a, verdict_b | as in `verdicts`; an unclear one with what it lacks: `unclear: too few` |
    | changed | whether they differ |

    Args:
        before: The trials of `reports.frame`.
        after: Others of the same puzzles and sizes.
        models: Which model of the first is held against which of the second; empty: those of the same name.
        pushed: The arm that pushes in each.

    Raises:
        FrameError: The rows are not those of `reports.frame`, or contain a trial twice.
    """
    sides = [_said(rows, side, arm) for rows, side, arm in zip((before, after), "ab", pushed, strict=True)]
    found = [(model, model) for model in sides[0]["model_a"].unique()] if not models else list(models)
    pairs = pd.DataFrame(found, columns=["model_a", "model_b"], dtype=TEXT)
    shared = [name for name in sides[0].columns if name in sides[1].columns]
    table = pairs.merge(sides[0], on="model_a").merge(sides[1], on=["model_b", *shared])
    ends = ["verdict_a", "verdict_b"]
    table["changed"] = table["verdict_a"] != table["verdict_b"]
    return table[["model_a", "model_b", *shared, *ends, "changed"]]


def _said(rows: pd.DataFrame, side: str, pushed: str) -> pd.DataFrame:
    """Return the keys, and the verdict in words."""
    table = verdicts(rows, pushed)
    keys = [str(name) for name in table.columns[: table.columns.get_loc("verdict")] if name not in _OF_A_RUN]
    lacks = table["missing"].astype(TEXT)
    said = table["verdict"].astype(TEXT)
    told = said.where(lacks.isna(), said + ": " + lacks.fillna(""))
    return table[keys].assign(verdict=told).rename(columns=lambda name: _sided(str(name), side))


def _sided(name: str, side: str) -> str:
    return f"{name}_{side}" if name in ("model", "verdict") else name

"""Whether will was all that was missing: lost trials asked in another way, compared with asking again.

A second answer alone also helps, so what another arm solves of the lost trials is compared with the other
trials of the same instance in `list`. The control are the logic errors, where will was not missing: of them,
only answers that were carried on are compared, in both arms. Were stops among them, a push that changes the
will alone would seem to mend errors, too: asked again without it, some stop. If it solves more of the errors
all the same, another prompt helps, and it was not will alone that was missing.
"""

from collections.abc import Mapping
from enum import StrEnum

import numpy as np
import pandas as pd
from scipy.stats import t as student
from statsmodels.stats.proportion import proportion_confint

from evals.record.outcome import STOPS, Label
from evals.record.run import ENDPOINT
from reports.analyses.paired_differences import agreed_interval
from reports.analyses.shares import counted, endings, first_that_holds, labelled, totals
from reports.analyses.verdict_notes import CODE, WINDOW
from reports.analyses.verdicts import PLAIN
from reports.frame import SAMPLING, TEXT, asked_by, varying
from reports.measures.arrays import Floats, numbers
from reports.tabulation import plain_keys

NUDGE = "nudge"
"""The arm that pushes within the trial."""


class Loss(StrEnum):
    """How a trial of `list` was lost."""

    STOP = "stop"
    """Refusal or give-up."""
    ERROR = "logic_error"
    """The control: a model that made an error had the will. Only answers that were carried on count."""


_LABELS: Mapping[Loss, tuple[Label, ...]] = {Loss.STOP: STOPS, Loss.ERROR: (Label.LOGIC_ERROR,)}
_NONE_LOST: Mapping[Loss, str] = {
    Loss.STOP: "no trial was lost by stopping",
    Loss.ERROR: "no trial was lost by error",
}
_USED = [
    *("model", "puzzle", "run", "endpoint", *SAMPLING, "arm", "options", "base", "instance"),
    *("label", "solved", "stopped", "cut", "count"),
]
_NOT_OURS = "imported prompts, whose format may differ"
_ROUNDING = 1e-9
_MEASURES = (
    *("lost", "instances", "instances_lost", "recovered", "asked_again", "net"),
    *("se", "df", "low", "high", "cut", "reason", "warning"),
)


def recovery(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per model x puzzle x other arm x loss, split by whatever else varies within one arm.

    The other arms are those that ask for the whole list; `nudge` is analysed within the trial: see `nudged`.
    A variant is compared with its base in place of `list`, if that was asked, too.
    With Q lost and S solved of the R trials of an instance in `list`, and P the share solved in the other; of
    the loss `logic_error` R and P leave out answers that stopped by choice::

        recovered   = sum Q P / sum Q
        asked again = sum Q S / (R - 1) / sum Q          (a lost trial is not among the solved)
        net         = recovered - asked again
        e           = Q P - Q S / (R - 1) - net Q        (one per instance, m in all)
        SE          = sqrt(m / (m - 1) sum e^2) / sum Q, t with m - 1

    If all instances agree and SE is 0, the interval is Wilson's, with the instances that lost a trial.
    Clean cuts are undecided and left out. Instances asked once have no control: they count only if all were.

    | column | meaning and unit |
    |---|---|
    | model, puzzle, …, arm, options | keys |
    | loss | `stop` (refusal, give-up) or `logic_error`: the control |
    | lost | sum Q: trials of `list` lost in this way, on instances that the other arm was asked too |
    | instances, instances_lost | m; of these, those with a lost trial |
    | recovered, asked_again, net | shares from 0 to 1; net from -1 to 1 |
    | se, df, low, high | of net: standard error, m - 1, and 95 % interval |
    | cut | trials of both arms that were cut while still right, and left out |
    | reason | why a value is missing |
    | warning | what the arms differ in besides their wording: sampling; perhaps the format |

    Raises:
        FrameError: The rows are not those of `reports.frame`, or contain a trial twice.
    """
    trials = endings(rows)[_USED]
    keys = ["model", "puzzle", *varying(trials, ("model", "puzzle", "arm"), ("run", "endpoint", *SAMPLING))]
    way = [*keys, "arm", "options"]
    base = trials["base"].astype(TEXT)
    asked_as = base.str.replace(r":.*", "", regex=True).fillna(trials["arm"].astype(TEXT))
    others = trials[~asked_as.isin([NUDGE, WINDOW, CODE]) & (trials["arm"] != PLAIN)]
    against = others["base"].astype(TEXT).fillna(PLAIN)
    parts = [
        _held_against(asked_by(trials, plain), others[against == plain], keys, way)
        for plain in [PLAIN, *sorted(set(against) - {PLAIN})]
    ]
    some = [part for part in parts if not part.empty] or parts[:1]
    table = pd.concat(some, ignore_index=True)
    table = table.sort_values([*way, "loss"], ignore_index=True, kind="stable")
    return counted(table, "lost", "instances", "instances_lost", "df", "cut")[[*way, "loss", *_MEASURES]]


def _held_against(plain: pd.DataFrame, others: pd.DataFrame, keys: list[str], way: list[str]) -> pd.DataFrame:
    """Return the rows of the ways of asking that are compared with this plain one."""
    pairs = _pairs(plain, others, keys, way)
    table = pd.concat([_measured(pairs, way, loss) for loss in Loss], ignore_index=True)
    table = table.merge(_cuts(plain, others, keys, way), on=way, how="left")
    return table.assign(warning=_warnings(table, plain, others, keys, way))


def _pairs(plain: pd.DataFrame, others: pd.DataFrame, keys: list[str], way: list[str]) -> pd.DataFrame:
    """Return one row per instance of another arm: S, and Q, R and P for each loss."""
    decided, answers = plain[plain["cut"] == 0], others[others["cut"] == 0]
    flags = pd.DataFrame({"S": decided["solved"]}, index=decided.index)
    shares = pd.DataFrame(index=answers.index)
    for loss, labels in _LABELS.items():
        flags[f"Q {loss}"] = labelled(decided, *labels).astype("float64")
        flags[f"R {loss}"] = 1.0 - (decided["stopped"] if loss is Loss.ERROR else 0.0)
        shares[f"P {loss}"] = (
            answers["solved"].mask(answers["stopped"] > 0) if loss is Loss.ERROR else (answers["solved"])
        )
    lost = totals(decided, flags, [*keys, "instance"]).reset_index()
    known = shares.notna().astype("float64").add_prefix("known ")
    of_each = totals(answers, pd.concat([shares.fillna(0.0), known], axis="columns"), [*way, "instance"])
    asked = pd.DataFrame({name: of_each[name] / of_each[f"known {name}"] for name in shares})
    return asked.reset_index().merge(lost, on=[*keys, "instance"])


def _measured(pairs: pd.DataFrame, way: list[str], loss: Loss) -> pd.DataFrame:
    """Return one row per way of asking, by the formulas of `recovery`."""
    named = {f"{name} {loss}": name for name in "QRP"}
    pairs = pairs[[*way, "S", *named]].rename(columns=named)
    pairs["Q"] = pairs["Q"].mask(pairs["P"].isna(), 0.0)  # nobody carried on in the other arm
    again = (pairs["R"] >= 2) & (pairs["P"].notna() | (loss is Loss.STOP))
    controlled = again.groupby([pairs[key] for key in way], dropna=False, observed=True).transform("any")
    pairs = pairs[again | ~controlled]
    q, spare = pairs["Q"], (pairs["R"] - 1).where(pairs["R"] >= 2)
    terms = pd.DataFrame({"q": q, "qp": q * pairs["P"].fillna(0.0), "qs": q * pairs["S"] / spare, "m": 1.0})
    terms["hit"], terms["once"] = (q > 0).astype("float64"), spare.isna().astype("float64")
    of = [pairs[key] for key in way]
    sums = terms.groupby(of, dropna=False, observed=True).sum()
    lost = sums["q"].where(sums["q"] > 0)
    recovered, asked_again = sums["qp"] / lost, (sums["qs"] / lost).mask(sums["once"] > 0)
    net = recovered - asked_again
    index = terms.groupby(of, dropna=False, observed=True).ngroup().to_numpy()
    errors = terms["qp"] - terms["qs"] - net.to_numpy()[index] * terms["q"]
    squares = numbers((errors**2).groupby(index).sum())
    table = pd.DataFrame(
        {
            "lost": sums["q"],
            "instances": sums["m"],
            "instances_lost": sums["hit"],
            "recovered": recovered,
            "asked_again": asked_again,
            "net": net,
        }
    )
    _add_interval(table, squares)
    table["reason"] = _reasons(table, loss)
    return table.reset_index().assign(loss=pd.Series(str(loss), index=range(len(table)), dtype=TEXT))


def _add_interval(table: pd.DataFrame, squares: Floats) -> None:
    """Add `se`, `df`, `low`, `high` of `net`; missing if fewer than two instances lost a trial."""
    lost, net, hit, m = (numbers(table[name]) for name in ("lost", "net", "instances_lost", "instances"))
    enough = ~np.isnan(net) & (hit >= 2)
    df = np.where(enough, m - 1, np.nan)
    se = np.sqrt((df + 1) / df * squares) / np.where(enough, lost, np.nan)
    agreed = se < _ROUNDING
    reach = student.ppf(0.975, df) * se
    low, high = np.maximum(net - reach, -1), np.minimum(net + reach, 1)
    low[agreed], high[agreed] = agreed_interval(net[agreed], hit[agreed])
    table["se"], table["df"], table["low"], table["high"] = se, df, low, high


def _reasons(table: pd.DataFrame, loss: Loss) -> "pd.Series[str]":
    return first_that_holds(
        [
            (table["lost"] == 0, _NONE_LOST[loss]),
            (table["asked_again"].isna(), "asked once: nothing to compare with; it takes two repeats"),
            (table["instances_lost"] == 1, "one instance lost a trial: no interval; it takes two"),
        ]
    )


def _cuts(plain: pd.DataFrame, others: pd.DataFrame, keys: list[str], way: list[str]) -> pd.DataFrame:
    """Return one row per way of asking: its clean cuts and those of `list`, on the instances of both."""
    both = [*keys, "instance"]
    cut = totals(plain, plain[["cut"]], both)["cut"].rename("plain").reset_index()
    there = totals(others, others[["cut"]], [*way, "instance"]).reset_index().merge(cut, on=both)
    counts = there.groupby(way, dropna=False, observed=True)[["cut", "plain"]].sum()
    return counts.sum(axis="columns").rename("cut").reset_index()


def _warnings(
    table: pd.DataFrame, plain: pd.DataFrame, others: pd.DataFrame, keys: list[str], way: list[str]
) -> "pd.Series[str]":
    """Return what the arms differ in besides their wording, for each row of the table."""
    sampled = [name for name in SAMPLING if name not in keys]
    asked = [*sampled, *(["endpoint"] if "endpoint" not in keys else [])]
    ours = table[way].merge(plain_keys(others.drop_duplicates(way)[[*way, *asked]]), on=way, how="left")
    theirs = table[keys].merge(plain_keys(plain.drop_duplicates(keys)[[*keys, *asked]]), on=keys, how="left")
    told = pd.Series("", index=table.index, dtype=TEXT)
    for name in sampled:
        differs = pd.factorize(pd.concat([ours[name], theirs[name]]), use_na_sentinel=False)[0].reshape(2, -1)
        told += np.where(differs[0] != differs[1], f"other {name}; ", "")
    told += np.where(ours["endpoint"] == ENDPOINT, f"{_NOT_OURS}; ", "")
    return told.where(told != "").str.removesuffix("; ")


def nudged(rows: pd.DataFrame) -> pd.DataFrame:
    """Return how nudged stops ended: one row per model x puzzle x `first`, split by whatever else varies.

    Analysed within the trial: it had stopped at its first turn and was asked to go on. No control is needed.

    | column | meaning and unit |
    |---|---|
    | model, puzzle, …, options | keys |
    | first | `right` or `lost`: the state of the list when it first stopped |
    | stops, instances | trials that stopped at the first turn, without later clean cuts; their instances |
    | recovered | share of the stops that were solved in the end |
    | low, high | 95 % interval: Wilson's with the instances, or the stops if there is only one instance |
    | cut | stops that were cut later while still right, and left out |

    Raises:
        FrameError: The rows are not those of `reports.frame`, or contain a trial twice.
    """
    trials = endings(rows)
    keys = ["model", "puzzle", *varying(trials, ("model", "puzzle", "arm"), ("run", "endpoint", *SAMPLING))]
    stopped = trials["first_label"].isin([str(label) for label in STOPS])
    nudges = trials[(trials["arm"] == NUDGE) & stopped]
    first = np.where(nudges["first_lost"].fillna(False).astype(bool), "lost", "right")
    nudges = nudges.assign(first=pd.array(first, dtype=TEXT))
    of = [*keys, "options", "first"]
    decided = nudges[nudges["cut"] == 0]
    counts = totals(decided, decided[["solved"]].assign(stops=1.0), of)
    every = totals(nudges, nudges[["cut"]], of)
    instances = decided.groupby(of, dropna=False, observed=True)["instance"].nunique()
    table = pd.DataFrame({"stops": counts["stops"], "instances": instances})
    table = table.reindex(every.index, fill_value=0)
    table["recovered"] = counts["solved"] / counts["stops"]
    table["cut"] = every["cut"]
    number = numbers(table["instances"].mask(table["instances"] == 1, table["stops"]))
    table["low"], table["high"] = np.nan, np.nan
    some = number > 0
    share = numbers(table["recovered"])[some]
    ends = proportion_confint(share * number[some], number[some], method="wilson")
    table.loc[some, "low"], table.loc[some, "high"] = ends
    return counted(table.reset_index(), "stops", "instances", "cut")[
        [*keys, "options", "first", "stops", "instances", "recovered", "low", "high", "cut"]
    ]

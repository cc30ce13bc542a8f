"""What answers cost, in tokens and money, and what tokens and money buy."""

import numpy as np
import pandas as pd

from reports.analyses.repeats import all_of
from reports.analyses.shares import counted, endings
from reports.frame import TEXT
from reports.measures import groups
from reports.measures.arrays import Floats, integers, numbers, share, summed
from reports.tabulation import plain_keys

KS = (1, 2, 5, 10)
"""Numbers of answers to one instance that are tried."""
TOKENS = "tokens"
"""The unit of a price that is counted in tokens of the answers."""
_MOST = 40
"""Maximum number of budgets, and of prices, of a group."""
_TOKENS = ("prompt_tokens", "completion_tokens", "reasoning_tokens")
_COUNTS = ("trials", "solved", "solved_steps", *_TOKENS, "tokens_unknown", "cost_unknown")


def costs(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per model x puzzle x arm, split by whatever else varies within one.

    Trials that were not solved were paid for too, so they are part of the price of a solution. Trials of
    unknown usage are in no price and no total, neither as spent nor as solved; they are counted separately.

    | column | meaning and unit |
    |---|---|
    | model, puzzle, arm, … | keys |
    | trials, solved | those that count: no errors, unscorable trials or controls; those solved |
    | solved_steps | sum of L over the solved ones |
    | prompt_tokens, completion_tokens, reasoning_tokens | totals as reported; missing if unknown for all |
    | tokens_unknown | trials whose completion_tokens are unknown |
    | tokens_per_solved, tokens_per_solved_step | completion tokens; missing if nothing was solved |
    | cost | total in the currency; missing if unknown for all |
    | cost_unknown | trials whose cost is unknown |
    | cost_per_solved, cost_per_solved_step | in the currency; missing if nothing was solved |
    | currency | of the cost; missing if there is no price, or it is not known in what currency |

    Raises:
        FrameError: The rows are not those of `reports.frame`, or contain a trial twice.
    """
    trials = endings(rows)
    keys = groups(trials)
    solved, needed = trials["solved"], trials["needed"].astype("Float64")
    values = pd.DataFrame({"trials": 1.0, "solved": solved, "solved_steps": needed.where(solved == 1, 0)})
    values = values.mul(trials["count"], axis="index")
    for name in (*_TOKENS, "cost"):
        values[name] = trials[name].astype("Float64")
    for name, spent in (("tokens", "completion_tokens"), ("cost", "cost")):
        known = values[spent].notna()
        values[f"{name}_unknown"] = values["trials"].where(~known, 0.0)
        values[f"{name}_solved"] = values["solved"].where(known, 0)
        values[f"{name}_solved_steps"] = values["solved_steps"].where(known, 0)
    table = values.groupby([trials[key] for key in keys], dropna=False, observed=True).sum(min_count=1)
    for name, spent in (("tokens", "completion_tokens"), ("cost", "cost")):
        for per in ("solved", "solved_steps"):
            of = table[f"{name}_{per}"]
            table[f"{name}_per_{per.removesuffix('s')}"] = table[spent] / of.where(of > 0)
    columns = ["trials", "solved", "solved_steps"]
    for name, totals in (("tokens", _TOKENS), ("cost", ("cost",))):
        columns += [*totals, f"{name}_unknown", f"{name}_per_solved", f"{name}_per_solved_step"]
    # A model at one endpoint has one price in a run, and the keys tell runs and endpoints apart.
    currencies = (
        trials["currency"].groupby([trials[key] for key in keys], dropna=False, observed=True).first()
    )
    table["currency"] = currencies.astype(TEXT).array
    return counted(plain_keys(table.reset_index()), *_COUNTS)[[*keys, *columns, "currency"]]


BESIDE = ("tokens_per_solved_step", "cost_per_solved_step", "currency")
"""The columns of `costs` that stand beside each horizon."""


def with_costs(horizons: pd.DataFrame, costs: pd.DataFrame) -> pd.DataFrame:
    """Return the table of `reports.measures.horizons` with what a solved step cost each group.

    The tokens and the cost are those of all sizes that were asked, failures among them.
    """
    names = list(horizons.columns[: horizons.columns.get_loc("axis")])
    # Errors have no cost, so what only they tell apart is no key there.
    keys = [name for name in names if name in costs.columns[: costs.columns.get_loc("trials")]]
    return horizons.merge(costs[[*keys, *BESIDE]], on=keys, how="left", validate="many_to_one")


# --- success within a token budget


def budgets(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per group x k x budget: success if each answer had had so many tokens at most.

    An answer counts as solved within a budget if it solved, and took no more tokens. From the R trials of one
    instance with known tokens, c of them solved within the budget, as in `reports.analyses.repeats`, and
    averaged over the instances of all sizes that were asked: it is a figure of this sweep of sizes.

    | column | meaning and unit |
    |---|---|
    | model, puzzle, arm, … | keys |
    | k | number of answers to one instance |
    | budget | tokens of one answer, thinking among them: a power of two |
    | spent | mean tokens that k answers take under this budget |
    | pass_at_k | probability that at least one of k solves it within the budget; of one, the share solved |
    | pass_all_k | probability that all k do |
    | undecided | share of the trials that were cut while right, with fewer tokens: not solved here |
    | instances | those with at least k trials |

    Groups without known tokens, and k of which no instance has as many trials, are left out.

    Raises:
        FrameError: The rows are not those of `reports.frame`, or contain a trial twice.
    """
    trials = endings(rows)
    keys = groups(trials)
    trials = trials[(trials["token_bin"] >= 0).fillna(False).astype(bool)]
    parts = [
        _of_group(part, keys) for _, part in trials.groupby(keys, dropna=False, observed=True, sort=True)
    ]
    if not parts:
        columns = [*keys, "k", "budget", "spent", "pass_at_k", "pass_all_k", "undecided", "instances"]
        return pd.DataFrame(columns=columns).astype(dict.fromkeys(columns[len(keys) :], "float64"))
    return counted(pd.concat(parts, ignore_index=True), "k", "budget", "instances")


def _of_group(part: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    tokens, trials = numbers(part["completion_tokens"]), numbers(part["count"])
    place = numbers(part["token_bin"])[:, None]
    powers = _powers(place)
    steps = 2.0**powers
    within = place <= 2 * powers
    instance = integers(part.groupby(["size", "instance"], dropna=False, observed=True).ngroup())
    asked = summed(trials, instance)
    solved = _summed(within * (trials * numbers(part["solved"]))[:, None], instance)
    taken = np.where(within, tokens[:, None], trials[:, None] * steps)
    spent = taken.sum(axis=0) / trials.sum()
    cut = (trials * numbers(part["cut"]))[:, None]
    undecided = ((place < 2 * powers) * cut).sum(axis=0) / trials.sum()
    tables = []
    for k in KS:
        enough = asked >= k
        if enough.any():
            of = asked[enough, None] + np.zeros_like(solved[enough])
            good = solved[enough]
            told = {
                "k": k,
                "budget": steps,
                "spent": k * spent,
                "pass_at_k": 1 - all_of(of - good, of, k).mean(axis=0),
                "pass_all_k": all_of(good, of, k).mean(axis=0),
                "undecided": undecided,
                "instances": int(enough.sum()),
            }
            tables.append(pd.DataFrame(told))
    table = pd.concat(tables, ignore_index=True)
    first = plain_keys(part[keys].iloc[[0] * len(table)]).reset_index(drop=True)
    return pd.concat([first, table], axis="columns")


def _powers(place: Floats) -> Floats:
    """Return the exponents of two from below the cheapest answer to above the dearest.

    Args:
        place: `token_bin` of the answers.
    """
    low, high = np.floor(place.min() / 2), np.ceil(place.max() / 2)
    return np.arange(max(low, high - _MOST), high + 1)


def _summed(values: np.ndarray, part: np.ndarray) -> Floats:
    """Return the sums of the rows of each part."""
    order = np.argsort(part, kind="stable")
    starts = np.flatnonzero(np.diff(part[order], prepend=-1))
    return np.add.reduceat(values[order].astype(np.float64), starts, axis=0)


# --- what a price pays for


def affordable(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per group x price: the longest task that is solved for less than so much, on average.

    What a solved task costs at one size is what all its trials cost over the number of them that solved.

    | column | meaning and unit |
    |---|---|
    | model, puzzle, arm, … | keys |
    | unit | `tokens` of the answers, or the currency; `money` where it is not known in what currency |
    | price | of one solved task, in the unit: 1, 2 or 5 times a power of ten |
    | steps | the largest length whose solved task costs no more; missing if there is none |
    | cost | what a solved task costs there |
    | solved, trials | of that length: trials of known usage |
    | next_steps | the next length asked: a solved task costs more there, or none was; missing at the end |

    Raises:
        FrameError: The rows are not those of `reports.frame`, or contain a trial twice.
    """
    trials = endings(rows)
    keys = groups(trials)
    parts = []
    for name in ("completion_tokens", "cost"):
        known = trials[trials[name].notna()]
        spent = known[name].astype("float64")
        solved = known["solved"] * known["count"]
        values = pd.DataFrame({"spent": spent, "solved": solved, "trials": known["count"].astype("float64")})
        of = [known[key] for key in (*keys, "steps")]
        sums = plain_keys(values.groupby(of, dropna=False, observed=True).sum().reset_index())
        units = known["currency"].groupby([known[key] for key in keys], dropna=False, observed=True).first()
        for group, part in sums.groupby(keys, dropna=False, observed=True, sort=False):
            unit = TOKENS if name == "completion_tokens" else _currency(units.get(group))
            parts.append(_paid_for(part.sort_values("steps"), keys, unit))
    columns = [*keys, "unit", "price", "steps", "cost", "solved", "trials", "next_steps"]
    filled = [part for part in parts if len(part)]
    if not filled:
        return pd.DataFrame(columns=columns).astype(dict.fromkeys(columns[-6:], "float64"))
    table = pd.concat(filled, ignore_index=True).astype({"unit": TEXT})
    return counted(table, "steps", "solved", "trials", "next_steps")[columns]


def _currency(unit: object) -> str:
    return unit if isinstance(unit, str) else "money"


def _paid_for(part: pd.DataFrame, keys: list[str], unit: str) -> pd.DataFrame:
    """Return the rows of one group and unit; none if nothing was solved, or for nothing."""
    solved, spent = numbers(part["solved"]), numbers(part["spent"])
    costs = np.where(solved > 0, share(spent, solved, 0.0), np.inf)
    paid = costs[np.isfinite(costs) & (costs > 0)]
    if not len(paid):
        return part.iloc[:0]
    prices = _prices(paid.min(), paid.max())
    lengths = numbers(part["steps"])
    last = [int(np.flatnonzero(costs <= price)[-1]) if (costs <= price).any() else -1 for price in prices]
    at = np.array(last)

    def there(values: Floats) -> Floats:
        return np.where(at >= 0, values[at], np.nan)

    following = np.append(lengths, np.nan)[at + 1]
    made = pd.DataFrame(
        {
            "unit": unit,
            "price": prices,
            "steps": there(lengths),
            "cost": there(costs),
            "solved": there(solved),
            "trials": there(numbers(part["trials"])),
            "next_steps": following,
        }
    )
    first = part[keys].iloc[[0] * len(made)].reset_index(drop=True)
    return pd.concat([first, made], axis="columns")


def _prices(low: float, high: float) -> Floats:
    """Return 1, 2 and 5 times the powers of ten, from the last below `low` to the first not below `high`."""
    powers = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    steps = np.outer(powers, [1.0, 2.0, 5.0]).ravel()
    first = int(np.searchsorted(steps, low, side="right")) - 1
    last = int(np.searchsorted(steps, high, side="left")) + 1
    return steps[max(first, 0, last - _MOST) : last]

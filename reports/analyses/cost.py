"""What a solved step and a solved trial cost, in tokens and money."""

import pandas as pd

from reports.analyses.shares import counted, endings
from reports.measures import groups

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
    for name in (*_TOKENS, "cost"):
        values[name] = trials[name].astype("Float64")
    for name, spent in (("tokens", "completion_tokens"), ("cost", "cost")):
        known = values[spent].notna()
        values[f"{name}_unknown"] = (~known).astype("float64")
        values[f"{name}_solved"] = values["solved"].where(known, 0)
        values[f"{name}_solved_steps"] = values["solved_steps"].where(known, 0)
    table = values.groupby([trials[key] for key in keys], dropna=False).sum(min_count=1)
    for name, spent in (("tokens", "completion_tokens"), ("cost", "cost")):
        for per in ("solved", "solved_steps"):
            of = table[f"{name}_{per}"]
            table[f"{name}_per_{per.removesuffix('s')}"] = table[spent] / of.where(of > 0)
    columns = ["trials", "solved", "solved_steps"]
    for name, totals in (("tokens", _TOKENS), ("cost", ("cost",))):
        columns += [*totals, f"{name}_unknown", f"{name}_per_solved", f"{name}_per_solved_step"]
    # A model at one endpoint has one price in a run, and the keys tell runs and endpoints apart.
    currencies = trials["currency"].groupby([trials[key] for key in keys], dropna=False).first()
    table["currency"] = currencies.array
    return counted(table.reset_index(), *_COUNTS)[[*keys, *columns, "currency"]]


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

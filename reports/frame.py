"""The outcomes of a run as a pandas frame: one row per trial, typed columns, explicit missing values."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from evals.record.model import Scalar
from evals.record.outcome import INSTRUMENT, Label, Outcome
from evals.record.price import Price, RecordedPrice
from evals.record.trial import base_of
from tasks import CantwontError


class FrameError(CantwontError):
    """Rows that cannot be counted: a trial occurs twice, or a column is missing."""


class Whose(StrEnum):
    """Who is responsible for how a trial ended."""

    MODEL = "model"
    """The trial counts as answered."""
    INSTRUMENT = "instrument"
    """Cut, filtered, unscorable or lost: reported beside the denominators, not counted in them."""


ENDS_SHORT = (Label.GIVE_UP, Label.TRUNCATED)
"""Labels of answers that may still have been right where they ended."""

SAMPLING = ("max_tokens", "temperature", "reasoning_effort")
"""Columns that describe the token budget and the sampling of an answer."""

Prices = Mapping[str, Price | tuple[float, float]]
"""Prices for a million tokens, keyed by `endpoint/model`; a pair is that of prompts and of completions."""

# Not pandas' default: with pyarrow installed that is an Arrow column, which rejects lone surrogates.
TEXT = pd.StringDtype("python", na_value=np.nan)
"""The dtype of every text column."""
_LABEL = pd.CategoricalDtype([str(label) for label in Label], ordered=True)


@dataclass(frozen=True, slots=True)
class _Column:
    """The dtype of a column and how its values are read from an outcome."""

    dtype: object
    value: Callable[[Outcome], object]


def _options(options: dict[str, Scalar]) -> str:
    return ", ".join(f"{name}={options[name]}" for name in sorted(options))


def _base(outcome: Outcome) -> str | None:
    found = base_of(outcome.options)
    return None if found is None else _way(found[0], _options(found[1]))


def _way(arm: str, options: str) -> str:
    return f"{arm}:{options.replace(', ', ',')}" if options else arm


def asked_by(rows: pd.DataFrame, base: str) -> pd.DataFrame:
    """Return the rows whose arm, with its options if it has any, is what the column `base` calls so."""
    arm, _, options = base.partition(":")
    found = rows[rows["arm"] == arm]
    return found[found["options"].str.replace(", ", ",") == options] if options else found


def _whose(outcome: Outcome) -> Whose:
    return Whose.INSTRUMENT if outcome.label in INSTRUMENT else Whose.MODEL


def _clean(outcome: Outcome) -> bool | None:
    return outcome.lost_at is None if outcome.label in ENDS_SHORT else None


def _first_label(outcome: Outcome) -> str | None:
    return str(outcome.by_turn[0].label) if outcome.by_turn else None


def _first_lost_at(outcome: Outcome) -> int | None:
    return _count(outcome.by_turn[0].lost_at) if outcome.by_turn else None


def _count(value: int | None) -> int | None:
    """Return the value, or `None` if it comes near 64 bits: providers sometimes report absurd numbers."""
    return value if value is None or abs(value) < 1 << 62 else None


_COLUMNS: dict[str, _Column] = {
    "trial": _Column(TEXT, lambda outcome: outcome.trial),
    "model": _Column(TEXT, lambda outcome: outcome.model),
    "endpoint": _Column(TEXT, lambda outcome: outcome.endpoint),
    "puzzle": _Column(TEXT, lambda outcome: outcome.puzzle),
    "instance": _Column(TEXT, lambda outcome: outcome.instance),
    "size": _Column("Int64", lambda outcome: _count(outcome.size)),
    "steps": _Column("Int64", lambda outcome: _count(outcome.steps)),
    "arm": _Column(TEXT, lambda outcome: outcome.arm),
    "options": _Column(TEXT, lambda outcome: _options(outcome.options)),
    "base": _Column(TEXT, _base),
    "max_tokens": _Column("Int64", lambda outcome: _count(outcome.max_tokens)),
    "temperature": _Column("Float64", lambda outcome: outcome.temperature),
    "reasoning_effort": _Column(TEXT, lambda outcome: outcome.reasoning_effort),
    "repeat": _Column("Int64", lambda outcome: _count(outcome.repeat)),
    "label": _Column(_LABEL, lambda outcome: str(outcome.label)),
    "whose": _Column(TEXT, lambda outcome: str(_whose(outcome))),
    "clean": _Column("boolean", _clean),
    "reason": _Column(TEXT, lambda outcome: outcome.reason),
    "probability": _Column("Float64", lambda outcome: outcome.probability),
    "confident": _Column("bool", lambda outcome: outcome.confident),
    "judge_label": _Column(_LABEL, lambda outcome: outcome.judge_label and str(outcome.judge_label)),
    "flags": _Column(TEXT, lambda outcome: " ".join(outcome.flags)),
    "written": _Column("Int64", lambda outcome: _count(outcome.written)),
    "right": _Column("Int64", lambda outcome: _count(outcome.right)),
    "first_error": _Column("Int64", lambda outcome: _count(outcome.first_error)),
    "lost_at": _Column("Int64", lambda outcome: _count(outcome.lost_at)),
    "first_label": _Column(_LABEL, _first_label),
    "first_lost_at": _Column("Int64", _first_lost_at),
    "turns": _Column("Int64", lambda outcome: _count(outcome.turns)),
    "finish_reason": _Column(TEXT, lambda outcome: outcome.finish_reason),
    "prompt_tokens": _Column("Int64", lambda outcome: _count(outcome.prompt_tokens)),
    "completion_tokens": _Column("Int64", lambda outcome: _count(outcome.completion_tokens)),
    "reasoning_tokens": _Column("Int64", lambda outcome: _count(outcome.reasoning_tokens)),
    "cached_tokens": _Column("Int64", lambda outcome: _count(outcome.cached_tokens)),
}
_MONEY = ("cost", "currency")


def frame(outcomes: Iterable[Outcome], run_name: str, prices: Prices | None = None) -> pd.DataFrame:
    """Return one row per trial, in the order given. Join frames of several runs with `pandas.concat`.

    Args:
        outcomes: The outcomes of one run, each trial once.
        run_name: Value of the column `run`.
        prices: What tokens cost.

    | column | type | meaning and unit |
    |---|---|---|
    | run | text | the name given |
    | trial | text | id; with `run`, the key of the row |
    | model, endpoint | text | which model was asked, and where |
    | puzzle, instance | text | the family, and the instance's canonical string |
    | size | integer | the puzzle's own measure, e.g. disks |
    | steps | integer | L, the minimum number of steps to solve it; missing for a control without a solution |
    | arm, options | text | how it was asked; options as `name=value, …`, empty if there are none |
    | base | text | of a variant the arm that it varies, as `name:option=value,…`; else missing |
    | max_tokens | integer | token budget of an answer; missing if none was sent |
    | temperature, reasoning_effort | number, text | as sent; missing if not sent |
    | repeat | integer | index among trials that are otherwise equal, from 0 |
    | label | ordered category | how it ended, in the order of `evals.record.outcome.Label` |
    | whose | text | `model` or `instrument`: only the model's endings are in denominators |
    | clean | true or false | `give_up` and `truncated`: right so far (no `lost_at`); other labels: missing |
    | reason, probability, confident | text, number, bool | the rule that decided, and how sure it was |
    | judge_label | ordered category | a judge's label, if one was asked |
    | flags | text | separated by spaces |
    | written | integer | W, steps written before the first elision |
    | right | integer | C, legal steps before the first error |
    | first_error | integer | number of the first illegal step, from 1; missing if there is none |
    | lost_at | integer | number of the first step that is illegal or off every shortest path, from 1 |
    | first_label | ordered category | how the first turn ended, if there were several; else missing |
    | first_lost_at | integer | `lost_at` after the first turn, if there were several |
    | turns | integer | replies in the conversation |
    | finish_reason | text | as reported by the API |
    | prompt_tokens, completion_tokens, reasoning_tokens | integer | tokens, as reported |
    | cached_tokens | integer | of the prompt tokens those that the server had kept, as reported |
    | cost | number | price of prompt and answer; missing if a price or a token count is unknown |
    | currency | text | of the price; missing if there is none, or it is not known in what currency |

    Raises:
        FrameError: The outcomes contain a trial twice.
    """
    given = list(outcomes)
    columns = {
        name: pd.Series([column.value(outcome) for outcome in given], dtype=column.dtype)  # type: ignore[call-overload]
        for name, column in _COLUMNS.items()
    }
    runs = pd.Series([run_name] * len(given), dtype=TEXT)
    rows = pd.DataFrame({"run": runs, **columns})
    return checked(rows.assign(**_money(rows, prices or {})))


def _money(rows: pd.DataFrame, prices: Prices) -> "dict[str, pd.Series]":
    """Return what each trial cost, and in what currency."""
    who = rows["endpoint"] + "/" + rows["model"]
    known = {name: _priced(price) for name, price in prices.items()}
    tokens = ((1, 0, 0), (1, 0, 1), (0, 1, 0))  # one of a prompt, one that was cached, one of an answer
    of_prompt, of_cached, of_answer = (
        who.map({name: price.of(*counts) for name, price in known.items()}).astype("Float64")
        for counts in tokens
    )
    # Reasoning tokens are not added: endpoints include them in the completion tokens.
    prompt, answer = rows["prompt_tokens"], rows["completion_tokens"]
    cached = np.minimum(rows["cached_tokens"].fillna(0), prompt)
    cost = (prompt - cached) * of_prompt + cached * of_cached + answer * of_answer
    # No prompt has 0 tokens: a server that says so has not counted them.
    is_counted = (prompt > 0) & ~((answer == 0) & (rows["written"] > 0))
    currencies = {name: price.currency or None for name, price in known.items()}
    return {"cost": cost.where(is_counted.fillna(False)), "currency": who.map(currencies).astype(TEXT)}


def _priced(price: Price | tuple[float, float]) -> Price:
    return price if isinstance(price, Price) else RecordedPrice(input=price[0], output=price[1])


def checked(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows; raises `FrameError` unless they are those of `frame`, each trial once per run."""
    missing = [name for name in ("run", *_COLUMNS, *_MONEY) if name not in rows.columns]
    if missing:
        raise FrameError(f"the frame has no column {missing[0]!r}; make it with `reports.frame`")
    twice = rows.duplicated(["run", "trial"])
    if twice.any():
        run, trial = rows.loc[twice, ["run", "trial"]].iloc[0]
        raise FrameError(
            f"trial {trial!r} of run {run!r} stands in the frame twice ({int(twice.sum())} rows too many); "
            "give each run once, under a name of its own"
        )
    return rows


def varying(rows: pd.DataFrame, within: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return those of the columns `names` that have more than one value in some group of `within`.

    A table grouped by `within` must add them to its keys, or it would pool over them.
    """
    groups = rows.groupby(list(within), dropna=False, observed=True)
    return [name for name in names if (groups[name].nunique(dropna=False) > 1).any()]


def lengths(rows: pd.DataFrame) -> "pd.Series[int]":
    """Return the length in steps of each row's cell, by the rows' index; missing for controls.

    A cell is one puzzle and size. Where its parameters determine the minimum number of steps (pegs, say),
    each number of steps is a cell of its own; where the seed determines it, the instances of one setting form
    one cell, whose length is their geometric mean, rounded.
    """
    keys = ["puzzle", "size", "instance"]
    cells = rows.groupby(keys, dropna=False, observed=True)["steps"].max().reset_index()
    cells["setting"] = cells["instance"].str.replace(r"/seed=[^/]*$", "", regex=True)
    setting = cells.groupby(["puzzle", "size", "setting"], dropna=False, observed=True).ngroup()
    steps = cells["steps"].where(cells["steps"] > 0).to_numpy(dtype=float, na_value=np.nan)
    drawn = cells["steps"].groupby(setting).transform("nunique") > 1
    means = pd.Series(np.log2(steps)).groupby(setting).transform("mean")
    cells["length"] = cells["steps"].mask(drawn, np.rint(np.exp2(means)).astype("Int64"))
    found = rows[keys].merge(cells[[*keys, "length"]], on=keys, how="left")
    return pd.Series(found["length"].array, index=rows.index)


def encodable(column: "pd.Series[str]") -> "pd.Series[str]":
    """Return a column of texts with lone surrogates, which UTF-8 cannot encode, escaped."""
    spelled = {text: text.encode("utf-8", "backslashreplace").decode() for text in column.dropna().unique()}
    odd = {text: told for text, told in spelled.items() if text != told}
    return column.map(lambda text: odd.get(text, text), na_action="ignore") if odd else column

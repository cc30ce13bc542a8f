"""Describe a comparison of two runs in sentences."""

from collections.abc import Iterator
from numbers import Real

import pandas as pd

from evals.text import clip, number_of, printable
from reports.analyses.run_comparison import ENDS, Comparison
from reports.tables.rendering import LABEL_WORDS, heading, is_missing, number, percent
from reports.words.horizons import half

_MOST_FLIPS = 4
"""Maximum number of kinds of flips to list, most frequent first."""

_LONGEST_NAME = 80

_WORDS = {"solved": "solved", "stopped": "stopped by choice", "lost": "went wrong"}


def describe_comparison(compared: Comparison) -> Iterator[str]:
    """Yield lines: shares and how they changed, flips, horizons, notes, and last whether it got worse.

    Foreign text in them is escaped, so they are safe to print.
    """
    runs = f"run {_name(compared.a)} (a) to run {_name(compared.b)} (b)"
    yield f"From {runs}, on the instances that both were asked"
    keys = [str(name) for name in compared.shares.columns[: compared.shares.columns.get_loc("measure")]]
    for at in compared.shares[keys].drop_duplicates().index:
        key = compared.shares.loc[[at], keys]
        yield ""
        yield _about(key.iloc[0])
        yield from (_share(line) for _, line in key.merge(compared.shares, on=keys).iterrows())
        yield _flipped(key.merge(compared.flips, on=keys))
        yield from (_horizon(line) for _, line in key.merge(compared.horizons, on=keys).iterrows())
    changed = list(describe_changed_verdicts(compared.verdicts))
    if changed:
        yield ""
    yield from changed
    if compared.notes:
        yield ""
    yield from (f"Note: {printable(note)}." for note in compared.notes)
    yield ""
    yield _verdict(compared)


def describe_changed_verdicts(verdicts: pd.DataFrame) -> Iterator[str]:
    """Yield one block with the verdicts of `changed_verdicts` that differ; nothing if none does."""
    changed = verdicts[verdicts["changed"]]
    if changed.empty:
        return
    yield f"Verdicts changed: {number(len(changed))} of {number(len(verdicts))}"
    plain = ("model_a", "model_b", "puzzle", "size", "steps", "verdict_a", "verdict_b", "changed")
    for _, line in changed.iterrows():
        others = [
            f"{heading(str(name))} {_name(value)}"
            for name, value in line.items()
            if name not in plain and not is_missing(value) and value != ""
        ]
        models = dict.fromkeys(_name(line[name]) for name in ("model_a", "model_b"))
        asked = ", ".join(
            [" and ".join(models), _name(line["puzzle"]), f"size {_name(line['size'])}", *others]
        )
        yield f"  {asked}: {_name(line['verdict_a'])} -> {_name(line['verdict_b'])}"


def _about(key: "pd.Series[str]") -> str:
    """Describe who is compared, and on what: `one (a), other (b): hanoi, list, max tokens 4,096`."""
    first, second = _name(key["model_a"]), _name(key["model_b"])
    plain = ("puzzle", "arm", "options")
    told = [
        _name(value) if name in plain else f"{heading(str(name))} {_name(value)}"
        for name, value in key.items()
        if name not in ("model_a", "model_b") and not is_missing(value) and value != ""
    ]
    return f"{first if first == second else f'{first} (a), {second} (b)'}: {', '.join(told)}"


def _name(value: object) -> str:
    return number(float(value)) if isinstance(value, Real) else clip(printable(str(value)), _LONGEST_NAME)


def _share(line: "pd.Series[float]") -> str:
    """Format as `solved: 45 % to 30 %, -15 points [-25 to -5], 40 instances: worse`."""
    told = f"  {_WORDS[str(line['measure'])]}: {percent(line['a'])} to {percent(line['b'])}"
    many = number_of(int(line["instances"]), "instance")
    if is_missing(line["low"]):
        return f"{told}, {many}: how surely cannot be said ({line['reason']})"
    change, low, high = (f"{round(100 * line[name]):+d}" for name in ("change", "low", "high"))
    which = "worse" if line["regressed"] else "better" if line["improved"] else "no clear change"
    about = ", for these instances only" if line["of_trials"] else ""
    return f"{told}, {change} points [{low} to {high}], {many}{about}: {which}"


def _flipped(flips: pd.DataFrame) -> str:
    """Describe how many trials ended differently, and how."""
    total, other = int(flips["trials"].sum()), flips[flips["flipped"]]
    if other.empty:
        return f"  no trial of {number(total)} ended otherwise"
    most = other.sort_values("trials", ascending=False, kind="stable").head(_MOST_FLIPS)
    told = [
        f"{LABEL_WORDS[str(line['label_a'])]} to {LABEL_WORDS[str(line['label_b'])]} {number(line['trials'])}"
        for _, line in most.iterrows()
    ]
    more = ", …" if len(other) > _MOST_FLIPS else ""
    flipped = f"{number(other['trials'].sum())} of {number(total)} trials ended otherwise"
    return f"  {flipped}: {', '.join(told)}{more}"


def _horizon(line: "pd.Series[float]") -> str:
    """Format as `willing_50, in steps: 120 [90 to 150], then between 31 and 63; 0.5 times [0.4 to 0.7]`."""
    first, second = (half({name: line[f"{name}_{side}"] for name in ENDS}) for side in "ab")
    ratio = line["ratio"]
    times = "" if is_missing(ratio) else f"; {ratio:.2g} times {_ends(line['low'], line['high'], '.2g')}"
    return f"  {line['axis']}_50, in steps: {first}, then {second}{times}"


def _ends(low: float, high: float, form: str) -> str:
    told = ("open" if is_missing(end) else format(end, form) for end in (low, high))
    return f"[{' to '.join(told)}]"


def _verdict(compared: Comparison) -> str:
    worse = int(compared.shares["regressed"].sum())
    of = number(len(compared.shares))
    if worse:
        return f"Clearly worse: {number(worse)} of {of} shares (p below 0.05, corrected for all of them)"
    return f"No share of {of} got clearly worse"

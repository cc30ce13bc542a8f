"""Describe a comparison of two runs in sentences."""

from collections.abc import Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class ComparisonText:
    """A comparison in sentences, the conclusion first. Foreign text in them is escaped."""

    runs: str
    conclusion: str
    changes: tuple[str, ...]
    """Each share that changed clearly: first those for worse, the largest change first."""
    verdicts: tuple[str, ...]
    """The verdicts that changed, below a line that counts them; empty if none did."""
    notes: tuple[str, ...]
    cases: tuple[tuple[str, str, str | None], ...]
    """Each share: who and what it is about, its name, and what got clearly worse, if it did."""
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    """Each puzzle and arm with its lines: first those with a clear change, then by the largest change."""


def comparison_text(compared: Comparison) -> ComparisonText:
    """Describe a comparison: what it comes to, and then what that rests on."""
    keys = [str(name) for name in compared.shares.columns[: compared.shares.columns.get_loc("measure")]]
    shares = compared.shares.assign(
        of=compared.shares.groupby(keys, dropna=False, sort=False).ngroup(),
        clear=compared.shares["regressed"] | compared.shares["improved"],
        by=compared.shares["change"].abs().fillna(0.0),
    )
    clear = shares[shares["clear"]].sort_values(["regressed", "by"], ascending=False, kind="stable")
    ranks = shares.groupby("of")[["regressed", "clear", "by"]].max()
    ranks = ranks.sort_values(["regressed", "clear", "by"], ascending=False, kind="stable")
    groups = []
    for of in ranks.index:
        ours = shares[shares["of"] == of]
        key = ours.iloc[[0]][keys]
        lines = (
            *(_share(line) for _, line in ours.iterrows()),
            _flipped(key.merge(compared.flips, on=keys)),
            *(_horizon(line) for _, line in key.merge(compared.horizons, on=keys).iterrows()),
        )
        groups.append((_about(key.iloc[0]), lines))
    runs = f"run {_name(compared.a)} (a) to run {_name(compared.b)} (b)"
    return ComparisonText(
        f"From {runs}, on the instances that both were asked",
        _conclusion(compared),
        tuple(_clear(line, _about(line[keys])) for _, line in clear.iterrows()),
        tuple(describe_changed_verdicts(compared.verdicts)),
        tuple(f"Note: {printable(note)}." for note in compared.notes),
        tuple(
            (_about(line[keys]), _WORDS[str(line["measure"])], _share(line) if line["regressed"] else None)
            for _, line in shares.iterrows()
        ),
        tuple(groups),
    )


def describe_comparison(compared: Comparison) -> Iterator[str]:
    """Yield the lines of `comparison_text`, which are safe to print."""
    told = comparison_text(compared)
    yield told.runs
    yield told.conclusion
    yield from (f"  {change}" for change in told.changes)
    for block in (told.verdicts, told.notes):
        if block:
            yield ""
            yield from block
    for heading_, lines in told.groups:
        yield ""
        yield heading_
        yield from (f"  {line}" for line in lines)


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
    told = f"{_WORDS[str(line['measure'])]}: {percent(line['a'])} to {percent(line['b'])}"
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
        return f"no trial of {number(total)} ended otherwise"
    most = other.sort_values("trials", ascending=False, kind="stable").head(_MOST_FLIPS)
    told = [
        f"{LABEL_WORDS[str(line['label_a'])]} to {LABEL_WORDS[str(line['label_b'])]} {number(line['trials'])}"
        for _, line in most.iterrows()
    ]
    more = ", …" if len(other) > _MOST_FLIPS else ""
    flipped = f"{number(other['trials'].sum())} of {number(total)} trials ended otherwise"
    return f"{flipped}: {', '.join(told)}{more}"


def _horizon(line: "pd.Series[float]") -> str:
    """Format as `willing_50, in steps: 120 [90 to 150], then between 31 and 63; 0.5 times [0.4 to 0.7]`."""
    first, second = (half({name: line[f"{name}_{side}"] for name in ENDS}) for side in "ab")
    ratio = line["ratio"]
    times = "" if is_missing(ratio) else f"; {ratio:.2g} times {_ends(line['low'], line['high'], '.2g')}"
    return f"{line['axis']}_50, in steps: {first}, then {second}{times}"


def _ends(low: float, high: float, form: str) -> str:
    told = ("open" if is_missing(end) else format(end, form) for end in (low, high))
    return f"[{' to '.join(told)}]"


def _clear(line: "pd.Series[float]", about: str) -> str:
    """Format as `worse: tired: hanoi, list: solved 45 % to 30 %, -15 points [-25 to -5]`."""
    which = "worse" if line["regressed"] else "better"
    change, low, high = (f"{round(100 * line[name]):+d}" for name in ("change", "low", "high"))
    share = f"{_WORDS[str(line['measure'])]} {percent(line['a'])} to {percent(line['b'])}"
    return f"{which}: {about}: {share}, {change} points [{low} to {high}]"


def _conclusion(compared: Comparison) -> str:
    worse, better = (int(compared.shares[name].sum()) for name in ("regressed", "improved"))
    of = number(len(compared.shares))
    corrected = "p below 0.05, corrected for all of them"
    if worse:
        also = f"; clearly better: {number(better)}" if better else ""
        return f"Clearly worse: {number(worse)} of {of} shares ({corrected}){also}"
    if better:
        return f"No share of {of} got clearly worse; clearly better: {number(better)} ({corrected})"
    return f"No share of {of} changed clearly"

"""Compare two runs, of two models or of one at two dates: what changed, how surely, and for the worse?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import pandas as pd

from reports.analyses.censored_shares import MEASURES
from reports.analyses.model_pairs import quotients
from reports.analyses.paired_differences import by_instance, differences, holm
from reports.analyses.shares import endings
from reports.analyses.verdicts import PUSHED, changed_verdicts
from reports.frame import SAMPLING, TEXT, FrameError, checked, varying
from reports.measures import horizons
from reports.tabulation import plain_keys

SURE = 0.05
"""A change is clear if its p, corrected for all changes that are tested, is below this."""

_SETTING = ("endpoint", "options", *SAMPLING)
_CHANGE = (
    *("measure", "a", "b", "change", "low", "high", "se", "df", "p"),
    *("instances", "sizes", "of_trials", "reason", "p_holm", "regressed", "improved"),
)
ENDS = ("estimate", "low", "high", "beyond", "bracket_low", "bracket_high", "poor_fit", "lapse", "reason")
"""What is reported of a horizon: columns of `reports.measures.horizons`."""


class NothingShared(FrameError):
    """The two runs have nothing to compare; the message says what each contains."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from run a to run b. The tables are documented in `compare`."""

    a: str
    b: str
    shares: pd.DataFrame
    sizes: pd.DataFrame
    flips: pd.DataFrame
    horizons: pd.DataFrame
    verdicts: pd.DataFrame
    notes: tuple[str, ...]
    """What the numbers do not show: different sampling, and what only one run contains."""

    @property
    def regressed(self) -> bool:
        """Whether a share of some puzzle and arm got clearly worse."""
        return bool(self.shares["regressed"].any())


def compare(
    rows_a: pd.DataFrame,
    rows_b: pd.DataFrame,
    model_a: str | None = None,
    model_b: str | None = None,
    *,
    pushed: tuple[str, str] = (PUSHED, PUSHED),
) -> Comparison:
    """Compare two runs on the instances that both were asked.

    If each run has one model, these two are compared; otherwise models of the same name. Clean cuts are left
    out as undecided.

    `shares`, one row per puzzle x arm (and whatever else varies) x measure; `sizes`, the same by size:

    | column | meaning and unit |
    |---|---|
    | model_a, model_b, puzzle, arm, …, size | keys |
    | measure | `solved`, `stopped` (by choice, lost or not), `lost` (made a fault, whatever came then) |
    | a, b, change | the shares (means over sizes of means over instances); by how much b is more |
    | low, high, se, df, p, instances, sizes, of_trials, reason | of the change: see `paired_differences` |
    | p_holm | p corrected for all rows of the table |
    | regressed, improved | p_holm below 0.05, for worse, for better. A model that goes on has more to \
lose: a rise of `stopped` or `lost` is no regression if `solved` rose, nor one of `lost` if `stopped` fell |

    `flips`, one row per puzzle x arm x pair of labels, over the trials that both runs contain:

    | column | meaning and unit |
    |---|---|
    | label_a, label_b | how a trial ended in a, and the same repeat of the same instance in b |
    | trials, flipped | number of trials; whether the two labels differ |

    `horizons`, one row per puzzle x arm x axis, each over all instances of its run (see `reports.measures`):

    | column | meaning and unit |
    |---|---|
    | axis | `willing`, `able` or `solved` |
    | estimate_a, low_a, high_a, beyond_a, bracket_low_a, bracket_high_a, poor_fit_a, lapse_a, reason_a, \
and of b | the horizons in steps, as in `reports.measures.horizons` |
    | ratio, low, high, reason | b / a, with 95 % interval: see `reports.analyses.model_pairs.ratios` |

    `verdicts`: see `reports.analyses.changed_verdicts`; each over all instances of its run.

    Args:
        rows_a: One run, as returned by `reports.frame`.
        rows_b: The same.
        model_a: The model of run a (name or endpoint/name), if there are several and b has none of them.
        model_b: The same of run b.
        pushed: The arm that pushes in each, for the verdicts.

    Raises:
        NothingShared: They share no instance; or they have no model name in common, and several models; or a
            model that was named is not there.
        FrameError: A frame is not that of one run of `reports.frame`.
    """
    both = _Both.of(rows_a, rows_b, model_a, model_b)
    keys = ["model_a", "model_b", *both.setting]
    shared = both.instances()
    return Comparison(
        *both.names,
        shares=_changes(shared, keys),
        sizes=_changes(shared, [*keys, "size"]),
        flips=_flips(both.trials(), keys),
        horizons=_horizons(both, keys),
        verdicts=changed_verdicts(*both.rows, both.matched, pushed),
        notes=tuple(both.notes(shared)),
    )


def changed_shares(rows_a: pd.DataFrame, rows_b: pd.DataFrame, apart: Sequence[str] = ()) -> pd.DataFrame:
    """Return the table `shares` of `compare` alone; with `apart`, for many comparisons at once.

    Args:
        rows_a: One run, as returned by `reports.frame`.
        rows_b: The same.
        apart: Keys of the table; Holm's correction is made within each of their values.

    Raises:
        FrameError: As in `compare`.
    """
    both = _Both.of(rows_a, rows_b, None, None)
    return _changes(both.instances(), ["model_a", "model_b", *both.setting], apart)


@dataclass(frozen=True, slots=True)
class _Both:
    """Two runs, and the part of them that is compared."""

    names: tuple[str, str]
    rows: tuple[pd.DataFrame, pd.DataFrame]
    """The rows of the models that are compared."""
    ends: tuple[pd.DataFrame, pd.DataFrame]
    """The same rows as returned by `reports.analyses.shares.endings`."""
    models: pd.DataFrame
    """One row per comparison: model_a, model_b."""
    left_out: tuple[str, ...]
    """Models that only one run contains."""
    setting: list[str]
    """Puzzle and arm, and whatever varies within one of them."""

    @classmethod
    def of(cls, rows_a: pd.DataFrame, rows_b: pd.DataFrame, model_a: str | None, model_b: str | None) -> Self:
        """Match the models; raises `FrameError`."""
        names = _run(rows_a), _run(rows_b)
        held = _models(rows_a, names[0], model_a), _models(rows_b, names[1], model_b)
        matched = _matched(names, held)
        models = pd.DataFrame(matched, columns=["model_a", "model_b"], dtype=TEXT)
        rows = (
            rows_a[rows_a["model"].isin(models["model_a"])],
            rows_b[rows_b["model"].isin(models["model_b"])],
        )
        ends = endings(rows[0]), endings(rows[1])
        used = {name for pair in matched for name in pair}
        varied = {name for side in ends for name in varying(side, ("model", "puzzle", "arm"), _SETTING)}
        setting = ["puzzle", "arm", *(name for name in _SETTING if name in varied)]
        left_out = tuple(sorted({*held[0], *held[1]} - used))
        return cls(names, rows, ends, models, left_out, setting)

    @property
    def matched(self) -> list[tuple[str, str]]:
        """The models of each comparison."""
        return [(str(a), str(b)) for a, b in self.models.itertuples(index=False)]

    def instances(self) -> pd.DataFrame:
        """Return one row per instance that both decided, for `differences`; raises `NothingShared`."""
        a, b = (by_instance(side, ["model", *self.setting]) for side in self.ends)
        shared = self.side_by_side(a, b, [*self.setting, "size", "instance"])
        if shared.empty:
            held = [_held(side) for side in self.ends]
            raise NothingShared(
                f"runs {self.names[0]!r} and {self.names[1]!r} share no instance that was asked alike and "
                f"answered in both: the first has {held[0]}, the second {held[1]}; "
                "compare runs of the same puzzles, sizes, seeds and arms"
            )
        return shared

    def trials(self) -> pd.DataFrame:
        """Return one row per trial that both runs contain."""
        a, b = self.rows
        return self.side_by_side(a, b, [*self.setting, "size", "instance", "repeat"])

    def side_by_side(self, a: pd.DataFrame, b: pd.DataFrame, shared: Sequence[str]) -> pd.DataFrame:
        """Pair the rows of a with those of b that agree in the shared columns."""
        sides = [
            table.rename(columns={name: f"{name}_{side}" for name in table.columns if name not in shared})
            for table, side in ((a, "a"), (b, "b"))
        ]
        return self.models.merge(sides[0], on="model_a").merge(sides[1], on=["model_b", *shared])

    def notes(self, shared: pd.DataFrame) -> Iterator[str]:
        """Yield what the numbers do not show."""
        for name in self.left_out:
            yield f"model {name!r} stands in one of the runs alone, and is left out"
        first, second = (side.drop_duplicates(["model", "puzzle", "arm"]) for side in self.ends)
        beside = self.side_by_side(first, second, ["puzzle", "arm"])
        for name in (name for name in _SETTING if name not in self.setting):
            values = pd.concat([beside[f"{name}_a"], beside[f"{name}_b"]])
            a, b = pd.factorize(values, use_na_sentinel=False)[0].reshape(2, -1)
            if (a != b).any():
                yield f"the runs differ in {name.replace('_', ' ')}: what changed may be due to that"
        if (shared["n_a"] != shared["n_b"]).any():
            each = " and ".join(_range(shared[name]) for name in ("n_a", "n_b"))
            yield (
                f"the instances have {each} repeats: shares are of all of them, "
                "how trials ended of those that both runs have"
            )
        for name, side in zip(self.names, self.ends, strict=True):
            more = side["instance"].nunique() - shared["instance"].nunique()
            if more > 0:
                yield f"instances of run {name!r} that have no match in the other, and are left out: {more:,}"


def _range(repeats: "pd.Series[float]") -> str:
    least, most = int(repeats.min()), int(repeats.max())
    return str(least) if least == most else f"{least} to {most}"


def _run(rows: pd.DataFrame) -> str:
    """Return the name of the frame's one run."""
    runs = checked(rows)["run"].unique().tolist()
    if len(runs) != 1:
        raise FrameError(f"a comparison is of two runs, and one side holds {len(runs)}: {sorted(runs)!r}")
    return str(runs[0])


def _models(rows: pd.DataFrame, run: str, chosen: str | None) -> list[str]:
    held = sorted(map(str, rows["model"].unique()))
    if chosen is None:
        return held
    by_name = {name: name for name in held}
    for endpoint, name in rows[["endpoint", "model"]].drop_duplicates().itertuples(index=False):
        by_name.setdefault(f"{endpoint}/{name}", name)
    if chosen not in by_name:
        raise NothingShared(f"run {run!r} has no model {chosen!r}; it has {', '.join(map(repr, held))}")
    return [by_name[chosen]]


def _matched(names: tuple[str, str], held: tuple[list[str], list[str]]) -> list[tuple[str, str]]:
    """Return which model of a is compared with which of b."""
    first, second = held
    if len(first) == len(second) == 1:
        return [(first[0], second[0])]
    alike = [(model, model) for model in first if model in second]
    if not alike:
        told = [
            f"{name!r} has {', '.join(map(repr, models))}" for name, models in zip(names, held, strict=True)
        ]
        raise NothingShared(
            f"the runs share no model: {'; '.join(told)}; choose one of each (model_a and model_b)"
        )
    return alike


def _held(trials: pd.DataFrame) -> str:
    """Describe the puzzles and arms of a run."""
    asked = trials[["puzzle", "arm"]].drop_duplicates().sort_values(["puzzle", "arm"])
    told = [f"{puzzle!r} by {arm!r}" for puzzle, arm in asked.itertuples(index=False)]
    return ", ".join([*told[:5], *(["…"] if len(told) > 5 else [])]) or "no answer that counts"


def _changes(shared: pd.DataFrame, keys: list[str], family: Sequence[str] = ()) -> pd.DataFrame:
    """Return one row per group and measure; p is corrected within each value of `family`."""
    parts = [differences(shared, keys, measure).assign(measure=measure) for measure in MEASURES]
    table = pd.concat(parts, ignore_index=True).astype({"measure": TEXT})
    table["change"], table["low"], table["high"] = -table["difference"], -table["high"], -table["low"]
    table = table.sort_values([*keys, "measure"], ignore_index=True, kind="stable")
    table["p_holm"] = holm(table, family)
    clear, rose = table["p_holm"] < SURE, table["change"] > 0
    solved, stopped = table["measure"] == "solved", table["measure"] == "stopped"
    group = table.groupby(keys, dropna=False).ngroup()
    helped = (clear & solved & rose).groupby(group).transform("any")
    went_on = (clear & stopped & ~rose).groupby(group).transform("any")
    excused = helped | (went_on & (table["measure"] == "lost"))
    table["regressed"] = clear & ((solved & ~rose) | (~solved & rose & ~excused))
    table["improved"] = clear & (solved == rose)
    return table[[*keys, *_CHANGE]]


def _flips(trials: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return one row per group and pair of labels that occurs."""
    of = [*keys, "label_a", "label_b"]
    table = trials.groupby(of, dropna=False, observed=True, sort=True).size().rename("trials").reset_index()
    table["flipped"] = table["label_a"].astype(TEXT) != table["label_b"].astype(TEXT)
    return table


def _horizons(both: _Both, keys: list[str]) -> pd.DataFrame:
    """Return one row per group and axis."""
    of = ["model", *both.setting]
    sides = []
    for rows, ends in zip(both.rows, both.ends, strict=True):
        table = horizons(rows)
        found = [name for name in of if name in table.columns]
        sides.append(table[[*found, "axis", *ENDS]].merge(plain_keys(ends.drop_duplicates(of)[of]), on=found))
    beside = quotients(both.side_by_side(sides[0], sides[1], [*both.setting, "axis"]))
    beside = beside.assign(ratio=1 / beside["ratio"], low=1 / beside["high"], high=1 / beside["low"])
    of_each = [f"{name}_{side}" for side in "ab" for name in ENDS]
    beside = beside.sort_values([*keys, "axis"], ignore_index=True, kind="stable")
    return beside[[*keys, "axis", *of_each, "ratio", "low", "high", "reason"]]

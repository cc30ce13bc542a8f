"""What a model's failures hang on: the same instances asked in two ways that differ in one thing.

Each contrast compares two arms by a share of which more is better, so that a difference above zero says that
the first of the two helps. Will is compared by who goes on, and ability among the answers that were carried
on, in both arms: or else a push of the will would seem to mend errors, and a program would seem to know what
the list had merely refused. Cuts are censored, as in every comparison of pairs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import pandas as pd

from reports.analyses.paired_differences import ESTIMATES, by_instance, differences, holm
from reports.analyses.recovery import NUDGE
from reports.analyses.shares import FEWEST, counted, endings, first_that_holds, totals
from reports.analyses.verdict_notes import CODE, WINDOW
from reports.analyses.verdicts import PLAIN, PUSHED, plain_of
from reports.frame import SAMPLING, TEXT, asked_by, varying
from reports.measures.arrays import Bools
from reports.tabulation import plain_keys

SURE = 0.05
"""A difference is told if its p, corrected for all contrasts of the same model and puzzle, is below this."""


class Trait(StrEnum):
    """What failures may hang on."""

    WILL = "will"
    EXECUTION = "execution"
    MEMORY = "memory"
    HARNESS = "harness"
    CONTEXT = "context"
    KNOWING = "knowing"


class TraitMeasure(StrEnum):
    """The share that is compared; of either more is better."""

    WILLING = "willing"
    """Did not stop by choice."""
    ABLE = "able"
    """Solved, of the answers that were carried on."""


class Said(StrEnum):
    """What can be said of a contrast."""

    HELPS = "helps"
    HURTS = "hurts"
    NONE = "no difference shown"
    UNCLEAR = "unclear"
    """Clear for itself, but not among so many contrasts."""
    TOO_FEW = "too few"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Way:
    """An arm with the value of the one option that matters."""

    arm: str
    option: str = ""
    value: str = ""
    is_default: bool = False
    """Whether the option has this value where it is not given."""
    all_options: str = ""
    """All options, as the base of a variant names them; if empty, any."""

    def __str__(self) -> str:
        options = f"{self.option}={self.value}" if self.option else self.all_options
        return f"{self.arm}:{options}" if options else self.arm

    @property
    def flag(self) -> str:
        """The part of a command that asks it; of a variant, beside its spec."""
        return f"--arm {self.arm if self.is_default else self}"

    def of(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the rows asked in this way, and in `rest` their other options."""
        asked = asked_by(table, f"{self.arm}:{self.all_options}")
        if not self.option:
            return asked
        found = asked["options"].str.extract(rf"(?:^|, ){self.option}=([^,]*)")[0]
        asked = asked[
            (found.fillna(self.value if self.is_default else "") == self.value).to_numpy(dtype=bool)
        ]
        rest = asked["options"].str.replace(rf"(?:^|, ){self.option}=[^,]*", "", regex=True)
        return asked.assign(rest=rest.str.removeprefix(", ").astype(TEXT))


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two ways of asking that differ in one thing, and what it means if one of them does better."""

    trait: Trait
    name: str
    a: Way
    b: Way
    measure: TraitMeasure
    helps: str
    hurts: str

    @property
    def shared(self) -> list[str]:
        """The columns that both ways have in common, beside those of the task."""
        return ["rest"] if self.a.arm == self.b.arm else []


AGENT, CHUNKED, PADDED, ALGORITHM = "agent", "chunked", "padded", "algorithm"
_LIST = Way(PLAIN)

CONTRASTS = (
    Contrast(
        Trait.WILL,
        "told to",
        Way(PUSHED),
        _LIST,
        TraitMeasure.WILLING,
        "goes on more often where abridging is forbidden",
        "goes on less often where abridging is forbidden",
    ),
    Contrast(
        Trait.WILL,
        "told again",
        Way(NUDGE),
        _LIST,
        TraitMeasure.WILLING,
        "goes on when it is told to after it had stopped",
        "stops more often in a conversation that would tell it to go on",
    ),
    Contrast(
        Trait.WILL,
        "a way out",
        Way(AGENT, "exit", "offered"),
        Way(AGENT, "exit", "none", is_default=True),
        TraitMeasure.WILLING,
        "goes on more often where a way out is offered",
        "stops more often where a way out is offered",
    ),
    Contrast(
        Trait.EXECUTION,
        "given the method",
        Way(ALGORITHM),
        _LIST,
        TraitMeasure.ABLE,
        "is right more often where the method is given: it lacked a plan",
        "is right less often where the method is given",
    ),
    Contrast(
        Trait.EXECUTION,
        "a few steps",
        Way(WINDOW),
        _LIST,
        TraitMeasure.ABLE,
        "gets a few steps right where it gets the whole list wrong: it lacks stamina",
        "gets the whole list right where it gets a few steps from its middle wrong",
    ),
    Contrast(
        Trait.MEMORY,
        "state restated",
        Way(CHUNKED, "state", "restated"),
        Way(CHUNKED, "state", "own", is_default=True),
        TraitMeasure.ABLE,
        "is right more often where it is told the state: it loses track",
        "is right less often where it is told the state",
    ),
    Contrast(
        Trait.HARNESS,
        "tools",
        Way(AGENT, "style", "tools", is_default=True),
        Way(AGENT, "style", "text"),
        TraitMeasure.ABLE,
        "is right more often by calls of tools than in lines of text",
        "is right less often by calls of tools than in lines of text",
    ),
    Contrast(
        Trait.CONTEXT,
        "other text before",
        Way(PADDED),
        _LIST,
        TraitMeasure.ABLE,
        "is right more often behind other text",
        "is right less often behind other text",
    ),
    Contrast(
        Trait.KNOWING,
        "a program",
        Way(CODE),
        _LIST,
        TraitMeasure.ABLE,
        "writes a program for what it gets wrong as a list: it knows the method",
        "writes lists right for which its program is wrong",
    ),
)
"""All contrasts, in the order in which they are told."""


def contrasts_of(rows: pd.DataFrame, pushed: str = PUSHED) -> tuple[Contrast, ...]:
    """Return all contrasts, the first of which is about the arm that pushes and what it is held against.

    Raises:
        FrameError: The arm that pushes is a variant of several bases.
    """
    plain = plain_of(rows, pushed)
    if (pushed, plain) == (PUSHED, PLAIN):
        return CONTRASTS
    arm, _, options = plain.partition(":")
    told_to, *others = CONTRASTS
    pair = replace(
        told_to,
        a=Way(pushed),
        b=Way(arm, all_options=options),
        helps="goes on more often when it is pushed",
        hurts="goes on less often when it is pushed",
    )
    return (pair, *others)


_OWN = ("trait", "contrast", "arm_a", "options_a", "arm_b", "options_b", "measure")
_TOLD = ("p_holm", "unseen_a", "unseen_b", "differs", "says", "means", "ask")


def traits(rows: pd.DataFrame, pushed: str = PUSHED) -> pd.DataFrame:
    """Return one row per model x puzzle x contrast, split by whatever else varies within one arm.

    Options of an arm that do not matter to its contrast (`tokens` of `padded`, say) give rows of their own;
    where both ways are one arm, the two agree in all other options. Nothing is pooled over puzzles. The table
    is empty if no contrast has both its arms.

    | column | meaning and unit |
    |---|---|
    | model, puzzle, … | keys |
    | trait, contrast | `will`, `execution`, `memory`, `harness`, `context`, `knowing`; which contrast |
    | arm_a, options_a, arm_b, options_b | the two ways; options are missing if it was not asked |
    | measure | `willing`: did not stop by choice; `able`: solved, of those that did not |
    | a, b | the shares: means over sizes of means over the instances that both were asked |
    | difference, low, high | a - b, and its 95 % interval: see `reports.analyses.paired_differences` |
    | se, df, p | of the difference: standard error, degrees of freedom, two-sided p |
    | instances, sizes | number of each that both were asked, and answered so that it counts |
    | of_trials | one instance per size: the interval is of repeated trials, for these instances only |
    | reason | why nothing is said, of `too few` and `missing` |
    | p_holm | p corrected for all contrasts of the same keys |
    | unseen_a, unseen_b | share of all trials of each that were cut while right, or of `able` stopped |
    | differs | the sampling settings in which the two differ; missing if they do not |
    | says | `helps`, `hurts`, `unclear`, `no difference shown`, `too few`, or `missing` |
    | means | what that says of the model; missing if nothing |
    | ask | of `missing`: the options of `cantwont run` that ask what is missing |

    Args:
        rows: The trials of `reports.frame`.
        pushed: The arm that pushes, which `told to` holds against `list`; a variant against its base.

    Raises:
        FrameError: The rows are not those of `reports.frame`, or contain a trial twice; or the arm that
            pushes is a variant of several bases.
    """
    trials = endings(rows)
    contrasts = contrasts_of(trials, pushed)
    arms = {way.arm for contrast in contrasts for way in (contrast.a, contrast.b)}
    trials = trials[trials["arm"].isin(arms)].reset_index(drop=True)
    keys = ["model", "puzzle", *varying(trials, ("model", "puzzle", "arm"), ("run", "endpoint", *SAMPLING))]
    parts = [
        _measured(trials, keys, measure, [contrast for contrast in contrasts if contrast.measure is measure])
        for measure in TraitMeasure
    ]
    known = [part for part in parts if not part.empty]
    names = [*keys, *_OWN, *ESTIMATES, *_TOLD]
    if not known:
        return plain_keys(trials[keys].head(0)).reindex(columns=names)
    said = _said(pd.concat(known, ignore_index=True), keys, contrasts)
    ways = plain_keys(trials[[*keys, "arm", "options"]].drop_duplicates())
    table = pd.concat([said, *_missing(said, ways, keys, contrasts)], ignore_index=True).reindex(
        columns=names
    )
    order = table["contrast"].map({contrast.name: at for at, contrast in enumerate(contrasts)})
    by = [*keys, "order", "options_a", "options_b"]
    table = table.assign(order=order).sort_values(by, ignore_index=True, kind="stable")
    texts = dict.fromkeys((*_OWN, "reason", "differs", "says", "means", "ask"), TEXT)
    return counted(table[names].astype({**texts, "of_trials": "boolean"}), "instances", "sizes")


def _measured(
    trials: pd.DataFrame, keys: list[str], measure: TraitMeasure, contrasts: Sequence[Contrast]
) -> pd.DataFrame:
    """Return the rows of the contrasts, all of one measure, that have both arms."""
    way = [*keys, "arm", "options"]
    instances = _shares(_counting(trials, measure), way, measure)
    asked = _asked(trials, way, measure)
    told, pairs = [], []
    there = set(asked["arm"])
    for contrast in contrasts:
        if not {contrast.a.arm, contrast.b.arm} <= there:
            continue
        ways = _both(contrast, asked, keys)
        if not ways.empty:
            told.append(ways)
            pairs.append(_both(contrast, instances, [*keys, "size", "instance"]))
    if not told:
        return pd.DataFrame()
    table = pd.concat(told, ignore_index=True)
    table["differs"] = _differing(table, [name for name in SAMPLING if name not in keys])
    of = [*keys, "contrast", "options_a", "options_b"]
    both = pd.concat(pairs, ignore_index=True)
    if both.empty:
        empty = dict.fromkeys(ESTIMATES, np.nan)
        return table.assign(**empty, measure=str(measure))
    found = differences(both, of, str(measure))
    return table.merge(found, on=of, how="left").assign(measure=str(measure))


def _counting(trials: pd.DataFrame, measure: TraitMeasure) -> pd.DataFrame:
    """Return the trials that the measure is taken of."""
    return trials if measure is TraitMeasure.WILLING else trials[trials["stopped"] == 0]


def _shares(trials: pd.DataFrame, way: list[str], measure: TraitMeasure) -> pd.DataFrame:
    """Return one row per instance and way of asking, with the measure's share."""
    if trials.empty:
        return pd.DataFrame(columns=[*way, "size", "instance", "n", str(measure)])
    found = by_instance(trials, way)
    share = 1 - found["stopped"] if measure is TraitMeasure.WILLING else found["solved"]
    return found[[*way, "size", "instance", "n"]].assign(**{str(measure): share})


def _asked(trials: pd.DataFrame, way: list[str], measure: TraitMeasure) -> pd.DataFrame:
    """Return one row per way of asking: the share that is not seen, and the sampling settings."""
    stopped = 0.0 if measure is TraitMeasure.WILLING else trials["stopped"]
    counts = totals(trials, pd.DataFrame({"unseen": trials["cut"] + stopped, "trials": 1.0}), way)
    settings = plain_keys(trials.drop_duplicates(way)[list(dict.fromkeys([*way, *SAMPLING]))])
    unseen = (counts["unseen"] / counts["trials"]).rename("unseen")
    return settings.merge(unseen.reset_index(), on=way)


def _both(contrast: Contrast, table: pd.DataFrame, on: list[str]) -> pd.DataFrame:
    """Pair each row of one way with those of the other that agree in these columns."""
    shared = [*on, *contrast.shared]
    a, b = (
        way.of(table).rename(columns={name: f"{name}_{side}" for name in table if name not in on})
        for way, side in ((contrast.a, "a"), (contrast.b, "b"))
    )
    both = a.merge(b, on=shared, suffixes=("_a", "_b"))
    return both.assign(trait=str(contrast.trait), contrast=contrast.name)


def _differing(ways: pd.DataFrame, sampled: Sequence[str]) -> "pd.Series[str]":
    told = pd.Series("", index=ways.index, dtype=TEXT)
    for name in sampled:
        values = pd.concat([ways[f"{name}_a"], ways[f"{name}_b"]])
        a, b = pd.factorize(values, use_na_sentinel=False)[0].reshape(2, -1)
        told += np.where(a != b, f"{name}, ", "")
    return told.where(told != "").str.removesuffix(", ")


def _said(table: pd.DataFrame, keys: list[str], contrasts: Sequence[Contrast]) -> pd.DataFrame:
    """Add what each difference says."""
    table = table.assign(p_holm=holm(table, keys), reason=table["reason"].astype(TEXT))
    none, few = table["instances"].isna(), table["instances"] < FEWEST
    apart = "no instance was carried on in both"
    fewer = f"it takes {FEWEST} instances that were carried on in both"
    reason = first_that_holds([(none, apart), (table["reason"].notna(), ""), (few, fewer)])
    table["reason"] = table["reason"].fillna(reason)
    clear, rises = table["p_holm"] < SURE, table["difference"] > 0
    table["says"] = first_that_holds(
        [
            (table["reason"].notna(), str(Said.TOO_FEW)),
            (clear & rises, str(Said.HELPS)),
            (clear, str(Said.HURTS)),
            (table["p"] < SURE, str(Said.UNCLEAR)),
            (table["p_holm"].notna(), str(Said.NONE)),
        ]
    )
    meanings = {
        (contrast.name, str(said)): words
        for contrast in contrasts
        for said, words in ((Said.HELPS, contrast.helps), (Said.HURTS, contrast.hurts))
    }
    each = zip(table["contrast"], table["says"], strict=True)
    told = np.array([meanings.get(one) for one in each], dtype=object)
    return table.assign(means=pd.Series(told, index=table.index, dtype=TEXT))


def _missing(
    table: pd.DataFrame, ways: pd.DataFrame, keys: list[str], contrasts: Sequence[Contrast]
) -> Iterator[pd.DataFrame]:
    """Yield a row for each contrast of each group that lacks an arm."""
    groups = ways[keys].drop_duplicates()
    for contrast in contrasts:
        lacking = _without(groups, table[table["contrast"] == contrast.name], keys)
        if lacking.empty:
            continue
        pair = (contrast.a, contrast.b)
        lacks = [_lacks(lacking, way.of(ways), keys) for way in pair]
        of_each = [
            [way for way, lacked in zip(pair, each, strict=True) if lacked] or pair
            for each in zip(*lacks, strict=True)
        ]
        yield lacking.assign(
            trait=str(contrast.trait),
            contrast=contrast.name,
            arm_a=contrast.a.arm,
            arm_b=contrast.b.arm,
            measure=str(contrast.measure),
            says=str(Said.MISSING),
            reason=[f"not asked: {' and '.join(map(str, some))}" for some in of_each],
            ask=[" ".join(way.flag for way in some) for some in of_each],
        )


def _without(groups: pd.DataFrame, table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return the groups that have no row in a table."""
    return groups[_lacks(groups, table, keys)]


def _lacks(groups: pd.DataFrame, table: pd.DataFrame, keys: list[str]) -> Bools:
    there = table[keys].drop_duplicates().assign(there=1.0)
    return groups.merge(there, on=keys, how="left")["there"].isna().to_numpy()

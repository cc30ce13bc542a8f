"""Two runs, of two models or of two dates of one: what changed, how surely, and whether it got worse."""

from dataclasses import dataclass

import pandas as pd

from reports.differences import by_instance
from reports.frame import SAMPLING, TEXT, FrameError, checked, varying
from reports.shares import endings

SURE = 0.05
"""A change is clear where its p, corrected for all that are looked at, is below this."""

_SETTING = ("endpoint", "options", *SAMPLING)
_CHANGE = (
    *("measure", "a", "b", "change", "low", "high", "se", "df", "p"),
    *("instances", "sizes", "of_trials", "reason", "p_holm", "regressed", "improved"),
)
_HORIZON = ("estimate", "low", "high", "beyond", "reason")


class NothingShared(FrameError):
    """Two runs of which nothing can be compared; the message says what each holds."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from run a to run b. The tables are documented in `compare`."""

    a: str
    b: str
    shares: pd.DataFrame
    sizes: pd.DataFrame
    flips: pd.DataFrame
    horizons: pd.DataFrame
    notes: tuple[str, ...]
    """What the numbers do not say: other sampling, what one run alone holds."""

    @property
    def regressed(self) -> bool:
        """Whether a share of some puzzle and arm got clearly worse."""
        return bool(self.shares["regressed"].any())


def compare(
    rows_a: pd.DataFrame, rows_b: pd.DataFrame, model_a: str | None = None, model_b: str | None = None
) -> Comparison:
    """What changed from one run to another, on the instances that both were asked.

    Models of the same name are compared; else the one model of either run. Clean cuts are left out as undecided.

    `shares`, one row a puzzle x arm (and what else varies) x measure; `sizes`, the same size by size:

    | column | meaning and unit |
    |---|---|
    | model_a, model_b, puzzle, arm, …, size | keys |
    | measure | `solved`, `stopped` (by choice, lost or not), `lost` (made a fault, whatever came then) |
    | a, b, change | the shares (means over sizes of means over instances); b - a |
    | low, high, se, df, p, instances, sizes, of_trials, reason | of the change: see `reports.differences` |
    | p_holm | p corrected for all rows of the table |
    | regressed, improved | p_holm below 0.05, for the worse and for the better; a rise of `stopped` or `lost` \
is neither where `solved` rose too, nor one of `lost` where `stopped` fell: who goes on has more to lose |

    `flips`, one row a puzzle x arm x pair of labels, over the trials that both hold:

    | column | meaning and unit |
    |---|---|
    | label_a, label_b, trials, flipped | how a trial ended, and its repeat in b; how many; whether they differ |

    `horizons`, one row a puzzle x arm x axis, each over all instances of its run (see `reports.measures`):

    | column | meaning and unit |
    |---|---|
    | axis | `willing`, `able` or `solved` |
    | estimate_a, low_a, high_a, beyond_a, reason_a, and of b | the horizons in steps |
    | ratio, low, high, reason | b by a, with 95 % interval: see `reports.pairs.ratios` |

    Args:
        rows_a: Of `reports.frame`, one run.
        rows_b: The same.
        model_a: The model of run a, where there are several and b has none of them.
        model_b: The same of run b.

    Raises:
        NothingShared: They share no instance; or their models have no name in common, and are several.
        FrameError: A frame is not one run of `reports.frame`.
    """
    names = [_run(checked(rows)) for rows in (rows_a, rows_b)]
    models = pd.DataFrame(_matched(rows_a, rows_b, model_a, model_b), columns=["model_a", "model_b"], dtype=TEXT)
    a, b = rows_a[rows_a["model"].isin(models["model_a"])], rows_b[rows_b["model"].isin(models["model_b"])]
    both = [endings(a), endings(b)]
    asked = ("model", "puzzle", "arm")
    varied = {name for rows in both for name in varying(rows, asked, _SETTING)}
    setting = ["puzzle", "arm", *(name for name in _SETTING if name in varied)]
    shared = _shared(*(by_instance(rows, ["model", *setting]) for rows in both), models, [*setting, "size", "instance"])
    if shared.empty:
        raise NothingShared(
            f"runs {names[0]!r} and {names[1]!r} share no instance asked alike: the first has "
            f"{_holds(both[0])}, the second {_holds(both[1])}; compare runs of the same puzzles, seeds and arms"
        )
    keys = ["model_a", "model_b", *setting]
    return Comparison(
        *names,
        shares=_changes(shared, keys),
        sizes=_changes(shared, [*keys, "size"]),
        flips=_flips(_shared(a, b, models, [*setting, "size", "instance", "repeat"]), keys),
        horizons=_horizons(a, b, models, setting),
        notes=tuple(_notes(rows_a, rows_b, both, models, shared, setting)),
    )

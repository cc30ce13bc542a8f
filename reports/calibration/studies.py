"""Simulated studies as frames of outcomes, and the truth that they are compared with."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from evals.record.outcome import Label
from reports.calibration.respondents import ModelledRespondent, Trials
from reports.calibration.scenarios import LENGTHS, Design, Wrong
from reports.frame import frame
from reports.measures import Audit, Axis
from reports.measures.arrays import Bools, Floats, Integers

_STOPPED, _FAULTY = [str(Label.REFUSAL), str(Label.GIVE_UP)], str(Label.LOGIC_ERROR)
_TRUTH = 30_000
"""Trials per length for the truth."""
_FINE = 8
"""Lengths per doubling for the truth."""


def simulate(
    who: ModelledRespondent, design: Design, studies: int, random: np.random.Generator
) -> pd.DataFrame:
    """Return the outcomes of the studies as a `reports.frame`; the model's name is the study's number."""
    each = len(design.lengths) * design.instances
    problem = np.repeat(np.arange(studies * each), design.repeats)
    study, place = problem // each, problem % each
    length = np.array(design.lengths)[place // design.instances]
    trials = Trials.draw(who, length, problem, random)
    rows = observed(trials)
    rows["model"] = [f"{number:05}" for number in study]
    rows["instance"] = [f"simulated/{steps}/{number}" for steps, number in zip(length, place, strict=True)]
    rows["repeat"] = np.tile(np.arange(design.repeats), studies * each)
    return as_frame(rows)


def observed(trials: Trials) -> pd.DataFrame:
    """Return what is observed of these trials."""
    over = np.where(trials.strays, np.inf, np.minimum(trials.stop, trials.steps))
    cut = trials.cut < over
    stopped = ~cut & ~trials.willing
    written = np.where(cut, trials.cut, over)
    lost = (trials.lost <= written) & ~trials.strays
    label = np.select(
        [cut, stopped & (written == 0), stopped, lost],
        [str(Label.TRUNCATED), *_STOPPED, _FAULTY],
        str(Label.SOLVED),
    )
    at = pd.Series(np.where(lost, trials.lost, np.nan)).astype("Int64")
    return pd.DataFrame(
        {
            "size": trials.steps.astype(np.int64),
            "steps": trials.steps.astype(np.int64),
            "label": label,
            "written": written.astype(np.int64),
            "first_error": at,
            "lost_at": at,
        }
    )


def as_frame(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the columns of `reports.frame` that are missing, and set the dtypes of all."""
    plain: dict[str, Any] = {
        "run": "simulated",
        "puzzle": "simulated",
        "model": "simulated",
        "arm": "list",
        "options": "",
        "flags": "",
        "confident": True,
    }
    empty = frame([], "")
    lacking = {name: value for name, value in plain.items() if name not in rows}
    full = rows.assign(trial=[f"{number:07}" for number in range(len(rows))], **lacking)
    return full.reindex(columns=empty.columns).astype(empty.dtypes.to_dict())


# --- wrong labels


def mislabel(rows: pd.DataFrame, wrong: Wrong, random: np.random.Generator) -> pd.DataFrame:
    """Return the outcomes with some stops labelled as errors and some errors labelled as stops."""
    stopped, faulty = _failures(rows)
    drawn = random.random(len(rows))
    missed, taken = stopped & (drawn < wrong.stops), faulty & (drawn < wrong.errors)
    made = rows.copy()
    made.loc[missed, "label"] = _FAULTY
    made.loc[taken, "label"] = str(Label.GIVE_UP)
    end = rows["written"].clip(lower=1)
    made.loc[missed, "lost_at"] = rows["lost_at"].fillna(end)[missed]
    return made


def audit(rows: pd.DataFrame, wrong: Wrong, random: np.random.Generator) -> Audit:
    """Compare the wrong labels of some of these failures with those of a reader who labels them right."""
    failed = np.flatnonzero(np.logical_or(*_failures(rows)))
    read = rows.iloc[random.choice(failed, min(wrong.read, len(failed)), replace=False)]
    labelled, _ = _failures(mislabel(read, wrong, random))
    stops, others = _failures(read)
    return Audit(
        int(stops.sum()), int((labelled & stops).sum()), int(others.sum()), int((labelled & others).sum())
    )


def _failures(rows: pd.DataFrame) -> tuple[Bools, Bools]:
    """Return which rows are stops, and which are errors."""
    return rows["label"].isin(_STOPPED).to_numpy(), (rows["label"] == _FAULTY).to_numpy()


# --- the truth


@dataclass(frozen=True, slots=True)
class TrueHorizons:
    """The horizons of a respondent in steps, if nothing is cut."""

    willing: float
    able: float
    """With stopping switched off."""
    solved: float

    def of(self, axis: Axis) -> float:
        """Return the horizon of one axis."""
        return float(getattr(self, axis))


def truth(who: ModelledRespondent, random: np.random.Generator) -> TrueHorizons:
    """Estimate the horizons from thirty thousand trials per length and eight lengths per doubling.

    Between these lengths the shares are interpolated linearly. Where errors depend on the parity of the size,
    no length parts those that are solved from those that are not: NaN.
    """
    span = np.log2([LENGTHS[0], LENGTHS[-1]])
    lengths = np.unique(np.rint(2 ** np.arange(span[0] - 1, span[1] + 1, 1 / _FINE)).astype(np.int64))
    shares = np.array([_shares(who, int(length), random) for length in lengths])
    found = [_crossing(lengths, shares[:, at]) for at in range(1 if who.skill.odd else 3)]
    return TrueHorizons(*found, *([np.nan] * (3 - len(found))))


def _shares(who: ModelledRespondent, length: int, random: np.random.Generator) -> tuple[float, float, float]:
    trials = Trials.draw(who, np.full(_TRUTH, length), np.arange(_TRUTH), random)
    both = trials.willing & trials.able
    return float(trials.willing.mean()), float(trials.able.mean()), float(both.mean())


def _crossing(lengths: Integers, shares: Floats) -> float:
    """Return the length at which the shares first fall below one half."""
    at = int(np.argmax(shares < 0.5))
    before, after = np.log2(lengths[at - 1]), np.log2(lengths[at])
    part = (shares[at - 1] - 0.5) / (shares[at - 1] - shares[at])
    return float(2 ** (before + part * (after - before)))

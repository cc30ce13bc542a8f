"""How the numbers were made, in words, with the versions and the specs, so that it can be repeated."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version

from evals.label import VERSION as LABELS
from evals.printable import printable
from evals.recording import Manifest

PACKAGES = ("cantwont", "numpy", "pandas", "scipy", "statsmodels", "matplotlib")

WORDS = (
    "Each answer is read for steps, and the steps are replayed from the start on a simulator. Only where they are "
    "not a full solution do its words decide, and nothing is called a refusal or a give-up without a quote that "
    "shows it. What was cut from outside, filtered, unscorable or lost is the instrument's, and no failure.",
    "Lost is an answer at its first step that is illegal, or off every shortest way if it does not reach the goal; "
    "a wrong end without such a step at its last.",
    "Rates stand size by size on the length of the task: Kaplan-Meier survival at its last step, of stops for "
    "willing, of all ends for solved; able is the one by the other. A stop comes half a step after the last step "
    "written; a cut is censored where it was made; cuts before the first step, and errors, are left out.",
    "A horizon is where the profile likelihood over a logit and a complementary log-log curve in log2 of the "
    "length is largest, from the rates and their effective numbers of trials (Greenwood), with a design effect "
    "from leaving out one instance at a time; its interval is what lies within F(1, ν) of that. It needs five "
    "sizes of ten trials, two of them on either side, one doubling apart; with less it is a bracket, and outside "
    "the sizes a side. A curve that does not fit is marked, and its interval widened.",
    "Verdicts rest on 90 % Wilson intervals with the number of instances; cuts count against every claim; the arm "
    "that pushes is named before, never the best of several.",
    "What asking otherwise recovers is held against asking again, and against the same for logic errors. Pairs "
    "are compared on the same instances, and corrected by Holm's method.",
    "How often the intervals hold the truth is calibrated on simulated respondents: `cantwont calibrate`.",
)


@dataclass(frozen=True, slots=True)
class Made:
    """One run, and what it was made with."""

    run: str
    spec: str
    """JSON."""
    with_versions: str


def versions() -> str:
    """Of what reads the record now: `labels 7, cantwont 0.1.0, …`."""
    return ", ".join([f"labels {LABELS}", *(f"{name} {version(name)}" for name in PACKAGES)])


def made(run: str, manifest: Manifest) -> Made:
    """What a run says of itself."""
    told = [
        f"cantwont {manifest.cantwont}",
        f"recorded {manifest.created}",
        f"prompts {manifest.prompts}",
        *_numbered("puzzle", manifest.puzzles.items()),
        *_numbered("arm", manifest.arms.items()),
        *(f"file {name} {digest[:16]}" for name, digest in manifest.puzzle_files.items()),
    ]
    if manifest.extensions:
        told.append(f"extended {len(manifest.extensions)} times")
    beside = {"spec": manifest.spec}
    if manifest.adaptations:
        beside["adaptations"] = manifest.adaptations
    plain = json.dumps(beside, indent=2, ensure_ascii=False, default=str)
    return Made(printable(run), printable(plain, keep="\n"), printable(", ".join(told)))


def _numbered(what: str, numbers: Iterable[tuple[str, int]]) -> list[str]:
    return [f"{what} {name} {number}" for name, number in sorted(numbers)]

"""Traits of simulated models over HTTP: asked, recorded, labelled and told, 200 studies of each scenario.

`python -m benchmarks.served_traits [--studies 200] [--first 0] [--all] [SCENARIO ...]`; all scenarios, if
none is named. Each study is a model of its own, asked twenty instances of one size in the arms that its own
contrasts need, and in those that ask once for a list; with `--all` in the arms of all contrasts.
"""

import argparse
import time

import pandas as pd

from reports.analyses.traits import CONTRASTS
from reports.calibration.served_traits import SERVED_TRAITS, ServedTrait, told

STUDIES = 200
_TOGETHER = 20
"""Studies asked in one run."""
_ASKING_ONCE = ("told to", "given the method", "a few steps", "other text before")


def main() -> None:
    """Print what is told of each model, in how many studies."""
    named = {scenario.name: scenario for scenario in SERVED_TRAITS}
    options = argparse.ArgumentParser(prog="python -m benchmarks.served_traits")
    options.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=", ".join(map(repr, named)))
    options.add_argument("--studies", type=int, default=STUDIES)
    options.add_argument("--first", type=int, default=0, help="the number of the first study")
    options.add_argument("--all", action="store_true", help="ask in the arms of all contrasts")
    chosen = options.parse_args()
    if unknown := [name for name in chosen.scenarios if name not in named]:
        options.error(f"there is no scenario {unknown[0]!r}; there are {', '.join(map(repr, named))}")
    numbers = range(chosen.first, chosen.first + chosen.studies)
    batches = [numbers[at : at + _TOGETHER] for at in range(0, len(numbers), _TOGETHER)]
    for name in chosen.scenarios or named:
        scenario, began = named[name], time.monotonic()
        wanted = (*_ASKING_ONCE, *scenario.says)
        contrasts = [contrast for contrast in CONTRASTS if chosen.all or contrast.name in wanted]
        found = [told(scenario, batch, contrasts=contrasts) for batch in batches]
        _print(scenario, pd.concat(found, ignore_index=True), time.monotonic() - began)


def _print(scenario: ServedTrait, found: pd.DataFrame, seconds: float) -> None:
    studies = found.groupby("model")
    print(f"\n{scenario.name}: {scenario.words} ({studies.ngroups} studies, {seconds:.0f} s)")
    for contrast in CONTRASTS:
        of = found[found["contrast"] == contrast.name]
        if of.empty:
            continue
        says = ", ".join(f"{word} {count}" for word, count in of["says"].value_counts().items())
        covered = f"{of['covered'].sum()} of {of['covered'].count()} covered"
        print(f"    {contrast.name:18} {scenario.difference(contrast):+.2f}  {says}; {covered}")
    print(f"    something false in {studies['false'].any().sum()}", flush=True)


if __name__ == "__main__":
    main()

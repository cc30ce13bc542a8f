"""Tries a seeded sample of mutants of each module on the tests beside it, and lists those that survive.

Exits with 1 if fewer than 90 % of those that are not equivalent are noticed.
"""

import argparse
import os
import queue
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from evals.second_reader.agreement import wilson
from tests_mutants.bench import ROOT, Bench
from tests_mutants.modules import GROUPS, beside, modules
from tests_mutants.mutants import Fate, Judged, Mutant, changed, environment, equivalents, made
from tests_mutants.reached import Tests

if TYPE_CHECKING:
    from collections.abc import Iterator

ENOUGH = 0.9
_STUDYING = 1800.0
"""Seconds that the tests may take on the modules as they are."""


class Trial:
    """One run of the command: its copies of the tree, and what they know of the tests."""

    def __init__(
        self, benches: Sequence[Bench], budget: float, make: Callable[[list[str]], list[Mutant]]
    ) -> None:
        self._make = make
        self._benches: queue.Queue[Bench] = queue.Queue()
        for bench in benches:
            self._benches.put(bench)
        self._budget = budget
        self._tests: dict[tuple[str, ...], Tests] = {}
        self._equivalents = equivalents()

    @contextmanager
    def _bench(self) -> "Iterator[Bench]":
        bench = self._benches.get()
        try:
            yield bench
        finally:
            self._benches.put(bench)

    def study(self, tests: tuple[str, ...], paths: list[str]) -> list[Mutant]:
        """Learn what the tests beside some modules take and reach, and return mutants of these modules."""
        mutants = self._make(paths)
        with self._bench() as bench:
            bench.begin(("study", tests), [])
            known = Tests.of(bench.reach(paths, list(tests), _STUDYING))
        self._tests[tests] = known
        say(f"{', '.join(tests)}: {len(known.seconds):,} tests, {sum(known.seconds.values()):.0f} s")
        return mutants

    def judge(self, mutant: Mutant) -> Judged:
        """Find out whether a mutant is noticed."""
        with self._bench() as bench:
            source = bench.source(mutant.path)
            old, new = changed(source, mutant.text)
            if why := self._equivalents.get((mutant.path, old, new)):
                return Judged(mutant, old, new, Fate.EQUIVALENT, why)
            tests = self._tests[beside(ROOT, mutant.path)]
            chosen, left = tests.on(mutant.path, source, mutant.line, self._budget)
            if not chosen:
                return Judged(mutant, old, new, Fate.SURVIVED, "no test reaches it")
            bench.begin(beside(ROOT, mutant.path), tests.foreign)
            limit = 15 + 3 * sum(tests.seconds[test] for test in chosen)
            said = bench.attempt(mutant.path, mutant.text, chosen, limit)
            while (
                said is not None and said["killed"] and not self._is_sound(bench, tests, said["by"], chosen)
            ):
                chosen.remove(said["by"])
                if not chosen:
                    return Judged(mutant, old, new, Fate.SURVIVED, "no test that passes reaches it")
                said = bench.attempt(mutant.path, mutant.text, chosen, limit)
        if said is None:
            return Judged(mutant, old, new, Fate.TIMED_OUT)
        if said["killed"]:
            tests.killers[mutant.path, said["by"]] += 1
            return Judged(mutant, old, new, Fate.KILLED, said["by"])
        more = f", {left} more would take too long" if left else ""
        return Judged(mutant, old, new, Fate.SURVIVED, f"{len(chosen)} tests run{more}")

    def _is_sound(self, bench: Bench, tests: Tests, by: str, chosen: list[str]) -> bool:
        """Whether what has noticed a mutant notices nothing where there is none; looked at once."""
        if by in tests.sound:
            return True
        # What happens before the first test must not happen without a mutant, either.
        failed = bench.control([by] if by in chosen else chosen[:1], _STUDYING)
        if by in failed:
            tests.leave_out(by)
            say(f"    left out, as it fails without any mutant: {by}")
            return False
        tests.sound.add(by)
        return True


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def summary(name: str, all_judged: Iterable[Judged]) -> str:
    """How many of some mutants were noticed, as one line."""
    counts = Counter(one.fate for one in all_judged)
    killed, total = noticed(counts)
    bounds = wilson(killed, total)
    share = f"{killed / total:6.1%} ({bounds.low:.1%} to {bounds.high:.1%})" if total else "none"
    return f"{name:36} {', '.join(f'{counts[fate]:4} {fate}' for fate in Fate)}  {share}"


def noticed(counts: Counter[Fate]) -> tuple[int, int]:
    """How many were noticed, and of how many that are not equivalent."""
    killed = counts[Fate.KILLED] + counts[Fate.TIMED_OUT]
    return killed, killed + counts[Fate.SURVIVED]


def show(one: Judged) -> None:
    """Print a mutant with its lines before and after."""
    say(f"{one.mutant.path}:{one.mutant.line}: {one.fate} ({one.mutant.operator}; {one.note})")
    for sign, lines in (("-", one.old), ("+", one.new)):
        for line in lines.splitlines():
            say(f"    {sign} {line}")


def _chosen(options: argparse.ArgumentParser, names: list[str]) -> dict[str, list[str]]:
    """The modules to try by their groups, given names of groups and paths of modules."""
    groups: dict[str, list[str]] = {}
    for name in names or GROUPS:
        if name in GROUPS:
            groups[name] = modules(ROOT, name)
        elif name.endswith(".py") and (ROOT / name).is_file() and beside(ROOT, name):
            groups.setdefault("named", []).append(name)
        else:
            options.error(
                f"{name} is no module with tests beside it: give the path of one, or of {', '.join(GROUPS)}"
            )
    return groups


def main() -> None:
    """Parse the options, try the mutants, print what became of them, and exit."""
    options = argparse.ArgumentParser(prog="python -m tests_mutants", description=__doc__)
    options.add_argument(
        "names", nargs="*", metavar="NAME", help=f"{', '.join(GROUPS)} (all), or a module's path"
    )
    options.add_argument("--sample", type=int, default=40, help="mutants of each module (40)")
    options.add_argument("--seed", default="0", help="decides which")
    options.add_argument("--budget", type=float, default=15.0, help="seconds of tests for each mutant (15)")
    options.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="mutants at once")
    given = options.parse_args()
    groups, begun = _chosen(options, given.names), time.monotonic()
    paths = [path for group in groups.values() for path in group]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mutants-")))
        scratch = Path(os.environ.get("CANTWONT_SCRATCH") or folder).resolve()
        benches = [
            stack.enter_context(Bench(folder / str(number) / "bench")) for number in range(given.workers)
        ]
        pool = stack.enter_context(ThreadPoolExecutor(given.workers))
        python = environment(scratch)

        def make(some: list[str]) -> list[Mutant]:
            return list(
                made(python, {path: benches[0].source(path) for path in some}, given.sample, given.seed)
            )

        trial = Trial(benches, given.budget, make)
        shared: dict[tuple[str, ...], list[str]] = {}
        for path in paths:
            shared.setdefault(beside(ROOT, path), []).append(path)
        studied = [mutant for some in pool.map(trial.study, shared, shared.values()) for mutant in some]
        mutants = sorted(studied, key=lambda mutant: paths.index(mutant.path))
        judged = pool.map(trial.judge, mutants)
        per_group = {name: _group(name, group, mutants, judged) for name, group in groups.items()}
    everything = [one for all_judged in per_group.values() for one in all_judged]
    say("")
    for name, all_judged in per_group.items():
        say(summary(name, all_judged))
    say(summary("together", everything) + f"; {(time.monotonic() - begun) / 60:.0f} min, seed {given.seed}")
    killed, total = noticed(Counter(one.fate for one in everything))
    sys.exit(killed < ENOUGH * total)


def _group(name: str, group: list[str], mutants: list[Mutant], judged: "Iterator[Judged]") -> list[Judged]:
    """Wait for the mutants of a group, in the order of its modules, and print what became of them."""
    say(f"\n{name}")
    counts, found = Counter(mutant.path for mutant in mutants), []
    for path in group:
        found.append(list(islice(judged, counts[path])))
        say(summary(path, found[-1]))
        for one in found[-1]:
            if one.fate in (Fate.SURVIVED, Fate.EQUIVALENT):
                show(one)
    return [one for all_judged in found for one in all_judged]


if __name__ == "__main__":
    main()

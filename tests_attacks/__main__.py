"""Attacks from outside, seeded: what was tried, and what came of it, as a table.

Exits with 1 if anything escaped, crashed, hung, was written outside, leaked or took too long.
"""

import argparse
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor as Pool
from functools import partial
from pathlib import Path
from random import Random

from evals.simulated.server import serve_in_thread
from tests.fuzz.runs import make_all
from tests_attacks import command, keys, programs, records, servers, special, strangers, texts
from tests_attacks.outcome import Harm, Outcome, table

Attack = Callable[[Path, list[Path], Random, int, Outcome], None]

AREAS: dict[str, tuple[Attack, int, int]] = {
    "programs in the sandbox": (programs.attack, 400, 16),
    "native processes behind its walls": (programs.attack_native, 200, 12),
    "hostile rows, manifests and specs": (records.attack, 200, 8),
    "special files and links": (special.attack, 300, 12),
    "servers without end, and packed bodies": (servers.attack_bodies, 40, 2),
    "packed files": (servers.attack_files, 40, 2),
    "keys told back": (keys.attack, 54, 4),
    "strangers' puzzles, specs and mappings": (strangers.attack, 160, 6),
}
"""What is attacked, how, and how often: in whole, and with `--quick`."""
SHARDS = 4
"""In how many parts an area is tried: always the same ones, whatever the number of workers."""
SHORT, LONG = "texts for readers, short", "the slowest of them, long"
SIZES = 1_000_000, 2_000_000
_TEXTS, _HELD = (60, 4), (6, 1)
"""Texts a reader that are tried, and those that are held against the time; with `--quick`."""
_TOLD = 20
"""Lines that are printed of an area."""


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """Carry out the attacks, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests_attacks", description=__doc__)
    parser.add_argument("--seed", default="0", help="decides all attacks (0)")
    parser.add_argument("--quick", action="store_true", help="a few of each, in half a minute")
    parser.add_argument("--area", action="append", help="only areas with this in their name; repeatable")
    parser.add_argument("--times", type=int, help="attacks on each area")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="attacks at once")
    given = parser.parse_args()
    command.prepare()
    chosen = {name: row for name, row in AREAS.items() if _is_asked(name, given.area)}
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="attacks-", ignore_cleanup_errors=True) as made:
        base = Path(made)
        with serve_in_thread() as address:
            runs = make_all(base / "runs", address)
            strangers.furnish(base)
            with Pool(given.workers) as pool:
                for name, (attack, whole, quick) in chosen.items():
                    times = given.times or (quick if given.quick else whole)
                    outcomes.append(_area(name, partial(attack, base, runs), times, given.seed, pool))
                    _tell(outcomes[-1])
                if _is_asked("texts for readers", given.area):
                    outcomes += _texts(given.seed, given.quick, given.times, pool)
    say("")
    say(table(outcomes))
    return int(not all(outcome.is_sound for outcome in outcomes))


def _is_asked(name: str, areas: list[str] | None) -> bool:
    return areas is None or any(area in name for area in areas)


def _area(
    name: str, attack: Callable[[Random, int, Outcome], None], times: int, seed: str, pool: Pool
) -> Outcome:
    """Try an area in parts."""

    def part(number: int) -> Outcome:
        found = Outcome(name)
        share = times // SHARDS + (number < times % SHARDS)
        try:
            attack(Random(f"{seed}/{name}/{number}"), share, found)
        except Exception:
            found.note(Harm.OTHER, f"the attack itself broke: {traceback.format_exc()[-2000:]}")
        return found

    begun = time.monotonic()
    return _together(name, pool.map(part, range(SHARDS)), begun)


def _texts(seed: str, quick: bool, times: int | None, pool: Pool) -> list[Outcome]:
    """Try texts on every reader; of the slowest, hold the time against the length."""
    number, held = _HELD if quick else _TEXTS

    def part(name: str) -> tuple[Outcome, Outcome]:
        short, long = Outcome(SHORT), Outcome(LONG)
        try:
            slowest = texts.screen(name, Random(f"{seed}/texts/{name}"), times or number, short)
            texts.hold(name, slowest[:held], SIZES, long)
        except Exception:
            long.note(Harm.OTHER, f"the attack itself broke: {traceback.format_exc()[-2000:]}")
        return short, long

    begun = time.monotonic()
    names = texts.readers()
    both = list(pool.map(part, names))
    short = _together(f"{SHORT} ({len(names)} readers)", [pair[0] for pair in both], begun)
    long = _together(f"{LONG}, {SIZES[0]:,} and {SIZES[1]:,} characters", [pair[1] for pair in both], begun)
    _tell(short)
    _tell(long)
    return [short, long]


def _together(name: str, parts: Iterable[Outcome], begun: float) -> Outcome:
    whole = Outcome(name)
    for part in parts:
        whole.tried += part.tried
        whole.harms += part.harms
        whole.told += part.told
        whole.notes += part.notes
        if part.slowest is not None:
            whole.slowest = max(whole.slowest or 0.0, part.slowest)
    whole.seconds = time.monotonic() - begun
    return whole


def _tell(outcome: Outcome) -> None:
    say(f"{outcome.area}: {outcome.tried:,} tried in {outcome.seconds:.0f} s")
    for line in outcome.told[:_TOLD]:
        say("    " + line[:3000].replace("\n", "\n    "))
    if len(outcome.told) > _TOLD:
        say(f"    and {len(outcome.told) - _TOLD} more")
    for line in sorted(set(outcome.notes)):
        say(f"    not tried: {line}")


if __name__ == "__main__":
    sys.exit(main())

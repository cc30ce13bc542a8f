"""Runs the rounds of every kind, and says what was lost, doubled or mislabelled."""

import argparse
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from random import Random

from tests_crash import clocks, forks, full_disk, kills, power, racing
from tests_crash.study import Found, Round, Study, served

Kind = Callable[[Study, Round], Found]


def kinds(fast: str, slow: str, slowest: str, folder: Path) -> dict[str, tuple[Kind, Study]]:
    """What is done, with what is asked meanwhile.

    Args:
        fast: The address of an endpoint that answers at once.
        slow: One that takes a part of a second.
        slowest: One that takes seconds.
        folder: For specs and runs.
    """
    texts = {"hanoi": "[3, 5]", "counting": "[40]"}
    plain = Study({"sim": fast}, folder, "plain", texts)
    programs = Study(
        {"sim": fast}, folder, "programs", {"hanoi": "[3]"}, ("list", "code"), ("sim/coder", "sim/refuser"), 1
    )
    steady = Study({"sim": slow}, folder, "steady", texts, repeats=3)
    waiting = Study(
        {"sim": fast, "slow": slowest},
        folder,
        "waiting",
        {"counting": "[40]"},
        ("list",),
        ("sim/tired", "slow/tired"),
        3,
    )
    short = Study({"sim": fast}, folder, "short", {"hanoi": "[3]", "counting": "[40]"}, ("list",))
    long = Study(
        {"sim": fast},
        folder,
        "long",
        {"counting": "[9, 9000]"},
        ("list", "nudge", "code"),
        ("sim/tired", "sim/steady"),
        1,
    )
    return {
        "kill": (kills.killed, plain),
        "kill-programs": (kills.killed, programs),
        "power": (power.cut, steady),
        "power-waiting": (power.cut_while_waiting, waiting),
        "full": (full_disk.full, plain),
        "full-programs": (full_disk.full, programs),
        "full-report": (full_disk.full_for_report, short),
        "full-real": (full_disk.full_for_real, plain),
        "runners": (racing.two_runners, short),
        "extending": (racing.two_extending, short),
        "clock": (clocks.jumped, steady),
        "forks": (forks.limited, long),
        "forks-real": (forks.limited_for_real, long),
    }


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    """Parse the options, run the rounds, and exit with 1 if anything was found."""
    options = argparse.ArgumentParser(prog="python -m tests_crash", description=__doc__)
    options.add_argument("--rounds", type=int, default=60, help="of each kind (60)")
    options.add_argument("--seed", default="0", help="decides all rounds")
    options.add_argument("--kind", action="append", help="only this kind; may be given several times")
    options.add_argument("--round", type=int, help="only this round, of as many")
    options.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="rounds at once")
    given = options.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="crash-")))
        fast, slow, slowest = (stack.enter_context(served(latency)) for latency in (0.01, 0.15, 3.0))
        table = kinds(fast, slow, slowest, folder)
        if unknown := set(given.kind or ()) - table.keys():
            options.error(f"no such kind: {', '.join(sorted(unknown))}; there are {', '.join(table)}")
        chosen = {name: row for name, row in table.items() if not given.kind or name in given.kind}
        together = Found()
        for name, row in chosen.items():
            together.add(_kind(name, row, given, folder))
    rounds = len(chosen) * (given.rounds if given.round is None else 1)
    say(f"{'together':14} {rounds:5,} rounds: {together.counts}; otherwise wrong {len(together.wrong)}")
    sys.exit(not together.is_sound)


def _kind(name: str, row: tuple[Kind, Study], given: argparse.Namespace, folder: Path) -> Found:
    """Run the rounds of one kind, print what was found, and return it."""
    kind, study = row
    begun, all_found = time.monotonic(), Found()
    _ = study.outcomes, study.size
    numbers = range(given.rounds) if given.round is None else (given.round,)

    def work(number: int) -> tuple[int, Found]:
        at = Round(
            number,
            given.rounds,
            folder / f"{study.name}-{name}-{number}",
            Random(f"{given.seed}/{name}/{number}"),
        )
        at.folder.mkdir()
        try:
            return number, kind(study, at)
        except Exception:
            return number, Found(wrong=[traceback.format_exc()])

    with ThreadPoolExecutor(given.workers) as pool:
        for number, found in pool.map(work, numbers):
            if not found.is_sound:
                say(f"  {name}, round {number}: {found.counts}")
                for line in found.wrong:
                    say("    " + line.strip()[-1500:].replace("\n", "\n    "))
            all_found.add(found)
    say(
        f"{name:14} {len(numbers):5,} rounds: {all_found.counts}; otherwise wrong {len(all_found.wrong)}; "
        f"{time.monotonic() - begun:.0f} s"
    )
    if all_found.notes:
        say("    " + "; ".join(f"{what} {count:,}" for what, count in sorted(all_found.notes.items())))
    return all_found


if __name__ == "__main__":
    main()

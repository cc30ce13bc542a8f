"""Gives hostile files to every command for a while: see `python -m tests.fuzz --help`."""

import argparse
import json
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from evals.simulated.server import serve_in_thread
from tests.fuzz.commands import COMMANDS, check
from tests.fuzz.hostile import Edit, edits
from tests.fuzz.runs import apply, make_all
from tests.fuzz.spec_file import as_toml

_OPENS = {
    "import": ("answers.jsonl",),
    "agree": ("labels.jsonl", "labels.jsonl", "outcomes.jsonl", "exchanges.jsonl"),
    "run": ("spec.json", "run.json", "exchanges.jsonl"),
}
_RUN = ("run.json", *["exchanges.jsonl"] * 4, *["outcomes.jsonl"] * 3)
_BATCH = 20


@dataclass
class Found:
    """What came of it."""

    cases: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    """By command and code."""
    faults: dict[str, str] = field(default_factory=dict)
    """By the place in the code, the first case in full."""


class Fuzz:
    """Draws cases and carries them out, in a folder of its own."""

    def __init__(self, folder: Path, base_url: str) -> None:
        self._folder = folder
        self._runs = make_all(folder / "runs", base_url) if not (folder / "runs").exists() else []
        self.found = Found()

    def batch(self, number: int, cases: int = _BATCH) -> None:
        """Carry out some cases, the same for the same number."""

        @seed(number)
        @settings(
            max_examples=cases,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.sampled_from(self._runs), st.sampled_from(COMMANDS), st.data())
        def carry_out(run: Path, command: tuple[str, ...], data: st.DataObject) -> None:
            files = _OPENS.get(command[0], ("spec.json", *_RUN) if "--spec" in command else _RUN)
            drawn = data.draw(st.lists(edits(files), min_size=1, max_size=2))
            self._case(run, command, drawn)

        carry_out()

    def _case(self, run: Path, command: tuple[str, ...], drawn: list[Edit]) -> None:
        place = self._folder / "case"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        shutil.copytree(run, place / "run")
        if "other" in command:
            shutil.copytree(run, place / "other")
        trial = json.loads((run / "outcomes.jsonl").read_text().splitlines()[1])["trial"]
        for edit in drawn:
            apply(edit, place / "run")
        as_toml(place / "run" / "spec.json", place / "run" / "spec.toml")
        for name in (
            "spec.json",
            *(
                name
                for name in ("answers.jsonl", "labels.jsonl")
                if not any(name in word for word in command)
            ),
        ):
            (place / "run" / name).unlink()
        arguments = tuple(trial if word == "ID" else word for word in command)
        self.found.cases += 1
        try:
            code = check(arguments, place, HOME=str(place), XDG_STATE_HOME=str(place / "state"))
        except Exception as error:
            self._fault(error, arguments, run, drawn)
        else:
            self.found.codes[f"{command[0]} {code}"] += 1

    def _fault(self, error: Exception, arguments: tuple[str, ...], run: Path, drawn: list[Edit]) -> None:
        frames = traceback.extract_tb(error.__traceback__)
        ours = [
            frame
            for frame in frames
            if "/evals/" in frame.filename or "/reports/" in frame.filename or "/tasks/" in frame.filename
        ]
        last = (ours or frames)[-1]
        key = f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"
        told = f"{' '.join(arguments)} on {run.name}: {drawn!r}"[:3000]
        trace = "".join(traceback.format_exception(error, limit=-8))
        self.found.faults.setdefault(key, f"{told}\n{trace}")


def main() -> int:
    """Give hostile files to every command, and print how it went."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=main.__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="how long (60)")
    parser.add_argument("--seed", type=int, default=0, help="where to begin: the same cases for the same (0)")
    asked = parser.parse_args()
    until = time.monotonic() + asked.seconds
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder, serve_in_thread() as base_url:
        fuzz = Fuzz(Path(folder), base_url)
        number = asked.seed
        while time.monotonic() < until:
            fuzz.batch(number)
            number += 1
    found = fuzz.found
    codes = ", ".join(f"{code}: {count:,}" for code, count in sorted(found.codes.items()))
    sys.stdout.write(f"{found.cases:,} cases, seeds {asked.seed} to {number - 1}; ended with {codes}\n")
    for key, told in found.faults.items():
        sys.stdout.write(f"\n--- {key}\n{told}\n")
    sys.stdout.write(f"{len(found.faults)} faults\n")
    return int(bool(found.faults))


if __name__ == "__main__":
    sys.exit(main())

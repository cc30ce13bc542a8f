"""A small run that is disturbed again and again, and what must come of it whatever happens."""

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from random import Random
from threading import RLock
from typing import Any

from tests.program import PROGRAM, environment

CHECKOUT = Path(__file__).parents[1]
PATIENCE = 90.0
"""Seconds after which a command is taken to hang."""
ONCE = RLock()
"""Held while something is made that all rounds share."""
_ADDRESS = re.compile(r"http://\S+/v1")
_TORN = re.compile(r"exchanges\.jsonl', line (\d+), .*remove the line", re.DOTALL)


@dataclass(slots=True)
class Found:
    """What the rounds of one kind have found."""

    lost: int = 0
    doubled: int = 0
    mislabelled: int = 0
    wrong: list[str] = field(default_factory=list)
    """Anything else that must not be: a traceback, a hang, another exit code."""
    notes: Counter[str] = field(default_factory=Counter)
    """What is worth telling and no fault, with how often."""

    def add(self, other: "Found") -> None:
        """Add what another round has found."""
        self.lost += other.lost
        self.doubled += other.doubled
        self.mislabelled += other.mislabelled
        self.wrong += other.wrong
        self.notes += other.notes

    @property
    def counts(self) -> str:
        """The three figures that must be 0."""
        return f"lost {self.lost}, doubled {self.doubled}, mislabelled {self.mislabelled}"

    @property
    def is_sound(self) -> bool:
        """Whether nothing was lost, doubled, mislabelled or otherwise wrong."""
        return not (self.lost or self.doubled or self.mislabelled or self.wrong)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str
    seconds: float

    @property
    def is_hung(self) -> bool:
        """Whether it had not ended when our patience had."""
        return self.seconds >= PATIENCE

    @property
    def is_one_line(self) -> bool:
        """Whether it complained in one line."""
        return len(self.err.splitlines()) == 1 and self.err.startswith("cantwont: ")


def command(*arguments: str | Path, plan: Mapping[str, Any] | None = None) -> list[str]:
    """The command line of `cantwont`, with a fault where there is a plan for one."""
    program = PROGRAM if plan is None else (sys.executable, "-m", "tests_crash.child", json.dumps(plan))
    return [*program, *map(str, arguments)]


def started(arguments: Sequence[str], cwd: Path, **more: Any) -> "subprocess.Popen[str]":
    """Start a command in a session of its own."""
    path = os.pathsep.join(filter(None, (str(CHECKOUT), os.environ.get("PYTHONPATH"))))
    return subprocess.Popen(  # noqa: S603 - our own words
        arguments,
        cwd=cwd,
        env=environment(PYTHONPATH=path, XDG_STATE_HOME=str(cwd)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
        **more,
    )


def ended(process: "subprocess.Popen[str]") -> Ended:
    """Wait for its end; one that hangs is killed."""
    begun = time.monotonic()
    try:
        out, err = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        return Ended(process.returncode, out, err, PATIENCE)
    return Ended(process.returncode, out, err, time.monotonic() - begun)


@contextmanager
def served(latency: float) -> Iterator[str]:
    """Serve the simulated respondents in a process of their own; gives the base URL."""
    process = started(command("simulate", "--port", "0", "--latency", str(latency)), CHECKOUT)
    try:
        assert process.stdout is not None
        address = _ADDRESS.search(process.stdout.readline())
        assert address is not None, "the simulated endpoint does not start"
        yield address[0]
    finally:
        process.terminate()
        process.communicate(timeout=30)


@dataclass(frozen=True)
class Study:
    """What is asked, and what is asked of whatever happens to it."""

    endpoints: Mapping[str, str]
    """The addresses, by name."""
    folder: Path
    name: str
    puzzles: Mapping[str, str]
    """The sizes, by puzzle."""
    arms: tuple[str, ...] = ("list", "nudge")
    models: tuple[str, ...] = ("sim/tired", "sim/muser")
    repeats: int = 2
    concurrency: int = 4

    @cached_property
    def spec(self) -> Path:
        """The file that says it."""
        tables = "".join(
            f'\n[[puzzles]]\nname = "{name}"\nsizes = {size}\n' for name, size in self.puzzles.items()
        )
        tables += "\n[sampling]\ntemperature = 0.5\n" + "".join(
            f'\n[endpoints.{name}]\nbase_url = "{address}"\nsimulated = true\n'
            for name, address in self.endpoints.items()
        )
        path = self.folder / f"{self.name}.toml"
        path.write_text(
            f'name = "{self.name}"\nmodels = {json.dumps(self.models)}\n'
            f"arms = {json.dumps(self.arms)}\nrepeats = {self.repeats}\nconcurrency = {self.concurrency}\n"
            f"{tables}",
            encoding="utf-8",
        )
        return path

    def run(self, run: Path, *more: str, plan: Mapping[str, Any] | None = None, **how: Any) -> Ended:
        """Ask all that is missing, to the end of the command."""
        return ended(self.begin(run, *more, plan=plan, **how))

    def begin(
        self, run: Path, *more: str, plan: Mapping[str, Any] | None = None, **how: Any
    ) -> "subprocess.Popen[str]":
        """Begin to ask."""
        return started(command("run", "--spec", self.spec, "--out", run, *more, plan=plan), run.parent, **how)

    @cached_property
    def undisturbed(self) -> Path:
        """A run of it that nobody disturbed."""
        run = self.folder / f"{self.name}-undisturbed" / "run"
        with ONCE:
            if not run.exists():
                run.parent.mkdir()
                made = self.run(run)
                assert made.code == 0, made.err
        return run

    @cached_property
    def outcomes(self) -> dict[str, bytes]:
        """The lines of its outcomes, by trial."""
        return {json.loads(line)["trial"]: line for line in outcome_lines(self.undisturbed)}

    @cached_property
    def size(self) -> int:
        """The bytes of its record."""
        return (self.undisturbed / "exchanges.jsonl").stat().st_size

    def finish(self, run: Path, before: Sequence[bytes], found: Found) -> None:
        """Go on with the run to its end, and hold it against the undisturbed one.

        Args:
            run: The run directory, as the disturbance has left it.
            before: The rows that must have survived.
            found: Takes what is wrong.
        """
        made = self.run(run)
        while (told := _TORN.search(made.err)) is not None and made.is_one_line and made.code == 2:
            _remove_line(run / "exchanges.jsonl", int(told[1]), before, found)
            made = self.run(run)
        if made.code != 0 or made.err:
            found.wrong.append(f"going on ended with {made.code}: {made.err[-2000:]}")
        else:
            self.check(run, before, found)

    def check(self, run: Path, before: Sequence[bytes], found: Found) -> None:
        """Hold a run that has ended against the undisturbed one."""
        rows = record(run)
        lost, kept = Counter(before) - Counter(rows), [json.loads(row) for row in rows]
        found.lost += sum(lost.values())
        replies = Counter((row["trial"], row["turn"]) for row in kept if row["kind"] == "reply")
        ends = Counter(row["trial"] for row in kept if row["kind"] in ("result", "end"))
        found.doubled += sum(count - 1 for count in (*replies.values(), *ends.values()))
        outcomes = [(json.loads(line)["trial"], line) for line in outcome_lines(run)]
        found.doubled += len(outcomes) - len(dict(outcomes))
        found.lost += len(self.outcomes.keys() - dict(outcomes).keys())
        found.mislabelled += sum(self.outcomes.get(trial) != line for trial, line in outcomes)


def _remove_line(path: Path, number: int, before: Sequence[bytes], found: Found) -> None:
    """Do as the message of an unreadable line says."""
    lines = path.read_bytes().splitlines(keepends=True)
    if lines[number - 1] in before:
        found.wrong.append(f"line {number} was synced, and cannot be read")
    del lines[number - 1]
    path.write_bytes(b"".join(lines))
    found.notes["lines removed by hand, as the message says"] += 1


def record(run: Path) -> list[bytes]:
    """The whole lines of the record; none where there is no record."""
    with suppress(FileNotFoundError):
        lines = (run / "exchanges.jsonl").read_bytes().splitlines(keepends=True)
        return [line for line in lines if line.endswith(b"\n")]
    return []


def outcome_lines(run: Path) -> list[bytes]:
    """The lines of the outcomes, without the one that says from what they were made."""
    return (run / "outcomes.jsonl").read_bytes().splitlines(keepends=True)[1:]


@dataclass(frozen=True, slots=True)
class Round:
    """One round: where it takes place, and what decides it."""

    number: int
    of: int
    folder: Path
    """Its own, and empty."""
    draw: Random

    @property
    def run(self) -> Path:
        """Its run directory."""
        return self.folder / "run"

"""Mutants: made in an environment of their own, judged, and shown."""

import difflib
import hashlib
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

HERE = Path(__file__).parent
_WANTED = HERE / "requirements.txt"


class Fate(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    TIMED_OUT = "timed out"
    """Which counts as killed: a suite that hangs is not green."""
    SURVIVED = "survived"
    EQUIVALENT = "equivalent"


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one small change."""

    path: str
    line: int
    operator: str
    text: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one."""

    mutant: Mutant
    old: str
    """The changed lines as they were, without what stands before them."""
    new: str
    fate: Fate
    note: str = ""


def changed(original: str, text: str) -> tuple[str, str]:
    """The lines that differ, before and after, without what stands before them."""
    before, after = [], []
    for line in difflib.ndiff(original.splitlines(), text.splitlines()):
        if line.startswith("- "):
            before.append(line[2:].strip())
        elif line.startswith("+ "):
            after.append(line[2:].strip())
    return "\n".join(before), "\n".join(after)


def equivalents() -> dict[tuple[str, str, str], str]:
    """Why each of these is none: by its module, and its lines before and after."""
    table = tomllib.loads((HERE / "equivalent.toml").read_text(encoding="utf-8"))
    return {(row["module"], row["old"], row["new"]): row["why"] for row in table.get("mutant", ())}


def environment(folder: Path) -> Path:
    """The Python of the environment that makes mutants; made if need be, below a folder."""
    made = folder / f"mutants-{hashlib.sha256(_WANTED.read_bytes()).hexdigest()[:12]}"
    python, ready = made / "bin" / "python", made / "ready"
    if not ready.exists():
        _call(sys.executable, "-m", "venv", "--clear", str(made))
        quiet = ("--quiet", "--disable-pip-version-check")
        _call(str(python), "-m", "pip", "install", *quiet, "--require-hashes", "--requirement", str(_WANTED))
        ready.touch()
    return python


def _call(*command: str) -> None:
    subprocess.run(command, check=True)  # noqa: S603 - our own words


def made(python: Path, sources: Mapping[str, str], sample: int, seed: str) -> Iterator[Mutant]:
    """Draw mutants of some modules, given by their paths and texts: at most so many of each."""
    asked = json.dumps({"modules": sources, "sample": sample, "seed": seed})
    # Of PYTHONPATH nothing is meant for this interpreter.
    bare = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [str(python), str(HERE / "making.py")]
    said = subprocess.run(  # noqa: S603 - our own words
        command, input=asked, stdout=subprocess.PIPE, text=True, check=True, env=bare
    )
    for line in said.stdout.splitlines():
        yield Mutant(**json.loads(line))

"""What instances were when they were recorded: a hash of each, so that none changes unnoticed.

`python -m tests.golden` writes `instances.json` anew. It refuses where an instance changed and its puzzle's
`version` did not rise: recorded answers would then be judged by another problem than was asked. Before the
first release, `python -m tests.golden --same-version` allows that.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from tasks import AnyPuzzle, puzzles
from tasks.contract.sizes import size_nearest
from tests.contract.choosing import digest
from tests.contract.samples import samples

FILE = Path(__file__).with_name("instances.json")


@dataclass(frozen=True, slots=True)
class Golden:
    """The hashes of one puzzle's instances, by canonical string."""

    version: int
    instances: dict[str, str]


def now(puzzle: AnyPuzzle) -> Golden:
    """The hashes as they are: of the short samples, and of two of some hundred steps."""
    longer = size_nearest(puzzle, 256, {})
    chosen = (*samples(puzzle), *(puzzle.generate({"size": longer}, seed) for seed in (0, 7)))
    return Golden(puzzle.version, {instance.canonical: digest(puzzle, instance) for instance in chosen})


def everything() -> dict[str, Golden]:
    """Of all puzzles."""
    return {name: now(puzzle) for name, puzzle in sorted(puzzles().items())}


def kept() -> dict[str, Golden]:
    """As they were when the file was written."""
    if not FILE.exists():
        return {}
    return {name: Golden(**golden) for name, golden in json.loads(FILE.read_text("utf-8")).items()}


def changed(before: Golden, after: Golden) -> list[str]:
    """Instances that are in both, and differ."""
    common = before.instances.keys() & after.instances.keys()
    return sorted(name for name in common if before.instances[name] != after.instances[name])

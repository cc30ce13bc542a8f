"""What instances and prompts were when they were recorded: a hash of each, so that none changes unnoticed.

`python -m tests.golden` writes `instances.json` and `arms.json` anew. It refuses where an instance or the
words of an arm changed and the `version` of its puzzle or arm did not rise: recorded answers would then be
judged by something else than was asked. Before the first release, `--same-version` allows that.
It also writes `answers.json`, what is read in labelled answers and made of them, and `figures.json`, what the
measures give of a made study: `tests.golden.answers`, `tests.golden.figures`.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from evals.arms import Arm, arm, arm_names
from tasks import AnyPuzzle, problem, puzzles
from tasks.contract.sizes import size_nearest
from tests.contract.choosing import digest
from tests.contract.samples import samples

FILE = Path(__file__).with_name("instances.json")
ARMS = Path(__file__).with_name("arms.json")


@dataclass(frozen=True, slots=True)
class Golden:
    """The hashes of one puzzle's instances, or of what an arm asks, by canonical string."""

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


def words(asked: Arm) -> Golden:
    """The hashes of an arm's first messages, at its default options, for two problems."""
    problems = (problem("hanoi", {"size": 5}), problem("counting", {"size": 40}))
    options = asked.options().model_dump()
    return Golden(
        asked.version,
        {
            each.canonical: sha256(repr(asked.open(each, options)).encode()).hexdigest()[:16]
            for each in problems
            if asked.suits(each)
        },
    )


def every_arm() -> dict[str, Golden]:
    """Of all arms."""
    return {name: words(arm(name)) for name in sorted(arm_names())}


def kept(file: Path = FILE) -> dict[str, Golden]:
    """As they were when the file was written."""
    if not file.exists():
        return {}
    return {name: Golden(**golden) for name, golden in json.loads(file.read_text("utf-8")).items()}


def changed(before: Golden, after: Golden) -> list[str]:
    """Instances that are in both, and differ."""
    common = before.instances.keys() & after.instances.keys()
    return sorted(name for name in common if before.instances[name] != after.instances[name])

"""How much of each puzzle a spec asks, and whether that can show anything at all."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evals.plan.grid import problems
from evals.plan.spec import PuzzleChoice, Spec

PLAIN = "list"
"""The arm that verdicts are about, unless a variant of another pushes."""
PUSHED = "insist"
"""The arm that pushes, unless a variant does."""
VERDICT_INSTANCES = 5
"""Fewest instances of a size for a verdict, or fewest trials where it has one: `reports.analyses.shares`."""
HORIZON_SIZES = 5
HORIZON_TRIALS = 10
"""Fewest sizes for a horizon, and fewest trials of each: `reports.measures.design`."""


@dataclass(frozen=True, slots=True)
class AskedSize:
    """One size of a puzzle."""

    size: int
    steps: int
    """The fewest that solve it; of several instances the geometric mean."""
    instances: int


@dataclass(frozen=True, slots=True)
class AskedPuzzle:
    """What a spec asks of one puzzle, of one model under one budget."""

    puzzle: str
    sizes: tuple[AskedSize, ...]
    """In order of their steps."""
    repeats: Mapping[str, int]
    """How often each arm asks an instance."""
    plain: str = PLAIN
    """The arm that verdicts are about."""
    pushed: str = PUSHED
    """The one that pushes."""

    @property
    def arm(self) -> str:
        """The arm that horizons are planned for: the plain one, if it is asked."""
        return PLAIN if PLAIN in self.repeats else next(iter(self.repeats))

    @property
    def trials(self) -> int:
        """The trials in all arms."""
        return sum(size.instances for size in self.sizes) * sum(self.repeats.values())


def asked_puzzles(spec: Spec) -> list[AskedPuzzle]:
    """Return what is asked of each puzzle; instances without a solution are left out."""
    repeats, pair = _repeats(spec), _pair(spec)
    return [AskedPuzzle(chosen.name, tuple(_sizes(spec, chosen)), repeats, *pair) for chosen in spec.puzzles]


def _sizes(spec: Spec, chosen: PuzzleChoice) -> Iterator[AskedSize]:
    lengths: dict[int, list[int]] = {}
    for problem in problems(spec.model_copy(update={"puzzles": (chosen,)})):
        if problem.fewest_steps:
            lengths.setdefault(problem.size, []).append(problem.fewest_steps)
    found = [
        AskedSize(size, max(1, round(2 ** (sum(map(math.log2, each)) / len(each)))), len(each))
        for size, each in lengths.items()
    ]
    yield from sorted(found, key=lambda size: (size.steps, size.size))


def _repeats(spec: Spec) -> dict[str, int]:
    return {way.arm.name: spec.arm_repeats.get(way.arm.name, spec.repeats) for way in spec.arm_choices()}


def _pair(spec: Spec) -> tuple[str, str]:
    """Return the arm that verdicts are about, and the one that pushes."""
    pushing = next((way for way in spec.arms if not isinstance(way, str) and way.pushes), None)
    return (PLAIN, PUSHED) if pushing is None else (pushing.base.partition(":")[0], pushing.name)


def shows_nothing(spec: Spec) -> str | None:
    """Return why neither a verdict nor a horizon can come of a spec, whatever is answered; else `None`.

    Only counts are looked at, and only until something suffices.
    """
    repeats, (about, _) = _repeats(spec), _pair(spec)
    plain, most = repeats.get(about, 0), max(repeats.values())
    for chosen in spec.puzzles:
        counts: Counter[int] = Counter()
        for problem in problems(spec.model_copy(update={"puzzles": (chosen,)})):
            counts[problem.size] += 1
            if plain and counts[problem.size] >= VERDICT_INSTANCES:
                return None
        if any(count == 1 and plain >= VERDICT_INSTANCES for count in counts.values()):
            return None
        if sum(count * most >= HORIZON_TRIALS for count in counts.values()) >= HORIZON_SIZES:
            return None
        if not counts:  # its sizes are found while asking
            return None
    return (
        f"this can show neither a verdict, which takes {VERDICT_INSTANCES} instances of a size (--instances) "
        f"or as many repeats of one, in arm {about!r}, nor a horizon, which takes {HORIZON_SIZES} sizes of "
        f"{HORIZON_TRIALS} trials; `cantwont plan` with the same options says how many make them likely"
    )

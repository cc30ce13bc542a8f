"""The grid of a spec: cells, each one question put to one model in one way, and the trials of each cell."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from evals.arms import ArmChoice
from evals.endpoints import ModelAt
from evals.plan.spec import PuzzleChoice, Spec
from evals.record.run import WHOLE, Shard
from evals.record.trial import RecordedInstance, Repeats, Sampling, Trial
from tasks import AnyInstance, AnyPuzzle, Problem, given_problem, puzzle


@dataclass(frozen=True)
class Cell:
    """One model x instance x arm with its options x sampling; its trials differ only in their repeat."""

    at: ModelAt
    problem: Problem
    recorded: RecordedInstance
    """The problem as it is stored."""
    chosen: ArmChoice
    sampling: Sampling
    repeats: int
    shard: Shard = WHOLE
    """Which of its trials are asked."""

    @property
    def count(self) -> int:
        """The number of its trials."""
        return self.repeats if self.shard.of == 1 else sum(1 for _ in self.ids())

    def ids(self) -> Iterator[str]:
        """Yield the ids of its trials, for much less than the trials cost."""
        return (name for _, name in self._owned())

    def trials(self) -> Iterator[Trial]:
        """Yield one trial per repeat, of those that belong to the shard."""
        return (self._every.trial(repeat) for repeat, _ in self._owned())

    def _owned(self) -> Iterator[tuple[int, str]]:
        named = ((repeat, self._every.id(repeat)) for repeat in range(self.repeats))
        return ((repeat, name) for repeat, name in named if self.shard.owns(name))

    @cached_property
    def _every(self) -> Repeats:
        return Repeats(
            model=self.at.model,
            endpoint=self.at.endpoint.name,
            instance=self.recorded,
            arm=self.chosen.arm.name,
            options=self.chosen.options,
            sampling=self.sampling,
        )


def cells(spec: Spec, models: Sequence[ModelAt]) -> Iterator[Cell]:
    """Yield every cell of these models, in the order in which they are asked."""
    for at in models:
        for problem in problems(spec):
            recorded = RecordedInstance.of(problem)
            for chosen in spec.arm_choices():
                if not chosen.arm.suits(problem):
                    continue
                repeats = spec.arm_repeats.get(chosen.arm.name, spec.repeats)
                for sampling in spec.samplings():
                    yield Cell(at, problem, recorded, chosen, sampling, repeats, spec.shard)


def trials(spec: Spec, models: Sequence[ModelAt]) -> Iterator[Trial]:
    """Return every trial of these models, in the order in which they are asked."""
    return (trial for cell in cells(spec, models) for trial in cell.trials())


def problems(spec: Spec) -> Iterator[Problem]:
    """Yield every problem once, puzzle by puzzle, in the order of the sizes."""
    seen: set[str] = set()
    for chosen in spec.puzzles:
        maker = puzzle(chosen.name)
        for data in chosen.given:
            whole = given_problem(chosen.name, data)
            if whole.canonical not in seen:
                seen.add(whole.canonical)
                yield whole
        for size in chosen.sizes:
            for made in _instances(spec, maker, chosen, size):
                if made.canonical not in seen:
                    seen.add(made.canonical)
                    yield Problem(maker, made)


def _instances(spec: Spec, maker: AnyPuzzle, chosen: PuzzleChoice, size: int) -> Iterator[AnyInstance]:
    given = {**chosen.parameters, "size": size}
    first = maker.generate(given)
    if not maker.varies(first):
        yield first
        return
    for index in range(chosen.instances):
        yield maker.generate(given, seed_of(spec.seed, index))


def seed_of(seed: int, index: int) -> int:
    """Return an instance's seed: a hash of seed and index, so that neighbouring seeds share no instances."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{index}".encode()).digest()[:6])

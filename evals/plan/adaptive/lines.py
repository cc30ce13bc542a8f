"""Lines: one model, puzzle, arm and sampling each, whose sizes are found while asking, and their trials."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, islice

from evals.arms import ArmChoice, chosen_arm
from evals.dialogue.arm import Workload
from evals.endpoints import ModelAt
from evals.plan.adaptive.ladder import BATCH, Rung
from evals.plan.adaptive.placing import Why
from evals.plan.estimate import Requests, answer_characters
from evals.plan.grid import seed_of
from evals.plan.limits import ANSWER_CHARACTERS, PROMPT_CHARACTERS, Limits
from evals.plan.spec import PuzzleChoice, Spec
from evals.record.model import digest
from evals.record.placements import Placement
from evals.record.price import Price
from evals.record.trial import RecordedInstance, Sampling, Trial
from tasks import Problem, puzzle

_PART = 0.25
"""The most that one batch may take of what a line may spend: a horizon needs several."""


@dataclass(frozen=True, slots=True)
class Line:
    """One model x puzzle x arm with its options x sampling."""

    at: ModelAt
    chosen: PuzzleChoice
    way: ArmChoice
    sampling: Sampling
    seed: int
    is_push: bool = False
    """Whether it is asked only where another one stops too soon: `PuzzleChoice.push`."""

    @property
    def key(self) -> str:
        """What its decisions are recorded under: a hash of all that decides which trials it can have."""
        plain = {
            "model": self.at.who,
            "puzzle": self.chosen.name,
            "parameters": self.chosen.parameters,
            "arm": self.way.arm.name,
            "options": self.way.options,
            "sampling": self.sampling.model_dump(mode="json"),
            "seed": self.seed,
        }
        return digest(plain)[:20]

    @property
    def words(self) -> str:
        """Its model, puzzle and arm, for messages."""
        return f"{self.at.who}, {self.chosen.name}, {self.way.arm.name}"

    def problem(self, size: int, index: int = 0) -> Problem:
        """Return one of the problems of a size."""
        maker = puzzle(self.chosen.name)
        given = {**self.chosen.parameters, "size": size}
        made = maker.generate(given)
        return Problem(
            maker, maker.generate(given, seed_of(self.seed, index)) if maker.varies(made) else made
        )

    def trials(self, size: int) -> Iterator[Trial]:
        """Yield its trials of one size, without end: instances as long as there are others, then repeats."""
        repeats: dict[str, int] = {}
        for index in count():
            problem = self.problem(size, index)
            repeat = repeats.get(problem.canonical, 0)
            repeats[problem.canonical] = repeat + 1
            yield Trial.make(
                model=self.at.model,
                endpoint=self.at.endpoint.name,
                instance=RecordedInstance.of(problem),
                arm=self.way.arm.name,
                options=self.way.options,
                sampling=self.sampling,
                repeat=repeat,
            )

    def requests(self, size: int, trials: int) -> Requests:
        """Return what so many trials of a size ask for."""
        arm, options, problem = self.way.arm, self.way.options, self.problem(size)
        prompt = sum(len(message.content) for message in arm.open(problem, options))
        whole = Workload(1, prompt, answer_characters(problem))
        return Requests(self.at.who, trials, arm.workload(problem, options, whole), self.sampling.max_tokens)

    def rungs(self, limits: Limits, price: Price | None, share: float) -> tuple[Rung, ...]:
        """Return the sizes that the arm can ask, that fit into an answer, and that can be paid.

        Args:
            limits: What the run may spend.
            price: Of the model; only where the cost is limited.
            share: The part of it that this line may spend.
        """
        found = []
        for rung in self.chosen.rungs():
            if not self.way.arm.suits(self.problem(rung.size)):
                continue
            requests = self.requests(rung.size, BATCH)
            written = math.ceil(requests.each.answer_characters / ANSWER_CHARACTERS)
            if written > (self.sampling.max_tokens or written):
                break
            prompts = requests.count * math.ceil(requests.each.prompt_characters / PROMPT_CHARACTERS)
            answers = requests.count * written
            if prompts + answers > _PART * share * (limits.max_tokens_total or math.inf):
                break
            if price is not None and price.of(prompts, answers) > _PART * share * (
                limits.max_cost or math.inf
            ):
                break
            found.append(rung)
        return tuple(found)


class LineState:
    """A line with what was decided about it so far."""

    def __init__(self, line: Line, rungs: Sequence[Rung], decided: Iterable[Placement]) -> None:
        """Take up what was decided earlier.

        Args:
            line: The line.
            rungs: The sizes to choose from.
            decided: Decisions about this line, oldest first.
        """
        self.line, self.rungs = line, rungs
        self.asked: list[tuple[int, Trial]] = []
        """The trials that were decided on, each with the index of its rung."""
        self.why: str | None = None
        """Why no more are asked."""
        self.of: list[LineState] = []
        """Of a push, the lines that it is asked for; else empty."""
        self._following: dict[int, Iterator[Trial]] = {}
        sizes = {rung.size: index for index, rung in enumerate(rungs)}
        for placement in decided:
            if placement.size is None:
                same = (placement.width, placement.max_trials) == (line.chosen.width, line.chosen.max_trials)
                self.why = placement.why if same else None
            elif placement.size in sizes:
                self.why = None
                self.take(sizes[placement.size], placement.count)

    @property
    def most(self) -> int:
        """The most trials that it will have had in the end."""
        is_over = self.why or self.is_needed is False
        return len(self.asked) if is_over else max(self.line.chosen.max_trials, len(self.asked))

    @property
    def is_needed(self) -> bool | None:
        """Whether it is asked at all; `None`: that is not known yet."""
        if not self.line.is_push or self.asked or any(one.why == Why.STOPS_FIRST for one in self.of):
            return True
        return None if any(one.why is None for one in self.of) else False

    def take(self, rung: int, number: int) -> list[Trial]:
        """Return the next trials of a rung, which are asked from now on."""
        following = self._following.setdefault(rung, self.line.trials(self.rungs[rung].size))
        taken = list(islice(following, number))
        self.asked += [(rung, trial) for trial in taken]
        return taken

    def remaining(self, over: int) -> Iterator[Requests]:
        """Yield what is still asked for at most, as if it were spread evenly over the sizes."""
        left = self.most - over
        for index, rung in enumerate(self.rungs):
            here = left * (index + 1) // len(self.rungs) - left * index // len(self.rungs)
            if here:
                yield self.line.requests(rung.size, here)


def line_states(spec: Spec, decided: Iterable[Placement], prices: Mapping[str, Price]) -> list[LineState]:
    """Return the lines of a spec with what was decided about them.

    Args:
        spec: What is asked.
        decided: All decisions of the run, oldest first.
        prices: By `endpoint/model`.
    """
    chosen = [each for each in spec.puzzles if each.auto]
    if not chosen:
        return []
    models = spec.models_at()
    by_line: dict[str, list[Placement]] = {}
    for placement in decided:
        by_line.setdefault(placement.line, []).append(placement)
    lines = {
        line.key: line
        for at in models
        for each in chosen
        for way in spec.arm_choices()
        for sampling in spec.samplings()
        for line in [Line(at, each, way, sampling, spec.seed)]
    }
    pushes: dict[str, tuple[Line, list[str]]] = {}
    for line in lines.values():
        way = None if line.chosen.push is None or line.way.pushes else chosen_arm(line.chosen.push)
        push = None if way is None else replace(line, way=way, is_push=True)
        if push is not None and push.key not in lines:
            pushes.setdefault(push.key, (push, []))[1].append(line.key)
    share = 1 / (len(lines) + len(pushes))
    states = []
    for key, line in (lines | {key: push for key, (push, _) in pushes.items()}).items():
        earlier = by_line.get(key, [])
        affordable = line.rungs(spec.limits, prices.get(line.at.who), share)
        placed = {placement.size for placement in earlier}
        rungs = [rung for rung in line.chosen.rungs() if rung in affordable or rung.size in placed]
        states.append(LineState(line, rungs, earlier))
    by_key = {state.line.key: state for state in states}
    for key, (_, asked_for) in pushes.items():
        by_key[key].of = [by_key[one] for one in asked_for]
    return states

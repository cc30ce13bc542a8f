"""The labels that simulated respondents plan to earn, without a look at any text, and those they get."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from evals.arms import known_arm
from evals.dialogue.dialogue import Turn
from evals.dialogue.ending import Ending
from evals.dialogue.prompts import NudgeOptions
from evals.labelling.answer import Answer
from evals.labelling.rules import label
from evals.record.exchange import RowKind
from evals.record.model import Scalar
from evals.record.outcome import Label
from evals.record.trial import RecordedInstance, Sampling, Trial
from evals.replay.derive import opening
from evals.sandbox.sandbox import run_in_sandbox
from evals.simulated.answers import answer
from evals.simulated.decisions import Call, Manner
from evals.simulated.respondents import Respondent, Stop
from evals.simulated.turns import DecidedTurn, part_of
from tasks import Problem, problem

NOT_READ = Label.MALFORMED
"""Of a notation of its own; the labelling may also call it no answer."""


STOPS = (Label.REFUSAL, Label.GIVE_UP)
MIXED = Respondent(
    "mixed",
    willing_50=20,
    insist_effect=3,
    refuses=0.1,
    error_rate=0.03,
    error_at={7: 0.2},
    malformed=0.05,
    empty=0.05,
    yields=0.5,
    rewrites=0.5,
    tires=0.1,
    short_parts=0.2,
    long_parts=0.2,
    restated_effect=0.5,
    codes=0.4,
)
"""Does everything now and then."""


@dataclass(frozen=True)
class Asked:
    """One trial of a respondent."""

    respondent: Respondent
    name: str
    size: int
    arm: str = "list"
    options: Mapping[str, Scalar] = field(default_factory=dict)
    repeat: int = 0

    @cached_property
    def problem(self) -> Problem:
        return problem(self.name, {"size": self.size})

    @cached_property
    def steps(self) -> int:
        steps = self.problem.fewest_steps
        assert steps is not None
        return steps

    @cached_property
    def trial(self) -> Trial:
        return Trial.make(
            model=self.respondent.name,
            endpoint="e",
            instance=RecordedInstance.of(self.problem),
            arm=self.arm,
            options=self.options,
            sampling=Sampling(),
            repeat=self.repeat,
        )

    def call(self, turn: int = 1) -> Call:
        return Call(self.trial.id, turn, self.arm, self.options)

    def part(self, turn: int = 1) -> DecidedTurn:
        return part_of(self.respondent, self.problem, self.steps, self.call(turn))

    def says(self, turn: int = 1) -> str:
        return "".join(answer(self.respondent, self.problem, self.call(turn)).content)


def given(asked: Asked) -> Ending:
    """How the trial ends when its conversation is held and read as that of any model."""
    arm = known_arm(asked.arm)
    held = arm.dialogue(asked.trial, asked.problem)
    turn: Turn | None = opening(asked.trial)
    while turn is not None:
        content = asked.says(turn.number)
        if asked.arm == "window":
            return Ending.of(label(arm.asked(asked.problem, asked.options), Answer(content)), 1)
        held.take(Answer(content=content, finish_reason="stop"), turn.reason)
        if arm.ends_with is RowKind.RESULT:
            held.take_result(asyncio.run(run_in_sandbox(content)))
        turn = held.following()
    return held.ending()


def planned(asked: Asked) -> Label:
    """The label that the respondent's plans amount to."""
    match asked.arm:
        case "nudge":
            return _after_nudges(asked)
        case "chunked":
            return _after_parts(asked)
        case "agent":
            return _after_actions(asked)
    part = asked.part()
    listed = asked.arm == "code" and part.plan.manner is Manner.WHOLE
    return Label.MALFORMED if listed else _of(part)


def _of(part: DecidedTurn) -> Label:
    plan = part.plan
    erred = plan.wrong is not None and plan.wrong <= part.count
    match plan.manner:
        case Manner.POLICY:
            return Label.REFUSAL
        case Manner.STOPPED:
            return Label.REFUSAL if plan.stop is Stop.REFUSAL else Label.GIVE_UP
        case Manner.MALFORMED:
            return NOT_READ
        case Manner.EMPTY:
            return Label.NO_ANSWER
        case Manner.CRASH | Manner.DONE:
            return Label.LOGIC_ERROR
        case Manner.WHOLE | Manner.PROGRAM:
            return Label.LOGIC_ERROR if erred else Label.SOLVED


def _after_nudges(asked: Asked) -> Label:
    nudges = NudgeOptions.model_validate(asked.options).k
    opened = asked.part()
    label, wrote = _of(opened), opened.plan.written > 0
    for turn in range(2, nudges + 2):
        if label not in (Label.REFUSAL, Label.GIVE_UP):
            break
        part = asked.part(turn)
        said = _of(part)
        wrote = wrote or part.plan.written > 0
        if said is Label.REFUSAL:
            label = Label.GIVE_UP if wrote else Label.REFUSAL
        elif said not in (NOT_READ, Label.NO_ANSWER):
            wrong_before = opened.plan.wrong is not None and opened.plan.wrong <= part.first
            label = Label.LOGIC_ERROR if said is Label.SOLVED and wrong_before else said
    return label


def _after_parts(asked: Asked) -> Label:
    goes_on = asked.options.get("on_error") == "go_on"
    turn, erred, wrote = 1, False, False
    while True:
        part = asked.part(turn)
        said = _of(part)
        if said is Label.REFUSAL and wrote:
            return Label.GIVE_UP
        if said not in (Label.SOLVED, Label.LOGIC_ERROR):
            return said
        erred, wrote = erred or said is Label.LOGIC_ERROR, wrote or part.plan.written > 0
        if erred and (not goes_on or part.plan.manner is Manner.DONE):
            return Label.LOGIC_ERROR
        if not erred and part.reached == asked.steps:
            return Label.SOLVED
        turn += 1


def _after_actions(asked: Asked) -> Label:
    turn, took = 1, False
    while True:
        part = asked.part(turn)
        said = _of(part)
        if said is Label.REFUSAL:
            return Label.GIVE_UP if took else Label.REFUSAL
        if said is not Label.SOLVED or part.reached == asked.steps:
            return said
        turn, took = turn + 1, True

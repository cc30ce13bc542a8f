"""Which part of the list a turn is about, and what the respondent does; earlier turns are computed again."""

from dataclasses import dataclass, replace
from enum import StrEnum

from evals.arms import known_arm
from evals.dialogue.arm import Play
from evals.dialogue.prompts import ChunkOptions
from evals.simulated.decisions import (
    Call,
    Decision,
    Manner,
    TrialWill,
    decide,
    first_error,
    form,
    missed,
    stopped,
)
from evals.simulated.respondents import Miss, Respondent, Stop
from tasks import Problem, Window


class Tone(StrEnum):
    """What the part is presented as."""

    WHOLE = "whole"
    PIECE = "piece"
    """As a number of steps and no more."""
    REST = "rest"
    """As the missing rest."""
    ANEW = "anew"
    """As the whole list, now without gaps."""
    PROGRAM = "program"
    ACTION = "action"
    """As the next steps, to be carried out."""


@dataclass(frozen=True, slots=True)
class DecidedTurn:
    """The plan for one turn."""

    first: int
    """Number of steps of the list before this part."""
    count: int
    """Number of steps asked for, or given if that differs."""
    plan: Decision
    tone: Tone = Tone.WHOLE

    @property
    def reached(self) -> int:
        """Number of steps of the list at the end of the answer."""
        return self.first + self.plan.written


def part_of(respondent: Respondent, problem: Problem, steps: int, call: Call) -> DecidedTurn:
    """Return what the respondent does in this turn of a trial whose list has this many steps."""
    match call.play:
        case Play.REMINDED:
            return _nudged(respondent, steps, call)
        case Play.IN_PARTS:
            return _chunk(respondent, steps, call)
        case Play.EXCERPT:
            asked = known_arm(call.arm).asked(problem, call.options)
            assert isinstance(asked, Window)
            count = asked.needed
            return DecidedTurn(asked.first, count, decide(respondent, count, call), Tone.PIECE)
        case Play.ACTIONS:
            return _action(respondent, steps, call)
        case Play.PROGRAM:
            plan = _program(respondent, steps, call)
            return DecidedTurn(0, steps, plan, Tone.WHOLE if plan.manner is Manner.WHOLE else Tone.PROGRAM)
    return DecidedTurn(0, steps, decide(respondent, steps, call))


# --- nudge


def _nudged(respondent: Respondent, steps: int, call: Call) -> DecidedTurn:
    """Make one plan for the list in the first turn, and see how far it was written before this turn."""
    opened = replace(call, turn=1)
    plan = decide(respondent, steps, opened)
    part = DecidedTurn(0, steps, plan)
    if plan.manner is not Manner.STOPPED:
        return part
    written = plan.written
    for turn in range(2, call.turn + 1):
        part = _after_nudge(respondent, steps, written, plan.wrong, replace(call, turn=turn))
        if part.plan.manner is Manner.STOPPED:
            written = part.reached
    return part


def _after_nudge(
    respondent: Respondent, steps: int, written: int, wrong: int | None, call: Call
) -> DecidedTurn:
    draw = call.stream(respondent, "nudge")
    yields, anew, style, length = (draw.random() for _ in range(4))
    again = yields < respondent.yields and anew < respondent.rewrites
    first = 0 if again else written
    left = steps - first
    behind = wrong - first if wrong is not None and wrong > first else None
    if yields < respondent.yields:
        manner = form(respondent, replace(call, turn=1))
        return DecidedTurn(
            first, left, Decision(manner, None, left, behind), Tone.ANEW if again else Tone.REST
        )
    return DecidedTurn(first, left, stopped(respondent, left, behind, style, length), Tone.REST)


# --- chunked


def _chunk(respondent: Respondent, steps: int, call: Call) -> DecidedTurn:
    """Plan part after part, each from where the respondent believes, or is told, that the last one ended."""
    options = ChunkOptions.model_validate(call.options)
    part = _next_chunk(respondent, 0, steps, options, replace(call, turn=1))
    for turn in range(2, call.turn + 1):
        if part.plan.manner is Manner.DONE:
            break
        right_up_to = part.first + (part.plan.wrong or 0) - 1
        told = options.state == "restated" and part.first <= right_up_to < part.reached
        at = right_up_to if told else part.reached
        part = _next_chunk(respondent, at, steps, options, replace(call, turn=turn))
    return part


def _next_chunk(
    respondent: Respondent, at: int, steps: int, options: ChunkOptions, call: Call
) -> DecidedTurn:
    left = steps - at
    if not left:
        return DecidedTurn(at, 0, Decision(Manner.DONE, None, 0, None), Tone.PIECE)
    draw = call.stream(respondent, "part")
    size, tires, style, length = (draw.random() for _ in range(4))
    count = min(_size(respondent, options.p, size), left)
    conditions = call.conditions
    effect = respondent.effect_on_errors(conditions, turn=call.turn)
    numbers = range(at + 1, at + count + 1)
    wrong = first_error(respondent, numbers, call.stream(respondent, "skill"), effect)
    will = TrialWill.of(respondent, call)
    asked = min(options.p, left)
    if will.policy < respondent.refuses:
        plan = Decision(Manner.POLICY, None, 0, wrong)
    elif call.turn == 1 and will.whole >= respondent.starts_whole(asked, pushed=conditions.pushed):
        plan = stopped(respondent, asked, wrong, will.style, will.length)
    elif call.turn > 1 and tires < respondent.tires:
        plan = stopped(respondent, asked, wrong, style, length)
    else:
        plan = Decision(form(respondent, replace(call, turn=1)), None, count, wrong)
    return DecidedTurn(at, count if plan.stop is None else asked, plan, Tone.PIECE)


def _size(respondent: Respondent, asked: int, drawn: float) -> int:
    sizes = respondent.part_sizes(asked)
    for size, share in sizes.items():
        drawn -= share
        if drawn < 0:
            return size
    return max(sizes, key=lambda size: sizes[size])


# --- agent


def _action(respondent: Respondent, steps: int, call: Call) -> DecidedTurn:
    """Plan the whole list at the start, and act on a few steps; after a wrong one it thinks it is done."""
    each = int(call.options.get("k", 1))
    opened = replace(call, turn=1)
    plan = decide(respondent, steps, opened)
    if plan.manner is Manner.WHOLE and call.conditions.way_out:
        draw = opened.stream(respondent, "exit")
        leaves, style, length = (draw.random() for _ in range(3))
        if leaves < respondent.leaves:
            plan = stopped(respondent, steps, plan.wrong, style, length)
    first = (call.turn - 1) * each
    if plan.manner not in (Manner.STOPPED, Manner.WHOLE):
        return DecidedTurn(0, steps, plan)
    wrong = None if plan.wrong is None or plan.wrong > plan.written else plan.wrong - first
    count = min(each, plan.written - first)
    if wrong is not None and wrong <= 0:
        return DecidedTurn(first, 0, Decision(Manner.DONE, None, 0, None), Tone.ACTION)
    if count <= 0:
        return DecidedTurn(first, steps - first, Decision(Manner.STOPPED, Stop.REFUSAL, 0, None), Tone.REST)
    return DecidedTurn(first, count, Decision(Manner.WHOLE, None, count, wrong), Tone.ACTION)


# --- code


def _program(respondent: Respondent, steps: int, call: Call) -> Decision:
    will = TrialWill.of(respondent, call)
    draw = call.stream(respondent, "program")
    knows, miss, place = (draw.random() for _ in range(3))
    failed = None if knows < respondent.codes else missed(respondent, miss)
    if will.policy < respondent.refuses:
        return Decision(Manner.POLICY, None, 0, None)
    unlisted = will.whole >= respondent.starts_whole(steps, pushed=call.conditions.pushed)
    if failed is Miss.DECLINE or (failed is Miss.LIST and unlisted):
        return Decision(Manner.STOPPED, Stop.REFUSAL, 0, None)
    written = form(respondent, call)
    if written is not Manner.WHOLE or failed is Miss.LIST:
        return Decision(written, None, steps, first_error(respondent, range(1, steps + 1), draw))
    if failed is Miss.CRASH:
        return Decision(Manner.CRASH, None, 0, None)
    return Decision(Manner.PROGRAM, None, steps, 1 + int(place * steps) if failed is Miss.BUG else None)

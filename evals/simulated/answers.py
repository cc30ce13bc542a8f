"""The text of an answer, generated piece by piece: a list of a million steps is never whole in memory."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from math import ceil
from random import Random

from evals.dialogue.arm import Harness, Play
from evals.dialogue.prompts import DONE, GIVE_UP, TAKE
from evals.simulated import wording
from evals.simulated.decisions import Call, Decision, Manner
from evals.simulated.mistakes import rows_written
from evals.simulated.programs import CRASHING, program
from evals.simulated.respondents import Respondent, Stop, Thinking
from evals.simulated.turns import DecidedTurn, Tone, part_of
from tasks import Problem, Row

CHARACTERS_PER_TOKEN = 4
"""All token counts of the simulated endpoint are characters divided by this, rounded up."""
_PROGRAM = 32
"""Thinking about a program is about as long as thinking about a list of this many steps."""


@dataclass(frozen=True, slots=True)
class SimulatedAnswer:
    """What a respondent says; each part can be read only once."""

    reasoning: Iterable[str]
    content: Iterable[str]
    calls: tuple[tuple[str, str], ...] = ()
    """Name and arguments of each call of a tool."""


@dataclass(frozen=True, slots=True)
class _Task:
    """One problem as the respondent sees it."""

    problem: Problem
    first: int
    """Number of steps of the solution before it."""
    steps: int
    tone: Tone

    @property
    def unit(self) -> str:
        return wording.unit_of(self.problem)

    def solution(self, first: int) -> Iterator[Row]:
        """Return its steps from this one on, counted from 0."""
        return self.problem.solution(self.first + first)

    def rows(self, written: int, plan: Decision, draw: Random) -> Iterator[Row]:
        return rows_written(self.problem, written, plan.wrong, draw, self.first)

    def opening(self, draw: Random) -> str:
        return wording.opening(draw, self.tone, self.unit)


def answer(respondent: Respondent, problem: Problem, call: Call) -> SimulatedAnswer:
    """Return the respondent's answer; the same for the same arguments, whatever came before."""
    steps = problem.fewest_steps
    if steps is None:
        return SimulatedAnswer((), (wording.NO_SOLUTION,))
    part = part_of(respondent, problem, steps, call)
    if call.play is Play.ACTIONS and (acted := _acted(problem, part, call)) is not None:
        return acted
    task = _Task(problem, part.first, part.count, part.tone)
    content = _content(task, part.plan, call.stream(respondent, "words"))
    length = _PROGRAM if call.play is Play.PROGRAM else part.count
    tokens = ceil(length * respondent.thinking_per_step)
    thinking = _thinking(tokens, call.stream(respondent, "thinking"))
    match respondent.thinking:
        case Thinking.NONE:
            return SimulatedAnswer((), content)
        case Thinking.FIELD:
            return SimulatedAnswer(thinking, content)
        case Thinking.INLINE:
            return SimulatedAnswer((), chain(("<think>\n",), thinking, ("\n</think>\n\n",), content))


def _acted(problem: Problem, part: DecidedTurn, call: Call) -> SimulatedAnswer | None:
    """Return the respondent's next action; `None` if it stops in words."""
    plan, conditions = part.plan, call.conditions
    if plan.manner is Manner.DONE:
        name, told = DONE, ""
    elif plan.manner is Manner.STOPPED and conditions.way_out:
        name, told = GIVE_UP, "This would take far too many steps."
    elif part.tone is Tone.ACTION:
        rows = rows_written(problem, plan.written, plan.wrong, Random(call.trial), part.first)
        name, told = TAKE[problem.kind], "".join(problem.format(rows))
    else:
        return None
    if conditions.harness is Harness.TEXT:
        return SimulatedAnswer((), (f"ACTION {name}: {told}".rstrip(": "),))
    given = {"reason": told} if name == GIVE_UP else {"steps": told} if told else {}
    return SimulatedAnswer((), (), ((name, json.dumps(given)),))


def _thinking(tokens: int, draw: Random) -> Iterator[str]:
    left = tokens * CHARACTERS_PER_TOKEN
    while left > 0:
        sentence = wording.thought(draw)
        left -= len(sentence)
        yield sentence


def _content(task: _Task, plan: Decision, draw: Random) -> Iterator[str]:  # noqa: PLR0911 - one a manner
    match plan.manner:
        case Manner.EMPTY:
            return iter(())
        case Manner.DONE:
            return iter((wording.DONE,))
        case Manner.PROGRAM:
            return _program(task, plan, draw)
        case Manner.CRASH:
            return chain((task.opening(draw), CRASHING))
        case Manner.POLICY:
            return iter((wording.policy(draw),))
        case Manner.MALFORMED:
            return _own_notation(task, plan, draw)
        case Manner.WHOLE:
            return _whole(task, plan, draw)
        case Manner.STOPPED if plan.stop is Stop.REFUSAL or plan.stop is None:
            return iter((wording.refusal(draw, task.tone, task.unit, task.steps),))
        case Manner.STOPPED:
            return _stopped(task, plan, plan.stop, draw)


def _whole(task: _Task, plan: Decision, draw: Random) -> Iterator[str]:
    fenced = draw.random() < 0.5
    yield task.opening(draw) + ("```\n" if fenced else "")
    yield from task.problem.format(task.rows(task.steps, plan, draw))
    yield ("\n```" if fenced else "") + wording.closing(draw, task.tone)


def _program(task: _Task, plan: Decision, draw: Random) -> Iterator[str]:
    yield task.opening(draw)
    guarded = draw.random() < 0.5
    rows = None if plan.wrong is None else task.rows(task.steps, plan, draw)
    yield from program(task.problem, rows, guarded=guarded)


def _stopped(task: _Task, plan: Decision, stop: Stop, draw: Random) -> Iterator[str]:
    fenced = draw.random() < 0.5
    yield task.opening(draw) + ("```\n" if fenced else "")
    yield from _steps_alone(task, task.rows(plan.written, plan, draw))
    frame = _frame(task)
    if stop is Stop.BREAK_OFF:
        yield _torn(task, plan.written, frame) + wording.parting(stop, draw, task.unit)
        return
    if stop is Stop.ELLIPSIS or stop is Stop.COUNT:
        yield _elision(task, plan, stop, frame, draw)
    yield frame.closing + ("\n```" if fenced else "")
    if stop is Stop.OFFER or stop is Stop.CODE:
        yield wording.parting(stop, draw, task.unit)


def _elision(task: _Task, plan: Decision, stop: Stop, frame: "_Frame", draw: Random) -> str:
    left = task.steps - plan.written
    shows_last = draw.random() < 0.4 and left >= 2
    words = frame.joint + wording.mark(stop, draw, task.unit, left - shows_last)
    if not shows_last:
        return words
    last = next(task.solution(task.steps - 1))
    return words + frame.joint + _written(task, [last])[0]


def _own_notation(task: _Task, plan: Decision, draw: Random) -> Iterator[str]:
    """Write letters for digits, between marks that no puzzle's format uses: no reader can replay it."""
    yield task.opening(draw)
    letters = str.maketrans("0123456789-", "qwertyuiopa")
    for row in task.rows(task.steps, plan, draw):
        yield "<" + "~".join(str(value).translate(letters) for value in row) + ">\n"


# --- a puzzle's format, taken apart


class _Taken:
    """Iterates over rows for `format`, and records how many were taken and whether the end was reached."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = iter(rows)
        self.count = 0
        self.ended = False

    def __iter__(self) -> Iterator[Row]:
        return self

    def __next__(self) -> Row:
        try:
            row = next(self._rows)
        except StopIteration:
            self.ended = True
            raise
        self.count += 1
        return row


@dataclass(frozen=True, slots=True)
class _Frame:
    joint: str
    """The text between two steps."""
    closing: str
    """The text after the last step."""


def _steps_alone(task: _Task, rows: Iterable[Row]) -> Iterator[str]:
    """Format a list without the text that closes it."""
    taken = _Taken(rows)
    for piece in task.problem.format(taken):
        if taken.ended:
            return
        yield piece


def _written(task: _Task, rows: list[Row]) -> list[str]:
    """Return the text of each row within a list, and then the text that closes the list."""
    taken, texts = _Taken(rows), [""] * (len(rows) + 1)
    for piece in task.problem.format(taken):
        if taken.ended:
            texts[-1] += piece
        elif taken.count:
            texts[taken.count - 1] += piece
    return texts


def _frame(task: _Task) -> _Frame:
    row = next(task.problem.solution())
    first, second, closing = _written(task, [row, row])
    if second.endswith(first):
        return _Frame(second.removesuffix(first), closing)
    return _Frame("\n" if "\n" in first + second else ", ", closing)


def _torn(task: _Task, written: int, frame: _Frame) -> str:
    """Return the first half of the step after those written."""
    before_and_next = list(islice(task.solution(written - 1), 2))
    step = _written(task, before_and_next)[1].removeprefix(frame.joint)
    return frame.joint + step[: len(step) // 2]

"""The conversation of a trial, turn by turn, as recorded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evals.record.exchange import Exchange, RowKind
from evals.record.tool_calls import text_of_calls
from evals.replay import derive
from evals.sandbox.find_program import find_program
from evals.sandbox.sandbox import restored


@dataclass(frozen=True, slots=True)
class AnsweredTurn:
    """One turn: the messages that were sent, why, and the reply."""

    number: int
    why: str
    """The reason why it was sent, e.g. `start`."""
    asked: str
    """The messages added for this turn."""
    answer: str
    thinking: str = ""
    calls: str = ""
    """Its calls of tools, one a line."""


@dataclass(frozen=True, slots=True)
class Ran:
    """The result of running an answer's program in the sandbox."""

    program: str
    """Empty if the answer has no program."""
    ended: str
    told: str
    """What it returned or printed, or how it failed."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """The turns of one trial that got a reply."""

    trial: str
    turns: tuple[AnsweredTurn, ...] = ()
    ran: Ran | None = None


def conversation(trial: str, rows: Sequence[Exchange]) -> Conversation:
    """Build the conversation of one trial's rows, under the name of its outcome; raises `CorruptRecord`."""
    answered = [row for row in rows if derive.answers(row)]
    turns = tuple(_said(row, rows) for row in answered)
    result = next((row for row in rows if row.kind is RowKind.RESULT), None)
    return Conversation(trial, turns, None if result is None else _ran(result, turns))


def _said(row: Exchange, rows: Iterable[Exchange]) -> AnsweredTurn:
    completion = derive.completion_of(row)
    asked = next((one.messages for one in rows if one.turn == row.turn and one.messages), row.messages)
    words = "\n\n".join(message.content for message in asked if message.role != "assistant")
    said = completion.content, completion.reasoning or "", text_of_calls(completion.calls)
    return AnsweredTurn(row.turn, row.reason, words, *said)


def _ran(row: Exchange, turns: Sequence[AnsweredTurn]) -> Ran:
    result = restored(row.result)
    if result is None:
        return Ran("", "not run", "the answer has no program")
    program = find_program(turns[-1].answer) if turns else None
    told = (result.text, result.error, result.lacks)
    return Ran(program.code if program else "", str(result.ended), "\n".join(one for one in told if one))

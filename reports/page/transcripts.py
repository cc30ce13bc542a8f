"""Which trials a page shows, and how much of each answer: its ends, and the context of the evidence."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import TypedDict

from evals.record.outcome import Evidence, Label, Outcome
from evals.text import clip, printable
from reports.page.conversations import AnsweredTurn, Conversation, Ran
from reports.tables.rendering import LABEL_WORDS, number
from reports.words.paragraphs import named

_ENDS = 1500
"""Characters shown at either end of an answer."""

_AROUND = 200
"""Characters shown before and after either end of a piece of evidence."""

_GAP = 100
"""Gaps of fewer characters are not left out."""

_MOST_EVIDENCE = 12
_LONGEST_QUOTE = 300
_BESIDE = 60
"""Characters quoted before and after a piece of evidence."""


@dataclass(frozen=True, slots=True)
class MarkedPiece:
    """A piece of an answer."""

    text: str
    shows: str = ""
    """What it is evidence of; empty if it is not evidence."""
    left_out: str = ""
    """For a gap: the number of characters left out."""


def choose(outcomes: Iterable[Outcome], limit: int) -> list[Outcome]:
    """Return at most `limit` outcomes, spread evenly over model x label, and within that over arms and sizes.

    The choice depends only on the outcomes, so it can be made before any text is read.
    """
    groups: dict[tuple[str, Label], list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault((outcome.model, outcome.label), []).append(outcome)
    chosen: list[Outcome] = []
    for left, group in zip(
        range(len(groups), 0, -1),
        sorted(groups.values(), key=lambda group: (len(group), group[0].model, group[0].label)),
        strict=True,
    ):
        count = min(len(group), (limit - len(chosen)) // left)
        group.sort(key=_order)
        chosen.extend(group[index * len(group) // count] for index in range(count))
    return sorted(chosen, key=lambda outcome: (outcome.model, *_order(outcome)))


Shown = str | list[str]
"""A piece as a page gets it: text; text and what it shows; or, alone in a list, how much is left out."""


class TranscriptEntry(TypedDict):
    """A trial as a page gets it; every text in it is printable."""

    reason: str
    sure: bool
    numbers: list[tuple[str, str]]
    quotes: list[tuple[str, str, str, str, str]]
    """What it shows, where it is, and the quote between what stands before and after it."""
    turns: list["TurnEntry"]
    ran: list[tuple[str, list[Shown]]]
    """The program and its result, each under a heading."""


class TurnEntry(TypedDict):
    """One turn."""

    head: str
    asked: list[Shown]
    thinking: list[Shown]
    answer: list[Shown]
    length: str


def entry(outcome: Outcome, said: Conversation | None) -> TranscriptEntry:
    """Return the trial with its evidence marked in its answers."""
    return TranscriptEntry(
        reason=_safe(outcome.reason),
        sure=outcome.confident,
        numbers=[(_safe(name), _safe(value)) for name, value in _numbers(outcome)],
        quotes=[_quote(evidence, said) for evidence in outcome.evidence[:_MOST_EVIDENCE]],
        turns=[_turn(turn, outcome) for turn in said.turns] if said else [],
        ran=_ran(said.ran) if said and said.ran else [],
    )


def _turn(turn: AnsweredTurn, outcome: Outcome) -> TurnEntry:
    here = [found for found in outcome.evidence if found.turn == turn.number]
    ended = next((end for end in outcome.by_turn if end.turn == turn.number), None)
    stood = (
        f". After it: {LABEL_WORDS[str(ended.label)]}, {number(ended.written)} steps written" if ended else ""
    )
    calls = _shown(pieces(turn.calls, here, "tool_calls"))
    return TurnEntry(
        head=_safe(f"Turn {turn.number}: {named('sent', turn.why)}{stood}"),
        asked=_shown(pieces(turn.asked, ())),
        thinking=_shown(
            pieces(turn.thinking, [found for found in here if found.field == "reasoning"], "reasoning")
        ),
        answer=[*_shown(pieces(turn.answer, here)), *(["\n"] if turn.answer and calls else []), *calls],
        length=number(len(turn.answer) + len(turn.calls)),
    )


def _ran(ran: Ran) -> list[tuple[str, list[Shown]]]:
    blocks = [("Program", ran.program), (f"In the sandbox: {ran.ended.replace('_', ' ')}", ran.told)]
    return [(_safe(head), _shown(pieces(text, ()))) for head, text in blocks if text or head != "Program"]


def _shown(found: Iterable[MarkedPiece]) -> list[Shown]:
    made: list[Shown] = []
    for piece in found:
        if piece.left_out:
            made.append([piece.left_out])
        else:
            text = printable(piece.text, keep="\n\t")
            made.append([text, _safe(piece.shows)] if piece.shows else text)
    return made


def _safe(text: str) -> str:
    return printable(text)


def pieces(text: str, evidence: Iterable[Evidence], field: str = "content") -> list[MarkedPiece]:
    """Split the text of a field at its evidence, with gaps where there is nothing to show."""
    spans = [
        (found.start, found.end, _words(found.shows))
        for found in evidence
        if found.field == field and found.quote and text[max(found.start, 0) : found.end] == found.quote
    ][:_MOST_EVIDENCE]
    made: list[MarkedPiece] = []
    reached = 0
    for start, end in _windows(len(text), [(begin, stop) for begin, stop, _ in spans]):
        if start > reached:
            made.append(MarkedPiece("", left_out=number(start - reached)))
        cuts = {start, end, *(cut for begin, stop, _ in spans for cut in (begin, stop) if start < cut < end)}
        for left, right in pairwise(sorted(cuts)):
            shows = sorted({what for begin, stop, what in spans if begin <= left and right <= stop})
            made.append(MarkedPiece(text[left:right].replace("\r\n", "\n"), shows=", ".join(shows)))
        reached = end
    return made


def _windows(length: int, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the ranges to show: the ends of the text, and the context of both ends of each span."""
    wanted = [(0, _ENDS), (length - _ENDS, length)]
    wanted += [(place - _AROUND, place + _AROUND) for span in spans for place in span]
    windows: list[tuple[int, int]] = []
    for start, end in sorted((max(start, 0), min(end, length)) for start, end in wanted):
        if windows and start <= windows[-1][1] + _GAP:
            windows[-1] = (windows[-1][0], max(end, windows[-1][1]))
        else:
            windows.append((start, end))
    return [window for window in windows if window[0] < window[1]]


def _order(outcome: Outcome) -> tuple[str, str, int, str, int, str]:
    return outcome.puzzle, outcome.arm, outcome.size, outcome.instance, outcome.repeat, outcome.trial


def _words(shows: str) -> str:
    return named("evidence", shows)


def _quote(evidence: Evidence, said: Conversation | None) -> tuple[str, str, str, str, str]:
    """Return a piece of evidence with a few of the words around it: an elision alone is three dots."""
    place = f"turn {evidence.turn}, {evidence.field}, from character {number(evidence.start)}"
    text = _text(evidence, said)
    held = text[evidence.start : evidence.end] == evidence.quote
    before = text[max(evidence.start - _BESIDE, 0) : evidence.start] if held else ""
    after = text[evidence.end : evidence.end + _BESIDE] if held else ""
    shown = (before, clip(evidence.quote, _LONGEST_QUOTE), after)
    left, middle, right = (printable(part, keep="\n") for part in shown)
    return _safe(_words(evidence.shows)), place, left, middle, right


def _text(evidence: Evidence, said: Conversation | None) -> str:
    """Return the text that a piece of evidence stands in; empty if it is not shown."""
    turn = next((turn for turn in (said.turns if said else ()) if turn.number == evidence.turn), None)
    if turn is None:
        return ""
    fields = {"content": turn.answer, "reasoning": turn.thinking, "tool_calls": turn.calls}
    return fields.get(evidence.field, "")


def _numbers(outcome: Outcome) -> Iterable[tuple[str, str]]:
    values: tuple[tuple[str, int | None], ...] = (
        ("steps needed", outcome.steps),
        ("steps written", outcome.written),
        ("legal steps before the first error", outcome.right),
        ("first illegal step", outcome.first_error),
        ("went wrong at step", outcome.lost_at),
        ("turns", outcome.turns),
        ("tokens of the answer", outcome.completion_tokens),
        ("tokens of reasoning", outcome.reasoning_tokens),
        ("max tokens", outcome.max_tokens),
    )
    yield from ((name, number(value)) for name, value in values if value is not None)
    if outcome.finish_reason is not None:
        yield "finish reason", outcome.finish_reason
    if outcome.flags:
        yield "seen in it", "; ".join(named("flags", flag) for flag in outcome.flags)
    if outcome.judge_label is not None:
        yield "a judge's label", LABEL_WORDS[str(outcome.judge_label)]
    yield "repeat", number(outcome.repeat + 1)
    yield "trial", outcome.trial
    if outcome.options:
        yield "options", ", ".join(f"{name}={value}" for name, value in sorted(outcome.options.items()))

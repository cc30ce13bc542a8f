"""Which trials a page shows, and how much of each answer: its ends, and what stands around the evidence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from evals.printable import clip, printable
from evals.trials import Evidence, Label, Outcome
from reports.rendering import LABEL_WORDS, number

Texts = Mapping[str, Sequence[tuple[int, str]]]
"""By trial id: number and text of each turn's answer."""

_ENDS = 1500
"""Characters shown at either end of an answer."""

_AROUND = 200
"""Characters shown on either side of a piece of evidence, and within it from either end."""

_GAP = 100
"""Fewer characters than these are not worth leaving out."""

_MOST_EVIDENCE = 12
_LONGEST_QUOTE = 300


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an answer."""

    text: str
    shows: str = ""
    """What it is evidence of; empty for what is none."""
    left_out: str = ""
    """For a gap: how many characters are missing."""


@dataclass(frozen=True, slots=True)
class Quote:
    """One piece of evidence in the list above the text."""

    shows: str
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One answer of the conversation."""

    number: int
    length: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Transcript:
    """A trial as it is shown."""

    outcome: Outcome
    label: str
    numbers: tuple[tuple[str, str], ...]
    quotes: tuple[Quote, ...]
    turns: tuple[Turn, ...]


def choose(outcomes: Iterable[Outcome], limit: int) -> list[Outcome]:
    """At most `limit` of them, as even as may be over model x label, spread over arms and sizes within.

    The choice depends on the outcomes alone, so it can be made before any text is read.
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


def transcript(outcome: Outcome, texts: Texts) -> Transcript:
    """The trial with its evidence marked in what it answered."""
    return Transcript(
        outcome=outcome,
        label=LABEL_WORDS[str(outcome.label)],
        numbers=tuple(_numbers(outcome)),
        quotes=tuple(_quote(evidence) for evidence in outcome.evidence[:_MOST_EVIDENCE]),
        turns=tuple(
            Turn(
                number=turn,
                length=number(len(text)),
                pieces=tuple(pieces(text, [found for found in outcome.evidence if found.turn == turn])),
            )
            for turn, text in texts.get(outcome.trial, ())
        ),
    )


def pieces(text: str, evidence: Iterable[Evidence]) -> list[Piece]:
    """The text with its evidence apart, and with gaps where nothing is to be seen."""
    spans = [
        (found.start, found.end, _words(found.shows))
        for found in evidence
        if found.field == "content" and found.quote and text[max(found.start, 0) : found.end] == found.quote
    ][:_MOST_EVIDENCE]
    made: list[Piece] = []
    reached = 0
    for start, end in _windows(len(text), [(begin, stop) for begin, stop, _ in spans]):
        if start > reached:
            made.append(Piece("", left_out=number(start - reached)))
        cuts = {start, end, *(cut for begin, stop, _ in spans for cut in (begin, stop) if start < cut < end)}
        for left, right in pairwise(sorted(cuts)):
            shows = sorted({what for begin, stop, what in spans if begin <= left and right <= stop})
            made.append(Piece(text[left:right].replace("\r\n", "\n"), shows=", ".join(shows)))
        reached = end
    return made


def _windows(length: int, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What is shown: the ends of the text, and the ends of each span with what stands around them."""
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
    return shows.replace("_", " ")


def _quote(evidence: Evidence) -> Quote:
    return Quote(
        shows=_words(evidence.shows),
        place=f"turn {evidence.turn}, {evidence.field}, from character {number(evidence.start)}",
        text=printable(clip(evidence.quote, _LONGEST_QUOTE)),
    )


def _numbers(outcome: Outcome) -> Iterable[tuple[str, str]]:
    values: tuple[tuple[str, int | None], ...] = (
        ("steps needed", outcome.steps),
        ("steps written", outcome.written),
        ("right steps", outcome.right),
        ("first illegal step", outcome.first_error),
        ("lost at step", outcome.lost_at),
        ("turns", outcome.turns),
        ("tokens of the answer", outcome.completion_tokens),
        ("tokens of reasoning", outcome.reasoning_tokens),
        ("max tokens", outcome.max_tokens),
    )
    yield from ((name, number(value)) for name, value in values if value is not None)
    if outcome.finish_reason is not None:
        yield "finish reason", outcome.finish_reason
    if outcome.options:
        yield "options", ", ".join(f"{name}={value}" for name, value in sorted(outcome.options.items()))

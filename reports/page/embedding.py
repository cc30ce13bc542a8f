"""Transcripts embedded in a page: an index that is read at once, and the texts compressed in chunks.

A chunk is unpacked only when one of its trials is opened, so a page of ten thousand opens in a moment. All
of it is base64 of zlib, so no text written by a model appears in the page verbatim.
"""

import json
import zlib
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from evals.record.outcome import INSTRUMENT, Label, Outcome
from evals.text import clip, printable
from reports.page.conversations import Conversation
from reports.page.transcripts import TranscriptEntry, entry
from reports.tables.rendering import LABEL_WORDS, number

_TOGETHER = 24
"""Trials per chunk."""
_LONGEST = 120

FACETS = ("model", "puzzle", "arm", "label", "flag")
"""What the transcripts can be filtered by."""

_LABELS = [label for label in Label if label not in INSTRUMENT] + [
    label for label in Label if label in INSTRUMENT
]


@dataclass(frozen=True, slots=True)
class Facet:
    """One filter above the transcripts."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Embedded:
    """The transcript data that a page carries."""

    index: str
    chunks: tuple[str, ...]
    facets: tuple[Facet, ...]
    count: int


def embed(outcomes: Iterable[Outcome], conversations: Iterable[Conversation]) -> Embedded:
    """Embed the transcripts of these outcomes, in their order.

    Args:
        outcomes: The outcomes to show.
        conversations: In any order; those of no outcome here are skipped. They are consumed one by one, so
            that the texts of a run are never all in memory.
    """
    shown = {outcome.trial: (place, outcome) for place, outcome in enumerate(outcomes)}
    packed: dict[int, tuple[int, int]] = {}
    chunks: list[str] = []
    entries: list[TranscriptEntry] = []
    for place, made in _entries(shown, conversations):
        packed[place] = len(chunks), len(entries)
        entries.append(made)
        if len(entries) == _TOGETHER:
            chunks.append(pack(entries))
            entries = []
    if entries:
        chunks.append(pack(entries))
    facets = tuple(_facets([outcome for _, outcome in shown.values()]))
    places = {facet.name: {value: index for index, value in enumerate(facet.values)} for facet in facets}
    lines = [_line(outcome, packed[place], places) for place, outcome in shown.values()]
    return Embedded(pack(lines), tuple(chunks), facets, len(lines))


def _entries(
    shown: Mapping[str, tuple[int, Outcome]], conversations: Iterable[Conversation]
) -> Iterator[tuple[int, TranscriptEntry]]:
    """Yield first the trials that have a conversation, in the order received, then the others."""
    seen: set[str] = set()
    for said in conversations:
        if said.trial in shown and said.trial not in seen:
            seen.add(said.trial)
            place, outcome = shown[said.trial]
            yield place, entry(outcome, said)
    for trial, (place, outcome) in shown.items():
        if trial not in seen:
            yield place, entry(outcome, None)


def pack(value: object) -> str:
    """Return the value as JSON, compressed, in base64."""
    plain = json.dumps(value, separators=(",", ":"), ensure_ascii=True)
    return b64encode(zlib.compress(plain.encode("ascii"), 6)).decode("ascii")


def _facets(outcomes: list[Outcome]) -> Iterator[Facet]:
    yield Facet("model", tuple(sorted({_name(outcome.model) for outcome in outcomes})))
    yield Facet("puzzle", tuple(sorted({_name(outcome.puzzle) for outcome in outcomes})))
    yield Facet("arm", tuple(sorted({_name(outcome.arm) for outcome in outcomes})))
    used = {outcome.label for outcome in outcomes}
    yield Facet("label", tuple(LABEL_WORDS[str(label)] for label in _LABELS if label in used))
    yield Facet("flag", tuple(sorted({_name(flag) for outcome in outcomes for flag in outcome.flags})))


def _line(outcome: Outcome, where: tuple[int, int], places: Mapping[str, Mapping[str, int]]) -> list[object]:
    """Return the index entry of a trial: chunk, position in it, facets, and heading."""
    length = "no solution" if outcome.steps is None else f"{number(outcome.steps)} steps"
    repeat = f", repeat {outcome.repeat}" if outcome.repeat else ""
    return [
        *where,
        places["model"][_name(outcome.model)],
        places["puzzle"][_name(outcome.puzzle)],
        places["arm"][_name(outcome.arm)],
        places["label"][LABEL_WORDS[str(outcome.label)]],
        [places["flag"][_name(flag)] for flag in outcome.flags],
        f"{_name(outcome.instance)} ({length}{repeat})",
    ]


def _name(text: str) -> str:
    return clip(printable(text), _LONGEST)

"""Transcripts embedded in a page: an index that is read at once, and the texts compressed in chunks.

A chunk is unpacked only when one of its trials is opened, so a page of ten thousand opens in a moment. All
of it is base64 of zlib, so no text written by a model appears in the page verbatim. Of very many the packed
texts go to a folder beside the page.
"""

import json
import zlib
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from evals.record.outcome import INSTRUMENT, STOPS, Label, Outcome
from evals.text import printable
from reports.page.conversations import Conversation
from reports.page.links import facet
from reports.page.transcripts import TranscriptEntry, entry
from reports.tables.escape import write_utf8
from reports.tables.rendering import LABEL_WORDS, number
from reports.words.paragraphs import named

_PACKED = 24
"""Trials per chunk."""
TOGETHER = 40
"""Chunks in one file of a folder."""

SOLVED, STOPPED, WRONG, NEITHER, CUT = ENDINGS = ("solved", "stopped", "wrong", "neither", "cut")
"""How a trial ended, in the five parts of a bar."""

_ENDING = {
    Label.SOLVED: SOLVED,
    **dict.fromkeys(STOPS, STOPPED),
    Label.LOGIC_ERROR: WRONG,
    Label.MALFORMED: NEITHER,
    Label.NO_ANSWER: NEITHER,
    **dict.fromkeys(INSTRUMENT, CUT),
}

_LABELS = [label for label in Label if label not in INSTRUMENT] + [
    label for label in Label if label in INSTRUMENT
]
_SURE = ("sure", "not sure")

FACETS = {
    "model": "model",
    "puzzle": "puzzle",
    "arm": "arm",
    "size": "size",
    "ending": "how it ended",
    "label": "label",
    "sure": "sure of the label",
    "run": "run",
    "flag": "seen in it",
}
"""What the transcripts can be filtered by, and how the page calls it. The order is that of an index entry."""


@dataclass(frozen=True, slots=True)
class Facet:
    """One filter above the transcripts."""

    name: str
    words: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Embedded:
    """The transcript data that a page carries."""

    index: str
    chunks: tuple[str, ...]
    facets: tuple[Facet, ...]
    labels: tuple[str, ...]
    """Those that occur."""
    count: int


def embed(
    outcomes: Iterable[Outcome], conversations: Iterable[Conversation], runs: Mapping[str, str] | None = None
) -> Embedded:
    """Embed the transcripts of these outcomes, in their order.

    Args:
        outcomes: The outcomes to show.
        conversations: In any order; those of no outcome here are skipped. They are consumed one by one, so
            that the texts of a run are never all in memory.
        runs: The run of each trial, by its id, if there are several.
    """
    shown = {outcome.trial: (place, outcome) for place, outcome in enumerate(outcomes)}
    packed: dict[int, tuple[int, int]] = {}
    chunks: list[str] = []
    entries: list[TranscriptEntry] = []
    for place, made in _entries(shown, conversations):
        packed[place] = len(chunks), len(entries)
        entries.append(made)
        if len(entries) == _PACKED:
            chunks.append(pack(entries))
            entries = []
    if entries:
        chunks.append(pack(entries))
    lines = [_Line.of(outcome, (runs or {}).get(outcome.trial, "")) for _, outcome in shown.values()]
    facets = tuple(Facet(name, words, _values(name, lines)) for name, words in FACETS.items())
    places = {facet.name: {value: index for index, value in enumerate(facet.values)} for facet in facets}
    index = [line.packed(packed[place], places) for place, line in enumerate(lines)]
    labels = tuple(sorted({str(outcome.label) for _, outcome in shown.values()}))
    return Embedded(pack(index), tuple(chunks), facets, labels, len(lines))


def write_files(folder: Path, embedded: Embedded) -> None:
    """Write the texts to files that the page loads when they are asked for: `index.js`, `000.js`, ….

    They are scripts of one call, since a page that is opened from disk may load scripts and nothing else.
    """
    folder.mkdir(exist_ok=True)
    write_utf8(folder / "index.js", f'cantwontPacked("index",["{embedded.index}"]);\n')
    for number_, first in enumerate(range(0, len(embedded.chunks), TOGETHER)):
        packed = ",".join(f'"{chunk}"' for chunk in embedded.chunks[first : first + TOGETHER])
        write_utf8(folder / f"{number_:03}.js", f"cantwontPacked({number_},[{packed}]);\n")


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


def _values(name: str, lines: Sequence["_Line"]) -> tuple[str, ...]:
    """Return the values of a facet in the order of its choices."""
    found = {value for line in lines for value in line.values(name)}
    match name:
        case "size":
            return tuple(sorted(found, key=lambda size: int(size.replace(",", ""))))
        case "label":
            return tuple(word for label in _LABELS if (word := LABEL_WORDS[str(label)]) in found)
        case "ending":
            return tuple(ending for ending in ENDINGS if ending in found)
        case "sure":
            return tuple(sure for sure in _SURE if sure in found)
    return tuple(sorted(value for value in found if value))


@dataclass(frozen=True, slots=True)
class _Line:
    """What the index says of a trial."""

    facets: Mapping[str, str]
    flags: tuple[str, ...]
    steps: int | None
    repeat: int
    sure: int
    """The probability of the label, in percent."""
    instance: str
    trial: str

    @classmethod
    def of(cls, outcome: Outcome, run: str) -> Self:
        facets = {
            "model": facet(outcome.model),
            "puzzle": facet(outcome.puzzle),
            "arm": facet(outcome.arm),
            "size": number(outcome.size),
            "ending": _ENDING[outcome.label],
            "label": LABEL_WORDS[str(outcome.label)],
            "sure": _SURE[0 if outcome.confident else 1],
            "run": facet(run),
        }
        flags = tuple(facet(named("flags", flag)) for flag in outcome.flags)
        sure, instance = round(100 * outcome.probability), facet(outcome.instance)
        return cls(facets, flags, outcome.steps, outcome.repeat, sure, instance, printable(outcome.trial))

    def values(self, name: str) -> tuple[str, ...]:
        return self.flags if name == "flag" else (self.facets[name],)

    def packed(self, where: tuple[int, int], places: Mapping[str, Mapping[str, int]]) -> list[object]:
        """Return the entry: chunk, place in it, the facets by their places, and what the heading needs."""
        single = [places[name].get(value, -1) for name, value in self.facets.items()]
        flags = [places["flag"][flag] for flag in self.flags]
        return [*where, *single, flags, self.steps, self.repeat, self.sure, self.instance, self.trial]

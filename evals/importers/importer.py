"""What an importer is: it reads one kind of file, and yields the answers that are recorded there.

An importer is a module of `formats` with `IMPORTER = SomeImporter()`; its file has the importer's name,
and is loaded when it is needed. What makes a run of the answers does the rest: puzzles, arms, repeats,
files, errors.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from evals.importers._mapping import FieldMapping

OURS = "cantwont"
"""Where our own exports put what leads back to us, in the place that a tool's format has for such things.

An object with `puzzle` and `instance` (data of an instance given whole, or `parameters` and `seed`); and
where they are known `id` (the trial's), `variant` (the arm), `options` (the arm's), `model`, `repeat`,
`sampling`, `answers` (the turns of a conversation, where the tool keeps only one).
"""


@dataclass(slots=True)
class RecordedTurn:
    """What was sent in one turn, and what came back."""

    messages: Sequence[Mapping[str, Any]]
    """Those added since the turn before: `role` and `content` (a text). The first of a later turn is the
    answer before, as it was sent back."""
    content: str | None
    reasoning: str | None = None
    refusal: str | None = None
    finish_reason: str | None = None
    """As the source has it; `None` where it does not say, so that what hangs on it is unsure."""
    tool_calls: Sequence[Any] | None = None
    usage: Mapping[str, Any] | None = None
    """As in a chat completion: `prompt_tokens`, `completion_tokens`, …"""
    context: int | None = None
    """The tokens that the server gave prompt and answer together, where that is known."""


@dataclass(slots=True)
class RecordedAnswer:
    """One answer, or one conversation of several turns, as a source has it."""

    line: int
    """Of the file, counted from 1; or the number of the row in it."""
    id: str
    """As the source has it; becomes the trial's id. Answers of another file, model, variant or repeat may
    have the same: they are told apart by these."""
    puzzle: str | None
    instance: Mapping[str, Any] | None
    """`parameters` and `seed` of a drawn one, or else the data of one given whole; `None` where the source
    does not say, so that the answer is refused."""
    model: str | None
    """`None` where the source does not say."""
    turns: Sequence[RecordedTurn]
    variant: str | None = None
    """A name for how it was asked; becomes the arm, unless it is mapped to another."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """The arm's options, where the source has them."""
    sampling: Mapping[str, Any] = field(default_factory=dict)
    """`max_tokens`, `temperature`, `top_p`, `seed`, `reasoning_effort`, as far as they are known."""
    repeat: int | None = None
    """Counted from 0; `None`: the repeats of a problem are counted as they come."""
    source: Any = None
    """What leads back to the row: kept with the reply, in plain JSON."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be taken in."""

    line: int
    reason: str
    """Its kind in a few words, by which it is counted: `no answer`, `no instance`, …"""
    told: str
    """What is wrong, in one line, with the name and the value of the field."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The beginning of a file, by which its format is known."""

    name: str
    """The file's name, without its folders."""
    head: bytes
    """Its first bytes, up to some 64 KB; unzipped, if it is gzipped."""
    first: Any
    """The JSON of its first line, if that is whole; else of the whole file, if it is as short as the head."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file to import."""

    path: Path
    mapping: "FieldMapping | None" = None
    """Which field holds what, where the user says so."""
    beside: Sequence[Path] = ()
    """The other files given with it."""
    label: str = ""
    """The file's name, with as many of its folders as tell it from the others."""


class Importer(ABC):
    """Reads one kind of file."""

    name: ClassVar[str]
    summary: ClassVar[str]
    """One line for `--help`."""
    rank: ClassVar[int] = 0
    """Of several that recognise a file, that with the lowest is taken; general formats have a higher one."""
    strict: ClassVar[bool] = False
    """Whether one faulty row fails the whole import, as in our own format."""

    @abstractmethod
    def recognises(self, sample: Sample) -> bool:
        """Return whether a file that begins like this has the format."""

    @abstractmethod
    def answers(self, source: Source) -> Iterator[RecordedAnswer | Refused]:
        """Yield what the file holds, row by row, without keeping it.

        Raises:
            ImportFailed: The file cannot be read at all; the message names it.
        """

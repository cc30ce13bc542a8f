"""A judge's verdict on an answer, read strictly: a reply that cannot be checked is worthless."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, ValidationError

from evals.labelling.answer import visible
from evals.record.completion import MalformedReply, read_completion
from evals.record.exchange import Exchange, Judging, RowKind
from evals.record.model import Text
from evals.record.outcome import Label
from evals.second_reader.codebook import CODEBOOK


class Fault(StrEnum):
    """Why a judge's reply is not a verdict."""

    NO_OBJECT = "holds no JSON object with a label and a quote"
    UNKNOWN_LABEL = "gives a label that is not in the codebook"
    NOT_VERBATIM = "quotes words that do not stand in the answer"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A judge's verdict, or what is wrong with its reply."""

    label: Label | None
    quote: str | None = None
    """Words of the answer, verbatim."""
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A recorded reply of a judge, with its verdict."""

    by: Judging
    judgement: Judgement


class _Said(BaseModel):
    model_config = ConfigDict(extra="ignore")

    label: Text
    quote: Text | None = None


def read_judgement(said: str, answer: str) -> Judgement:
    """Read a judge's reply.

    Args:
        said: the reply: a JSON object, possibly with text around it; of several, the last one counts.
        answer: the whole answer that was judged.
    """
    found = list(_objects(said))
    if not found:
        return Judgement(None, fault=Fault.NO_OBJECT)
    label = _LABELS.get(found[-1].label.strip().lower().replace("-", "_").replace(" ", "_"))
    if label is None:
        return Judgement(None, fault=Fault.UNKNOWN_LABEL)
    quote = (found[-1].quote or "").strip()
    # Thinking does not affect the label, so quoting it proves nothing.
    start, end, _ = visible(answer)
    if quote and answer.find(quote, start, end) >= 0:
        return Judgement(label, quote)
    if label in _QUOTED:
        return Judgement(None, fault=Fault.NOT_VERBATIM)
    return Judgement(label)


def judged(rows: Iterable[Exchange], answer: str) -> Iterator[Judged]:
    """Yield the replies of judges among the rows of a trial, in the order in which they were recorded."""
    for row in rows:
        if row.judge is not None and row.kind is RowKind.REPLY and row.reply is not None:
            try:
                said = read_completion(row.reply).content
            except MalformedReply:
                said = ""
            yield Judged(row.judge, read_judgement(said, answer))


def judge_label(rows: Iterable[Exchange], answer: str) -> Label | None:
    """Return the verdict that counts: the last one that is valid; `None` if there is no such verdict."""
    labels = [item.judgement.label for item in judged(rows, answer)]
    return next((label for label in reversed(labels) if label is not None), None)


_LABELS: dict[str, Label] = {entry.label.value: entry.label for entry in CODEBOOK}
_QUOTED = frozenset(entry.label for entry in CODEBOOK if entry.quoted)

_READ = 20_000
"""Maximum number of characters at the end of a reply that are searched for an object."""
_TRIES = 200
"""Maximum number of opening braces that are tried."""


def _objects(said: str) -> Iterator[_Said]:
    start, end, _ = visible(said)
    text, decoder = said[max(start, end - _READ) : end], json.JSONDecoder()
    at = text.find("{")
    for _ in range(_TRIES):
        if at < 0:
            return
        after = at + 1
        try:
            value, after = decoder.raw_decode(text, at)
            yield _Said.model_validate(value)
        except (ValidationError, ValueError, RecursionError):
            pass
        at = text.find("{", after)

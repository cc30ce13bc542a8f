"""What no index knows: words in answers, and labels of a reader's own; looked for during a bounded time."""

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby

from evals.record.completion import MalformedReply
from evals.record.exchange import Exchange, RowKind
from evals.run_index import RunIndex, RunSummary, Sort, TrialFilter, TrialRow
from evals.text import printable

_AT_ONCE = 200
_BLANKS = re.compile(r"\s+")
_BESIDE = 60
"""Characters shown on either side."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A trial that was looked for."""

    row: TrialRow
    place: int
    """Its place among those that match the filter."""
    before: str = ""
    words: str = ""
    """Those that stand in its answer, between what stands before and after them."""
    after: str = ""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search has found."""

    hits: tuple[Hit, ...]
    searched: int
    """How many trials were looked at, from the first one asked for on."""
    total: int
    """How many match the filter."""
    following: int | None
    """Where to go on; `None` if all were looked at."""


def search(  # noqa: PLR0913 - one parameter each
    index: RunIndex,
    runs: dict[int, RunSummary],
    wanted: TrialFilter,
    sort: Sort,
    *,
    words: str,
    fits: Callable[[TrialRow], bool],
    start: int,
    most: int,
    seconds: float = 2.0,
) -> SearchResult:
    """Look for trials that fit, with words in their answers or thoughts, in any case of the letters.

    Args:
        index: The index.
        runs: The runs by their number in the index.
        wanted: Which trials.
        sort: Their order.
        words: What to look for; nothing for no words.
        fits: Whether a trial does.
        start: The first trial to look at.
        most: Hits after which to leave off.
        seconds: How long to look.
    """
    until = time.monotonic() + seconds
    hits: list[Hit] = []
    at, total = start, start
    while True:
        page = index.page(wanted, sort, at, _AT_ONCE)
        total = page.total
        rows = {at + place: row for place, row in enumerate(page.rows) if fits(row)}
        quotes = _within(index, runs, rows.values(), words.casefold()) if words else {}
        for place, row in rows.items():
            if not words:
                hits.append(Hit(row, place))
            elif row.id in quotes:
                hits.append(Hit(row, place, *quotes[row.id]))
        at += len(page.rows)
        if not page.rows or at >= total:
            return SearchResult(tuple(hits), at - start, total, None)
        if len(hits) >= most or time.monotonic() >= until:
            return SearchResult(tuple(hits), at - start, total, at)


_Quote = tuple[str, str, str]


def _within(
    index: RunIndex, runs: dict[int, RunSummary], rows: Iterable[TrialRow], words: str
) -> dict[int, _Quote]:
    """Return where the words stand first, by the number of the trial."""
    found: dict[int, _Quote] = {}
    for run, ours in groupby(sorted(rows, key=lambda row: row.run), key=lambda row: row.run):
        for row, exchange in index.said(runs[run], ours) if run in runs else ():
            if row.id not in found and (quote := _quote(exchange, words)) is not None:
                found[row.id] = quote
    return found


def _quote(exchange: Exchange, words: str) -> _Quote | None:
    if exchange.kind is not RowKind.REPLY:
        return None
    try:
        said = exchange.completion
    except MalformedReply:
        return None
    for text in (said.content, said.reasoning or "", said.refusal or ""):
        # Folding changes the length of a few letters; the words are then quoted a little beside.
        place = text.casefold().find(words)
        if place >= 0:
            end = place + len(words)
            parts = text[max(0, place - _BESIDE) : place], text[place:end], text[end : end + _BESIDE]
            before, found, after = (printable(_BLANKS.sub(" ", part)) for part in parts)
            return before, found, after
    return None

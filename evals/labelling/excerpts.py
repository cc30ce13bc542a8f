"""An answer without the middle of its long lists: short enough to read, and everything else still there."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, pairwise

from evals.labelling.evidence import the_answer
from evals.record.outcome import Evidence
from tasks import Problem


@dataclass(frozen=True, slots=True)
class StepStretch:
    """Steps of one form that follow each other, and the routine commentary between them."""

    start: int
    """Offset of its first step, in code points."""
    end: int
    """Offset after its last step."""
    count: int
    span: Callable[[int], tuple[int, int]]
    """Where its step of this index stands in the text; counted from 0."""


@dataclass(frozen=True, slots=True)
class ExcerptPiece:
    """Some text of a collapsed answer. All pieces joined are what is to be read."""

    text: str
    shows: tuple[str, ...] = ()
    """What it is evidence of."""
    folded: bool = False
    """Whether the text is ours and stands for what is left out."""


@dataclass(frozen=True, slots=True, order=True)
class _Gap:
    start: int
    end: int
    words: str


def stretches(problem: Problem, text: str, start: int = 0, end: int | None = None) -> tuple[StepStretch, ...]:
    """Where steps stand in an answer between two offsets: in order, and none in another.

    Where steps of several forms are mixed, those of the form that its answer is in count.
    """
    reading = problem.read(text, start, end)
    main = the_answer(problem.lists(reading))
    chosen: list[StepStretch] = []
    for found in sorted(reading.found, key=lambda found: main is None or found is not main.found):
        runs = [
            StepStretch(run.start, run.end, run.count, partial(_shifted, found.span, run.first))
            for run in found.runs
        ]
        for stretch in _joined(runs, text):
            _add(chosen, stretch)
    return tuple(chosen)


def abridged(  # noqa: PLR0913 - what to show, and how much of it
    text: str,
    runs: Iterable[StepStretch],
    keep: int = 3,
    *,
    marks: Iterable[Evidence] = (),
    prose: int | None = None,
    start: int = 0,
    end: int | None = None,
) -> tuple[ExcerptPiece, ...]:
    """The text between two offsets with the middle of each long run of steps left out.

    Args:
        text: an answer.
        runs: where steps stand in it; see `stretches`.
        keep: how many steps stay at either end of a run, and on either side of a mark.
        marks: places in this text that stay, and are pieces of their own.
        prose: a stretch without steps that has many more characters than this loses its middle too.
        start: where to begin; all runs lie behind it.
        end: where to end; all runs lie before it.
    """
    end = len(text) if end is None else end
    runs, marks = list(runs), [mark for mark in marks if start <= mark.start < mark.end <= end]
    gaps = [gap for run in runs for gap in _between_steps(text, run, keep, marks)]
    if prose is not None:
        edges = [start, *(edge for run in runs for edge in (run.start, run.end)), end]
        for left, right in zip(edges[::2], edges[1::2], strict=True):
            gaps += _within_prose(left, right, prose, marks)
    return tuple(_pieces(text, [*sorted(gaps), _Gap(end, end, "")], marks, start))


# --- which steps follow each other

_NEAR = 300
"""Commentary on one step is no longer than this, in characters."""
_TOKEN = re.compile(r"[^\W\d_]+|[^\w\s\[\](){},;:'\"|#]+")
_SEEN = 3
_SHARE = 20
"""A word is routine that stands in one of so many gaps between steps, and in at least `_SEEN`."""


def _shifted(span: Callable[[int], tuple[int, int]], first: int, index: int) -> tuple[int, int]:
    return span(first + index)


def _joined(runs: Sequence[StepStretch], text: str) -> Iterator[StepStretch]:
    """Join neighbours between which there is only what stands between most steps of this answer."""
    words = [_words(text, before.end, after.start) for before, after in pairwise(runs)]
    seen = Counter(chain.from_iterable(found for found in words if found is not None))
    least = max(_SEEN, len(words) // _SHARE)
    current: StepStretch | None = None
    for run, between in zip(runs, [None, *words], strict=bool(runs)):
        if current is not None and between is not None and all(seen[word] >= least for word in between):
            current = replace(current, end=run.end, count=current.count + run.count)
            continue
        if current is not None:
            yield current
        current = run
    if current is not None:
        yield current


def _words(text: str, start: int, end: int) -> frozenset[str] | None:
    """What is said between two steps, numbers apart; `None` where that is too much to be routine."""
    if end - start > _NEAR:
        return None
    return frozenset(word.lower() for word in _TOKEN.findall(text, start, end))


def _add(chosen: list[StepStretch], stretch: StepStretch) -> None:
    """Put it in its place, unless it overlaps one that is there."""
    at = bisect_left(chosen, stretch.start, key=_start)
    free = at == 0 or chosen[at - 1].end <= stretch.start
    if free and (at == len(chosen) or stretch.end <= chosen[at].start):
        chosen.insert(at, stretch)


def _start(stretch: StepStretch) -> int:
    return stretch.start


# --- what is left out

_AROUND = 200
"""Characters of prose that stay on either side of a mark."""
_SPARED = 100
"""Fewer characters than these are not worth leaving out; nor are fewer than three steps."""


def _between_steps(text: str, run: StepStretch, keep: int, marks: Sequence[Evidence]) -> Iterator[_Gap]:
    if run.count < 2 * keep + 3:
        return
    kept = [(0, keep), (run.count - keep, run.count)]
    for mark in marks:
        if mark.start < run.end and mark.end > run.start:
            indices = range(run.count)
            first = bisect_right(indices, mark.start, key=lambda index: run.span(index)[1])
            after = bisect_left(indices, mark.end, key=lambda index: run.span(index)[0])
            kept.append((min(first, after) - keep, max(first, after) + keep))
    for first, after in _left(kept, 0, run.count):
        if after - first < 3:
            continue
        start, end = run.span(first - 1)[1], run.span(after)[0]
        words = f"[… {after - first:,} steps …]"
        line = text.find("\n", start, run.span(first)[0])
        if line >= 0:
            yield _Gap(line + 1, text.rfind("\n", line, end) + 1, f"{words}\n")
        else:
            yield _Gap(start, end, f" {words} ")


def _within_prose(start: int, end: int, most: int, marks: Sequence[Evidence]) -> Iterator[_Gap]:
    if end - start < most + _SPARED:
        return
    kept = [(start, start + most // 2), (end - most // 2, end)]
    kept += [(at - _AROUND, at + _AROUND) for mark in marks for at in (mark.start, mark.end)]
    for first, after in _left(kept, start, end):
        if after - first >= _SPARED:
            yield _Gap(first, after, f" [… {after - first:,} characters …] ")


def _left(kept: Iterable[tuple[int, int]], start: int, end: int) -> Iterator[tuple[int, int]]:
    """The ranges between `start` and `end` that are in none of those kept."""
    reached = start
    for first, after in sorted(kept):
        if reached < min(first, end):
            yield reached, min(first, end)
        reached = max(reached, after)
    if reached < end:
        yield reached, end


def _pieces(text: str, gaps: Sequence[_Gap], marks: Sequence[Evidence], start: int) -> Iterator[ExcerptPiece]:
    for gap in gaps:
        yield from _marked(text, start, gap.start, marks)
        if gap.words:
            yield ExcerptPiece(gap.words, folded=True)
        start = gap.end


def _marked(text: str, start: int, end: int, marks: Sequence[Evidence]) -> Iterator[ExcerptPiece]:
    """The text between two offsets, cut where marks begin and end."""
    edges = {edge for mark in marks for edge in (mark.start, mark.end) if start < edge < end}
    for left, right in pairwise(sorted({start, end} | edges)):
        shows = {mark.shows for mark in marks if mark.start <= left and right <= mark.end}
        yield ExcerptPiece(text[left:right], tuple(sorted(shows)))

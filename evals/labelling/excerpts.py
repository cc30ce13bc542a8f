"""Shortens an answer for reading: the middle of long lists is left out, everything else is kept."""

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
    """Consecutive steps of one form, with the routine commentary between them."""

    start: int
    """Offset of its first step, in code points."""
    end: int
    """Offset after its last step."""
    count: int
    span: Callable[[int], tuple[int, int]]
    """Returns start and end of the step with this index, counted from 0, in the text."""


@dataclass(frozen=True, slots=True)
class ExcerptPiece:
    """A piece of a shortened answer. All pieces joined are the text to read."""

    text: str
    shows: tuple[str, ...] = ()
    """What the text is evidence of."""
    folded: bool = False
    """Whether the text is ours and stands for an omitted part."""


@dataclass(frozen=True, slots=True, order=True)
class _Gap:
    start: int
    end: int
    words: str


def stretches(problem: Problem, text: str, start: int = 0, end: int | None = None) -> tuple[StepStretch, ...]:
    """Return the passages of steps in an answer between two offsets: in order, without overlap.

    Where steps of several forms are mixed, those of the form of the answer's own list take precedence.
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
    """Return the text between two offsets without the middle of each long run of steps.

    Args:
        text: an answer.
        runs: the passages of steps in it; see `stretches`.
        keep: number of steps kept at either end of a run, and on either side of a mark.
        marks: places in this text that are kept, as pieces of their own.
        prose: a passage without steps that has many more characters than this also loses its middle.
        start: where to begin; all runs come after it.
        end: where to end; all runs come before it.
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
"""Maximum number of characters of the commentary on one step."""
_TOKEN = re.compile(r"[^\W\d_]+|[^\w\s\[\](){},;:'\"|#]+")
_SEEN = 3
_SHARE = 20
"""A word is routine if it occurs in one of this many gaps between steps, and in at least `_SEEN`."""


def _shifted(span: Callable[[int], tuple[int, int]], first: int, index: int) -> tuple[int, int]:
    return span(first + index)


def _joined(runs: Sequence[StepStretch], text: str) -> Iterator[StepStretch]:
    """Join neighbours separated only by what also separates most other steps of this answer."""
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
    """Return the words between two steps, without numbers; `None` if the text is too long to be routine."""
    if end - start > _NEAR:
        return None
    return frozenset(word.lower() for word in _TOKEN.findall(text, start, end))


def _add(chosen: list[StepStretch], stretch: StepStretch) -> None:
    """Insert the stretch in order, unless it overlaps one that is already there."""
    at = bisect_left(chosen, stretch.start, key=_start)
    free = at == 0 or chosen[at - 1].end <= stretch.start
    if free and (at == len(chosen) or stretch.end <= chosen[at].start):
        chosen.insert(at, stretch)


def _start(stretch: StepStretch) -> int:
    return stretch.start


# --- what is left out

_AROUND = 200
"""Characters of prose kept on either side of a mark."""
_SPARED = 100
"""Gaps of fewer characters are not worth leaving out; nor are those of fewer than three steps."""


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
    """Yield the ranges between `start` and `end` that are outside all those kept."""
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
    """Yield the text between two offsets, cut where marks begin and end."""
    edges = {edge for mark in marks for edge in (mark.start, mark.end) if start < edge < end}
    for left, right in pairwise(sorted({start, end} | edges)):
        shows = {mark.shows for mark in marks if mark.start <= left and right <= mark.end}
        yield ExcerptPiece(text[left:right], tuple(sorted(shows)))

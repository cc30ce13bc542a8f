"""Edges: the first or last item of a list where it shares its line with words, such as `15, and 16`."""

import re
from array import array
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from tasks.contract.puzzle import Form, Steps
from tasks.contract.simulator import Simulator
from tasks.reader.found import Found, StepRun
from tasks.reader.pieces import REMEMBERED

_AND = (
    r"and|or|und|et|y|e|en|och|og|ja|ve|dan|и|та|i|a|oraz|και|plus|then|next|finally|lastly|last|dann|schlie(?:ß|ss)lich|zuletzt|"
    r"enfin|puis|finalmente|luego|por [uú]ltimo|infine|poi|por fim|ten slotte|tot slot|наконец|затем|&|\+|和|以及|最后|と|そして"
)
_QUOTE = r"[\"'`*_]{0,3}"
_FEW = 1_000
"""With more runs than this there is no list with edges."""


@lru_cache(maxsize=REMEMBERED)
def _behind(form: Form) -> re.Pattern[str]:
    """`, and 16`, `, "Bork"]`."""
    comma = rf"{_QUOTE}[ \t]{{0,2}}[,;]\s{{0,4}}"
    words = rf"(?:(?i:{_AND})[ \t,:]{{1,3}}){{1,3}}"
    cjk = r"[和及と]\s?"
    return re.compile(
        rf"(?:{_QUOTE}[,;]?\s{{1,4}}{words}{_QUOTE}|{cjk}|{comma}{_QUOTE}(?={form.item}{_QUOTE}\s{{0,9}}[\])}}]))({form.item})"
    )


@lru_cache(maxsize=REMEMBERED)
def _on_the_next_line(form: Form) -> re.Pattern[str]:
    """`16 - and that is all`, `16 (done)`."""
    return re.compile(
        rf"[ \t]{{0,9}}[.,;]?\r?\n[ \t>]{{0,9}}(?:[-*+•][ \t])?{_QUOTE}({form.item}){_QUOTE}(?=[ \t]|[.!;][ \t])"
    )


@lru_cache(maxsize=REMEMBERED)
def _on_the_line_before(form: Form) -> re.Pattern[str]:
    """`The list: 1`."""
    return re.compile(
        rf"(?:[:=>–—-]|\b(?:is|are|with|at))[ \t]{{0,4}}[\[(]?{_QUOTE}({form.item})[*_`\"',;.]{{0,3}}[ \t]{{0,9}}\r?\n[ \t]{{0,9}}\Z"
    )


def with_edges(problem: Simulator, found: Found, text: str) -> Found:
    """Return what was found with the items at the edges of its runs.

    Args:
        problem: what was asked.
        found: what was found of one form.
        text: the text with what looks like an item and may be none, such as `Answer: 17`.
    """
    if not found.form.item or len(found.runs) > _FEW or problem.width != 1:
        return found
    added = sorted(_added(problem, found, text))
    if not added:
        return found
    values = found.steps.values[:]
    runs: list[StepRun] = []
    edges: list[tuple[int, int, int]] = []
    for at, run in enumerate(found.runs):
        first, start, end, count = run.first + len(edges), run.start, run.end, run.count
        for _, before, begun, ended, value in (one for one in added if one[0] == at):
            index = first if before == 0 else first + count
            values.insert(index, value)
            edges.append((index, begun, ended))
            start, end, count = min(start, begun), max(end, ended), count + 1
        runs.append(StepRun(start, end, first, count))
    return replace(found, steps=Steps(values, 1), runs=tuple(runs), edges=tuple(edges), core=found)


_Added = tuple[int, int, int, int, int]
"""A run, whether the item stands behind it, where, and which it is."""


def _added(problem: Simulator, found: Found, text: str) -> Iterator[_Added]:
    form = found.form
    convert = form.columns[-1]
    assert convert is not None
    for at, run in enumerate(found.runs):
        if run.count < 2:
            continue
        begin = found.runs[at - 1].end if at else 0
        stop = found.runs[at + 1].start if at + 1 < len(found.runs) else len(text)
        values = found.steps.values[run.first : run.first + run.count]
        before = _on_the_line_before(form).search(text, max(begin, run.start - 120), run.start)
        if before is not None:
            value = convert(before[1])
            legal = problem.advance(problem.start, Steps(values, 1)).taken
            with_it = problem.advance(problem.start, Steps(array("q", [value, *values]), 1)).taken
            if with_it > max(legal, 2):
                yield at, 0, *before.span(1), value
                values.insert(0, value)
        behind = _behind(form).match(text, run.end, stop)
        if behind is not None:
            yield at, 1, *behind.span(1), convert(behind[1])
            continue
        behind = _on_the_next_line(form).match(text, run.end, stop)
        if behind is not None:
            values.append(convert(behind[1]))
            if problem.advance(problem.start, Steps(values, 1)).taken == len(values):
                yield at, 1, *behind.span(1), values[-1]

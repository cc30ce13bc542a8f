"""Whether an answer was cut from outside although the API did not say so."""

import re
from collections.abc import Callable
from itertools import pairwise

from evals.labelling.acts import acts_of
from evals.labelling.marks import elision
from tasks import StepList
from tasks.reader import lowered

_CLOSED = re.compile(
    r"(?:[.!?:;)\]}>\"'`*_…|~\u2013\u2014\u00bb\u201c\u201d\u2019\u3001\u3002\u300d\u300f\u3011\uff01\uff09\uff1a\uff1b\uff1f\u0964\u06d4\u061f\U0001f000-\U0001faff\u2600-\u27bf-]|\\\]|\$)\s*\Z"
)
_ITEM = re.compile(r"[ \t]{0,9}(?:[-*+•]|\d{1,3}[.)])[ \t]")
_LETTER = re.compile(r"[^\W\d_]")
_TAIL = 200
_STEP = 40
"""No step is written in more characters."""


def breaks_off(
    text: str, main: StepList | None, expected: Callable[[], str], *, short: bool, stopped: bool
) -> bool:
    """Whether an answer ends in mid-step, mid-list or mid-sentence, with no closing.

    Args:
        text: the answer proper.
        main: its last list of steps, if there is one.
        expected: gives the step that would come next, as it would be written; empty where nobody knows.
        short: that list has fewer steps than the task needs.
        stopped: the API says that the model itself ended it, and tokens were left: then a text without a full
            stop is a text without a full stop, and only a torn step or an open list shows a cut.
    """
    if main is None:
        return not stopped and _ends_open(text[-_TAIL:])
    tail = text[main.end :]
    if len(tail) > _TAIL:
        return (
            short and not stopped and not _ITEM.match(tail.rpartition("\n")[2]) and _ends_open(tail[-_TAIL:])
        )
    if _begins_a_step(text, tail, main) or (short and _begins(tail, expected)):
        return True
    if short and not stopped and _TORN.search(tail) is not None:
        return True
    return short and (not tail.strip(" \n\r\t,;") or _ends_open(tail)) and _left_open(text, main, tail)


_TORN = re.compile(r"\d[ \t][-+*/=\u00d7\u00f7][ \t]{0,3}\Z")
"""A sum without its end."""


def _ends_open(text: str) -> bool:
    """Whether words end without any close, and say nothing of stopping."""
    if _LETTER.search(text) is None or _CLOSED.search(text.rstrip()) is not None:
        return False
    return elision(lowered(text), 0, len(text)) is None and acts_of(text.rpartition("\n")[2]).stops < 0.9


def _begins(tail: str, expected: Callable[[], str]) -> bool:
    """Whether the tail is the beginning of the step that would come next, and not all of it."""
    torn = tail.strip(" \n\r\t,;[")
    if not 0 < len(torn) <= _STEP:
        return False
    due = expected()
    return len(torn) < len(due) and due.startswith(torn)


_ALIKE = 4
"""So many steps of the same length tell that a shorter one is not whole."""


def _begins_a_step(text: str, tail: str, main: StepList) -> bool:
    """Whether the tail has the shape of the beginning of another step, and no more."""
    count = len(main.steps)
    if count < 2 or not tail.strip():
        return False
    before = main.span(count - 2)[1]
    if not tail[0].isalnum() and not text.startswith(tail[0], before):
        return False
    shape = _shape(tail)
    # What closes each step, a full stop say, closes the last one too.
    closing = text[before : main.span(count - 1)[0]].partition("\n")[0]
    if shape.rstrip() == _shape(closing).rstrip():
        return False
    whole = _shape(text[before : main.span(count - 1)[1]])
    if shape == whole and count > _ALIKE:
        ends = [main.span(at)[1] for at in range(count - _ALIKE - 1, count)]
        return {after - before for before, after in pairwise(ends)} == {ends[-1] - before} and len(
            tail
        ) < ends[-1] - before
    return len(shape) < len(whole) and whole.startswith(shape) and bool(shape.strip(" ,;\n\r\t])}`"))


_VARYING = re.compile(r"\d+|\b[A-Za-z]\b")


def _shape(text: str) -> str:
    return _VARYING.sub("0", text)


def _left_open(text: str, main: StepList, tail: str) -> bool:
    """Whether something opened before the list was never closed."""
    head = text[max(0, main.runs[-1].start - _TAIL) : main.runs[-1].start]
    fences = "```" not in tail and text.count("```", 0, main.start) % 2 == 1
    bracket = not tail.lstrip().startswith("]") and re.search(r"\[\s{0,9}\Z", head) is not None
    tagged = text.rfind("<answer>", 0, main.start) > text.rfind("</answer>", 0, main.start)
    return fences or bracket or (tagged and "</answer>" not in tail)

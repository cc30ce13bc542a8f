"""Whether an answer was cut from outside although the API did not say so."""

import re
from itertools import pairwise

from evals.labelling.phrases.phrase import SpeechAct
from evals.labelling.prose import Prose
from evals.labelling.unreadable import ENCODED, MACRO
from tasks import StepList

_CLOSED = re.compile(
    r"(?:[.!?:;)\]}>\"'`*_…|~\u2013\u2014\u00bb\u201c\u201d\u2019\u3001\u3002\u300d\u300f\u3011\uff01\uff09\uff1a\uff1b\uff1f\u0964\u06d4\u061f\U0001f000-\U0001faff\u2600-\u27bf-]|\\\]|\$)\s*\Z"
)
_ITEM = re.compile(r"[ \t]{0,9}(?:[-*+•]|\d{1,3}[.)])[ \t]")
_LETTER = re.compile(r"[^\W\d_]")
_HEAD = 16
"""So far into its line a step may begin, behind its number."""
_TAIL = 200
_STOPS = (
    SpeechAct.ELISION,
    SpeechAct.PART,
    SpeechAct.DECLINE,
    SpeechAct.OFFER,
    SpeechAct.LIKEWISE,
    SpeechAct.CODE,
)


def breaks_off(  # noqa: PLR0913 - a text and what is known of it
    text: str, start: int, end: int, main: StepList | None, *, short: bool, stopped: bool
) -> bool:
    """Whether an answer ends in mid-step, mid-list or mid-sentence, with no closing.

    Args:
        text: the answer's content.
        start: where the answer proper begins in it.
        end: where it ends.
        main: its last list of steps, if there is one.
        short: that list has fewer steps than the task needs.
        stopped: the API says that the model itself ended it; it may say so of what was cut all the same.
    """
    tail_from = main.end if main is not None else start
    if end - tail_from > _TAIL or main is None:
        last = text[max(start, end - _TAIL) : end].rstrip()
        line = last.rpartition("\n")[2]
        if (main is not None and not short) or (_ITEM.match(line) and (stopped or main is not None)):
            return False
        macro = MACRO.search(line)
        if (macro is not None and macro.start() <= _HEAD) or ENCODED.search(line) is not None:
            return False
        return _LETTER.search(last) is not None and _CLOSED.search(last) is None
    tail = text[tail_from:end]
    if _begins_a_step(text, tail, main):
        return True
    ends_open = not tail.strip(" \n\r\t,;") or _in_mid_sentence(tail)
    return short and ends_open and _left_open(text, start, main, tail)


def _in_mid_sentence(tail: str) -> bool:
    """Whether words behind a list have no close, and say nothing of stopping."""
    if _LETTER.search(tail) is None or _CLOSED.search(tail) is not None:
        return False
    return Prose(tail, 0, len(tail), ()).first(0, len(tail), *_STOPS) is None


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


def _left_open(text: str, start: int, main: StepList, tail: str) -> bool:
    """Whether something opened before the list was never closed."""
    head = text[max(start, main.runs[-1].start - _TAIL) : main.runs[-1].start]
    fences = "```" not in tail and text.count("```", start, main.start) % 2 == 1
    bracket = not tail.lstrip().startswith("]") and re.search(r"\[\s{0,9}\Z", head) is not None
    tagged = text.rfind("<answer>", start, main.start) > text.rfind("</answer>", start, main.start)
    return fences or bracket or (tagged and "</answer>" not in tail)

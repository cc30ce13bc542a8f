"""Whether an answer was cut from outside although the API did not say so."""

import re

from tasks import StepList

MACRO = re.compile(
    r"\b(?:move|transfer|shift|slide|place|put|pick\sup|take)\s(?:the\s)?(?:top\s|upper\s|all\s)?"
    r"(?:\d{1,9}|stack|tower|\w{1,9})\s(?:of\s)?(?:dis[kc]s|dis[kc]|items)?[^\n]{0,40}\b(?:to|on|onto)\b"
    r"|(?<![\w.])(?:\d{1,3}[,;\s]\s{0,2}){9}"
    r"|\[\s{0,4}[\w\"'][^\[\]\n]{0,80},[^\[\]\n]{0,80}\]",
    re.IGNORECASE,
)
"""Something that is meant as a step, whether or not it can be replayed."""
_CLOSED = re.compile(r"(?:[.!?:;)\]}>\"'`*_…|~-]|\\\]|\$)\s*\Z")
_ITEM = re.compile(r"[ \t]{0,9}(?:[-*+•]|\d{1,3}[.)])[ \t]")
_LETTER = re.compile(r"[^\W\d_]")
_TAIL = 200


def breaks_off(text: str, start: int, end: int, main: StepList | None, *, short: bool) -> bool:
    """Whether an answer ends in mid-step, mid-list or mid-sentence, with no closing.

    Args:
        text: the answer's content.
        start: where the answer proper begins in it.
        end: where it ends.
        main: its last list of steps, if there is one.
        short: that list has fewer steps than the task needs.
    """
    tail_from = main.end if main is not None else start
    if end - tail_from > _TAIL or main is None:
        last = text[max(start, end - _TAIL) : end].rstrip()
        line = last.rpartition("\n")[2]
        if main is not None and (not short or _ITEM.match(line)):
            return False
        if MACRO.search(line) is not None:
            return False
        return _LETTER.search(last) is not None and _CLOSED.search(last) is None
    tail = text[tail_from:end]
    if _begins_a_step(text, tail, main):
        return True
    return short and not tail.strip(" \n\r\t,;") and _left_open(text, start, main)


def _begins_a_step(text: str, tail: str, main: StepList) -> bool:
    """Whether the tail has the shape of the beginning of another step, and no more."""
    count = len(main.steps)
    if count < 2 or not tail.strip():
        return False
    before, last = main.span(count - 2), main.span(count - 1)
    shape, whole = _shape(tail), _shape(text[before[1] : last[1]])
    return len(shape) < len(whole) and whole.startswith(shape) and bool(shape.strip(" ,;\n\r\t"))


_RUNS_OF_DIGITS = re.compile(r"\d+")


def _shape(text: str) -> str:
    return _RUNS_OF_DIGITS.sub("0", text)


def _left_open(text: str, start: int, main: StepList) -> bool:
    """Whether something opened before the list was never closed."""
    head = text[max(start, main.runs[-1].start - _TAIL) : main.runs[-1].start]
    fences = text.count("```", start, main.start) % 2 == 1
    bracket = re.search(r"\[\s{0,9}\Z", head) is not None
    tagged = text.rfind("<answer>", start, main.start) > text.rfind("</answer>", start, main.start)
    return fences or bracket or tagged

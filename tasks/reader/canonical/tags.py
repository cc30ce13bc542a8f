"""Tags: markup around the lines and slots of an answer, and the plain text that it stands for."""

import re
from collections import Counter
from collections.abc import Iterator

from tasks.reader.canonical.rewriting import Edit
from tasks.reader.canonical.signs import line_end

ANSWER = "answer|final_answer|final|solution|output|result|response"
"""Tags around the answer itself: they are kept, each on a line of its own, since they part it from a draft."""
LINES = (
    "br|p|div|li|ol|ul|pre|hr|h[1-6]|table|tbody|thead|tr|"
    "summary|details|section|article|body|html|center|blockquote|dl|dt|dd"
)
"""Tags that stand for the end of a line."""
CELLS = "td|th"
WITHIN = "b|i|em|strong|u|code|span|sub|small|mark|kbd|tt|font|a|del|ins|samp|var"
"""Tags that stand for nothing."""
SLOTS = "disk|disc|ring|block|piece|checker|from|to|source|target|src|dst|dest|destination|peg|thing|action"
"""Tags that name a slot of a step: what they say is kept."""

_ATTRIBUTES = r"(?:\s[^<>\n]{0,160})?"
_LINE = re.compile(
    rf"</?(?:{LINES})\b{_ATTRIBUTES}/?>[ \t]*+(?>(?:</?(?:{LINES})\b{_ATTRIBUTES}/?>[ \t]*+)*)", re.IGNORECASE
)
_ANSWER = re.compile(rf"</?(?:{ANSWER})\b{_ATTRIBUTES}/?>", re.IGNORECASE)
_CELL_BETWEEN = re.compile(rf"</(?:{CELLS})>\s{{0,40}}<(?:{CELLS})\b{_ATTRIBUTES}>[ \t]*", re.IGNORECASE)
_CELL_ALONE = re.compile(rf"</?(?:{CELLS})\b{_ATTRIBUTES}>[ \t]*", re.IGNORECASE)
_WITHIN = re.compile(rf"</?(?:{WITHIN})\b{_ATTRIBUTES}/?>|<!--[^<>]{{0,400}}-->", re.IGNORECASE)
_RAISED = re.compile(r"<sup>\s{0,3}(\d{1,9})\s{0,3}</sup>", re.IGNORECASE)
_BLANKS = 40
"""Blanks between a tag and the end of its line, at most."""
_OTHER = re.compile(r"<(/?)([A-Za-z][\w.:-]{0,40})>")


def tag_edits(text: str) -> Iterator[Edit]:
    """Yield what stands in place of tags of HTML, and of those that a model makes up for its answer."""
    if "<" not in text or ">" not in text:
        return
    edits: list[Edit] = []
    for found in _LINE.finditer(text):
        start = found.start() - _blanks_before(text, found.start())
        edits.append((start, found.end(), line_end(text, start, found.end())))
    edits += _answer_edits(text)
    edits += [(*found.span(), " | ") for found in _CELL_BETWEEN.finditer(text)]
    edits += [(*found.span(), " | ") for found in _CELL_ALONE.finditer(text)]
    edits += [(*found.span(), _raised(text, found)) for found in _RAISED.finditer(text)]
    edits += [(*found.span(), "") for found in _WITHIN.finditer(text)]
    edits += _made_up(text)
    yield from _apart(sorted(edits, key=lambda edit: (edit[0], -edit[1])))


def _answer_edits(text: str) -> Iterator[Edit]:
    for found in _ANSWER.finditer(text):
        before = (
            ""
            if text[max(0, found.start() - _BLANKS) : found.start()].rstrip(" \t")[-1:] in ("", "\n")
            else "\n"
        )
        after = (
            "" if text[found.end() : found.end() + _BLANKS].lstrip(" \t")[:1] in ("", "\r", "\n") else "\n"
        )
        if before or after:
            yield (*found.span(), f"{before}{found[0]}{after}")


def _blanks_before(text: str, at: int) -> int:
    """How many blanks stand right before an offset: few, at most."""
    before = text[max(0, at - _BLANKS) : at]
    return len(before) - len(before.rstrip(" \t"))


def _apart(edits: list[Edit]) -> Iterator[Edit]:
    """The edits without those that lie within another."""
    done = -1
    for edit in edits:
        if edit[0] >= done:
            yield edit
            done = edit[1]


def _raised(text: str, found: re.Match[str]) -> str:
    power = found.start() > 0 and text[found.start() - 1].isalnum()
    return f"^{found[1]}" if power else found[1]


def _made_up(text: str) -> Iterator[Edit]:
    """Tags of no known name that are opened and closed, without attributes: each is on a line of its own."""
    known = re.compile(rf"(?:{ANSWER}|{LINES}|{CELLS}|{WITHIN}|{SLOTS})", re.IGNORECASE)
    found = [
        tag for tag in _OTHER.finditer(text) if not known.fullmatch(tag[2]) and not _is_quoted(text, tag)
    ]
    if not found:
        return
    opened = Counter(tag[2] for tag in found if not tag[1])
    closed = Counter(tag[2] for tag in found if tag[1])
    for tag in found:
        if opened[tag[2]] == closed[tag[2]] > 0:
            yield (*tag.span(), line_end(text, *tag.span()))


def _is_quoted(text: str, tag: re.Match[str]) -> bool:
    """Whether the tag is only spoken of."""
    return text[max(0, tag.start() - 1) : tag.start()] == text[tag.end() : tag.end() + 1] == "`"

"""Thinking inside an answer: the marks of each family of models, and where what they enclose begins and ends."""

import re
from collections.abc import Iterator

_NAMES = r"think|thinking|thinks|thought|thoughts|reasoning|reflection|scratchpad|seed:think|inner_monologue"

OPENS: tuple[tuple[str, str], ...] = (
    (rf"<(?:{_NAMES})(?: [^<>\n]{{0,80}})?>", "<think>"),
    (r"<details [^<>\n]{0,40}type=[\"']?reasoning\b[^<>\n]{0,80}>", '<details type="reasoning" done="true">'),
    (r"```(?:thinking|reasoning|thought)[ \t]*\n", "```thinking\n"),
    (r"\[THINK\]", "[THINK]"),
    (r"◁think▷", "◁think▷"),
    (r"<\|START_THINKING\|>", "<|START_THINKING|>"),
    (r"<\|(?:begin_of_thought|begin_of_thinking|think|thinking)\|>", "<|begin_of_thought|>"),
    (r"<unused94>(?:thought\b)?", "<unused94>thought"),
    (r"<\|channel>(?:thought\b)?", "<|channel>thought"),
    (
        r"(?:<\|start\|>assistant)?<\|channel\|>(?:analysis|commentary)\b[^<\n]{0,80}<\|message\|>",
        "<|channel|>analysis<|message|>",
    ),
)
"""What begins thinking, with an example each."""

CLOSES: tuple[tuple[str, str], ...] = (
    (rf"</(?:{_NAMES})>", "</think>"),
    (r"\[/THINK\]", "[/THINK]"),
    (r"◁/think▷", "◁/think▷"),
    (r"<\|END_THINKING\|>", "<|END_THINKING|>"),
    (r"<\|(?:end_of_thought|end_of_thinking|/think|/thinking)\|>", "<|end_of_thought|>"),
    (r"<unused95>", "<unused95>"),
    (r"<channel\|>", "<channel|>"),
    (
        r"(?:<\|end\|>\s{0,9})?(?:<\|start\|>assistant)?<\|channel\|>final\b[^<\n]{0,80}<\|message\|>",
        "<|channel|>final<|message|>",
    ),
    (r"(?<=[^A-Za-z])assistantfinal(?=[^a-z])|assistantfinal(?=[A-Z\d\[{(*#\s])", "assistantfinal"),
    (r"\[BEGIN FINAL RESPONSE\]", "[BEGIN FINAL RESPONSE]"),
)
"""What ends it."""

_OWN_ENDS = {
    "<details": re.compile(r"</details>", re.IGNORECASE),
    "```": re.compile(r"\n```[ \t]*(?=\n|\Z)"),
}
"""What ends some kinds of thinking and much else, so that it counts behind their beginning alone."""
_BARE_ANALYSIS = re.compile(r"\s{0,99}analysis(?=[A-Z])")
"""What is left where the control tokens of channels were taken away."""
_THOUGHT_PROCESS = re.compile(r"\s{0,99}Here(?: is|'s) my (?:thought|thinking) process:")
_RESPONSE = re.compile(r"^Here(?: is|'s) my response:", re.MULTILINE)

_OPEN = "|".join(pattern for pattern, _ in OPENS)
_CLOSE = "|".join(pattern for pattern, _ in CLOSES)
_MARK = re.compile(rf"(?P<open>{_OPEN})|(?P<close>{_CLOSE})", re.IGNORECASE)
_QUOTES = "`\"'"


_SIGNS = "assistantfinal", "◁", "[think", "[/think", "[begin final", "```thi", "```rea"
_WORDS = "think", "thought", "reasoning", "reflection", "scratchpad", "monologue", "channel", "unused9"


def may_think(text: str) -> bool:
    """Return whether any mark of thinking can be in a text."""
    low = text.lower()
    if any(sign in low for sign in _SIGNS) or ("<" in low and any(word in low for word in _WORDS)):
        return True
    return any(bare.match(text) is not None for bare in (_BARE_ANALYSIS, _THOUGHT_PROCESS))


def thinking(text: str) -> tuple[list[tuple[int, int]], bool]:
    """Return the spans of a text that are thinking, marks included, and whether the last is never closed."""
    if _THOUGHT_PROCESS.match(text) is not None and (response := _RESPONSE.search(text)) is not None:
        return [(0, response.end())], False
    spans: list[tuple[int, int]] = []
    bare = _BARE_ANALYSIS.match(text)
    opened: int | None = None if bare is None else 0
    for start, end, opens in _marks(text, 0 if bare is None else bare.end()):
        if opens:
            opened = start if opened is None else opened
        elif opened is not None:
            spans.append((opened, end))
            opened = None
        else:
            # Only its end is there: all before it is thinking.
            spans = [(0, end)]
    if opened is not None and _begins_a_line(text, opened):
        return [*spans, (opened, len(text))], True
    return spans, False


def unopened(text: str) -> str:
    """Return a text in which the mark that opens thinking for good is blanked: the same length, thinking no more."""
    spans, unclosed = thinking(text)
    mark = _MARK.match(text, spans[-1][0]) if unclosed else None
    return (
        text
        if mark is None
        else text[: mark.start()] + " " * (mark.end() - mark.start()) + text[mark.end() :]
    )


def _begins_a_line(text: str, at: int) -> bool:
    """Whether a mark stands where thinking begins, rather than in the middle of a sentence."""
    return not text[text.rfind("\n", 0, at) + 1 : at].strip(" \t>")


def _marks(text: str, start: int) -> Iterator[tuple[int, int, bool]]:
    """Start and end of each mark, and whether it opens."""
    closed = start
    open_for_good: set[str] = set()
    for mark in _MARK.finditer(text, start):
        begun, ended = mark.span()
        quoted = begun > 0 and text[begun - 1] in _QUOTES and text[ended : ended + 1] == text[begun - 1]
        if quoted or begun < closed:
            continue
        yield begun, ended, mark["open"] is not None
        kind = next((kind for kind in _OWN_ENDS if mark[0].lower().startswith(kind)), None)
        if kind is None or kind in open_for_good:
            continue
        close = _OWN_ENDS[kind].search(text, ended)
        if close is None:
            open_for_good.add(kind)
        else:
            closed = close.end()
            yield close.start(), closed, False

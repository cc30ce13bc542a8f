"""Text beside a list that looks like more of its items: what item puzzles declare as noise.

Answers repeat the prompt's table or example, name the start or the last item again, and include programs.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from tasks.forms.items import ARROW, ARROWS, CLOSE, Item

_REMEMBERED = 128
"""Items whose patterns are kept: instances given whole can each have names of their own."""


def chain_heads(item: Item, text: str, start: str, count: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of a start at the head of a chain, where it is not an item of the answer.

    A chain of exactly `count` elements does not begin with the start: all of its elements are items.
    """
    if not any(arrow in text for arrow in ARROWS):
        return
    arrow, chain = _chain_patterns(item, start)
    for match in chain.finditer(text):
        if len(arrow.findall(match[0])) != count - 1:
            yield match.span(1)


@lru_cache(maxsize=_REMEMBERED)
def _chain_patterns(item: Item, start: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return patterns for one arrow, and for a chain of at least two arrows that begins with the start."""
    arrow = rf"[ \t]{{0,3}}{ARROW}\s{{0,9}}"
    head = rf"(?<![\w.,/^+*=>-])(?<![>→⇒➔⟶] )({re.escape(start)})(?![\w^/]|[.]\d)"
    return re.compile(arrow), re.compile(rf"{head}(?:{arrow}{item.whole}){{2}}(?>(?:{arrow}{item.whole})*)")


_NAMED = (
    r"(?:final|overall|grand|ending|start(?:ing)?|initial|beginning|last|number[ \t]of)[ \t]"
    r"(?:\w{1,12}[ \t])?"
    r"(?:states?|totals?|sum|labels?|values?|numbers?|nodes?|position|answer|result|keys?)"
)


@lru_cache(maxsize=_REMEMBERED)
def _summary(item: Item) -> re.Pattern[str]:
    lead = r"^[ \t>*_#-]{0,9}(?i:(?:so|thus|therefore|hence|the)\b,?[ \t]){0,2}"
    named = rf"(?:{_NAMED}[^\n,>→=:]{{0,20}}[=: ]|(?:start|end|total|answer)[ \t*]{{0,3}}[:=])"
    return re.compile(
        rf"{lead}(?i:{named})[ \t*_`\"'$]{{0,6}}{item.whole}{CLOSE}[ \t\r]{{0,9}}$", re.MULTILINE
    )


def summaries(item: Item, text: str) -> Iterator[tuple[int, int]]:
    """Yield spans of lines that name an item but are not a step, such as `Final total: 17` or `Start: q1`."""
    if not any(sign in text for sign in ":= "):
        return iter(())
    return (match.span() for match in _summary(item).finditer(text))


def restated(item: Item, text: str, sequence: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the spans where an answer repeats the prompt's table: exactly these items in this order."""
    wanted = list(map(str, sequence))
    if len(wanted) < _TOO_FEW:
        return
    found = list(_bare(item).finditer(text[:_BEGINNING]))
    plain = (str(item.convert(match[0])) for match in found)
    table, told = f" {' '.join(wanted)} ", f" {' '.join(plain)} "
    at = told.find(table)
    while at >= 0:
        first = told.count(" ", 0, at)
        yield found[first].start(), found[first + len(wanted) - 1].end()
        at = told.find(table, at + len(table) - 1)


_TOO_FEW = 12
"""A shorter table could occur in a right answer by chance."""
_BEGINNING = 300_000
"""How many characters are searched: a table is repeated before the answer, if at all."""


@lru_cache(maxsize=_REMEMBERED)
def _bare(item: Item) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_]){item.whole}")


@lru_cache(maxsize=_REMEMBERED)
def _naming(item: Item, first: str, second: str) -> re.Pattern[str]:
    joint = r",?[ \t]{1,3}(?:(?:\.\.\.|…|and|to|through),?[ \t]{1,3}){0,2}"
    return re.compile(
        rf"\b(?i:states?|labels?|nodes?)\b[^\n.:;]{{0,20}}?[ \t({{]"
        rf"({re.escape(first)}{joint}{re.escape(second)}(?!\w)(?>(?:{joint}{item.whole})*))"
    )


def naming(item: Item, text: str, first: str, second: str) -> Iterator[tuple[int, int]]:
    """Yield the spans where an answer lists the labels that exist: `the states q1, q2, ..., q6`."""
    if _NAMERS.match(first) is not None:
        return iter(())  # `state 1, state 2, ...` is a list of items like any other
    return (match.span(1) for match in _naming(item, first, second).finditer(text))


_NAMERS = re.compile(r"(?i:states?|labels?|nodes?)\b")


_FENCE = re.compile(
    r"^[ \t]{0,12}```[^\n]{0,40}\n(.{0,20000}?)(?:^[ \t]{0,12}```|\Z)", re.MULTILINE | re.DOTALL
)
_PROGRAM = re.compile(r"\bdef \w{1,40}\(|\bfor\b[^\n]{1,60}\bin\b|\bfor ?\(|\bwhile\b|\brange ?\(")
_STATEMENT = re.compile(
    r"^.*(?:\b(?:def|for|while|if|elif|else|return|print|import|class|yield|append)\b|\w[ \t]?[-+*/%^]?=).*$",
    re.MULTILINE,
)
_LOOP = re.compile(r"\bfor \w{1,20} in range ?\([^\n]{0,200}|\bfor ?\((?:\w{1,9} )?\w{1,20} ?=[^\n]{0,200}")
"""A loop on one line, recognised without a code fence."""
_CALL = re.compile(
    r"\b(?:x?range|arange|linspace|iota|upto|take)\([^()\n]{0,200}\)|(?<![\w.])(?:seq|jot)(?: -\w{1,9}(?: \S{1,9})?){0,2}(?: \d{1,9}){1,3}\b"
)
"""A call that makes many numbers from a few arguments."""
_BARE = re.compile(
    r"^[ \t]{0,40}(?:for \w{1,30}(?:, ?\w{1,30})? in [^\n]{1,200}:|while [^\n]{1,200}:|def \w{1,40}\(|import \w|"
    r"from [\w.]{1,60} import |print\(|[\w.]{1,60}\.(?:append|extend|push)\()",
    re.MULTILINE,
)
_BARE_STATEMENT = re.compile(
    rf"{_BARE.pattern}|^[ \t]{{0,40}}(?:return\b|[A-Za-z_]\w{{0,40}}(?:, ?[A-Za-z_]\w{{0,40}}){{0,4}}[ \t]?[-+*/%^]?=(?!=))",
    re.MULTILINE,
)
"""A line of a program that is not set off from the text."""
_FEW = 5
_WORDS_OF_PROGRAMS = "(", "for ", "while ", "def ", "import ", "seq ", "jot ", "```"
"""Without one of these there is no statement of a program."""


def programs(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of program statements, except those that list many items."""
    if not any(word in text for word in _WORDS_OF_PROGRAMS):
        return
    for loop in _LOOP.finditer(text):
        yield loop.span()
    for call in _CALL.finditer(text):
        yield call.span()
    yield from _bare_programs(text)
    if "```" not in text:
        return
    for block in _FENCE.finditer(text):
        if _PROGRAM.search(block[1]) is not None:
            lines = _STATEMENT.finditer(text, *block.span(1))
            yield from (line.span() for line in lines if line[0].count(",") < _FEW)


def _bare_programs(text: str) -> Iterator[tuple[int, int]]:
    """Yield the statements in paragraphs that contain a line of a program."""
    done = 0
    for line in _BARE.finditer(text):
        if line.start() < done:
            continue
        start = max(done, text.rfind("\n\n", done, line.start()) + 1)
        end = text.find("\n\n", line.end())
        done = end if end >= 0 else len(text)
        for statement in _BARE_STATEMENT.finditer(text, start, done):
            after = text.find("\n", statement.end(), done)
            after = after if after >= 0 else done
            if text.count(",", statement.start(), after) < _FEW:
                yield statement.start(), after


_ECHO = re.compile(r"\bexample\b", re.IGNORECASE)
_NEAR = 600


def echoes(text: str, example: str) -> Iterator[tuple[int, int]]:
    """Yield the spans where an answer repeats the prompt's example verbatim, soon after that word."""
    if example not in text:
        return
    for word in _ECHO.finditer(text):
        start = text.find(f"\n{example}\n", word.end(), word.end() + _NEAR + len(example))
        if start >= 0:
            yield start + 1, start + 1 + len(example)

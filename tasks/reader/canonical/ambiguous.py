"""What can be read in two ways: escaped line breaks, LaTeX, dashes, signs between digits, tables, codes, words.

Each way gives another reading of the whole text; the simulator tells which one is meant.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TypeAlias

from tasks.reader.canonical.number_words import NUMBER_WORDS
from tasks.reader.canonical.rewriting import Edit, Rearranged, Rewriting

_ESCAPED = re.compile(r"\\(?:u([\da-fA-F]{4})|([nrt\"'\\/]))")
_ESCAPES = {"n": "\n", "r": "", "t": "\t"}
_STRING_EDGE = re.compile(r"\"(?=(?:[^\"\\]|\\.){0,99}\\n)|(?<=[^\\])\"(?=\s{0,9}[,}\]])")


def _unescaped(text: str) -> Iterator[Edit]:
    r"""`{"answer": "1\n2\n3"}`: a list inside a string, as JSON or a program writes it."""
    if text.count("\\n") < 2:
        return
    edits: list[Edit] = [(found.start(), found.end(), "\n") for found in _STRING_EDGE.finditer(text)]
    for found in _ESCAPED.finditer(text):
        code, sign = found.groups()
        instead = chr(int(code, 16)) if code is not None else _ESCAPES.get(sign, sign)
        edits.append((*found.span(), instead))
    yield from sorted(edits)


_LATEX = re.compile(
    r"(?P<line>\\\\|\\(?:begin|end)\{[a-z*]{1,20}\}(?:\{[a-z|]{1,20}\})?|\\(?:newline|item|hline)\b)|"
    r"(?P<arrow>\\(?:to|(?:long)?rightarrow|Rightarrow|mapsto|longmapsto)\b|\\xrightarrow\{[^{}\n]{0,40}\})|"
    r"(?P<digits>(?<=\d)\\,(?=\d))|(?P<blank>\\[,;:! ]|\\q?quad\b|[~&])|"
    r"\\(?:text|math|operator)[a-z]{0,8}\b\s?\{?|\\(?:boxed|mbox|fbox|left|right|[lr]angle|displaystyle)\b\s?\{?|"
    r"\\[()\[\]{}$]|_\{(?P<index>\w{1,9})\}|_(?=\w)|[{}$]"
)
_LATEX_SIGNS = re.compile(r"\\[a-zA-Z(\[]|\$[^$\n]{1,200}\$|_\{?\d")


def _without_latex(text: str) -> Iterator[Edit]:
    r"""`$d_{1}: A \to C$`, `\text{disk } 1`, `\boxed{1, 2}`."""
    if not ("\\" in text or "$" in text or "_" in text) or _LATEX_SIGNS.search(text) is None:
        return
    stands_for = {"line": "\n", "arrow": "→", "blank": " "}
    for found in _LATEX.finditer(text):
        kind = found.lastgroup
        yield (*found.span(), found["index"] if kind == "index" else stands_for.get(kind or "", ""))


_DASH = re.compile(r"(?<![\w)\]])[\u2012-\u2015](?=\d)|(?<![\w)\]]) [\u2012-\u2015] (?=\d)")


def _with_minus(text: str) -> Iterator[Edit]:
    """`–4`: a dash for a minus."""
    if not text.isascii():
        for found in _DASH.finditer(text):
            yield (*found.span(), found[0].replace(found[0].strip(), "-"))


_SEPARATORS = ".' "
_MAY_GROUP = {sign: re.compile(rf"{re.escape(sign)}(?<=\d.)\d{{3}}(?!\d)") for sign in _SEPARATORS}
_GROUPED = re.compile(r"(?<![\w.,'])\d{1,3}([.' ])\d{3}(?:\1\d{3}){0,4}(?![\w]|[.,']\d)")


def _without_thousands(text: str) -> Iterator[Edit]:
    """`1.234`, `1'234`, `1 234`."""
    if any(sign in text and pattern.search(text) is not None for sign, pattern in _MAY_GROUP.items()):
        for found in _GROUPED.finditer(text):
            yield (*found.span(), "".join(filter(str.isdigit, found[0])))


_RULE = re.compile(r"^[ \t]{0,9}[|+](?=[^\n]{0,400}--)[-|+:= \t]{3,400}(?:\n|\Z)", re.MULTILINE)


def _without_rules(text: str) -> Iterator[Edit]:
    """`|---|---|`: what parts the head of a table from its rows, where the head is a row too."""
    if "--" in text:
        for found in _RULE.finditer(text):
            yield (*found.span(), "")


_LABELLED_ARROW = re.compile(
    r"[ \t]?[-\u2010-\u2015\u2500]{1,3}[ \t]?[(\[]?\w{1,3}[)\]]?[ \t]?[-\u2010-\u2015\u2500]{0,3}(?:>|\u2192)[ \t]?"
)


def _with_plain_arrows(text: str) -> Iterator[Edit]:
    """`q2 —a→ q5`: an arrow that says what it stands for."""
    if ">" in text or "\u2192" in text:
        for found in _LABELLED_ARROW.finditer(text):
            yield (*found.span(), " \u2192 ")


_CODE = re.compile(r"(?<![\w.])[A-Za-z]?\d[A-Za-z\d]{0,2}(?![\w.]\w)|(?<![\w.])[A-Z]{1,3}\d{0,2}(?![\w.]\w)")
_SHAPES = {"LDD", "DDD", "DLL", "DD", "LL", "LLL"}
_LEAST_CODES, _SAMPLE = 3, 100


_SEPARATOR = re.compile(r"[ \t]{0,3}[,;.\u00b7/|]?[ \t]{0,3}\n?")


def _shape(code: str) -> str:
    return "".join("D" if char.isdecimal() else "L" for char in code)


def _apart(text: str) -> Iterator[Edit]:
    """`E02 D02 I12`: what a step tells, without a sign between."""
    found = Counter(_shape(code[0]) for code in islice(_CODE.finditer(text), _SAMPLE))
    shape, count = max(
        ((shape, count) for shape, count in found.items() if shape in _SHAPES),
        key=lambda pair: pair[1],
        default=("", 0),
    )
    # Numbers among others are no codes.
    if count < _LEAST_CODES or (shape.strip("D") == "" and 2 * count < sum(found.values())):
        return
    for code in _CODE.finditer(text):
        if _shape(code[0]) == shape:
            behind = _SEPARATOR.match(text, code.end())
            yield code.start(), code.end() if behind is None else behind.end(), ",".join(code[0]) + "\n"


_UNSPACED = "".join(word for word in NUMBER_WORDS if "\u3040" <= word <= "\u9fff")
_WORD_OR_SIGN = re.compile(
    rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\W\d_]|(?<=[^\W\d_])['\u2019](?=[^\W\d_]))+"
)
_BEGINNING = 4_000
_PLACES = 12
"""Numbers in words up to this one name things and places; a list of numbers in words goes on beyond it."""


def _with_digits(text: str) -> Iterator[Edit]:
    """`from stack zero to stack two`."""
    if sum(word in NUMBER_WORDS for word in _WORD_OR_SIGN.findall(text[:_BEGINNING].lower())) < 2:
        return
    found = [
        (*word.span(), number)
        for word in _WORD_OR_SIGN.finditer(text)
        if (number := NUMBER_WORDS.get(word[0].lower())) is not None
    ]
    if len(found) >= _LEAST_CODES and max(number for _, _, number in found) <= _PLACES:
        for start, end, number in found:
            yield start, end, str(number)


_SIGNS: tuple[Callable[[str], Iterator[Edit]], ...] = (
    _unescaped, _without_latex, _with_minus, _without_thousands,
)  # fmt: skip
_LAYOUTS: tuple[Callable[[str], Iterator[Edit]], ...] = (
    _without_rules, _with_plain_arrows, _apart, _with_digits,
)  # fmt: skip


def readings(text: str, *, layouts: bool = True, codes: bool = True) -> Iterator[Rewriting | Rearranged]:
    """Yield other readings of a text of what is ambiguous in it.

    Args:
        text: An answer in its canonical form.
        layouts: Whether it is open too in which layout its steps stand.
        codes: Whether a step can be written as a code of several signs.
    """
    ways = (*_SIGNS, *(way for way in _LAYOUTS if layouts and (codes or way is not _apart)))
    for reading in ways:
        edits = list(reading(text))
        if edits:
            yield Rewriting(text, edits)
    yield from _rearranged(text, layouts=layouts)


# --- columns side by side

_Span: TypeAlias = tuple[int, int]

_LONGEST_TEXT = 200_000
_GAP = re.compile(r"\S[ \t]{3,99}\S")
_BESIDE = re.compile(r"(?:(?<![ \t])[ \t]{1,9})?[|\t][ \t]{0,9}|(?<![ \t])[ \t]{3,99}(?=\S)")
_ENTRY = re.compile(r"(\d{1,6})(?:[.):\]]?[ \t]{1,4}(?=\S)|[.):\]](?=\S))")


def _rearranged(text: str, *, layouts: bool) -> Iterator[Rearranged]:
    """Lists of several entries a line: row by row, by the numbers of the entries, column by column."""
    if len(text) > _LONGEST_TEXT:
        return
    some = "|" in text or "\t" in text or ("   " in text and _GAP.search(text) is not None)
    blocks = [(_span(text, block), _orders(text, block)) for block in (_blocks(text) if some else ())]
    for at in range(3):
        ordered = [(span, [[entry] for entry in orders[at]]) for span, orders in blocks if orders[at]]
        if ordered:
            yield Rearranged(text, ordered)
    columns = [(_span(text, block), _transposed(block)) for block in (_transposable(text) if layouts else ())]
    if columns:
        yield Rearranged(text, columns)


_Block: TypeAlias = list[list[_Span]]
"""Neighbouring lines, and where their entries stand."""


def _span(text: str, block: _Block) -> _Span:
    """Where its lines stand, without the end of the last."""
    after = text.find("\n", block[-1][-1][1])
    return text.rfind("\n", 0, block[0][0][0]) + 1, after if after >= 0 else len(text)


def _orders(text: str, block: _Block) -> tuple[list[_Span], list[_Span], list[_Span]]:
    """The entries row by row, by their own numbers if they have some out of order, and column by column."""
    entries = [entry for line in block for entry in line]
    found = [_ENTRY.match(text, *entry) for entry in entries]
    numbers = {
        int(number[1]): entry for number, entry in zip(found, entries, strict=True) if number is not None
    }
    told = len(numbers) == len(entries) and list(numbers) != sorted(numbers)
    by_number = [numbers[number] for number in sorted(numbers)] if told else []
    columns = [[line[at] for line in block if at < len(line)] for at in range(len(block[0]))]
    if _only_counts(text, columns):
        del columns[0]
    return entries, by_number, [entry for column in columns for entry in column]


def _only_counts(text: str, columns: _Block) -> bool:
    """Whether the first column holds the numbers of the rows, which the next one does not go on from."""
    counted, others = ([text[slice(*entry)] for entry in column] for column in columns[:2])
    if not counted[0].isdecimal():
        del counted[0], others[0]
    running = [number.isdecimal() and int(number) == at for at, number in enumerate(counted, 1)]
    return all(running) and others[:1] != [str(len(counted) + 1)]


def _blocks(text: str) -> Iterator[_Block]:
    """Neighbouring lines of as many entries, two at least; the last ones may have fewer."""
    block: _Block = []
    at = 0
    for line in [*text.split("\n"), ""]:
        cells = [] if block and _RULE.match(line) else _cells(line, at)
        at += len(line) + 1
        if block and not cells and _RULE.match(line):
            continue
        if block and not 0 < len(cells) <= len(block[-1]):
            if len(block) >= _LEAST_ROWS:
                yield block
            block = []
        if len(cells) > 1 or (block and cells):
            block.append(cells)


_LEAST_ROWS = 3


def _cells(line: str, at: int) -> list[_Span]:
    """Where the entries of a line stand, without blanks around them."""
    cells: list[_Span] = []
    begin = 0
    for gap in (*(found.span() for found in _BESIDE.finditer(line)), (len(line), len(line))):
        cell = line[begin : gap[0]]
        if cell.strip():
            first = begin + len(cell) - len(cell.lstrip())
            cells.append((at + first, at + first + len(cell.strip())))
        begin = gap[1]
    return cells


_ACROSS = re.compile(
    r"^[ \t|*_`]{0,9}([^\W\d_]{1,12})[ \t|*_`:=]{1,9}((?>[\w+-]{1,12}[ \t|,]{1,9}){0,2000}[\w+-]{0,12})[ \t|]{0,9}$",
    re.MULTILINE,
)
_WORD = re.compile(r"[\w+-]+")


def _transposable(text: str) -> Iterator[_Block]:
    """Neighbouring lines of as many entries each behind a word: what all steps have in one slot."""
    lines: list[re.Match[str]] = []
    known: set[tuple[str, ...]] = set()
    for line in _ACROSS.finditer(text):
        if lines and (line.start() != lines[-1].end() + 1 or line[1] in {above[1] for above in lines}):
            yield from _whole(text, lines, known)
            lines = []
        lines.append(line)
    yield from _whole(text, lines, known)


def _whole(text: str, lines: list[re.Match[str]], known: set[tuple[str, ...]]) -> Iterator[_Block]:
    """The lines as a block, if they are as many as slots and large enough to be a list, or go on with one."""
    if not 2 <= len(lines) <= _MOST_SLOTS:
        return
    block = [
        [line.span(1), *(found.span() for found in _WORD.finditer(text, *line.span(2)))] for line in lines
    ]
    heads = tuple(line[1] for line in lines)
    if len(set(map(len, block))) == 1 and (len(block[0]) > _LEAST_ROWS or heads in known):
        known.add(heads)
        yield block


_MOST_SLOTS = 6


def _transposed(block: _Block) -> list[list[_Span]]:
    """A line for each step, with the word before each of its entries."""
    return [[part for line in block for part in (line[0], line[at])] for at in range(1, len(block[0]))]

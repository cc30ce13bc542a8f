"""What can be read in two ways: escaped line breaks, LaTeX, dashes before numbers, signs between digits."""

import re
from collections.abc import Callable, Iterator

from tasks.reader.rewriting import Edit

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
    r"(?P<arrow>\\(?:to|(?:long)?rightarrow|Rightarrow|mapsto|longmapsto)\b)|"
    r"(?P<blank>\\[,;:! ]|\\q?quad\b|[~&])|"
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


_READINGS: tuple[Callable[[str], Iterator[Edit]], ...] = (
    _unescaped, _without_latex, _with_minus, _without_thousands,
)  # fmt: skip


def readings(text: str) -> Iterator[list[Edit]]:
    """Yield the edits that make another reading of a text of what is ambiguous in it."""
    for reading in _READINGS:
        edits = list(reading(text))
        if edits:
            yield edits

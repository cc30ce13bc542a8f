"""Finds code in an answer: between fences, or bare among prose. Nothing here runs it.

Fences are Markdown's, read as models write them: indented by any amount, left open at the end, followed by
the next opening fence without a closing one, or with fences inside the code's own docstrings.
"""

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from textwrap import dedent
from threading import Lock

from evals.sandbox.code_facts import CodeFacts
from evals.text import clip, printable

LONGEST = 64_000
"""In characters. Longer code is not parsed here: a tree takes about a thousand times as many bytes."""
BUDGET = 160_000
"""What may be parsed of one answer, all its pieces and tries together, in characters of plain code."""
_A_PIECE = 250
"""What parsing costs besides the length, in the same measure."""
_F_STRING = re.compile(r"(?i)f[rt]?[\"']")
_A_FIELD = 8_000
"""CPython before 3.12 looks for a field of an f-string from its start: so many characters cost one more."""
_ONE = Lock()
"""Needed because threads share Python's warning filters."""


def cost(code: str) -> int:
    """Return what it takes to parse a piece of code, in characters of plain code; the same everywhere."""
    fields = code.count("{") if _F_STRING.search(code) is not None else 0
    return _A_PIECE + len(code) + fields * len(code) // _A_FIELD


@dataclass(frozen=True, slots=True)
class Parsed:
    """What CPython's parser says about a piece of code."""

    tree: ast.Module | None
    refused: str | None
    """Its syntax error in one line; `None` if there is a tree, or the code is too much for the parser."""

    @classmethod
    def of(cls, code: str) -> "Parsed":
        """Parse the code, without running it."""
        if len(code) > LONGEST or cost(code) > BUDGET:
            return cls(None, None)
        try:
            with _ONE, warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return cls(ast.parse(code), None)
        except SyntaxError as error:
            line = f" (line {error.lineno})" if error.lineno else ""
            return cls(None, clip(printable(f"{type(error).__name__}: {error.msg}"), 200) + line)
        except ValueError as error:  # null bytes and lone surrogates
            return cls(None, clip(printable(f"SyntaxError: {error}"), 200))
        except (RecursionError, MemoryError):
            return cls(None, None)


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A piece of code in an answer; offsets are in code points of the whole text."""

    code: str
    start: int
    end: int
    labelled: bool
    """Whether the answer itself labels it as Python."""
    facts: CodeFacts | None
    """`None` if it does not parse, or is too much for the parser."""


class Pieces:
    """Cuts pieces of code out of one text, and parses them within the budget of an answer.

    The budget is counted in characters and not in seconds, so that every reading finds the same. When it is
    used up, a piece counts as one that does not parse.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._left = BUDGET

    @property
    def spent(self) -> bool:
        """Whether nothing more is parsed."""
        return self._left <= _A_PIECE

    def parsing(self, start: int, end: int, *, labelled: bool) -> CodeBlock | None:
        """Return the code from `start` to `end`, or `None` if it does not parse."""
        if end - start + _A_PIECE > min(self._left, 2 * LONGEST):
            return None
        block = self.block(start, end, labelled=labelled)
        return block if block.facts is not None else None

    def block(self, start: int, end: int, *, labelled: bool) -> CodeBlock:
        """Return the code from `start` to `end`, whether or not it parses."""
        code = dedent(self.text[start:end].replace("\r\n", "\n"))
        return CodeBlock(code, start, end, labelled, self._facts(code))

    def _facts(self, code: str) -> CodeFacts | None:
        if len(code) + _A_PIECE > min(self._left, LONGEST) or (price := cost(code)) > self._left:
            return None
        self._left -= price
        tree = Parsed.of(code).tree
        return CodeFacts.of(tree) if tree is not None else None


@dataclass(frozen=True, slots=True)
class _Fence:
    """A line that opens or closes a fenced block."""

    start: int
    end: int
    mark: str
    label: str

    def may_close(self, opening: "_Fence") -> bool:
        return self.mark[0] == opening.mark[0] and len(self.mark) >= len(opening.mark)


_FENCE = re.compile(
    r"^[ \t]*(?:[-*+>][ \t]+|\d{1,3}[.)][ \t]+)?(`{3,}|~{3,})[ \t]*+([^`\n]{0,80})$", re.MULTILINE
)
_PYTHON = frozenset({"python", "py", "python3", "py3", "{python}", "{.python}"})
_FENCES = 10_000
"""Number of fences that are looked at."""
_TRIES = 6
"""Number of fences after an opening one that are tried as its closing one, until the code between parses."""


def fenced(pieces: Pieces, start: int, end: int) -> tuple[tuple[CodeBlock, ...], bool]:
    """Return the fenced blocks that are or may be Python, and whether the text's last fence is left open."""
    fences = [
        _Fence(match.start(), match.end(), match[1], match[2].strip().lower())
        for match in islice(_FENCE.finditer(pieces.text, start, end), _FENCES)
    ]
    blocks, at, unclosed = [], 0, False
    while at < len(fences):
        name = fences[at].label.split(" ", 1)[0]
        if name and name not in _PYTHON:
            close = _close(fences, at)
        else:
            close, block = _closed(pieces, fences, at, end)
            blocks.append(block)
        unclosed = close == len(fences)
        # An opening fence in place of a closing one also opens the next block.
        at = close if not unclosed and fences[close].label else close + 1
    return tuple(blocks), unclosed


def _close(fences: list[_Fence], at: int) -> int:
    """Return the index of the fence that closes the one at `at` by Markdown's rule."""
    later = range(at + 1, len(fences))
    return next((i for i in later if not fences[i].label and fences[i].may_close(fences[at])), len(fences))


def _closed(pieces: Pieces, fences: list[_Fence], at: int, end: int) -> tuple[int, CodeBlock]:
    """Return the block opened by fence `at`, and its closing fence: the first with which the code parses."""
    start = min(fences[at].end + 1, end)
    labelled = fences[at].label != ""
    for close in range(at + 1, min(at + 1 + _TRIES, len(fences)) if not pieces.spent else at + 1):
        if fences[close].may_close(fences[at]):
            block = pieces.parsing(start, max(start, fences[close].start), labelled=labelled)
            if block is not None:
                return close, block
    close = _close(fences, at)
    stop = fences[close].start if close < len(fences) else end
    return close, pieces.block(start, max(start, stop), labelled=labelled)


_IMPORT = r"import[ \t]+\w[\w., \t]{0,200}\r?$|from[ \t]+[\w.]{1,200}[ \t]+import\b"
_BEGINS = re.compile(
    rf"^([ \t]*)(?:(?:async[ \t]+)?def[ \t]+\w|class[ \t]+\w++[^\n]{{0,200}}:|@\w|{_IMPORT})",
    re.MULTILINE,
)
_GOES_ON = re.compile(
    rf"(?:(?:async[ \t]+)?(?:def|class)\b|@\w|#|[)\]}}]|{_IMPORT}"
    r"|(?:if|elif|else|for|while|try|except|finally|with|match)\b.*:[ \t]*(?:#.*)?$"
    r"|\w[\w.\[\]()'\", \t]{0,200}[-+*/|&^%:]?=(?!=)|\w+(?:\.\w+)*\(.*\)[ \t]*$)"
)
"""A line at the margin that continues code; prose hardly ever looks like this."""


def bare(pieces: Pieces, start: int, end: int) -> Iterator[CodeBlock]:
    """Yield code without fences: the whole answer, or the passages that begin with a definition."""
    whole = pieces.parsing(start, end, labelled=False)
    if whole is not None:
        yield whole
        return
    at = start
    while (begins := _BEGINS.search(pieces.text, at, end)) is not None:
        stop = begins.start()
        for line_start, line in _lines(pieces.text, begins.start(), end):
            if not _belongs(line, begins[1]):
                break
            stop = line_start + len(line)
        yield pieces.block(begins.start(), stop, labelled=False)
        at = max(stop, begins.end())


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        yield start, text[start:stop]
        start = stop + 1


def _belongs(line: str, margin: str) -> bool:
    """Return whether a line continues the code that began at this margin."""
    if not line.strip():
        return True
    if not line.startswith(margin):
        return False
    rest = line[len(margin) :]
    return rest[0] in " \t" or _GOES_ON.match(rest.rstrip("\r")) is not None

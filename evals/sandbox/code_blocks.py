"""Finds code in an answer: between fences, or bare among prose. Nothing here runs it.

Fences are Markdown's, read as models write them: indented by any amount, left open at the end, followed by
the next opening fence without a closing one, or with fences inside the code's own docstrings.
"""

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import dedent
from threading import Lock

from evals.text import clip, printable

LONGEST = 1_000_000
"""In characters. Longer code is not parsed here: a tree takes about a thousand times as many bytes."""
_ONE = Lock()
"""Needed because threads share Python's warning filters."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What CPython's parser says about a piece of code."""

    tree: ast.Module | None
    refused: str | None
    """Its syntax error in one line; `None` if there is a tree, or the code is too long or too deep."""

    @classmethod
    def of(cls, code: str) -> "Parsed":
        """Parse the code, without running it."""
        if len(code) > LONGEST:
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
    parsed: Parsed


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
    r"^[ \t]*(?:[-*+>][ \t]+|\d{1,3}[.)][ \t]+)?(`{3,}|~{3,})[ \t]*([^`\n]{0,80})$", re.MULTILINE
)
_PYTHON = frozenset({"python", "py", "python3", "py3", "{python}", "{.python}"})
_TRIES = 6
"""Number of fences after an opening one that are tried as its closing one, until the code between parses."""


def fenced(text: str, start: int, end: int) -> tuple[tuple[CodeBlock, ...], bool]:
    """Return the fenced blocks that are or may be Python, and whether the text's last fence is left open."""
    fences = [
        _Fence(match.start(), match.end(), match[1], match[2].strip().lower())
        for match in _FENCE.finditer(text, start, end)
    ]
    blocks, at, unclosed = [], 0, False
    while at < len(fences):
        name = fences[at].label.split(" ", 1)[0]
        if name and name not in _PYTHON:
            close = _close(fences, at)
        else:
            close, block = _closed(text, fences, at, end)
            blocks.append(block)
        unclosed = close == len(fences)
        # An opening fence in place of a closing one also opens the next block.
        at = close if not unclosed and fences[close].label else close + 1
    return tuple(blocks), unclosed


def _close(fences: list[_Fence], at: int) -> int:
    """Return the index of the fence that closes the one at `at` by Markdown's rule."""
    later = range(at + 1, len(fences))
    return next((i for i in later if not fences[i].label and fences[i].may_close(fences[at])), len(fences))


def _closed(text: str, fences: list[_Fence], at: int, end: int) -> tuple[int, CodeBlock]:
    """Return the block opened by fence `at`, and its closing fence: the first with which the code parses."""
    start = min(fences[at].end + 1, end)
    labelled = fences[at].label != ""
    for close in range(at + 1, min(at + 1 + _TRIES, len(fences))):
        if fences[close].may_close(fences[at]):
            block = _block(text, start, max(start, fences[close].start), labelled=labelled)
            if block.parsed.tree is not None:
                return close, block
    close = _close(fences, at)
    stop = fences[close].start if close < len(fences) else end
    return close, _block(text, start, max(start, stop), labelled=labelled)


def _block(text: str, start: int, end: int, *, labelled: bool) -> CodeBlock:
    code = dedent(text[start:end].replace("\r\n", "\n"))
    return CodeBlock(code, start, end, labelled, Parsed.of(code))


_IMPORT = r"import[ \t]+\w[\w., \t]{0,200}\r?$|from[ \t]+[\w.]{1,200}[ \t]+import\b"
_BEGINS = re.compile(
    rf"^([ \t]*)(?:(?:async[ \t]+)?def[ \t]+\w|class[ \t]+\w+[^\n]{{0,200}}:|@\w|{_IMPORT})",
    re.MULTILINE,
)
_GOES_ON = re.compile(
    rf"(?:(?:async[ \t]+)?(?:def|class)\b|@\w|#|[)\]}}]|{_IMPORT}"
    r"|(?:if|elif|else|for|while|try|except|finally|with|match)\b.*:[ \t]*(?:#.*)?$"
    r"|\w[\w.\[\]()'\", \t]{0,200}[-+*/|&^%:]?=(?!=)|\w+(?:\.\w+)*\(.*\)[ \t]*$)"
)
"""A line at the margin that continues code; prose hardly ever looks like this."""


def bare(text: str, start: int, end: int) -> Iterator[CodeBlock]:
    """Yield code without fences: the whole answer, or the passages that begin with a definition."""
    whole = _block(text, start, end, labelled=False)
    if whole.parsed.tree is not None:
        yield whole
        return
    at = start
    while (begins := _BEGINS.search(text, at, end)) is not None:
        stop = begins.start()
        for line_start, line in _lines(text, begins.start(), end):
            if not _belongs(line, begins[1]):
                break
            stop = line_start + len(line)
        yield _block(text, begins.start(), stop, labelled=False)
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

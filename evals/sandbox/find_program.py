"""Finds the Python program in an answer, and how to call it. Nothing here runs it.

An answer may hold several pieces of code. The last one that defines the requested function counts, together
with the other pieces whose definitions it needs; failing that, the last one that does anything at all.
"""

import ast
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from evals.labelling.answer import visible
from evals.sandbox.code_blocks import CodeBlock, Parsed, Pieces, bare, fenced
from evals.sandbox.code_facts import CodeFacts, functions

FUNCTION = "solve"
"""The name of the function that the prompts of the puzzles ask for (`Prompt.code`)."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program as found in an answer."""

    code: str
    start: int
    """Its offset in the text, in code points; for an assembled program, that of its main piece."""
    end: int
    call: str | None
    """The function to call without arguments; `None` for a script, whose printed text counts."""
    cut: bool
    """Whether the text ends within a fenced block, where it may have been cut."""
    parsed: Parsed = field(repr=False, compare=False)

    @classmethod
    def of(cls, code: str, function: str = FUNCTION) -> "Program":
        """Return a program from text that is only code."""
        parsed = Parsed.of(code)
        return cls(code, 0, len(code), _call(parsed, code, function), False, parsed)


def find_program(text: str, function: str = FUNCTION) -> Program | None:
    """Return the program of an answer; `None` if it has no code.

    Args:
        text: The answer as received; inline thinking in it is ignored.
        function: The name that the prompt asks for.
    """
    start, end, _ = visible(text)
    pieces = Pieces(text)
    blocks, cut = fenced(pieces, start, end)
    chosen = _choose(blocks, function) or _broken(blocks, function)
    if chosen is None:
        loose = tuple(bare(pieces, start, end))
        surely = [block for block in loose if block.facts is not None and block.facts.says_code]
        chosen = _choose(surely, function) or _meant(blocks) or _broken(loose, function)
    if chosen is None:
        return None
    code = _together(chosen, blocks)
    parsed = Parsed.of(code)
    return Program(code, chosen.start, chosen.end, _call(parsed, code, function), cut, parsed)


def _choose(blocks: Iterable[CodeBlock], function: str) -> CodeBlock | None:
    """Return the last block that parses and defines the function, or else the last that does anything."""
    read = [(block, block.facts) for block in blocks if block.facts is not None]
    asked = [block for block, facts in read if function in facts.functions]
    doing = [block for block, facts in read if facts.does_anything]
    return next(reversed(asked or doing), None)


def _broken(blocks: Iterable[CodeBlock], function: str) -> CodeBlock | None:
    """Return the last block that does not parse and defines the function."""
    named = [block for block in blocks if block.facts is None and _mentions(block.code, function)]
    return next(reversed(named), None)


def _meant(blocks: Iterable[CodeBlock]) -> CodeBlock | None:
    """Return the last block that does not parse and is labelled as Python."""
    meant = [block for block in blocks if block.facts is None and block.labelled]
    return next(reversed(meant), None)


def _mentions(code: str, function: str) -> bool:
    return f"def {function}(" in code


# --- how it is called


_SILENT = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Import,
    ast.ImportFrom,
    ast.Assign,
    ast.AnnAssign,
)


def _call(parsed: Parsed, code: str, function: str) -> str | None:
    """Return the function to call: the requested one, or the only callable one of a module of definitions."""
    if parsed.tree is None:
        return function if _mentions(code, function) else None
    ready = [name for name, callable_ in functions(parsed.tree).items() if callable_]
    if function in ready:
        return function
    acts = any(
        not isinstance(statement, _SILENT)
        and not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
        for statement in parsed.tree.body
    )
    return ready[0] if len(ready) == 1 and not acts else None


# --- several blocks


def _together(main: CodeBlock, blocks: Sequence[CodeBlock]) -> str:
    """Return the code of the main block, preceded by that of others that define names it lacks."""
    if main.facts is None:
        return main.code
    before = [block for block in blocks if block.end <= main.start]
    after = [block for block in blocks if block.start >= main.end]
    ranked = [(b, b.facts) for b in (*reversed(before), *after) if b.facts is not None]
    used = _helpers(main.facts.lacking, [facts for _, facts in ranked])
    helpers = sorted((ranked[rank][0] for rank in used), key=lambda block: block.start)
    return "\n\n".join(block.code.strip("\n") for block in (*helpers, main)) if helpers else main.code


def _helpers(names: Iterable[str], ranked: Sequence[CodeFacts]) -> set[int]:
    """Return which pieces are needed for these names, and for those that the needed pieces lack in turn.

    Each time it is the first piece, by rank, that defines any name that is still lacking.
    """
    definers: dict[str, deque[int]] = {}
    for rank, facts in enumerate(ranked):
        for name in facts.defined:
            definers.setdefault(name, deque()).append(rank)
    used: set[int] = set()
    lacking = set(names)
    waiting = [(definers[name][0], name) for name in lacking if name in definers]
    heapify(waiting)
    while waiting:
        rank, name = heappop(waiting)
        if name not in lacking:
            continue
        if rank in used:
            left = definers[name]
            while left and left[0] in used:
                left.popleft()
            if left:
                heappush(waiting, (left[0], name))
            continue
        used.add(rank)
        more = ranked[rank].lacking
        lacking |= more
        lacking -= ranked[rank].defined
        for new in more & lacking:
            if definers.get(new):
                heappush(waiting, (definers[new][0], new))
    return used

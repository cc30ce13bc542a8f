"""Finds the Python program in an answer, and how to call it. Nothing here runs it.

An answer may hold several pieces of code. The last one that defines the requested function counts, together
with the other pieces whose definitions it needs; failing that, the last one that does anything at all.
"""

import ast
import builtins
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from evals.labelling.answer import visible
from evals.sandbox.code_blocks import CodeBlock, Parsed, bare, fenced

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
    blocks, cut = fenced(text, start, end)
    chosen = _choose(blocks, function) or _broken(blocks, function)
    if chosen is None:
        loose = tuple(bare(text, start, end))
        surely = [block for block in loose if block.parsed.tree and _says_code(block.parsed.tree)]
        chosen = _choose(surely, function) or _meant(blocks) or _broken(loose, function)
    if chosen is None:
        return None
    code = _together(chosen, blocks)
    parsed = chosen.parsed if code == chosen.code else Parsed.of(code)
    return Program(code, chosen.start, chosen.end, _call(parsed, code, function), cut, parsed)


def _choose(blocks: Iterable[CodeBlock], function: str) -> CodeBlock | None:
    """Return the last block that parses and defines the function, or else the last that does anything."""
    trees = [(block, block.parsed.tree) for block in blocks if block.parsed.tree is not None]
    asked = [block for block, tree in trees if function in _functions(tree)]
    doing = [block for block, tree in trees if _does_anything(tree)]
    return next(reversed(asked or doing), None)


def _broken(blocks: Iterable[CodeBlock], function: str) -> CodeBlock | None:
    """Return the last block that does not parse and defines the function."""
    named = [block for block in blocks if block.parsed.tree is None and _mentions(block.code, function)]
    return next(reversed(named), None)


def _meant(blocks: Iterable[CodeBlock]) -> CodeBlock | None:
    """Return the last block that does not parse and is labelled as Python."""
    meant = [block for block in blocks if block.parsed.tree is None and block.labelled]
    return next(reversed(meant), None)


def _mentions(code: str, function: str) -> bool:
    return f"def {function}(" in code


def _does_anything(tree: ast.Module) -> bool:
    """Return whether code is more than values: a list of moves between fences also parses as Python."""
    return any(isinstance(node, ast.Call | ast.FunctionDef | ast.AsyncFunctionDef) for node in ast.walk(tree))


def _says_code(tree: ast.Module) -> bool:
    """Return whether text without fences is clearly code: single words of prose also parse as Python."""
    return any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print")
        for node in ast.walk(tree)
    )


# --- how it is called


def _functions(tree: ast.Module) -> dict[str, bool]:
    """Return the top-level functions of a program, and whether each can be called without arguments."""
    found: dict[str, bool] = {}
    for statement in tree.body:
        match statement:
            case ast.FunctionDef(name=name, args=arguments) | ast.AsyncFunctionDef(name=name, args=arguments):
                found[name] = _needs_none(arguments)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda(args=arguments)):
                found[name] = _needs_none(arguments)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name(id=other)) if other in found:
                found[name] = found[other]
            case _:
                pass
    return found


def _needs_none(arguments: ast.arguments) -> bool:
    positional = len(arguments.posonlyargs) + len(arguments.args) - len(arguments.defaults)
    return positional <= 0 and None not in arguments.kw_defaults


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
    ready = [name for name, callable_ in _functions(parsed.tree).items() if callable_]
    if function in ready:
        return function
    acts = any(
        not isinstance(statement, _SILENT)
        and not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
        for statement in parsed.tree.body
    )
    return ready[0] if len(ready) == 1 and not acts else None


# --- several blocks


def _together(main: CodeBlock, blocks: tuple[CodeBlock, ...]) -> str:
    """Return the code of the main block, preceded by that of others that define names it lacks."""
    if main.parsed.tree is None:
        return main.code
    used, lacking = {main}, _lacking(main.parsed.tree)
    before = [block for block in blocks if block.end <= main.start and block.parsed.tree is not None]
    after = [block for block in blocks if block.start >= main.end and block.parsed.tree is not None]
    while lacking:
        helper = next(
            (b for b in (*reversed(before), *after) if b not in used and lacking & _defined(b)), None
        )
        if helper is None:
            break
        assert helper.parsed.tree is not None
        used.add(helper)
        lacking = (lacking | _lacking(helper.parsed.tree)) - _defined(helper)
    helpers = sorted(used - {main}, key=lambda block: block.start)
    return "\n\n".join(block.code.strip("\n") for block in (*helpers, main)) if helpers else main.code


def _lacking(tree: ast.Module) -> set[str]:
    """Return the names that a piece of code uses and never binds."""
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    return used - set(_bound(ast.walk(tree))) - set(dir(builtins))


def _defined(block: CodeBlock) -> set[str]:
    """Return the names that a piece of code binds at top level."""
    assert block.parsed.tree is not None
    return set(_bound(block.parsed.tree.body)) | {
        name
        for statement in block.parsed.tree.body
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for name in _bound(ast.walk(statement))
    }


def _bound(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield name
            case ast.alias(name=name, asname=other):
                yield other or name.split(".")[0]
            case (
                ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
            ):
                yield name
            case _:
                pass

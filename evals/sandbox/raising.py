"""Whether a program raises an exception itself, or runs into one that only the interpreter raises.

A program must not choose its label by raising what stands for a gap of the sandbox. The place that the
sandbox gives is exact but for exceptions that passed through a `try`: only then a `raise` elsewhere counts.
"""

import ast
import builtins
import re
from collections.abc import Iterator

_MISSING = re.compile(r"^name '(\w+)' is not defined")
_ARGUMENTS = "exceptions can only be called with"
"""How the sandbox fails to make an exception that CPython makes and then raises."""


def raises_itself(kind: str, message: str, line: int | None, tree: ast.Module | None, code: str) -> bool:
    """Return whether an exception is, or may be, one that the program raises on purpose.

    Args:
        kind: The name of the exception's type.
        message: Its text.
        line: The line of the running program that raised it; `None` if it was not raised within the program.
        tree: The program, if CPython's parser accepts it.
        code: The program.
    """
    if tree is None:
        return line is not None and re.search(r"\braise\b", code) is not None
    if _ARGUMENTS in message:
        return any(map(_is_odd, _uncaught(tree)))
    raised = [node for node in ast.walk(tree) if isinstance(node, ast.Raise) and node.exc is not None]
    if line is None or not raised:
        return False
    missing = _MISSING.search(message)
    if missing is not None and any(_made(node.exc) == missing[1] for node in _uncaught(tree)):
        return isinstance(getattr(builtins, missing[1], None), type)
    reraising, bound = _handler_names(tree)
    able = [node for node in raised if _may_be(node.exc, kind, bound, reraising)]
    if any(isinstance(node, ast.Try | ast.TryStar | ast.With) for node in ast.walk(tree)):
        return bool(able)
    return any(node.lineno <= line <= (node.end_lineno or node.lineno) for node in able)


def _handler_names(tree: ast.Module) -> tuple[set[str], set[str]]:
    """Return the names that only handlers bind, and all that the program binds otherwise."""
    caught: set[str] = set()
    bound: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.ExceptHandler(name=str(name)):
                caught.add(name)
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                bound.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                bound.add(name)
            case ast.alias(name=name, asname=other):
                bound.add(other or name.split(".")[0])
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                bound.add(name)
            case _:
                pass
    return caught - bound, bound | caught


def _may_be(raised: ast.expr | None, kind: str, bound: set[str], reraising: set[str]) -> bool:
    """Return whether a `raise` may be what raised an exception of this kind."""
    name = _made(raised)
    if name is None:
        return True
    if isinstance(raised, ast.Name) and name in reraising:
        return False
    known = getattr(builtins, name, None)
    if name in bound or not isinstance(known, type):
        return True
    return known.__name__ == kind


def _made(raised: ast.expr | None) -> str | None:
    """Return the name of what is raised or called to make it; `None` if it is not simply a name."""
    named = raised.func if isinstance(raised, ast.Call) else raised
    return named.id if isinstance(named, ast.Name) else None


def _uncaught(tree: ast.Module) -> Iterator[ast.Raise]:
    """Yield each `raise` of something new that does not stand in a `try` which catches it by its name."""
    waiting: list[tuple[ast.AST, tuple[ast.ExceptHandler, ...]]] = [(tree, ())]
    while waiting:
        node, handlers = waiting.pop()
        if isinstance(node, ast.Raise) and node.exc is not None:
            if not any(_catches(handler.type, node.exc) for handler in handlers):
                yield node
        elif isinstance(node, ast.Try):
            waiting += [(inner, (*handlers, *node.handlers)) for inner in node.body]
            waiting += [(inner, handlers) for inner in (*node.handlers, *node.orelse, *node.finalbody)]
        elif not isinstance(node, ast.expr):
            waiting += [(inner, handlers) for inner in ast.iter_child_nodes(node)]


def _is_odd(node: ast.Raise) -> bool:
    """Return whether it makes an exception of anything but one text."""
    if not isinstance(node.exc, ast.Call) or not node.exc.args:
        return False
    first, *others = node.exc.args
    is_text = isinstance(first, ast.JoinedStr) or (
        isinstance(first, ast.Constant) and isinstance(first.value, str)
    )
    return bool(others) or not is_text


def _catches(handler: ast.expr | None, raised: ast.expr | None) -> bool:
    if handler is None:
        return True
    if isinstance(handler, ast.Tuple):
        return any(_catches(one, raised) for one in handler.elts)
    upper, lower = (getattr(builtins, _made(one) or "", None) for one in (handler, raised))
    return isinstance(upper, type) and isinstance(lower, type) and issubclass(lower, upper)

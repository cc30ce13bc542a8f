"""Modules with a mark before each statement, in a file that all processes share: which lines a test reaches.

Tracing would show the same, at ten times the time and not in the processes that tests start.
"""

import ast
from pathlib import Path

_HEAD = """
try:
    import mmap as _reached_map, os as _reached_os
    _reached = _reached_map.mmap(_reached_os.open({path!r}, _reached_os.O_RDWR), 0)
except OSError:
    _reached = bytearray({size})
"""


def probed(source: str, marks: Path, offset: int, size: int) -> str:
    """The text of a module that marks each statement it comes to.

    Args:
        source: The module's text.
        marks: The file of marks, a byte each.
        offset: Where those of this module begin; that of a line is as many bytes behind it.
        size: How many marks there are.
    """
    tree = _Probing(offset).visit(ast.parse(source))
    head = ast.parse(_HEAD.format(path=str(marks), size=size)).body
    first = _first(tree.body)
    tree.body[first:first] = head
    return ast.unparse(ast.fix_missing_locations(tree))


def _first(body: list[ast.stmt]) -> int:
    """Where the first statement after the docstring and imports from the future stands."""
    for number, one in enumerate(body):
        is_text = number == 0 and isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)
        if not is_text and not (isinstance(one, ast.ImportFrom) and one.module == "__future__"):
            return number
    return len(body)


class _Probing(ast.NodeTransformer):
    """Puts the marks before the statements of each body."""

    def __init__(self, offset: int) -> None:
        self._offset = offset

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        for name in ("body", "orelse", "finalbody"):
            body = getattr(node, name, None)
            if isinstance(body, list) and body:
                setattr(node, name, self._with_marks(body))
        return node

    def _with_marks(self, body: list[ast.stmt]) -> list[ast.stmt]:
        first = _first(body)
        kept = body[:first]
        for one in body[first:]:
            kept += [self._mark(line) for line in _heads(one)]
            kept.append(one)
        return kept

    def _mark(self, line: int) -> ast.stmt:
        return ast.parse(f"_reached[{self._offset + line}] = 1").body[0]


def _heads(node: ast.stmt) -> list[int]:
    """The lines of a statement, and of its handlers and cases: whether these are tried, nobody sees."""
    handlers: list[ast.ExceptHandler] = getattr(node, "handlers", [])
    cases: list[ast.match_case] = getattr(node, "cases", [])
    return [node.lineno, *(one.lineno for one in handlers), *(one.pattern.lineno for one in cases)]

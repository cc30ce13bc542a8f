"""Which tests are worth running on a mutant, and in which order."""

import ast
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

Line = tuple[str, int]


@dataclass(slots=True)
class Tests:
    """What is known of the tests beside some modules."""

    seconds: dict[str, float]
    """Of each: those it takes."""
    foreign: list[str]
    """The modules of others that they import."""
    _by_line: dict[Line, set[str]]
    _by_module: dict[str, set[str]]
    _at_import: set[Line]
    sound: set[str] = field(default_factory=set)
    """Those that have been seen to pass without a mutant, of those that have noticed one."""
    killers: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many mutants of a module a test has noticed."""

    @classmethod
    def of(cls, reached: dict[str, Any]) -> Self:
        """Take what a run said."""
        seconds = dict(reached["seconds"])
        by_line: dict[Line, set[str]] = defaultdict(set)
        by_module: dict[str, set[str]] = defaultdict(set)
        for test in seconds:
            # A file's own entry is what its fixtures reach.
            for name in (test, test.partition("::")[0]):
                for path, line in reached["lines"].get(name, ()):
                    by_line[path, line].add(test)
                    by_module[path].add(test)
        at_import = {(path, line) for path, line in reached["at_import"]}
        return cls(seconds, reached["foreign"], by_line, by_module, at_import)

    def leave_out(self, test: str) -> None:
        """Run a test no more: it fails without any mutant."""
        self.seconds.pop(test, None)

    def on(self, path: str, source: str, line: int, budget: float) -> tuple[list[str], int]:
        """The tests to run on a mutant, and how many more there are than the budget in seconds allows.

        They are those that reach the statement, or all, for one that runs when the module is imported: those
        who use what it makes need not come by. First those that have noticed mutants of this module, then
        those of the file that is named after it, those that reach it at all, and the quickest.
        """
        statement, is_inside = _statement(source, line)
        places = {(path, one) for one in statement}
        if is_inside and not places & self._at_import:
            found = (
                set[str]().union(*(self._by_line.get(place, ()) for place in places)) & self.seconds.keys()
            )
        else:
            found = set(self.seconds)
        named = f"/test_{Path(path).stem}.py::"

        def rank(test: str) -> tuple[int, bool, bool, float, str]:
            reaches = test in self._by_module[path]
            return -self.killers[path, test], named not in test, not reaches, self.seconds[test], test

        chosen: list[str] = []
        for test in (order := sorted(found, key=rank)):
            if (taken := self.seconds[test]) <= budget or not chosen:
                budget -= taken
                chosen.append(test)
        return chosen, len(order) - len(chosen)


def _statement(source: str, line: int) -> tuple[range, bool]:
    """The lines of the innermost statement at a line, or of its head, and whether it is inside a function."""
    best, is_inside = range(line, line + 1), False
    nodes: list[tuple[ast.AST, bool]] = [(ast.parse(source), False)]
    while nodes:
        node, inside = nodes.pop()
        body_inside = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
                lines = _head(child)
                if line in lines:
                    best, is_inside = lines, body_inside
                nodes.append((child, body_inside))
    return best, is_inside


def _head(node: ast.stmt | ast.ExceptHandler | ast.match_case) -> range:
    """The lines of a statement that are not those of its body."""
    body: list[ast.stmt] = getattr(node, "body", [])
    if isinstance(node, ast.match_case):
        return range(node.pattern.lineno, body[0].lineno)
    first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
    cases: list[ast.match_case] = getattr(node, "cases", [])
    end = (
        body[0].lineno if body else cases[0].pattern.lineno if cases else (node.end_lineno or node.lineno) + 1
    )
    return range(first, max(end, first + 1))

"""Programs that respondents write: a real algorithm where one is short, else the list itself as a literal.

They use only what the sandbox of the `code` arm supports.
"""

import json
import re
from collections.abc import Iterable, Iterator

from tasks import AnyInstance, Problem, Row

_TOWER = """    steps = []

    def move(count, source, target, spare):
        if count == 0:
            return
        move(count - 1, source, spare, target)
        steps.append([count, source, target])
        move(count - 1, spare, target, source)

    move({size}, {start}, {target}, {spare})
    return steps"""

CRASHING = """```python
def solve():
    steps = []
    while not steps[-1]:
        steps.append(steps[-1])
    return steps
```"""
"""Ends in an IndexError, both in Python and in the sandbox."""


def program(problem: Problem, rows: Iterable[Row] | None, *, guarded: bool) -> Iterator[str]:
    """Yield a code block whose `solve()` returns the list, piece by piece.

    Args:
        problem: the problem to solve.
        rows: the steps to return, right or wrong; `None` for the solution, computed if there is an algorithm.
        guarded: whether the program also prints the list when it is run as a script.
    """
    yield "```python\ndef solve():\n"
    worked_out = _worked_out(problem.instance) if rows is None else None
    if worked_out is None:
        yield "    return "
        yield from _literal(problem, problem.solution() if rows is None else rows)
    else:
        yield worked_out
    yield '\n\n\nif __name__ == "__main__":\n    print(solve())\n```' if guarded else "\n```"


def _worked_out(instance: AnyInstance) -> str | None:
    given = instance.parameters
    if instance.data:
        return None
    if instance.puzzle == "counting":
        return f"    return list(range({given.first}, {given.first + given.size}))"
    if instance.puzzle == "hanoi" and given.pegs == 3 and given.names == "plain":
        start, target, spare = (
            peg + given.base for peg in (given.start, given.target, 3 - given.start - given.target)
        )
        return _TOWER.format(size=given.size, start=start, target=target, spare=spare)
    return None


_LIST = re.compile(r"\[.*", re.DOTALL)


def _literal(problem: Problem, rows: Iterable[Row]) -> Iterator[str]:
    """Yield the list that the function returns: as it is formatted, or its lines as strings or integers."""
    one = next(iter(problem.solution()))
    written = problem.format(rows)
    if "[" in "".join(problem.format([one])):
        head = next(written)
        while (found := _LIST.search(head)) is None:
            head = next(written)
        yield found[0]
        yield from written
        return
    as_text = "strings" in problem.prompt.code
    yield "["
    for line in _lines(written):
        yield (json.dumps(line) if as_text else line) + ", "
    yield "]"


def _lines(pieces: Iterable[str]) -> Iterator[str]:
    held = ""
    for piece in pieces:
        *whole, held = (held + piece).split("\n")
        yield from whole
    yield held

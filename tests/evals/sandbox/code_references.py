"""Correct programs for the puzzles: what a model that knows how would answer to the `code` arm."""

import json

from tasks import AnyInstance, AnyPuzzle

HANOI = """\
def solve() -> list[list[int]]:
    moves: list[list[int]] = []

    def move(disks, source, target, spare):
        if disks == 0:
            return
        move(disks - 1, source, spare, target)
        moves.append([disks, source, target])
        move(disks - 1, spare, target, source)

    move({size}, 0, 2, 1)
    return moves
"""
"""For the default pegs; the target peg 2."""

HANOI_STACK = """\
def solve():
    moves, stack = [], [({size}, 0, 2, 1)]
    while stack:
        disks, source, target, spare = stack.pop()
        if disks == 1:
            moves.append((1, source, target))
            continue
        if isinstance(disks, str):
            moves.append((int(disks), source, target))
            continue
        stack += [
            (disks - 1, spare, target, source),
            (str(disks), source, target, spare),
            (disks - 1, source, spare, target),
        ]
    return moves
"""

HANOI_BITS = """\
size = {size}
pegs = [0, 2, 1] if size % 2 else [0, 1, 2]
where = [0] * (size + 1)
for number in range(1, 2 ** size):
    disk, rest = 1, number
    while rest % 2 == 0:
        disk, rest = disk + 1, rest // 2
    step = 1 if disk % 2 else 2
    after = (where[disk] + step) % 3
    print(f"[{{disk}}, {{pegs[where[disk]]}}, {{pegs[after]}}]")
    where[disk] = after
"""
"""Prints the moves, one a line."""

CROSSING = """\
from collections import deque
from itertools import combinations

def solve():
    size, seats = {size}, {seats}
    everyone = frozenset(f"{{letter}}_{{i}}" for letter in "aA" for i in range(1, size + 1))

    def safe(group):
        agents = {{name for name in group if name[0] == "A"}}
        return not agents or all("A" + name[1:] in agents for name in group if name[0] == "a")

    queue = deque([(everyone, True)])
    came = {{(everyone, True): None}}
    while queue:
        state = queue.popleft()
        left, here = state
        if not left and not here:
            loads = []
            while came[state] is not None:
                state, load = came[state]
                loads.append(load)
            return loads[::-1]
        bank = left if here else everyone - left
        for count in range(1, seats + 1):
            for load in combinations(sorted(bank), count):
                after = left - set(load) if here else left | set(load)
                reached = (after, not here)
                if reached in came or not (safe(load) and safe(after) and safe(everyone - after)):
                    continue
                came[reached] = (state, list(load))
                queue.append(reached)
"""
"""A search through all states, for `a`ctors and `A`gents."""


def listed(puzzle: AnyPuzzle, instance: AnyInstance) -> str:
    """A program that holds the whole list and returns it in the shape that its prompt asks for."""
    written = "".join(puzzle.format(instance, puzzle.solution(instance)))
    if written.startswith("moves = "):
        values = json.loads(written.removeprefix("moves = "))
    else:
        lines = written.split("\n")
        numbers = "integers" in puzzle.prompt(instance).code
        values = [int(line) for line in lines] if numbers else lines
    return f"def solve():\n    return {values!r}\n"


def answered(code: str) -> str:
    """The program in an answer, as models write it."""
    return f"Here is a function that returns the list:\n\n```python\n{code}```\n\nIt runs in a moment."

"""Blocks on three stacks: the rule, the fewest moves by search, and a solution for any number of blocks."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tasks.contract.puzzle import ANY, Advance, Row, Steps

Stacks = tuple[tuple[int, ...], ...]
"""The blocks on each stack, from bottom to top."""

COUNT = 3


def fault(state: Stacks, row: Row) -> str | None:
    """Say why a move between these stacks is impossible, whatever the block; `None` if it is possible."""
    _, source, target = row
    for stack in (source, target):
        if not 0 <= stack < COUNT:
            return f"there is no stack {stack}"
    if source == target:
        return f"stack {source} is both from and to"
    return None if state[source] else f"stack {source} is empty"


def moved(state: Stacks, source: int, target: int) -> Stacks:
    """Return the state with the top block of one stack moved to another."""
    after = list(state)
    after[target] = (*state[target], state[source][-1])
    after[source] = state[source][:-1]
    return tuple(after)


def advance(state: Stacks, goal: Stacks, steps: Steps, first: int = 0) -> Advance[Stacks]:
    """Replay moves in one loop over lists."""
    stacks, wanted = [list(blocks) for blocks in state], [list(blocks) for blocks in goal]
    heights = [len(blocks) for blocks in goal]
    goal_at = 0 if state == goal else None
    taken = 0
    for block, source, target in steps.rows(first):
        if not (0 <= source < COUNT and 0 <= target < COUNT) or source == target:
            break
        if not stacks[source] or block not in (ANY, stacks[source][-1]):
            break
        stacks[target].append(stacks[source].pop())
        taken += 1
        if goal_at is None and list(map(len, stacks)) == heights and stacks == wanted:
            goal_at = taken
    return Advance(tuple(map(tuple, stacks)), taken, goal_at)


# --- the fewest moves


def at_least(state: Stacks, goal: Stacks) -> int:
    """Return a lower bound on the moves between two states.

    A block is placed if it and all blocks below it are where the goal has them. Every other block must move;
    twice if it is already on its goal stack, which it must leave and return to, or if it is above a block
    that it is also above in the goal, since it must first make way and then return.
    """
    home = {
        block: (stack, height) for stack, blocks in enumerate(goal) for height, block in enumerate(blocks)
    }
    moves = 0
    for stack, blocks in enumerate(state):
        lowest: dict[int, int] = {}
        for height, block in enumerate(blocks):
            to, wanted = home[block]
            if not lowest and (to, wanted) == (stack, height):
                continue
            moves += 2 if to == stack or lowest.get(to, wanted) < wanted else 1
            lowest[to] = min(wanted, lowest.get(to, wanted))
    return moves


@lru_cache(maxsize=4096)
def shortest(start: Stacks, goal: Stacks) -> tuple[Row, ...]:
    """Return a shortest path between two states, by A*; only for few blocks, since the time grows fast."""
    came: dict[Stacks, tuple[Stacks, Row]] = {}
    cost = {start: 0}
    queue = [(at_least(start, goal), 0, start)]
    while True:
        # Among equally promising states, take the deepest first.
        _, minus_made, state = heapq.heappop(queue)
        if state == goal:
            break
        made = 1 - minus_made
        if made > cost[state] + 1:
            continue
        for row in options(state):
            after = moved(state, row[1], row[2])
            if after not in cost or cost[after] > made:
                cost[after] = made
                came[after] = (state, row)
                heapq.heappush(queue, (made + at_least(after, goal), -made, after))
    rows: list[Row] = []
    while state != start:
        state, row = came[state]
        rows.append(row)
    return tuple(reversed(rows))


def options(state: Stacks) -> Iterator[Row]:
    """Yield every legal move."""
    for source, blocks in enumerate(state):
        for target in range(COUNT):
            if blocks and source != target:
                yield blocks[-1], source, target


# --- a solution for any number of blocks


@dataclass(frozen=True, slots=True)
class _Next:
    """The next block that a stack needs: where it is, and how many moves it takes to place it."""

    cost: int
    stack: int
    found: int
    height: int


def built(start: Stacks, goal: Stacks) -> Iterator[Row]:
    """Yield moves between two states that repeatedly place the block that is cheapest to place.

    Not a shortest path. With r blocks left to place, the next one takes at most r + 1 moves, since each of
    the others makes way at most once; so N blocks take at most N (N + 3) / 2 moves.
    """
    stacks = [list(blocks) for blocks in start]
    placed = [_placed(blocks, goal[stack]) for stack, blocks in enumerate(stacks)]
    while any(placed[stack] < len(goal[stack]) for stack in range(COUNT)):
        chosen = min(_nexts(stacks, goal, placed), key=lambda item: (item.cost, item.stack))
        for source, target in _placing(stacks, placed, chosen):
            block = stacks[source].pop()
            stacks[target].append(block)
            yield block, source, target
        placed = [_placed(blocks, goal[stack]) for stack, blocks in enumerate(stacks)]


def _placed(blocks: list[int], goal: tuple[int, ...]) -> int:
    for height, (block, wanted) in enumerate(zip(blocks, goal, strict=False)):
        if block != wanted:
            return height
    return min(len(blocks), len(goal))


def _nexts(stacks: list[list[int]], goal: Stacks, placed: list[int]) -> Iterator[_Next]:
    where = {
        block: (stack, height) for stack, blocks in enumerate(stacks) for height, block in enumerate(blocks)
    }
    for stack in range(COUNT):
        if placed[stack] < len(goal[stack]):
            found, height = where[goal[stack][placed[stack]]]
            own = len(stacks[stack]) - placed[stack]
            cost = own + 1 if found == stack else own + len(stacks[found]) - height
            yield _Next(cost, stack, found, height)


def _placing(stacks: list[list[int]], placed: list[int], wanted: _Next) -> Iterator[tuple[int, int]]:
    # Lazy: the caller makes each move before the next pair of stacks is computed.
    aside = next(stack for stack in range(COUNT) if stack not in (wanted.stack, wanted.found))
    while len(stacks[wanted.found]) > wanted.height + 1:
        yield wanted.found, aside
    found = wanted.found
    if found == wanted.stack:
        found = COUNT - wanted.stack - aside
        yield wanted.stack, found
    while len(stacks[wanted.stack]) > placed[wanted.stack]:
        yield wanted.stack, aside
    yield found, wanted.stack


# --- two stacks into one, in which their blocks alternate


def pouring(state: Stacks, goal: Stacks) -> int:
    """Return how many moves of `poured` lead to this state, provided that it is one of its states."""
    begun = goal[0][0] in state[1]
    return len(state[2]) if begun else len(goal[0]) - 1 + len(state[0])


def poured(start: Stacks, goal: Stacks, first: int) -> Iterator[Row]:
    """Yield the moves: all but the goal's bottom block to stack 2, upside down; that block; the rest back."""
    blocks, right = goal[0], set(start[1])
    last = len(blocks) - 1
    for at in range(first, last):
        yield blocks[last - at], 1 if blocks[last - at] in right else 0, 2
    if first <= last:
        yield blocks[0], 1, 0
    for at in range(max(1, first - last), last + 1):
        yield blocks[at], 2, 0


def poured_after(start: Stacks, goal: Stacks, count: int) -> Stacks:
    """Return the state after `count` moves of `poured`, in closed form."""
    (left, right, _), (whole, _, _) = start, goal
    top_down = whole[::-1]
    taken = set(top_down[: min(count, len(whole) - 1)])
    placed = whole[: max(0, count - len(whole) + 1)]
    gone, piled = taken | set(placed), taken - set(placed)
    return (
        (*(block for block in left if block not in gone), *placed),
        tuple(block for block in right if block not in gone),
        tuple(block for block in top_down if block in piled),
    )

"""Checkers that change sides: the rules, replay, and the two solutions in closed form.

A state is a string of R, B and _: the two colours by their internal names, and the empty position.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from tasks.contract.puzzle import ANY, NEVER, Advance, Row, Steps

_WAY = {"R": 1, "B": -1}


def fault(cells: Sequence[str], row: Row) -> str | None:
    """Return the rule that a move breaks, in words; `None` if it is legal. The colour may be `ANY`."""
    colour, source, target = row
    for place in (source, target):
        if not 0 <= place < len(cells):
            return f"there is no position {place}"
    own = cells[source]
    if own == "_":
        return f"position {source} is empty"
    if colour != ANY and own != "RB"[colour : colour + 1]:
        return f"the checker at {source} has the other colour"
    return _blocked(cells, source, target)


def _blocked(cells: Sequence[str], source: int, target: int) -> str | None:
    own = cells[source]
    if cells[target] != "_":
        return f"position {target} is not empty"
    length = (target - source) * _WAY[own]
    if length < 0:
        return "a checker cannot go backwards"
    if length > 2:
        return f"from {source} to {target} is too far"
    if length == 2 and cells[(source + target) // 2] == own:
        return "a checker cannot jump over its own colour"
    return None


def moved(state: str, row: Row) -> str:
    """Return the state after the move."""
    cells = list(state)
    cells[row[2]], cells[row[1]] = cells[row[1]], "_"
    return "".join(cells)


def advance(state: str, goal: str, steps: Steps, first: int = 0) -> Advance[str]:
    """Replay moves in one loop over cells."""
    cells = list(state)
    astray = sum(map(str.__ne__, cells, goal))
    goal_at = 0 if astray == 0 else None
    taken = 0
    for row in steps.rows(first):
        if fault(cells, row) is not None:
            break
        _, source, target = row
        astray -= (cells[source] != goal[source]) + (cells[target] != goal[target])
        cells[target], cells[source] = cells[source], "_"
        astray += (cells[source] != goal[source]) + (cells[target] != goal[target])
        taken += 1
        if astray == 0 and goal_at is None:
            goal_at = taken
    return Advance("".join(cells), taken, goal_at)


# --- the two solutions: one begins with a move of red, the other with a move of blue


@dataclass(frozen=True, slots=True)
class Streak:
    """Consecutive moves of one colour; length 1 is a slide, 2 a jump."""

    colour: int
    lengths: tuple[int, ...]


def turns(size: int) -> Iterator[Streak]:
    """Yield the turns, of 1, 2, …, N, N, N, …, 2, 1 moves.

    The slide of a turn comes last while the turns grow, and first while they shrink; all others are jumps.
    """
    for turn in range(1, 2 * size + 2):
        colour = (turn + 1) % 2
        if turn <= size:
            yield Streak(colour, (2,) * (turn - 1) + (1,))
        elif turn == size + 1:
            yield Streak(colour, (2,) * size)
        else:
            yield Streak(colour, (1,) + (2,) * (2 * size + 1 - turn))


def after_turns(size: int, count: int) -> str:
    """Return the state after `count` of the growing turns: moved and passed checkers alternate."""
    if count == 0:
        return "R" * size + "_" + "B" * size
    mixed = ("RB" * count)[:-1]
    state = "R" * (size - count) + "_" + mixed + "B" * (size - count + 1)
    return state if count % 2 else mirrored(state)


def mirrored(state: str) -> str:
    """Return the state seen from the other side, with the colours swapped."""
    return state[::-1].translate(str.maketrans("RB", "BR"))


def moves_left(size: int, state: str) -> int:
    """Return the moves from a state to the goal, if it can be reached.

    That is the positions still to go minus the pairs still to pass.
    """
    gone = sum(at * _WAY[cell] for at, cell in enumerate(state) if cell != "_")
    pairs = reds = 0
    for cell in state:
        reds += cell == "R"
        pairs += reds if cell == "B" else 0
    return size * (size + 1) - gone - pairs


def fewest(size: int) -> int:
    """Return the moves of every solution: a jump for each pair to pass, and two slides for each checker."""
    return (size + 1) ** 2 - 1


def distance(size: int, state: str) -> int:
    """Return the moves from a state that can be reached to the goal; `NEVER` off the two solutions.

    All paths from a state have the same length: the positions still to go minus the pairs still to pass.
    """
    left = moves_left(size, state)
    best = state_after(size, fewest(size) - left) if left >= 0 else ""
    return left if state in (best, mirrored(best)) else NEVER


def solution(size: int, first: int = 0) -> Iterator[Row]:
    """Yield the moves turn by turn (see `turns`); whole turns before `first` are skipped."""
    empty = size
    for turn in turns(size):
        way = 1 - 2 * turn.colour
        if first >= len(turn.lengths):
            first -= len(turn.lengths)
            empty -= way * sum(turn.lengths)
            continue
        for length in turn.lengths:
            source = empty - way * length
            if first == 0:
                yield turn.colour, source, empty
            else:
                first -= 1
            empty = source


def state_after(size: int, count: int) -> str:
    """Return the state: closed form up to the last turn, which is replayed; second half by symmetry."""
    if 2 * count > fewest(size):
        return state_after(size, fewest(size) - count)[::-1]
    made, whole = 0, 0
    while made + whole + 1 <= count and whole < size:
        whole += 1
        made += whole
    cells = list(after_turns(size, whole))
    for _, source, target in islice(solution(size, made), count - made):
        cells[target], cells[source] = cells[source], "_"
    return "".join(cells)

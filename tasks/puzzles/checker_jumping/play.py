"""Checkers in any row: who may move where, and the shortest ways from one row to another.

A row is a string with a letter for each kind, A, B, C …, and _ for an empty position.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tasks.contract.puzzle import ANY, NEVER, Advance, Row, Steps
from tasks.puzzles.checker_jumping import rules

EMPTY = "_"
RIGHT, LEFT, BOTH = "right", "left", "both"
_MOST_STATES, _MOST_CELLS = 6_000, 200_000
"""How many rows are searched at most, and how many positions they have in all: about 0.1 seconds."""
_MOST_COMPARED = 200
"""Of how many checkers all pairs are looked at."""


def letter(kind: int) -> str:
    """Return the letter for a kind."""
    return chr(ord("A") + kind)


@dataclass(frozen=True, slots=True)
class Play:
    """The rules and both rows."""

    start: str
    goal: str
    directions: tuple[str, ...]
    """Where each kind may go."""
    over_own: bool = False
    """Whether a checker may jump over one of its own kind."""

    def fault(self, cells: Sequence[str], row: Row) -> str | None:
        """Return the rule that a move breaks, in words; `None` if it is legal. The kind may be `ANY`."""
        kind, source, target = row
        for place in (source, target):
            if not 0 <= place < len(cells):
                return "there is no such position"
        own = cells[source]
        if own == EMPTY:
            return "there is no checker where it would start"
        if kind not in (ANY, ord(own) - ord("A")):
            return "the checker there has another colour"
        return self._blocked(cells, source, target)

    def _blocked(self, cells: Sequence[str], source: int, target: int) -> str | None:
        own, length = cells[source], target - source
        if cells[target] != EMPTY:
            return "the position it would go to is not empty"
        if self.directions[ord(own) - ord("A")] not in (BOTH, RIGHT if length > 0 else LEFT):
            return "such a checker cannot go that way"
        if abs(length) > 2:
            return "that is too far"
        over = cells[(source + target) // 2]
        if abs(length) == 2 and (over == EMPTY or (over == own and not self.over_own)):
            return "there is no checker that it may jump over"
        return None

    def moves(self, cells: str) -> Iterator[Row]:
        """Yield every legal move."""
        empty = cells.find(EMPTY)
        while empty >= 0:
            for source in (empty - 2, empty - 1, empty + 1, empty + 2):
                there = 0 <= source < len(cells) and cells[source] != EMPTY
                if there and self._blocked(cells, source, empty) is None:
                    yield ord(cells[source]) - ord("A"), source, empty
            empty = cells.find(EMPTY, empty + 1)

    def advance(self, state: str, steps: Steps, first: int) -> Advance[str]:
        """Replay moves in one loop over cells."""
        cells = list(state)
        astray = sum(map(str.__ne__, cells, self.goal))
        goal_at = 0 if astray == 0 else None
        taken = 0
        for row in steps.rows(first):
            if self.fault(cells, row) is not None:
                break
            _, source, target = row
            astray -= (cells[source] != self.goal[source]) + (cells[target] != self.goal[target])
            cells[target], cells[source] = cells[source], EMPTY
            astray += (cells[source] != self.goal[source]) + (cells[target] != self.goal[target])
            taken += 1
            if astray == 0 and goal_at is None:
                goal_at = taken
        return Advance("".join(cells), taken, goal_at)

    def stuck(self, cells: str) -> bool:
        """Whether some checkers can never move again, and are not where the goal has them.

        Of two kinds that go towards each other, two of each in a row bar each other's way, as do two and one at
        an end of the row.
        """
        if self.over_own or sorted(self.directions) != [LEFT, RIGHT]:
            return False
        right, left = (letter(self.directions.index(way)) for way in (RIGHT, LEFT))
        barred = f"{right}{right}{left}{left}"
        at = cells.find(barred)
        while at >= 0:
            if not self.goal.startswith(barred, at):
                return True
            at = cells.find(barred, at + 1)
        first, last = barred[1:], barred[:3]
        return (cells.startswith(first) and not self.goal.startswith(first)) or (
            cells.endswith(last) and not self.goal.endswith(last)
        )

    @property
    def length(self) -> int | None:
        """The moves of every solution if no checker can go back, or pass one that goes the same way.

        These are the positions still to go minus the pairs still to pass, or `NEVER`; `None` if lengths differ.
        """
        left, right = self.sides
        if left:
            return left * right + left + right
        if BOTH in self.directions or self.over_own or len(self.start) > _MOST_COMPARED:
            return None
        places: list[tuple[int, int, int]] = []
        for kind, direction in enumerate(self.directions):
            way = 1 if direction == RIGHT else -1
            there, wanted = (
                [at for at, cell in enumerate(row) if cell == letter(kind)] for row in (self.start, self.goal)
            )
            if any((end - begin) * way < 0 for begin, end in zip(there, wanted, strict=True)):
                return NEVER
            places += [(begin, end, way) for begin, end in zip(there, wanted, strict=True)]
        places.sort()
        pairs = [
            way == other_way
            for at, (_, end, way) in enumerate(places)
            for _, other_end, other_way in places[at + 1 :]
            if other_end < end
        ]
        return None if any(pairs) else sum(abs(end - begin) for begin, end, _ in places) - len(pairs)

    @property
    def sides(self) -> tuple[int, int]:
        """How many checkers change sides over one empty position, on the left and on the right; else zeros."""
        left = self.start.find(EMPTY)
        right = len(self.start) - left - 1
        row = letter(0) * left + EMPTY + letter(1) * right
        change = self.start == row and self.goal == row[::-1] and self.directions == (RIGHT, LEFT)
        return (left, right) if change and not self.over_own else (0, 0)

    @property
    def classic(self) -> int:
        """How many of each colour change sides, as in the classic puzzle; 0 if it is another."""
        left, right = self.sides
        return left if left == right else 0


def moved(cells: str, row: Row) -> str:
    """Return the row after a move."""
    after = list(cells)
    after[row[2]], after[row[1]] = after[row[1]], EMPTY
    return "".join(after)


@dataclass(frozen=True, slots=True)
class Ways:
    """The shortest ways from the start to the goal."""

    play: Play
    fewest: int | None
    """`NEVER` if there is none, `None` if that is not known."""
    left: dict[str, int]
    """How far each row is from the goal."""
    whole: bool
    """Whether `left` has all rows from which the goal can be reached."""
    found: tuple[Row, ...] = ()
    """A solution, where distances are not known."""

    def distance(self, cells: str) -> int | None:
        """Return the fewest moves to the goal, if that is known."""
        if self.fewest in (None, NEVER):
            return None
        if self.left:
            return self.left.get(cells, NEVER if self.whole else None)
        return rules.distance(self.play.classic, _classic(cells)) if self.play.classic else None

    def solution(self, first: int) -> Iterator[Row]:
        """Yield the moves of a shortest solution from move `first` on; none if it is not known."""
        if self.fewest in (None, NEVER):
            return
        if not self.left:
            yield from rules.solution(self.play.classic, first) if self.play.classic else self.found[first:]
            return
        cells = self.play.start
        for number in range(self.left[cells]):
            wanted = self.left[cells] - 1
            row, cells = next(
                (row, after)
                for row in self.play.moves(cells)
                if self.left.get(after := moved(cells, row)) == wanted
            )
            if number >= first:
                yield row


def _classic(cells: str) -> str:
    return cells.translate(str.maketrans("AB", "RB"))


@lru_cache(maxsize=16)
def ways(play: Play) -> Ways:
    """Search from the start, then back from the goal; in classic rows of many checkers there is a formula."""
    length = play.length
    if length == NEVER:
        return Ways(play, NEVER, {}, whole=True)
    levels: dict[str, int] = {play.start: 0}
    before: dict[str, list[str]] = defaultdict(list)
    most = min(_MOST_STATES, _MOST_CELLS // len(play.start))
    for cells in (queue := [play.start]):
        if len(levels) > most:
            break
        for row in play.moves(cells):
            after = moved(cells, row)
            if play.stuck(after):
                continue
            before[after].append(cells)
            if after not in levels:
                levels[after] = levels[cells] + 1
                queue.append(after)
    else:
        left = _back(before, play.goal) if play.goal in levels else {}
        return Ways(play, levels.get(play.goal, NEVER), left, whole=True)
    if play.goal in levels:
        fewest = levels[play.goal]
        left = _back(before, play.goal)
        return Ways(
            play, fewest, {at: far for at, far in left.items() if levels[at] + far == fewest}, whole=False
        )
    if play.classic:
        return Ways(play, length, {}, whole=False)
    found = _deep(play, most) if length is not None else None
    if found is None:
        # Sides always can change.
        return Ways(play, length if any(play.sides) else None, {}, whole=False)
    return Ways(play, length, {}, whole=False, found=found)


def _back(before: dict[str, list[str]], goal: str) -> dict[str, int]:
    left = {goal: 0}
    for cells in (queue := [goal]):
        for there in before[cells]:
            if there not in left:
                left[there] = left[cells] + 1
                queue.append(there)
    return left


def _deep(play: Play, most: int) -> tuple[Row, ...] | None:
    """Return any solution, jumps first, where all have the same length; `None` if none is found soon."""
    seen = {play.start}
    path: list[tuple[Row, str, Iterator[Row]]] = [((0, 0, 0), play.start, _jumps_first(play, play.start))]
    while path and len(seen) <= most:
        _, cells, rows = path[-1]
        if cells == play.goal:
            return tuple(row for row, _, _ in path[1:])
        for row in rows:
            after = moved(cells, row)
            if after not in seen and not play.stuck(after):
                seen.add(after)
                path.append((row, after, _jumps_first(play, after)))
                break
        else:
            path.pop()
    return None


def _jumps_first(play: Play, cells: str) -> Iterator[Row]:
    return iter(sorted(play.moves(cells), key=lambda row: -abs(row[1] - row[2])))

"""Towers of disks on pegs: the rules, replay and closed forms shared by the Hanoi family."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from tasks.contract.draws import below, shuffled
from tasks.contract.puzzle import ANY, Advance, Row, Steps

Pegs = tuple[tuple[int, ...], ...]
"""The disks on each peg, from bottom to top; a smaller number is a smaller disk."""

MOST_PEGS = 10


@dataclass(frozen=True, slots=True)
class Board:
    """The names of an instance's pegs and disks, and the pegs that play a role, if any."""

    pegs: int
    base: int = 0
    """The number of the first peg."""
    letters: tuple[str, ...] = ()
    """Names that replace the numbers, one per peg."""
    disks: tuple[int, ...] = ()
    """The disks' names, from the smallest on; if empty, they are 1, 2, 3, …"""
    source: int | None = None
    target: int | None = None
    peg_names: tuple[str, ...] = ()
    """Names of any kind that replace the numbers, one per peg, where they are neither letters nor in a row."""
    disk_names: tuple[str, ...] = ()
    """Names of any kind for the disks that moves number 1, 2, 3, …, from the smallest on."""

    @property
    def quoted(self) -> bool:
        """Whether pegs are texts in a list of moves."""
        return bool(self.letters) or not all(map(str.isdecimal, self.peg_names))

    def name(self, peg: int) -> str:
        """Return the prompt's name for this peg."""
        names = self.letters or self.peg_names
        return names[peg] if 0 <= peg < len(names) else str(peg + self.base)

    def disk_name(self, disk: int) -> str:
        """Return the prompt's name for a disk, given as moves number it."""
        return self.disk_names[disk - 1] if 0 < disk <= len(self.disk_names) else str(disk)

    def disk(self, rank: int) -> int:
        """Return the name of the disk with this rank; rank 1 is the smallest."""
        return self.disks[rank - 1] if self.disks else rank

    def called(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Replace the ranks of the disks in these moves by the disks' names."""
        if not self.disks:
            return iter(rows)
        return ((self.disks[rank - 1], source, target) for rank, source, target in rows)

    def standing(self, peg_of: Sequence[int]) -> Pegs:
        """Return the state in which the disks, from the smallest on, are on these pegs."""
        stacks: list[list[int]] = [[] for _ in range(self.pegs)]
        for rank in range(len(peg_of), 0, -1):
            stacks[peg_of[rank - 1]].append(self.disk(rank))
        return tuple(map(tuple, stacks))


def drawn_board(puzzle: str, seed: int, size: int, pegs: int = 3) -> Board:
    """Return a board with random letters for pegs and random increasing numbers for disks.

    A seed gives the same names at every size.
    """
    rng = Random(f"{puzzle}/names/seed={seed}")
    letters = shuffled(rng, "DFGHJKMNTVWZ")[:pegs]
    disks = [11 + below(rng, 10)]
    while len(disks) < size:
        disks.append(disks[-1] + 1 + below(rng, 7))
    return Board(pegs, letters=tuple(letters), disks=tuple(disks[:size]))


def pegs_of(state: Pegs) -> list[int]:
    """Return the peg of each disk, from the smallest on."""
    return [peg for _, peg in sorted((disk, peg) for peg, disks in enumerate(state) for disk in disks)]


def fault(board: Board, state: Pegs, row: Row) -> str | None:
    """Return the rule that a move breaks, in words; `None` if it is legal. The disk may be `ANY`."""
    disk, source, target = row
    for peg in (source, target):
        if not 0 <= peg < board.pegs:
            return f"there is no peg {board.name(peg)}"
    if source == target:
        return f"peg {board.name(source)} is both from and to"
    if not state[source]:
        return f"peg {board.name(source)} is empty"
    top = state[source][-1]
    if disk not in (ANY, top):
        said, there = board.disk_name(disk), board.disk_name(top)
        return f"disk {said} is not on top of peg {board.name(source)}; disk {there} is"
    if state[target] and state[target][-1] < top:
        smaller = board.disk_name(state[target][-1])
        return f"disk {board.disk_name(top)} cannot go on the smaller disk {smaller}"
    return None


def between_pegs(state: Pegs) -> Iterator[Row]:
    """Yield a move from every peg to every peg, most of them illegal; the disk of an empty peg is 0."""
    for source, disks in enumerate(state):
        for target in range(len(state)):
            yield disks[-1] if disks else 0, source, target


def moved(state: Pegs, source: int, target: int) -> Pegs:
    """Return the state with the top disk of one peg moved to another."""
    after = list(state)
    after[target] = (*state[target], state[source][-1])
    after[source] = state[source][:-1]
    return tuple(after)


def advance(
    state: Pegs, goal: Pegs, steps: Steps, first: int = 0, ways: Collection[tuple[int, int]] | None = None
) -> Advance[Pegs]:
    """Replay moves in one loop over stacks.

    Args:
        state: Where the disks are.
        goal: Where they must be; those that it lacks may be anywhere.
        steps: The moves.
        first: The first of them that counts.
        ways: The (from, to) pairs of pegs that are allowed; `None` for all.
    """
    pegs = [list(disks) for disks in state]
    home = {disk: ANY for disks in state for disk in disks}
    home |= {disk: peg for peg, disks in enumerate(goal) for disk in disks}
    astray = sum(home[disk] not in (ANY, peg) for peg, disks in enumerate(state) for disk in disks)
    goal_at = 0 if astray == 0 else None
    count, taken = len(pegs), 0
    barred = {
        (a, b)
        for a in range(count)
        for b in range(count)
        if a == b or (ways is not None and (a, b) not in ways)
    }
    numbers = iter(steps.values[first * 3 :] if first else steps.values)
    for disk, source, target in zip(numbers, numbers, numbers, strict=True):
        if not (0 <= source < count and 0 <= target < count) or (source, target) in barred:
            break
        stack, onto = pegs[source], pegs[target]
        if not stack or (disk not in (stack[-1], ANY)) or (onto and onto[-1] < stack[-1]):
            break
        top = stack.pop()
        onto.append(top)
        taken += 1
        astray += (home[top] == source) - (home[top] == target)
        if goal_at is None and astray == 0:
            goal_at = taken
    return Advance(tuple(map(tuple, pegs)), taken, goal_at)


# --- closed forms on three pegs


def tower_moves(size: int, source: int, target: int, first: int = 0) -> Iterator[Row]:
    """Yield the moves of a whole tower of disks 1 to `size`, from move `first` on.

    Step m moves disk 1 + (number of trailing zero bits of m).
    """
    cycles = [_cycle(size, source, target, disk) for disk in range(1, size + 1)]
    for step in range(first + 1, 1 << size):
        disk = (step & -step).bit_length()
        cycle, times = cycles[disk - 1], _times(disk, step - 1)
        yield disk, cycle[times % 3], cycle[(times + 1) % 3]


def tower_after(size: int, source: int, target: int, count: int) -> list[int]:
    """Return the peg of each disk, from the smallest on, after `count` moves of `tower_moves`."""
    return [_cycle(size, source, target, disk)[_times(disk, count) % 3] for disk in range(1, size + 1)]


def _cycle(size: int, source: int, target: int, disk: int) -> tuple[int, int, int]:
    """Return the pegs that a disk visits in turn; disks of the same parity go round in the same direction."""
    other = 3 - source - target
    return (source, target, other) if (size - disk) % 2 == 0 else (source, other, target)


def _times(disk: int, count: int) -> int:
    # After `count` moves of the tower, disk d has moved (count + 2^(d-1)) // 2^d times.
    return (count + (1 << (disk - 1))) >> disk

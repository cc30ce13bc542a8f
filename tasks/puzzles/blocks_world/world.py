"""A world of blocks given whole: what each block is on, the rules of a step, and what the goal asks.

A state says of each block what it is on: another block, the table, a stack of its own if their number is
limited, or that the hand holds it. A step is `(block, from, to)` in the same codes; from and to are the hand
where blocks are picked up and put down in steps of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tasks.contract.puzzle import ANY, Advance, Row, Steps

State = tuple[int, ...]
"""What each block is on."""

STACK = 1 << 16
"""The code of the first stack, and in a state of what is at its bottom."""
TABLE = 1 << 20
HAND = TABLE + 1
UNKNOWN = TABLE + 2
"""Something that is not there: a name that no block, stack or other place has."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What must hold at the end. Contradictions are kept: they make an instance that nobody can solve."""

    on: tuple[tuple[int, int], ...]
    """Blocks, and what each must be on."""
    clear: tuple[int, ...] = ()
    holding: tuple[int, ...] = ()
    empty: bool = False
    """Whether the hand must be empty."""


@dataclass(frozen=True, slots=True)
class World:
    """Everything about one instance."""

    blocks: tuple[str, ...]
    stacks: int | None
    """How many there can be; `None` on a table without limit."""
    names: tuple[str, ...]
    """What the stacks are called; none where they are not told apart."""
    hand: bool
    """Whether picking up and putting down are steps of their own."""
    start: State
    goal: Goal
    called: tuple[str, ...] = ()
    """What else the blocks are called, such as colours."""
    actions: tuple[tuple[str, str], ...] = ()
    """Obfuscated names of actions, and what each means."""
    predicates: tuple[tuple[str, str], ...] = ()
    objects: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class GivenBlocks:
    """The parameters of an instance given whole."""

    size: int
    world: World = field(compare=False)


# --- states


def is_bottom(place: int) -> bool:
    """Return whether what a block is on is the table, or the floor of a stack."""
    return STACK <= place <= TABLE


def stack_of(state: Sequence[int], block: int) -> int:
    """Return the stack that a block is in, or the table or the hand."""
    place = state[block]
    while place < STACK:
        place = state[place]
    return place


def tops(state: Sequence[int], stacks: int) -> list[int]:
    """Return the top block of each stack; its own code where it is empty."""
    found = [STACK + at for at in range(stacks)]
    below = set(state)
    for block, place in enumerate(state):
        if block not in below and place != HAND:
            found[stack_of(state, block) - STACK] = block
    return found


def piles(state: Sequence[int]) -> dict[int, list[int]]:
    """Return the blocks of each pile from bottom to top, by the block at its bottom."""
    above = {place: block for block, place in enumerate(state) if place < STACK}
    found: dict[int, list[int]] = {}
    for block, place in enumerate(state):
        if is_bottom(place):
            pile = found[block] = [block]
            while pile[-1] in above:
                pile.append(above[pile[-1]])
    return found


def satisfied(goal: Goal, state: Sequence[int]) -> bool:
    """Return whether a state is one that the goal asks for."""
    for block, wanted in goal.on:
        place = state[block]
        if place != wanted and not (wanted == TABLE and STACK <= place < TABLE):
            return False
    if goal.empty and HAND in state:
        return False
    if not all(state[block] == HAND for block in goal.holding):
        return False
    return not any(block in state or state[block] == HAND for block in goal.clear)


# --- steps


def resolved(world: World, state: Sequence[int], row: Row) -> tuple[int, int]:
    """Return the block and the place that a legal step puts it on, whatever way it is told in."""
    block, source, target = row
    if block == ANY:
        block = tops(state, world.stacks or 0)[source - STACK]
    if STACK <= target < TABLE:
        return block, tops(state, world.stacks or 0)[target - STACK]
    if target == TABLE and world.stacks is not None:
        return block, next(top for top in tops(state, world.stacks) if top >= STACK)
    return block, target


def moved(world: World, state: State, row: Row) -> State:
    """Return the state after a legal step."""
    block, target = resolved(world, state, row)
    return (*state[:block], target, *state[block + 1 :])


def advance(world: World, state: State, steps: Steps, first: int = 0) -> Advance[State]:
    """Replay steps in one loop over a list."""
    now = list(state)
    goal_at = 0 if satisfied(world.goal, now) else None
    taken = 0
    for row in steps.rows(first):
        if fault(world, now, row) is not None:
            break
        block, target = resolved(world, now, row)
        now[block] = target
        taken += 1
        if goal_at is None and satisfied(world.goal, now):
            goal_at = taken
    return Advance(tuple(now), taken, goal_at)


def fault(world: World, state: Sequence[int], row: Row) -> str | None:  # noqa: PLR0911 - a rule a line
    """Return the rule that a step breaks, in a few words; `None` if it is legal."""
    block, source, target = row
    told = _Told(world, state)
    if block == ANY:
        if world.stacks is None or not STACK <= source < STACK + world.stacks:
            return "it does not say which block"
        block = tops(state, world.stacks)[source - STACK]
        if block >= STACK:
            return f"{told.place(source)} is empty"
    if not 0 <= block < len(state):
        return "there is no such block"
    if world.hand and HAND not in (source, target):
        return f"block {told.name(block)} cannot go from place to place in one step: it is picked up first"
    if source == target:
        return f"{told.place(source)} is both from and to"
    if source == HAND and (world.hand or HAND in state):
        return told.not_in_hand(block) or told.not_free(block, target)
    return told.not_taken(block, ANY if source == HAND else source) or told.not_free(block, target)


@dataclass(frozen=True, slots=True)
class _Told:
    """The rules, each in words where a step breaks it."""

    world: World
    state: Sequence[int]

    def name(self, block: int) -> str:
        return self.world.blocks[block]

    def place(self, place: int) -> str:
        if 0 <= place < len(self.state):
            return f"block {self.name(place)}"
        if STACK <= place < STACK + len(self.world.names):
            return f"stack {self.world.names[place - STACK]}"
        return {TABLE: "the table", HAND: "the hand"}.get(place, "this place")

    def not_in_hand(self, block: int) -> str | None:
        """Say why a block cannot be put down."""
        if self.state[block] == HAND:
            return None
        held = "is empty" if HAND not in self.state else f"holds {self.name(self.state.index(HAND))}"
        return f"block {self.name(block)} cannot be put down: the hand {held}"

    def not_taken(self, block: int, source: int) -> str | None:
        """Say why a block cannot be picked up from a place."""
        state, cannot = self.state, f"block {self.name(block)} cannot be picked up:"
        if HAND in state:
            return f"{cannot} the hand holds {self.name(state.index(HAND))}"
        if block in state:
            return f"{cannot} {self.name(state.index(block))} is on it"
        there = state[block]
        if source in (ANY, there) or (is_bottom(there) and source == TABLE):
            return None
        if STACK <= source < TABLE and stack_of(state, block) == source:
            return None
        if not is_bottom(there):
            return f"{cannot} it is on {self.name(there)}, not on {self.place(source).removeprefix('block ')}"
        return f"{cannot} it is on the table" if self.world.stacks is None else f"{cannot} it is not there"

    def not_free(self, block: int, target: int) -> str | None:  # noqa: PLR0911 - a rule a line
        """Say why a block cannot be put on a place."""
        world, state = self.world, self.state
        if target == HAND or (target == TABLE and world.stacks is None):
            return self._on_table(block) if target == TABLE else None
        cannot = f"block {self.name(block)} cannot be put on"
        if target == TABLE:
            full = all(top < STACK for top in tops(state, world.stacks or 0))
            return f"{cannot} the table: no stack is empty" if full else self._on_table(block)
        if STACK <= target < STACK + (world.stacks or 0):
            same = stack_of(state, block) == target
            return f"{cannot} {self.place(target)}: it is there" if same else None
        if not 0 <= target < len(state):
            return f"{cannot} something that is not there" if target != ANY else "it does not say where to"
        if target == block:
            return f"{cannot} itself"
        if target in state:
            on_it = self.name(state.index(target))
            return f"{cannot} {self.name(target)}: {'it' if on_it == self.name(block) else on_it} is on it"
        if state[target] == HAND:
            return f"{cannot} {self.name(target)}: the hand holds that"
        return None

    def _on_table(self, block: int) -> str | None:
        if is_bottom(self.state[block]) and not self.world.names:
            return f"block {self.name(block)} is on the table"
        return None


def options(world: World, state: State) -> list[Row]:
    """Every step that might be legal, each in one way."""
    places: Sequence[int] = tops(state, world.stacks) if world.stacks is not None else [TABLE]
    below = {*state}
    free = [block for block, place in enumerate(state) if block not in below and place != HAND]
    if world.stacks is None:
        places = [TABLE, *free]
    elif not world.names:
        empty = [TABLE] if any(place >= STACK for place in places) else []
        places = [*empty, *free]
    elif not world.hand:
        places = [STACK + at for at in range(world.stacks)]
    if HAND in state:
        held = state.index(HAND)
        return [(held, HAND, place) for place in places]
    if world.hand:
        return [(block, TABLE if state[block] >= STACK else state[block], HAND) for block in free]
    return [(block, ANY, place) for block in free for place in places]

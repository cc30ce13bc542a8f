"""The fewest steps in a world of blocks, and a plan that takes them.

On a table without limit, blocks that must move are known, and each goes straight to its place unless blocks wait
for one another in a circle; then one of the circle goes to the table first. Which ones is the only choice, and
the fewest are found by deepening. With few stacks there is no such order, and a search over states is needed.

Where picking up and putting down are steps of their own, a move is two of them; the last may be half a move.
"""

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from tasks.contract.puzzle import NEVER, Row
from tasks.puzzles.blocks_world.world import (
    HAND,
    STACK,
    TABLE,
    Goal,
    State,
    World,
    is_bottom,
    piles,
    satisfied,
    tops,
)

Move = tuple[int, int]
"""A block, and the block or place that it goes on top of."""

_MOST_WORK = 2_000_000
"""How many looks at a block the deepening may take: 5,000 tries with 20 blocks."""
_MOST_PLACES = 70_000
"""How many states a search with few stacks may reach, times the number of blocks."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known of the way from a state to the goal."""

    steps: int | None
    """The length of the best way known; `NEVER` if there is none at all, `None` if it was not found out."""
    at_least: int
    rows: tuple[Row, ...] = ()

    @property
    def optimal(self) -> bool:
        """Whether none is shorter."""
        return self.steps == self.at_least


def contradicts_itself(world: World) -> bool:
    """Return whether no state at all is as the goal asks, with as many stacks as there are."""
    goal = world.goal
    on, held = dict(goal.on), {*goal.holding}
    under = [place for _, place in goal.on if place < TABLE]
    if len(on) < len(goal.on) or len({*under}) < len(under) or len(held) > 1 or (held and goal.empty):
        return True
    if (held or {*goal.clear}) & {*under} or held & (on.keys() | {*goal.clear}):
        return True
    return any(_circles(on, block) for block in on) or not _has_room(world)


def _circles(on: Mapping[int, int], block: int) -> bool:
    place = on[block]
    for _ in on:
        if place == block:
            return True
        place = on.get(place, TABLE)
    return False


def _has_room(world: World) -> bool:
    """Whether the towers that the goal asks for can stand in as many stacks as there are."""
    if world.stacks is None:
        return True
    on, clear = dict(world.goal.on), {*world.goal.clear}
    above = {place: block for block, place in on.items()}
    low = high = both = free = alone = 0
    for block in range(len(world.blocks)):
        place = on.get(block, -1)
        if 0 <= place < STACK or block in world.goal.holding:
            continue
        top = block
        while top in above:
            top = above[top]
        fixed, open_ = place != -1, top in clear
        low += fixed and not open_
        high += open_ and not fixed
        both += fixed and open_
        free += not (fixed or open_)
        alone += not (fixed or open_) and top == block
    if free == alone == 1 and world.hand and not (world.goal.empty or world.goal.holding):
        free = 0  # The hand may hold it.
    return both + max(low, high, free > 0) <= world.stacks


def plan(world: World, state: State) -> Plan:
    """Return what is known of the shortest way from a state to the goal."""
    if satisfied(world.goal, state):
        return Plan(0, 0)
    if contradicts_itself(world):
        return Plan(NEVER, NEVER)
    found = [_with_last(world, state, last) for last in _lasts(world, state)]
    known = [one for one in found if one.steps is not None]
    at_least = min(one.at_least for one in found)
    if not known:
        return Plan(None, at_least)
    best = min(known, key=lambda one: one.steps or 0)
    return replace(best, at_least=min(at_least, best.at_least))


def _lasts(world: World, state: State) -> Iterator[int | None]:
    """The blocks that the hand may hold at the end without a detour; `None` for none."""
    goal, few = world.goal, world.stacks is not None
    yield from goal.holding
    if goal.holding:
        return
    yield None
    if not goal.empty:
        asked = {block for pair in goal.on for block in pair} | {*goal.clear}
        for block, place in enumerate(state):
            if (few or place in goal.clear) and block not in asked:
                yield block


def _with_last(world: World, state: State, last: int | None) -> Plan:
    """The shortest way at whose end the hand holds a block, or none."""
    goal = world.goal
    if last is not None:
        goal = replace(goal, clear=tuple(dict.fromkeys((*goal.clear, last))), holding=(), empty=False)
    found = [_from(world, goal, begun, last) for begun in _begun(world, goal, state)]
    best = min(found, key=lambda one: NEVER if one.moves is None else one.moves)
    held = next((block for block, place in enumerate(state) if place == HAND), None)
    a_move, extra = 1 + world.hand, (held is not None) + (last is not None)
    at_least = a_move * min(one.at_least for one in found) + extra
    if best.moves is None:
        return Plan(None, at_least)
    if best.moves == NEVER:
        return Plan(NEVER, NEVER)
    rows = tuple(_rows(world, state, [*best.first, *best.way], last))
    return Plan(len(rows), at_least, rows)


@dataclass(frozen=True, slots=True)
class _Way:
    """Moves from a state with an empty hand to the goal."""

    moves: int | None
    at_least: int
    way: tuple[Move, ...] = ()
    first: tuple[Move, ...] = ()
    """Where a block that the hand holds goes before."""


def _begun(world: World, goal: Goal, state: State) -> Iterator[tuple[State, tuple[Move, ...]]]:
    """The states in which the hand has put down what it holds, and how."""
    if HAND not in state:
        yield state, ()
        return
    held = state.index(HAND)
    places: list[int] = []
    if world.stacks is not None:
        places += tops(state, world.stacks)
    else:
        wanted = dict(goal.on).get(held, TABLE)
        places += [TABLE, *((wanted,) if wanted < STACK and wanted not in state else ())]
    for place in places:
        yield (*state[:held], place, *state[held + 1 :]), ((held, place),)


def _from(world: World, goal: Goal, begun: tuple[State, tuple[Move, ...]], last: int | None) -> _Way:
    state, first = begun
    if world.stacks is None:
        return replace(_Towers(goal, state, last).way(), first=first)
    return replace(_Search(world.stacks, bool(world.names), goal, last).way(state), first=first)


def _rows(world: World, state: State, moves: list[Move], last: int | None) -> Iterator[Row]:
    now = list(state)
    for block, place in moves:
        if now[block] == HAND:
            yield block, HAND, told(world, now, place)
        elif world.hand:
            yield block, told(world, now, now[block]), HAND
            yield block, HAND, told(world, now, place)
        else:
            yield block, told(world, now, now[block]), told(world, now, place)
        now[block] = place
    if last is not None:
        yield last, told(world, now, now[last]), HAND


def told(world: World, state: "list[int] | State", place: int) -> int:
    """Return the code by which a place is called in steps: a stack that has a name, the table, or a block."""
    if world.names and not world.hand:
        while place < STACK:
            place = state[place]
        return place
    return TABLE if STACK <= place < TABLE and not world.names else place


# --- a table without limit


class _Towers:
    """Which blocks must move, and in what order each goes straight to its place."""

    def __init__(self, goal: Goal, state: State, last: int | None) -> None:
        self.wants = dict(goal.on)
        self.under = list(state)
        self.over = dict(zip(state, range(len(state)), strict=True))
        self.pending = _must_move(goal, state, last)

    def way(self) -> _Way:
        """The fewest moves; the best known if there are too many circles."""
        count = len(self.pending)
        tries = max(8, _MOST_WORK // max(1, count * count))
        moves: list[Move] = []
        self._settle(self.under, self.over, self.pending, moves)
        if not self.pending:
            return _Way(len(moves), len(moves), tuple(moves))
        most = 1
        while tries > 0:
            found, tries = self._deepen(_Stage(self.under, self.over, self.pending, moves), most, tries)
            if found is not None:
                return _Way(len(found), len(found), tuple(found))
            most += tries > 0
        found, _ = self._deepen(_Stage(self.under, self.over, self.pending, moves), NEVER, NEVER)
        assert found is not None, "with enough blocks on the table, nothing waits for another"
        return _Way(len(found), count + most, tuple(found))

    def _deepen(self, stage: "_Stage", most: int, tries: int) -> tuple[list[Move] | None, int]:
        """Put up to so many blocks on the table; return the moves, and how many more tries there are."""
        for block in self._circle(stage):
            tries -= 1
            if tries < 0:
                break
            next_ = stage.copy()
            next_.moves.append((block, TABLE))
            del next_.over[next_.under[block]]
            next_.under[block] = TABLE
            self._settle(next_.under, next_.over, next_.pending, next_.moves)
            if not next_.pending:
                return next_.moves, tries
            if most > 1:
                found, tries = self._deepen(next_, most - 1, tries)
                if found is not None:
                    return found, tries
        return None, tries

    def _settle(self, under: list[int], over: dict[int, int], pending: set[int], moves: list[Move]) -> None:
        """Move what can go to its place, and whatever can after it."""
        ready = sorted(pending)
        while ready:
            later: list[int] = []
            for block in ready:
                place = self.wants.get(block, TABLE)
                if block in over or (place != TABLE and (place in pending or place in over)):
                    later.append(block)
                    continue
                moves.append((block, place))
                if under[block] != TABLE:
                    del over[under[block]]
                under[block] = place
                if place != TABLE:
                    over[place] = block
                pending.discard(block)
            if len(later) == len(ready):
                return
            ready = later

    def _circle(self, stage: "_Stage") -> list[int]:
        """The blocks of a circle that can go to the table: none gets to its place unless one of them does."""
        seen: list[int] = []
        block = next(block for block in sorted(stage.pending) if block not in stage.over)
        while block not in seen:
            seen.append(block)
            block = self.wants[block]
            while block in stage.over:
                block = stage.over[block]
        return [one for one in seen[seen.index(block) :] if stage.under[one] != TABLE]


@dataclass(slots=True)
class _Stage:
    under: list[int]
    over: dict[int, int]
    pending: set[int]
    moves: list[Move]

    def copy(self) -> "_Stage":
        return _Stage(self.under[:], self.over.copy(), self.pending.copy(), self.moves[:])


class _Asked:
    """What the goal asks of each block.

    Args:
        goal: What is asked.
        last: The block that is picked up at the end, which uncovers what is under it.
    """

    def __init__(self, goal: Goal, last: int | None) -> None:
        self._wants = dict(goal.on)
        self._wanted = {place: block for block, place in goal.on}
        self._clear, self._last = {*goal.clear}, last

    def moves(self, block: int, place: int) -> bool:
        """Return whether a block must move from what it is on, unless that moves itself."""
        wanted = self._wants.get(block, place)
        if place >= STACK:
            return wanted not in (place, TABLE)
        on_it = self._wanted.get(place, block)
        return wanted != place or on_it != block or (place in self._clear and block != self._last)


def _must_move(goal: Goal, state: State, last: int | None) -> set[int]:
    """The blocks that no way to the goal leaves where they are; the hand is empty."""
    asked = _Asked(goal, last)
    found: set[int] = set()
    for pile in piles(state).values():
        place = state[pile[0]]
        for at, block in enumerate(pile):
            if asked.moves(block, place):
                found.update(pile[at:])
                break
            place = block
    return found


# --- few stacks


@dataclass(frozen=True)
class _Search:
    """A* over states, the stacks in any order where they are not told apart."""

    stacks: int
    named: bool
    goal: Goal
    last: int | None

    @cached_property
    def _home(self) -> dict[int, int]:
        """The stack in which the goal has each block, as far as it says so."""
        on = dict(self.goal.on)
        home: dict[int, int] = {}
        for block in on:
            place = block
            while place < STACK:
                place = on.get(place, TABLE)
            if place < TABLE:
                home[block] = place
        return home

    @cached_property
    def _below(self) -> dict[int, frozenset[int]]:
        """The blocks that the goal has somewhere below each."""
        on = dict(self.goal.on)
        found: dict[int, frozenset[int]] = {}
        for block, wanted in self.goal.on:
            below: set[int] = set()
            place = wanted
            while place < STACK:
                below.add(place)
                place = on.get(place, TABLE)
            found[block] = frozenset(below)
        return found

    @cached_property
    def _asked(self) -> _Asked:
        return _Asked(self.goal, self.last)

    def at_least(self, state: State) -> int:
        """A bound: blocks that must move, twice those that come back to their stack or over what was below."""
        asked, home, below_in_goal = self._asked, self._home, self._below
        above = {place: block for block, place in enumerate(state) if place < STACK}
        moves = 0
        for bottom, stack in enumerate(state):
            if not STACK <= stack < TABLE:
                continue
            below: set[int] = set()
            place, block = stack, bottom
            while True:
                if below or asked.moves(block, place):
                    back = home.get(block) == stack or not below.isdisjoint(below_in_goal.get(block, ()))
                    moves += 1 + (back and block != self.last)
                    below.add(block)
                if block not in above:
                    break
                place, block = block, above[block]
        return moves

    def reached(self, state: State) -> bool:
        """Whether this is the goal, or would be once the last block is picked up."""
        if self.last is None:
            return satisfied(self.goal, state)
        if self.last in state:
            return False
        now = list(state)
        now[self.last] = HAND
        goal = replace(self.goal, clear=tuple(block for block in self.goal.clear if block != self.last))
        return satisfied(goal, now)

    def way(self, start: State) -> _Way:
        """The fewest moves; `NEVER` if no state that can be reached is the goal, `None` if there are many."""
        came: dict[State, tuple[State, Move] | None] = {self._key(start): None}
        cost = {self._key(start): 0}
        bound = self.at_least(start)
        queue = [(bound, 0, start)]
        while queue:
            # Among equally promising states, take the deepest first.
            bound, minus_made, state = heapq.heappop(queue)
            key = self._key(state)
            if -minus_made > cost[key]:
                continue
            if self.reached(state):
                moves = self._back(came, key)
                return _Way(len(moves), len(moves), tuple(moves))
            for move in self._moves(state):
                after = (*state[: move[0]], move[1], *state[move[0] + 1 :])
                named, made = self._key(after), 1 - minus_made
                if cost.get(named, NEVER) > made:
                    cost[named] = made
                    came[named] = (state, move)
                    heapq.heappush(queue, (made + self.at_least(after), -made, after))
            if len(cost) * len(start) > _MOST_PLACES:
                return _Way(None, bound)
        return _Way(NEVER, NEVER)

    def _moves(self, state: State) -> Iterator[Move]:
        found = tops(state, self.stacks)
        empty = False
        for place in found:
            if not self.named and place >= STACK:
                if empty:
                    continue
                empty = True
            for block in found:
                useless = not self.named and place >= STACK and block < STACK and is_bottom(state[block])
                if block < STACK and block != place and not useless:
                    yield block, place

    def _key(self, state: State) -> State:
        if self.named:
            return state
        return tuple([min(place, STACK) if place < TABLE else place for place in state])

    def _back(self, came: Mapping[State, tuple[State, Move] | None], key: State) -> list[Move]:
        moves: list[Move] = []
        while (step := came[key]) is not None:
            moves.append(step[1])
            key = self._key(step[0])
        return moves[::-1]

"""Pairs of actors and agents on two banks: which states are safe, and how far each is from the goal.

Who is meant does not matter to the distance, only how many: so the exact distance of every state, for any
number of pairs, follows from a breadth-first search over a few states a pair (see `Crowd`).
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Crowd:
    """A safe state up to names.

    Where both banks have agents no pair is split: an actor whose agent is on the other bank would be with
    another's. So either all pairs are whole, or all agents are on one bank and some actors alone on the
    other.
    """

    pairs: int
    """Pairs that are whole, on the near bank: that of the boat."""
    lone: int = 0
    """Actors whose agents are on the other bank."""
    lone_here: bool = False
    """Whether these actors are on the near bank (and all agents on the far one), or the other way round."""


@dataclass(frozen=True, slots=True)
class Load:
    """Who goes into the boat, up to names."""

    pairs: int = 0
    """Whole pairs."""
    actors: int = 0
    """Actors who leave their agents behind, or follow them."""
    agents: int = 0
    """Agents who leave their actors behind."""
    rejoining: int = 0
    """Agents who follow their actors."""

    @property
    def seats(self) -> int:
        """How many they are."""
        return 2 * self.pairs + self.actors + self.agents + self.rejoining


@dataclass(frozen=True, slots=True)
class Crossing:
    """A load, and the state after it, seen from the bank where the boat then is."""

    load: Load
    after: Crowd


def crossings(total: int, boat: int, crowd: Crowd) -> Iterator[Crossing]:
    """All safe ways to cross from here, up to names; the largest loads come last."""
    if crowd.lone and crowd.lone_here:
        for actors in range(1, min(crowd.lone, boat) + 1):
            yield Crossing(Load(actors=actors), _seen_from_there(total, 0, crowd.lone - actors, here=True))
        return
    if crowd.lone:
        yield from _from_agents(total, boat, crowd)
        return
    for pairs in range(1, min(crowd.pairs, boat // 2) + 1):
        yield Crossing(Load(pairs), _seen_from_there(total, crowd.pairs - pairs, 0, here=True))
    for agents in range(max(1, 2 * crowd.pairs - boat), crowd.pairs + 1):
        # No agent may stay with the actors that are left behind.
        load = Load(pairs=crowd.pairs - agents, agents=agents)
        yield Crossing(load, _seen_from_there(total, 0, agents, here=True))
    if crowd.pairs == total:
        for actors in range(1, min(total, boat) + 1):
            yield Crossing(Load(actors=actors), _seen_from_there(total, total - actors, actors, here=False))


def _from_agents(total: int, boat: int, crowd: Crowd) -> Iterator[Crossing]:
    """All agents are here, and some actors alone over there."""
    for actors in range(1, min(crowd.pairs, boat) + 1):
        lone = crowd.lone + actors
        yield Crossing(Load(actors=actors), _seen_from_there(total, total - lone, lone, here=False))
    # Any agent who crosses meets those actors, so the agent of each must come along.
    for pairs in range(min(crowd.pairs, boat // 2) + 1):
        for agents in {0, crowd.pairs - pairs}:
            load = Load(pairs=pairs, agents=agents, rejoining=crowd.lone)
            if load.seats <= boat:
                left = crowd.pairs - pairs - agents
                yield Crossing(load, _seen_from_there(total, left, agents, here=True))


def _seen_from_there(total: int, pairs: int, lone: int, *, here: bool) -> Crowd:
    """The state, told by what is left on this bank, seen from the other bank."""
    if lone == 0:
        return Crowd(total - pairs)
    # Where the lone actors are here, all other pairs are over there; else all other pairs are here.
    return Crowd(total - lone if here else 0, lone, lone_here=not here)


@lru_cache(maxsize=32)
def distances(total: int, boat: int) -> dict[tuple[Crowd, bool], int]:
    """Fewest crossings to the goal, from each state from which it can be reached, and the boat's bank.

    True stands for the bank of the start. Every crossing can be undone, so the search begins at the goal.
    """
    goal = (Crowd(total), False)
    found = {goal: 0}
    queue = deque([goal])
    while queue:
        crowd, at_start = queue.popleft()
        for crossing in crossings(total, boat, crowd):
            after = (crossing.after, not at_start)
            if after not in found:
                found[after] = found[crowd, at_start] + 1
                queue.append(after)
    return found


@lru_cache(maxsize=4096)
def fewest(total: int, boat: int) -> int | None:
    """Fewest crossings that bring all pairs over; `None` if none do."""
    return distances(total, boat).get((Crowd(total), True))


@lru_cache(maxsize=1024)
def enough(total: int) -> int:
    """The fewest seats that allow a solution; four always do, with two pairs going and one coming back."""
    return next(boat for boat in (2, 3, 4) if fewest(total, boat) is not None)

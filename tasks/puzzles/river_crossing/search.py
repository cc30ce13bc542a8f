"""Pairs of actors and agents on two banks: which states are safe, and how far each is from the goal.

The distance depends only on how many people are where, not on who they are: so a breadth-first search over a
few states per pair (see `Crowd`) gives the exact distance of every state, for any number of pairs.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Crowd:
    """A safe state up to names.

    If both banks have agents, no pair is split: an actor whose agent is on the other bank would be with
    another's agent. So either all pairs are whole, or all agents are on one bank and some actors are alone
    on the other.
    """

    pairs: int
    """Whole pairs on the near bank, which is the boat's."""
    lone: int = 0
    """Actors whose agents are on the other bank."""
    lone_here: bool = False
    """Whether these actors are on the near bank and all agents on the far one, rather than the reverse."""


@dataclass(frozen=True, slots=True)
class Load:
    """The people in the boat, up to names."""

    pairs: int = 0
    """Whole pairs."""
    actors: int = 0
    """Actors who leave their agents behind or follow them."""
    agents: int = 0
    """Agents who leave their actors behind."""
    rejoining: int = 0
    """Agents who follow their actors."""

    @property
    def seats(self) -> int:
        """How many seats they take."""
        return 2 * self.pairs + self.actors + self.agents + self.rejoining


@dataclass(frozen=True, slots=True)
class Crossing:
    """A load and the state after it, seen from the bank where the boat then is."""

    load: Load
    after: Crowd


def crossings(total: int, boat: int, crowd: Crowd) -> Iterator[Crossing]:
    """Yield all safe crossings from here, up to names; the largest loads come last."""
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
    # All agents are here, and some actors are alone on the other bank.
    for actors in range(1, min(crowd.pairs, boat) + 1):
        lone = crowd.lone + actors
        yield Crossing(Load(actors=actors), _seen_from_there(total, total - lone, lone, here=False))
    # Any agent who crosses meets those actors, so each of their agents must come along.
    for pairs in range(min(crowd.pairs, boat // 2) + 1):
        for agents in {0, crowd.pairs - pairs}:
            load = Load(pairs=pairs, agents=agents, rejoining=crowd.lone)
            if load.seats <= boat:
                left = crowd.pairs - pairs - agents
                yield Crossing(load, _seen_from_there(total, left, agents, here=True))


def _seen_from_there(total: int, pairs: int, lone: int, *, here: bool) -> Crowd:
    """Return the state seen from the other bank, given what is left on this one."""
    if lone == 0:
        return Crowd(total - pairs)
    # If the lone actors are here, all other pairs are on the other bank; otherwise all other pairs are here.
    return Crowd(total - lone if here else 0, lone, lone_here=not here)


@lru_cache(maxsize=32)
def distances(total: int, boat: int) -> dict[tuple[Crowd, bool], int]:
    """Return the fewest crossings to the goal from each state and boat's bank that can reach it.

    True stands for the starting bank. Every crossing can be undone, so the search begins at the goal.
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
    """Return the fewest crossings that bring all pairs over; `None` if that is impossible."""
    return distances(total, boat).get((Crowd(total), True))


@lru_cache(maxsize=1024)
def enough(total: int) -> int:
    """Return the fewest seats that allow a solution.

    Four always do: two pairs cross and one comes back.
    """
    return next(boat for boat in (2, 3, 4) if fewest(total, boat) is not None)

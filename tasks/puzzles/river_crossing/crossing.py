"""People on two banks, by name: who may cross, who is left with whom, and a shortest solution.

Sets of people are integers with one bit per person.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from tasks.puzzles.river_crossing import search as banks
from tasks.puzzles.river_crossing import text as people

_AGENTS = ((1 << 2 * people.MOST_PAIRS) - 1) // 3
"""The bits of all agents; each actor's bit is one position higher."""


@dataclass(frozen=True, slots=True)
class Banks:
    """Who is on the left bank, and whether the boat is there."""

    left: int
    boat_left: bool


@dataclass(frozen=True, slots=True)
class Party:
    """The travellers and their boat."""

    pairs: int
    seats: int
    cast: people.Cast

    @property
    def everyone(self) -> int:
        """The set of all people."""
        return (1 << 2 * self.pairs) - 1

    def near(self, state: Banks) -> int:
        """Return the people on the bank where the boat is."""
        return state.left if state.boat_left else self.everyone & ~state.left

    def fault(self, state: Banks, load: int) -> str | None:
        """Say in words why a boatload cannot cross; `None` if it can."""
        aboard = list(people.people_in(load))
        if people.load_of(aboard) != load:
            return f"more than {self.seats} are in the boat"
        return self._cannot_board(state, aboard) or self._bad_company(state, together(aboard))

    def _cannot_board(self, state: Banks, aboard: list[int]) -> str | None:
        near = self.near(state)
        if not aboard:
            return "the boat cannot cross empty"
        if len(aboard) > self.seats:
            return f"{len(aboard)} are too many for {self.seats} seats"
        if len(set(aboard)) < len(aboard):
            return "somebody is named twice"
        for person in aboard:
            if person >= 2 * self.pairs:
                return f"there is no {self.cast.name(person)}"
            if not near >> person & 1:
                return f"{self.cast.name(person)} is not where the boat is"
        return None

    def _bad_company(self, state: Banks, aboard: int) -> str | None:
        left = state.left ^ aboard
        for where, there in (
            ("in the boat", aboard),
            ("on the left bank", left),
            ("on the right bank", self.everyone & ~left),
        ):
            lone = _lone_actors(there)
            if lone and there & _AGENTS:
                actor = self.cast.name((lone & -lone).bit_length())
                return f"{where} {actor} is with the {self.cast.agent} of another"
        return None

    def crowd(self, state: Banks) -> banks.Crowd:
        """Return the state up to names."""
        near = self.near(state)
        agents, actors = (near & _AGENTS).bit_count(), (near >> 1 & _AGENTS).bit_count()
        if agents == actors:
            return banks.Crowd(agents)
        if agents == 0:
            return banks.Crowd(0, actors, lone_here=True)
        return banks.Crowd(actors, self.pairs - actors)


def together(aboard: Iterable[int]) -> int:
    """Return these people as a set."""
    return sum(1 << person for person in set(aboard))


def crossed(state: Banks, load: int) -> Banks:
    """Return the state after a boatload has crossed."""
    return Banks(state.left ^ together(people.people_in(load)), not state.boat_left)


def members(group: int) -> Iterator[int]:
    """Yield the people in a set, the lowest first."""
    while group:
        low = group & -group
        yield low.bit_length() - 1
        group ^= low


def _lone_actors(group: int) -> int:
    """Return the actors in the group whose agent is not, marked by their agents' bits."""
    return (group >> 1) & _AGENTS & ~group


@lru_cache(maxsize=256)
def loads(pairs: int, seats: int) -> tuple[int, ...]:
    """Return the boatloads of a shortest solution; empty if there is no solution.

    Each boatload reduces the distance to the goal by one; among interchangeable people the first ones go.
    """
    party = Party(pairs, seats, people.PLAIN)
    known, state = banks.distances(pairs, seats), Banks(party.everyone, boat_left=True)
    found = []
    for left in reversed(range(banks.fewest(pairs, seats) or 0)):
        crossing = next(
            crossing
            for crossing in banks.crossings(pairs, seats, party.crowd(state))
            if known.get((crossing.after, not state.boat_left)) == left
        )
        found.append(people.load_of(_picked(party.near(state), crossing.load)))
        state = crossed(state, found[-1])
    return tuple(found)


def _picked(near: int, load: banks.Load) -> Iterator[int]:
    """Yield the first people on the boat's bank that make up this load."""
    whole = list(members(near & near >> 1 & _AGENTS))
    for agent in whole[: load.pairs]:
        yield from (agent, agent + 1)
    rest = whole[load.pairs :]
    lone = list(members(_lone_actors(near))) or rest
    yield from (agent + 1 for agent in lone[: load.actors])
    yield from rest[: load.agents]
    yield from list(members(near & _AGENTS & ~(near >> 1)))[: load.rejoining]

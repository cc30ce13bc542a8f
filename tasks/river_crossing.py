"""River crossing: actors and their agents cross in a small boat, no actor with another's agent alone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from itertools import chain, combinations, islice
from operator import xor
from typing import ClassVar

from tasks import _banks as banks
from tasks import _people as people
from tasks._contract import Form, Instance, Kind, Prompt, Row
from tasks._errors import BadParameter
from tasks._parameters import choice, integer
from tasks._ruled import Ruled


@dataclass(frozen=True, slots=True)
class RiverParameters:
    """Pairs and seats that allow no solution are refused, unless they are asked for."""

    size: int = integer("pairs of an actor and an agent", minimum=1, maximum=people.MOST_PAIRS)
    boat: int = integer(
        "seats in the boat; 0 is the fewest that allow a solution (for a control the most that do not)",
        minimum=0,
        maximum=people.MOST_SEATS,
        default=0,
    )
    names: str = choice("actors and agents, or drawn roles", "plain", "renamed", default="plain")
    unsolvable: bool = choice("a control: no solution exists", False, True, default=False)

    def __post_init__(self) -> None:
        solvable = banks.fewest(self.size, self.seats) is not None
        if not solvable and not self.unsolvable:
            raise BadParameter(
                f"parameter 'boat': {self.seats!r} seats are too few for {self.size} pairs; give more, or "
                "'unsolvable' for a control"
            )
        if solvable and self.unsolvable:
            raise BadParameter(
                f"parameter 'unsolvable': {self.size} pairs can cross with {self.seats!r} seats; give fewer"
            )

    @property
    def seats(self) -> int:
        """The seats in the boat."""
        return self.boat or banks.enough(self.size) - self.unsolvable


RiverInstance = Instance[RiverParameters]


@dataclass(frozen=True, slots=True)
class Banks:
    """Who is on the left bank, one bit a person, and whether the boat is there."""

    left: int
    boat_left: bool


class RiverCrossing(Ruled[RiverParameters, Banks]):
    """A step is `(boatload,)`, one number for all who cross (see `_people.load_of`)."""

    name: ClassVar[str] = "river_crossing"
    version: ClassVar[int] = 1
    summary: ClassVar[str] = "River crossing: actors and their agents in a small boat"
    kind: ClassVar[Kind] = Kind.MOVES
    width: ClassVar[int] = 1

    @property
    def parameters(self) -> type[RiverParameters]:
        """See `RiverParameters`."""
        return RiverParameters

    def varies(self, instance: RiverInstance) -> bool:
        """Roles are drawn."""
        return instance.parameters.names == "renamed"

    def fewest_steps(self, instance: RiverInstance) -> int | None:
        """By search, exact for every size (see `_banks`); with four seats 2N - 3."""
        return banks.fewest(instance.parameters.size, instance.parameters.seats)

    def start(self, instance: RiverInstance) -> Banks:
        """All on the left bank, and the boat."""
        return Banks(_everyone(instance.parameters.size), boat_left=True)

    def is_goal(self, instance: RiverInstance, state: Banks) -> bool:  # noqa: ARG002 - the same for all
        """Whether all are on the right bank."""
        return state.left == 0

    def fault(self, instance: RiverInstance, state: Banks, row: Row) -> str | None:
        """Not too many in the boat, all from its bank, and nobody with the wrong company."""
        aboard = list(people.people_in(row[0]))
        if people.load_of(aboard) != row[0]:
            return f"more than {instance.parameters.seats} are in the boat"
        return _cannot_board(instance, state, aboard) or _bad_company(instance, state, _mask(aboard))

    def moved(self, instance: RiverInstance, state: Banks, row: Row) -> Banks:  # noqa: ARG002
        """Those in the boat on the other bank."""
        return Banks(state.left ^ _mask(people.people_in(row[0])), not state.boat_left)

    def distance(self, instance: RiverInstance, state: Banks) -> int | None:
        """By the same search, from any state."""
        parameters = instance.parameters
        if parameters.unsolvable:
            return None
        # Every crossing can be undone, so there are no dead ends.
        known = banks.distances(parameters.size, parameters.seats)
        return known[_crowd(parameters.size, state), state.boat_left]

    def options(self, instance: RiverInstance, state: Banks) -> Iterator[Row]:
        """Every legal crossing."""
        here = [
            person
            for person in range(2 * instance.parameters.size)
            if _near(instance.parameters.size, state) >> person & 1
        ]
        counts = range(1, instance.parameters.seats + 1)
        for aboard in chain.from_iterable(combinations(here, count) for count in counts):
            row = (people.load_of(aboard),)
            if self.fault(instance, state, row) is None:
                yield row

    def solution(self, instance: RiverInstance, first: int = 0) -> Iterator[Row]:
        """Each crossing is one that brings the goal nearer by one; the lowest numbers go."""
        loads = _loads(instance.parameters.size, instance.parameters.seats)
        return ((load,) for load in islice(loads, first, None))

    def state_after(self, instance: RiverInstance, count: int) -> Banks:
        """Whoever has crossed an odd number of times is on the right bank."""
        loads = islice(_loads(instance.parameters.size, instance.parameters.seats), count)
        left = reduce(
            xor, (_mask(people.people_in(load)) for load in loads), _everyone(instance.parameters.size)
        )
        return Banks(left, boat_left=count % 2 == 0)

    def prompt(self, instance: RiverInstance) -> Prompt:
        """Asks for lists of those in the boat."""
        agent, actor = _cast(instance).letters[0], _cast(instance).letters[1]
        return Prompt(
            rules=people.rules(_cast(instance), instance.parameters.size, instance.parameters.seats),
            start=self.describe(instance, self.start(instance)),
            goal="All are on the right bank.",
            format=(
                "Write the crossings in order, to the right, back to the left and so on, as one list; each "
                "is the "
                f'list of all who are in the boat:\nmoves = [["{agent}_i", "{actor}_j", ...], ...]'
            ),
            example=self._example(instance),
            method=people.method(_cast(instance), instance.parameters.seats),
            code=(
                "Write a Python function `solve()` without arguments that returns the crossings as a list "
                "of lists of strings."
            ),
        )

    def smaller(self, instance: RiverInstance) -> RiverInstance:
        """The problem of the worked example: two or three pairs, with as many seats where that will do."""
        size, seats = instance.parameters.size, instance.parameters.seats
        usual, other = (1, 1) if seats == 1 else (2, 3) if seats == 2 else (3, 2)
        small = replace(
            instance.parameters, size=other if size == usual else usual, boat=max(2, seats), unsolvable=False
        )
        return replace(instance, parameters=small)

    def _example(self, instance: RiverInstance) -> str:
        small = self.smaller(instance)
        size = small.parameters.size
        moves = "".join(self.format(small, self.solution(small)))
        seats = small.parameters.seats
        return f"With {size} pair{'s' * (size > 1)} and a boat for {seats}, an answer is:\n{moves}"

    def describe(self, instance: RiverInstance, state: Banks) -> str:
        """Who is on which bank, and where the boat is."""
        cast, everyone = _cast(instance), range(2 * instance.parameters.size)
        left = cast.names(person for person in everyone if state.left >> person & 1)
        right = cast.names(person for person in everyone if not state.left >> person & 1)
        boat = "left" if state.boat_left else "right"
        return f"Left bank: {left}\nRight bank: {right}\nThe boat is at the {boat} bank."

    def format(self, instance: RiverInstance, rows: Iterable[Row]) -> Iterator[str]:
        """`moves = [["A_1", "a_1"], …]` on one line."""
        cast = _cast(instance)
        yield "moves = ["
        joint = ""
        for (load,) in rows:
            aboard = ", ".join(f'"{cast.name(person)}"' for person in people.people_in(load))
            yield f"{joint}[{aboard}]"
            joint = ", "
        yield "]"

    def forms(self, instance: RiverInstance) -> tuple[Form, ...]:
        """Lists of names, lines and sentences."""
        return people.forms(_cast(instance))

    def noise(self, instance: RiverInstance, text: str) -> Iterator[tuple[int, int]]:  # noqa: ARG002
        """Both banks drawn as lists."""
        return people.drawn_banks(text)


# --- who is where

_AGENTS = ((1 << 2 * people.MOST_PAIRS) - 1) // 3
"""The bits of all agents; those of the actors are one higher."""


def _everyone(size: int) -> int:
    return (1 << 2 * size) - 1


def _near(size: int, state: Banks) -> int:
    """Who is on the bank where the boat is."""
    return state.left if state.boat_left else _everyone(size) & ~state.left


def _mask(aboard: Iterable[int]) -> int:
    return sum(1 << person for person in set(aboard))


def _lone_actors(mask: int) -> int:
    """Those among these people whose agent is not with them, one bit each, at the agents' places."""
    return (mask >> 1) & _AGENTS & ~mask


def _cannot_board(instance: RiverInstance, state: Banks, aboard: list[int]) -> str | None:
    cast, near = _cast(instance), _near(instance.parameters.size, state)
    if not aboard:
        return "the boat cannot cross empty"
    if len(aboard) > instance.parameters.seats:
        return f"{len(aboard)} are too many for {instance.parameters.seats} seats"
    if len(set(aboard)) < len(aboard):
        return "somebody is named twice"
    for person in aboard:
        if person >= 2 * instance.parameters.size:
            return f"there is no {cast.name(person)}"
        if not near >> person & 1:
            return f"{cast.name(person)} is not where the boat is"
    return None


def _bad_company(instance: RiverInstance, state: Banks, aboard: int) -> str | None:
    left = state.left ^ aboard
    for where, mask in (
        ("in the boat", aboard),
        ("on the left bank", left),
        ("on the right bank", _everyone(instance.parameters.size) & ~left),
    ):
        lone = _lone_actors(mask)
        if lone and mask & _AGENTS:
            actor = _cast(instance).name((lone & -lone).bit_length())
            return f"{where} {actor} is with the {_cast(instance).agent} of another"
    return None


def _crowd(size: int, state: Banks) -> banks.Crowd:
    """The state up to names."""
    near = _near(size, state)
    agents, actors = (near & _AGENTS).bit_count(), (near >> 1 & _AGENTS).bit_count()
    if agents == actors:
        return banks.Crowd(agents)
    if agents == 0:
        return banks.Crowd(0, actors, lone_here=True)
    return banks.Crowd(actors, size - actors)


@lru_cache(maxsize=256)
def _loads(size: int, seats: int) -> tuple[int, ...]:
    """The boatloads of a shortest solution; none where there is no solution."""
    known, state = banks.distances(size, seats), Banks(_everyone(size), boat_left=True)
    loads = []
    for left in reversed(range(banks.fewest(size, seats) or 0)):
        crossing = next(
            crossing
            for crossing in banks.crossings(size, seats, _crowd(size, state))
            if known.get((crossing.after, not state.boat_left)) == left
        )
        aboard = list(_picked(_near(size, state), crossing.load))
        loads.append(people.load_of(aboard))
        state = Banks(state.left ^ _mask(aboard), not state.boat_left)
    return tuple(loads)


def _picked(near: int, load: banks.Load) -> Iterator[int]:
    """Of those on the boat's bank the first that make up this load."""
    whole = list(_bits(near & near >> 1 & _AGENTS))
    for agent in whole[: load.pairs]:
        yield from (agent, agent + 1)
    rest = whole[load.pairs :]
    lone = list(_bits(_lone_actors(near))) or rest
    yield from (agent + 1 for agent in lone[: load.actors])
    yield from rest[: load.agents]
    yield from list(_bits(near & _AGENTS & ~(near >> 1)))[: load.rejoining]


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


# --- words


@lru_cache(maxsize=256)
def _cast(instance: RiverInstance) -> people.Cast:
    if instance.parameters.names == "plain":
        return people.PLAIN
    return people.drawn_cast(instance.puzzle, instance.seed)


PUZZLE = RiverCrossing()

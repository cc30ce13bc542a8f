"""River crossing: actors and their agents in a small boat; no actor may be with another's agent alone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from itertools import chain, combinations, islice
from typing import ClassVar

from tasks.contract.move_puzzle import MovePuzzle, listed
from tasks.contract.parameters import choice, integer
from tasks.contract.puzzle import Form, Instance, Kind, Prompt, Row
from tasks.errors import BadParameter
from tasks.puzzles.river_crossing import crossing as voyage
from tasks.puzzles.river_crossing import search as banks
from tasks.puzzles.river_crossing import text as people
from tasks.puzzles.river_crossing.crossing import Banks
from tasks.puzzles.river_crossing.given import WHOLE, GivenCrossing


@dataclass(frozen=True, slots=True)
class RiverParameters:
    """Combinations of pairs and seats without a solution are rejected unless `unsolvable` is set."""

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
        """The number of seats in the boat."""
        return self.boat or banks.enough(self.size) - self.unsolvable


RiverInstance = Instance[RiverParameters]


class RiverCrossing(MovePuzzle[RiverParameters, Banks]):
    """A step is `(boatload,)`, one number for all who cross (see `load_of` in `river_crossing.text`)."""

    name: ClassVar[str] = "river_crossing"
    version: ClassVar[int] = 1
    summary: ClassVar[str] = "River crossing: actors and their agents in a small boat"
    kind: ClassVar[Kind] = Kind.MOVES
    width: ClassVar[int] = 1

    @property
    def parameters(self) -> type[RiverParameters]:
        """See `RiverParameters`."""
        return RiverParameters

    @property
    def whole(self) -> GivenCrossing:
        """See `GivenCrossing`."""
        return WHOLE

    def varies(self, instance: RiverInstance) -> bool:
        """Return True if roles are drawn."""
        return instance.parameters.names == "renamed"

    def fewest_steps(self, instance: RiverInstance) -> int | None:
        """Return the minimum by search, exact for every size (see `search`); with four seats it is 2N - 3."""
        return banks.fewest(instance.parameters.size, instance.parameters.seats)

    def start(self, instance: RiverInstance) -> Banks:
        """Return the state with everyone and the boat on the left bank."""
        return Banks(_party(instance).everyone, boat_left=True)

    def is_goal(self, instance: RiverInstance, state: Banks) -> bool:
        """Return whether everyone is on the right bank."""
        return state.left == 0

    def fault(self, instance: RiverInstance, state: Banks, row: Row) -> str | None:
        """Say why a boatload is illegal: too many, somebody from the other bank, or bad company."""
        return _party(instance).fault(state, row[0])

    def moved(self, instance: RiverInstance, state: Banks, row: Row) -> Banks:
        """Return the state with the people in the boat on the other bank."""
        return voyage.crossed(state, row[0])

    def distance(self, instance: RiverInstance, state: Banks) -> int | None:
        """Return the distance from any state, by the same search."""
        parameters = instance.parameters
        if parameters.unsolvable:
            return None
        # Every crossing can be undone, so there are no dead ends.
        known = banks.distances(parameters.size, parameters.seats)
        return known[_party(instance).crowd(state), state.boat_left]

    def options(self, instance: RiverInstance, state: Banks) -> Iterator[Row]:
        """Yield every legal crossing."""
        party = _party(instance)
        here, counts = list(voyage.members(party.near(state))), range(1, party.seats + 1)
        for aboard in chain.from_iterable(combinations(here, count) for count in counts):
            row = (people.load_of(aboard),)
            if self.fault(instance, state, row) is None:
                yield row

    def solution(self, instance: RiverInstance, first: int = 0) -> Iterator[Row]:
        """Yield the boatloads of `crossing.loads`; there are never more than about a thousand."""
        loads = voyage.loads(instance.parameters.size, instance.parameters.seats)
        return ((load,) for load in islice(loads, first, None))

    def state_after(self, instance: RiverInstance, count: int) -> Banks:
        """Return the state after the first `count` boatloads."""
        loads = islice(voyage.loads(instance.parameters.size, instance.parameters.seats), count)
        return reduce(voyage.crossed, loads, self.start(instance))

    def prompt(self, instance: RiverInstance) -> Prompt:
        """Ask for lists of the people in the boat."""
        party = _party(instance)
        agent, actor = party.cast.letters[0], party.cast.letters[1]
        return Prompt(
            rules=people.rules(party.cast, party.pairs, party.seats),
            start=self.describe(instance, self.start(instance)),
            goal="All are on the right bank.",
            format=(
                "Write the crossings in order, to the right, back to the left and so on, as one list; each "
                f'is the list of all who are in the boat:\nmoves = [["{agent}_i", "{actor}_j", ...], ...]'
            ),
            example=self._example(instance),
            method=people.method(party.cast, party.seats),
            code=(
                "Write a Python function `solve()` without arguments that returns the crossings as a list "
                "of lists of strings."
            ),
        )

    def smaller(self, instance: RiverInstance) -> RiverInstance:
        """Return the worked example's problem: two or three pairs, with as many seats if that is enough."""
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
        """Say who is on which bank, and where the boat is."""
        cast, everyone = _party(instance).cast, range(2 * instance.parameters.size)
        left = cast.names(person for person in everyone if state.left >> person & 1)
        right = cast.names(person for person in everyone if not state.left >> person & 1)
        boat = "left" if state.boat_left else "right"
        return f"Left bank: {left}\nRight bank: {right}\nThe boat is at the {boat} bank."

    def format(self, instance: RiverInstance, rows: Iterable[Row]) -> Iterator[str]:
        """Yield `moves = [["A_1", "a_1"], …]` on one line."""
        cast = _party(instance).cast
        return listed(f"[{_quoted(cast, load)}]" for (load,) in rows)

    def forms(self, instance: RiverInstance) -> tuple[Form, ...]:
        """Return lists of names, lines and sentences."""
        return people.forms(_party(instance).cast)

    def noise(self, instance: RiverInstance, text: str) -> Iterator[tuple[int, int]]:
        """Find both banks drawn as lists."""
        return people.drawn_banks(text)


def _quoted(cast: people.Cast, load: int) -> str:
    return ", ".join(f'"{cast.name(person)}"' for person in people.people_in(load))


@lru_cache(maxsize=256)
def _party(instance: RiverInstance) -> voyage.Party:
    parameters, cast = instance.parameters, people.PLAIN
    if parameters.names == "renamed":
        cast = people.drawn_cast(instance.puzzle, instance.seed)
    return voyage.Party(parameters.size, parameters.seats, cast)


PUZZLE = RiverCrossing()

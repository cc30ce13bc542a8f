"""Checker jumping: two rows of checkers change sides over one empty position. (N + 1)^2 - 1 moves."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import ClassVar

from tasks.contract.move_puzzle import MovePuzzle, listed
from tasks.contract.parameters import choice, integer
from tasks.contract.puzzle import Advance, Form, Instance, Kind, Prompt, Row, Steps
from tasks.puzzles.checker_jumping import rules as checkers
from tasks.puzzles.checker_jumping import text as colours
from tasks.puzzles.checker_jumping.given import WHOLE, GivenCheckers


@dataclass(frozen=True, slots=True)
class CheckerParameters:
    """With drawn names, the colours are other than red and blue."""

    size: int = integer("checkers of each colour", minimum=1, maximum=1000)
    names: str = choice("red and blue, or drawn colours", "plain", "renamed", default="plain")


CheckerInstance = Instance[CheckerParameters]


class CheckerJumping(MovePuzzle[CheckerParameters, str]):
    """A step is `(colour, from, to)`: colour 0 goes right, 1 goes left; positions are counted from 0.

    A state is a string of R, B and _: the two colours by their internal names, and the empty position.
    """

    name: ClassVar[str] = "checker_jumping"
    version: ClassVar[int] = 1
    summary: ClassVar[str] = "Checker jumping: red and blue checkers change sides"
    kind: ClassVar[Kind] = Kind.MOVES
    width: ClassVar[int] = 3

    @property
    def parameters(self) -> type[CheckerParameters]:
        """See `CheckerParameters`."""
        return CheckerParameters

    @property
    def whole(self) -> GivenCheckers:
        """See `GivenCheckers`."""
        return WHOLE

    def varies(self, instance: CheckerInstance) -> bool:
        """Return True if colours are drawn."""
        return instance.parameters.names == "renamed"

    def fewest_steps(self, instance: CheckerInstance) -> int:
        """Return (N + 1)^2 - 1, as in every solution: N^2 jumps, one for each pair to pass, and 2N slides."""
        return checkers.fewest(instance.parameters.size)

    def start(self, instance: CheckerInstance) -> str:
        """Return red on the left, blue on the right."""
        return checkers.after_turns(instance.parameters.size, 0)

    def is_goal(self, instance: CheckerInstance, state: str) -> bool:
        """Return whether the colours have changed sides."""
        return state == _goal(instance)

    def fault(self, instance: CheckerInstance, state: str, row: Row) -> str | None:
        """Return why a move is illegal: checkers slide or jump forwards into the empty position.

        The colour may be `ANY`.
        """
        return checkers.fault(state, row)

    def moved(self, instance: CheckerInstance, state: str, row: Row) -> str:
        """Return the state after the move."""
        return checkers.moved(state, row)

    def distance(self, instance: CheckerInstance, state: str) -> int:
        """Return the distance from any reachable state; all states off the two solutions are dead ends."""
        return checkers.distance(instance.parameters.size, state)

    def options(self, instance: CheckerInstance, state: str) -> Iterator[Row]:
        """Yield every legal move: at most four."""
        empty = state.index("_")
        for source in range(max(0, empty - 2), min(len(state), empty + 3)):
            row = (0 if source < empty else 1, source, empty)
            if self.fault(instance, state, row) is None:
                yield row

    def solution(self, instance: CheckerInstance, first: int = 0) -> Iterator[Row]:
        """Yield the moves turn by turn (see `rules.turns`); whole turns before `first` are skipped."""
        return checkers.solution(instance.parameters.size, first)

    def state_after(self, instance: CheckerInstance, count: int) -> str:
        """Return the state: closed form up to the last turn, which is replayed; second half by symmetry."""
        return checkers.state_after(instance.parameters.size, count)

    def prompt(self, instance: CheckerInstance) -> Prompt:
        """Ask for `["R", from, to]` triples."""
        left, right = colours.initials(_colours(instance))
        return Prompt(
            rules=_rules(instance),
            start=self.describe(instance, self.start(instance)),
            goal=self.describe(instance, _goal(instance)),
            format=(
                "Write the moves in order as one list of [colour, from position, to position], with "
                f'"{left}" or "{right}" for the colour:\n'
                'moves = [["colour", from, to], ["colour", from, to], ...]'
            ),
            example=self._example(instance),
            method=_method(instance),
            code=(
                "Write a Python function `solve()` without arguments that returns the moves as a list of "
                "[colour, from position, to position] lists, the colour as a string."
            ),
        )

    def smaller(self, instance: CheckerInstance) -> CheckerInstance:
        """Return the worked example's problem: two checkers of each colour, or one."""
        size = 1 if instance.parameters.size == 2 else 2
        return replace(instance, parameters=replace(instance.parameters, size=size))

    def _example(self, instance: CheckerInstance) -> str:
        small = self.smaller(instance)
        start = self.describe(small, self.start(small))
        goal = self.describe(small, _goal(small))
        moves = "".join(self.format(small, self.solution(small)))
        return f"From {start} to {goal}, an answer is:\n{moves}"

    def describe(self, instance: CheckerInstance, state: str) -> str:
        """Show the row, as in `R R _ B B`."""
        letters = colours.initials(_colours(instance))
        return " ".join(state.translate(str.maketrans("RB", "".join(letters))))

    def format(self, instance: CheckerInstance, rows: Iterable[Row]) -> Iterator[str]:
        """Yield `moves = [["R", 1, 2], …]` on one line."""
        letters = dict(enumerate(colours.initials(_colours(instance))))
        return listed(
            f'["{letters.get(colour, "?")}", {source}, {target}]' for colour, source, target in rows
        )

    def forms(self, instance: CheckerInstance) -> tuple[Form, ...]:
        """Return triples, rows and sentences."""
        return colours.forms(_colours(instance))

    def settle(self, instance: CheckerInstance, steps: Steps) -> Steps:
        """Convert positions counted from 1 throughout to positions from 0."""
        places = {*steps.values[1::3], *steps.values[2::3]}
        if 0 in places or 2 * instance.parameters.size + 1 not in places:
            return steps
        values = steps.values[:]
        for column in (1, 2):
            for at in range(column, len(values), 3):
                values[at] -= 1
        return Steps(values, 3)

    def advance(self, instance: CheckerInstance, state: str, steps: Steps, first: int = 0) -> Advance[str]:
        """Apply the rules of `step` in one loop over cells."""
        return checkers.advance(state, _goal(instance), steps, first)


def _goal(instance: CheckerInstance) -> str:
    return checkers.after_turns(instance.parameters.size, 0)[::-1]


# --- words


@lru_cache(maxsize=256)
def _colours(instance: CheckerInstance) -> colours.Colours:
    if instance.parameters.names == "plain":
        return colours.PLAIN
    return colours.drawn_colours(instance.puzzle, instance.seed)


def _rules(instance: CheckerInstance) -> str:
    size, (red, blue) = instance.parameters.size, _colours(instance)
    left, right = colours.initials((red, blue))
    return (
        f"There is a row of {2 * size + 1} positions, numbered 0 to {2 * size} from left to right, with "
        f"{size} {red} checker{'s' * (size > 1)} ({left}), {size} {blue} ({right}) and one empty position "
        "(_).\n"
        f"- {red.capitalize()} checkers only move to the right, {blue} checkers only to the left.\n"
        "- A checker can slide into the empty position if that is next to it.\n"
        "- A checker can jump into the empty position over exactly one checker of the other colour."
    )


def _method(instance: CheckerInstance) -> str:
    size, (red, blue) = instance.parameters.size, _colours(instance)
    return (
        f"{red.capitalize()} and {blue} take turns, {2 * size + 1} in all, and {red} begins. Turn t has t "
        f"moves while t is at most {size}; then turn {size + 1} has {size}, and every turn after it "
        f"{2 * size + 2} - t. All moves of a turn are made by its colour, each into the position that is "
        f"empty then. In the turns up to {size} all moves but the last are jumps and the last is a slide; "
        f"in turn {size + 1} all are jumps; after that the first is a slide and the others are jumps."
    )


PUZZLE = CheckerJumping()

"""Checkers in a row that is given whole: any pieces and gaps, to any other row."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from tasks.contract.given import Given, shown
from tasks.contract.given_names import name as checked
from tasks.contract.given_names import told_apart
from tasks.contract.length import Length
from tasks.contract.move_puzzle import MovePuzzle, listed
from tasks.contract.parameters import integer
from tasks.contract.puzzle import Advance, Form, Instance, Kind, Prompt, Row, Steps
from tasks.puzzles.checker_jumping import play
from tasks.puzzles.checker_jumping import text as colours
from tasks.puzzles.checker_jumping.play import BOTH, EMPTY, LEFT, RIGHT, Play

_MOST_CELLS, _MOST_KINDS = 2_001, 20
_OTHER, _ANY = "other", "any"


@dataclass(frozen=True, slots=True)
class GivenRowParameters:
    """What an instance given whole says."""

    size: int = integer("checkers", minimum=1, maximum=_MOST_CELLS)
    kinds: tuple[str, ...] = field(compare=False, kw_only=True)
    """The names of the kinds of checkers."""
    play: Play = field(compare=False, kw_only=True)
    base: int = field(compare=False, kw_only=True)
    """The number of the first position."""
    length: Length = field(compare=False, kw_only=True)


GivenInstance = Instance[GivenRowParameters]


class GivenCheckers(MovePuzzle[GivenRowParameters, str]):
    """A step is `(kind, from, to)`; positions are counted from 0. A state is a row as in `play`."""

    name: ClassVar[str] = "checker_jumping"
    version: ClassVar[int] = 1
    summary: ClassVar[str] = "Checker jumping: from any row to any other"
    kind: ClassVar[Kind] = Kind.MOVES
    width: ClassVar[int] = 3

    @property
    def parameters(self) -> type[GivenRowParameters]:
        """See `GivenRowParameters`."""
        return GivenRowParameters

    @property
    def whole(self) -> "GivenCheckers":
        """Return this one itself."""
        return self

    def take(self, data: Mapping[str, object]) -> GivenInstance:
        """Return the instance.

        Its fields: `start` and `goal` (rows, as a text of one letter a position or a list of names; `_` is
        empty, or what `empty` says), `directions` (where each kind may go: `right`, `left` or `both`),
        `backwards` (whether all may go both ways), `jump_over` (`other` kinds or `any`) and `base` (the number of
        the first position).
        """
        known = {"start", "goal", "directions", "backwards", "jump_over", "empty", "base"}
        given = Given(self.name, data, known)
        return _Fields(given).read()

    def fewest_steps(self, instance: GivenInstance) -> int | None:
        """Return the minimum: by search, by formula, or as the record says."""
        return instance.parameters.length.fewest

    def solvable(self, instance: GivenInstance) -> bool | None:
        """Return whether there is a solution; `None` if neither search nor record tells."""
        return instance.parameters.length.solvable

    def start(self, instance: GivenInstance) -> str:
        """Return the row that was given."""
        return instance.parameters.play.start

    def is_goal(self, instance: GivenInstance, state: str) -> bool:
        """Return whether the row is the one demanded."""
        return state == instance.parameters.play.goal

    def fault(self, instance: GivenInstance, state: str, row: Row) -> str | None:
        """Return why a move is illegal. The kind may be `ANY`."""
        return instance.parameters.play.fault(state, row)

    def moved(self, instance: GivenInstance, state: str, row: Row) -> str:
        """Return the row after the move."""
        return play.moved(state, row)

    def distance(self, instance: GivenInstance, state: str) -> int | None:
        """Return the distance, where it is known."""
        return play.ways(instance.parameters.play).distance(state)

    def options(self, instance: GivenInstance, state: str) -> Iterator[Row]:
        """Yield every legal move."""
        return instance.parameters.play.moves(state)

    def solution(self, instance: GivenInstance, first: int = 0) -> Iterator[Row]:
        """Yield the moves of a shortest solution; none if its length is known from the record alone."""
        return play.ways(instance.parameters.play).solution(first)

    def prompt(self, instance: GivenInstance) -> Prompt:
        """Ask for `["R", from, to]` triples."""
        return Prompt(
            rules=_rules(instance),
            start=self.describe(instance, self.start(instance)),
            goal=self.describe(instance, instance.parameters.play.goal),
            format=(
                "Write the moves in order as one list of [checker, from position, to position], with the "
                'checker by its name as above:\nmoves = [["checker", from, to], ["checker", from, to], ...]'
            ),
            example=self._example(instance),
            method=_METHOD,
            code=(
                "Write a Python function `solve()` without arguments that returns the moves as a list of "
                "[checker, from position, to position] lists, the checker as a string."
            ),
        )

    def _example(self, instance: GivenInstance) -> str:
        parameters = instance.parameters
        name, base = parameters.kinds[0], parameters.base
        row, far = f"{name} _", (0, 1)
        if parameters.play.directions[0] == LEFT:
            row, far = f"_ {name}", (1, 0)
        move = json.dumps([name, far[0] + base, far[1] + base], ensure_ascii=False)
        after = " ".join(reversed(row.split(" "))) if " " not in name else "the two changed"
        return f"If the row were {row} and had to become {after}, an answer would be:\nmoves = [{move}]"

    def describe(self, instance: GivenInstance, state: str) -> str:
        """Show the row, as in `R R _ B B`."""
        kinds = instance.parameters.kinds
        return " ".join(EMPTY if cell == EMPTY else kinds[ord(cell) - ord("A")] for cell in state)

    def format(self, instance: GivenInstance, rows: Iterable[Row]) -> Iterator[str]:
        """Yield `moves = [["R", 1, 2], …]` on one line."""
        parameters = instance.parameters
        names = dict(enumerate(parameters.kinds))
        return listed(
            json.dumps(
                [names.get(kind, "?"), source + parameters.base, target + parameters.base], ensure_ascii=False
            )
            for kind, source, target in rows
        )

    def forms(self, instance: GivenInstance) -> tuple[Form, ...]:
        """Return triples, rows and sentences, with the names that were given."""
        return colours.forms_of(instance.parameters.kinds)

    def settle(self, instance: GivenInstance, steps: Steps) -> Steps:
        """Convert positions to those from 0, whether the answer counts them from 0 or from 1 throughout."""
        places = {*steps.values[1::3], *steps.values[2::3]}
        base, last = instance.parameters.base, len(instance.parameters.play.start)
        base = 0 if base and 0 in places and last not in places else base
        base = 1 if not base and 0 not in places and last in places else base
        if base == 0:
            return steps
        values = steps.values[:]
        for column in (1, 2):
            for at in range(column, len(values), 3):
                # What is no position must not be taken for one that the rules imply.
                values[at] = values[at] - 1 if values[at] else last
        return Steps(values, 3)

    def advance(self, instance: GivenInstance, state: str, steps: Steps, first: int = 0) -> Advance[str]:
        """Apply the rules of `step` in one loop over cells."""
        return instance.parameters.play.advance(state, steps, first)


class _Fields:
    """Reads the rows first, then the rules."""

    def __init__(self, given: Given) -> None:
        self._given = given
        self._empty = given.text("empty", default=EMPTY, most=100)

    def read(self) -> GivenInstance:
        """Return the instance."""
        given = self._given
        start, goal = (self._row(name) for name in ("start", "goal"))
        kinds = tuple(dict.fromkeys(cell for cell in start if cell is not None))
        if not 0 < len(kinds) <= _MOST_KINDS:
            given.fail("start", f"must have checkers of 1 to {_MOST_KINDS} kinds, not {len(kinds)}")
        told_apart(given, "start", kinds)
        if sorted(map(str, start)) != sorted(map(str, goal)) or start.count(None) != goal.count(None):
            given.fail("goal", "has other checkers or gaps than the start")
        rows = [
            "".join(EMPTY if cell is None else play.letter(kinds.index(cell)) for cell in row)
            for row in (start, goal)
        ]
        jump_over = given.choice("jump_over", _OTHER, _ANY, default=_OTHER)
        directions = self._directions(kinds, rows)
        played = Play(rows[0], rows[1], directions, over_own=jump_over == _ANY)
        base = given.integer("base", 0, 1, default=0)
        length = Length.of(given, play.ways(played).fewest)
        count = len(start) - start.count(None)
        parameters = GivenRowParameters(count, kinds=kinds, play=played, base=base, length=length)
        fields = {
            "start": [EMPTY if cell is None else cell for cell in start],
            "goal": [EMPTY if cell is None else cell for cell in goal],
            "directions": dict(zip(kinds, directions, strict=True)),
            "jump_over": jump_over,
            "base": base,
        }
        return given.instance(parameters, fields)

    def _row(self, name: str) -> list[str | None]:
        """Return the name of the checker on each position, `None` where there is none."""
        value = self._given.raw(name)
        if isinstance(value, str):
            # Blanks between letters are layout, unless they are what is empty.
            value = list(value if self._empty == " " else "".join(value.split()))
        elif value is not None:
            value = self._given.items(name, 2, _MOST_CELLS)
        else:
            self._given.fail(name, "is missing: give the row, for example 'RRR_BBB'")
        if not 2 <= len(value) <= _MOST_CELLS:
            self._given.fail(name, f"must have 2 to {_MOST_CELLS} positions, not {len(value)}")
        row = [None if cell in (None, self._empty) else checked(self._given, name, cell) for cell in value]
        if EMPTY in row:
            self._given.fail(name, f"has checkers called {EMPTY!r}, which stands for an empty position")
        return row

    def _directions(self, kinds: tuple[str, ...], rows: list[str]) -> tuple[str, ...]:
        """Return where each kind may go; if nothing is said, where it must go."""
        given = self._given
        backwards = given.raw("backwards")
        if backwards is not None and not isinstance(backwards, bool):
            given.fail("backwards", f"must be true or false, not {shown(backwards)}")
        said = given.table("directions", 0, _MOST_KINDS) if "directions" in given else {}
        for kind, direction in said.items():
            if kind not in kinds:
                given.fail("directions", f"names {shown(kind)}, which is no checker")
            if direction not in (RIGHT, LEFT, BOTH):
                given.fail("directions", f"must be right, left or both, not {shown(direction)}")
        if backwards:
            return (BOTH,) * len(kinds)
        return tuple(str(said.get(kind) or _way(play.letter(at), rows)) for at, kind in enumerate(kinds))


def _way(letter: str, rows: list[str]) -> str:
    """Return where the checkers of a kind go on the whole."""
    begin, end = (sum(at for at, cell in enumerate(row) if cell == letter) for row in rows)
    return BOTH if begin == end else RIGHT if begin < end else LEFT


_METHOD = (
    "Go through the rows in the order of their distance from the start: write down the start, then for each row "
    "written down, in turn, all rows that one legal move leads to and that are not written down yet, each with "
    "the row and the move that it came from. Stop when the goal is reached, and follow the moves back to the "
    "start; or stop when no new row is left."
)


def _rules(instance: GivenInstance) -> str:
    parameters = instance.parameters
    row, base = parameters.play.start, parameters.base
    counts = ", ".join(
        f"{row.count(play.letter(kind))} of {name}" for kind, name in enumerate(parameters.kinds)
    )
    lines = [
        f"There is a row of {len(row)} positions, numbered {base} to {len(row) - 1 + base} from left to right. "
        f"On them are checkers: {counts}. Empty positions (_): {row.count(EMPTY)}."
    ]
    words = {RIGHT: "only move to the right", LEFT: "only move to the left", BOTH: "move to either side"}
    for name, direction in zip(parameters.kinds, parameters.play.directions, strict=True):
        lines.append(f"- Checkers of {name} {words[direction]}.")
    over = "checker" if parameters.play.over_own or len(parameters.kinds) == 1 else "checker of another kind"
    lines.append("- A checker can slide into an empty position that is next to it.")
    if parameters.play.over_own or len(parameters.kinds) > 1:
        lines.append(f"- A checker can jump into an empty position over exactly one {over}.")
    return "\n".join(lines)


WHOLE = GivenCheckers()

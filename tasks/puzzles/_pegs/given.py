"""Disks on pegs that are given whole: any start and goal, three to ten pegs, names and ways of their own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import ClassVar, Protocol

from tasks.contract.given import Given
from tasks.contract.length import Length
from tasks.contract.parameters import integer
from tasks.contract.puzzle import ANY, NEVER, Advance, Form, Instance, Prompt, Row, Steps
from tasks.puzzles._pegs import fields, routes, solving, towers
from tasks.puzzles._pegs import text as words
from tasks.puzzles._pegs.fields import Setting
from tasks.puzzles._pegs.puzzle import PegPuzzle
from tasks.puzzles._pegs.towers import Board, Pegs


@dataclass(frozen=True, slots=True)
class GivenPegsParameters:
    """What an instance given whole says."""

    size: int = integer("disks", minimum=1, maximum=fields.MOST_DISKS)
    setting: Setting = field(compare=False, kw_only=True)
    length: Length = field(compare=False, kw_only=True)


GivenInstance = Instance[GivenPegsParameters]


class GivenPegs(PegPuzzle[GivenPegsParameters], Protocol):
    """A step is `(rank of the disk, from peg, to peg)`: disks from 1, pegs from 0, whatever they are called."""

    in_a_row: ClassVar[bool]
    """Whether disks move only between neighbours in a row of pegs."""

    @property
    def parameters(self) -> type[GivenPegsParameters]:
        """See `GivenPegsParameters`."""
        return GivenPegsParameters

    @property
    def whole(self) -> "GivenPegs":
        """Return this one itself."""
        return self

    def take(self, data: Mapping[str, object]) -> GivenInstance:
        """Return the instance with these pegs, disks, start, goal and ways; see `fields`."""
        known = fields.FIELDS | {"order"} if self.in_a_row else fields.FIELDS
        given = Given(self.name, data, known)
        setting = fields.setting(given, in_a_row=self.in_a_row)
        length = Length.of(given, _fewest(setting))
        return given.instance(
            GivenPegsParameters(len(setting.disks), setting=setting, length=length), setting.data
        )

    def board(self, instance: GivenInstance) -> Board:
        """Return the pegs and disks with the names that were given."""
        return instance.parameters.setting.board

    def fewest_steps(self, instance: GivenInstance) -> int | None:
        """Return the length of a shortest solution: by formula, by search, or as the record says."""
        return instance.parameters.length.fewest

    def solvable(self, instance: GivenInstance) -> bool | None:
        """Return whether there is a solution; `None` if neither search nor record tells."""
        return instance.parameters.length.solvable

    def start(self, instance: GivenInstance) -> Pegs:
        """Return the state that was given."""
        return self.board(instance).standing(instance.parameters.setting.start)

    def is_goal(self, instance: GivenInstance, state: Pegs) -> bool:
        """Return whether every disk that the goal names is where the goal has it."""
        goal = instance.parameters.setting.goal
        return all(goal[disk - 1] in (ANY, peg) for peg, disks in enumerate(state) for disk in disks)

    def fault(self, instance: GivenInstance, state: Pegs, row: Row) -> str | None:
        """Return the rule a move breaks: the tower's, or where disks may go. The disk may be `ANY`."""
        setting = instance.parameters.setting
        found = towers.fault(setting.board, state, row)
        if found is not None or setting.ways is None or row[1:] in setting.ways:
            return found
        source, target = map(setting.board.name, row[1:])
        return f"a disk cannot go from peg {source} to peg {target}"

    def distance(self, instance: GivenInstance, state: Pegs) -> int | None:
        """Return the distance by formula or search; `None` where neither is at hand."""
        solver = _solver(instance)
        return None if solver is None else solver.distance(towers.pegs_of(state))

    def solution(self, instance: GivenInstance, first: int = 0) -> Iterator[Row]:
        """Yield the moves of a shortest solution; none if its length is known from the record alone."""
        solver = _solver(instance)
        return iter(()) if solver is None else solver.moves(instance.parameters.setting.start, first)

    def smaller(self, instance: GivenInstance) -> GivenInstance | None:
        """Return the worked example's problem: one or two of the smallest disks, between two pegs."""
        small = _example(instance.parameters.setting)
        return None if small is None else self.take(small.data)

    def prompt(self, instance: GivenInstance) -> Prompt:
        """Ask for `[disk, from, to]` triples."""
        setting = instance.parameters.setting
        board = setting.board
        return Prompt(
            rules="\n".join((words.cast(board, instance.parameters.size), words.RULES, *_ways(setting))),
            start=self.describe(instance, self.start(instance)),
            goal=_goal_in_words(setting),
            format=words.answer_format(board),
            example=self._example(instance),
            method=_method(setting),
            code=words.code_format(board),
        )

    def _example(self, instance: GivenInstance) -> str:
        setting, free = _example(instance.parameters.setting), ""
        if setting is None:
            # The only move that is allowed solves the instance.
            setting = _example(replace(instance.parameters.setting, ways=None, order=()))
            free = "If a disk could go from any peg to any other: "
        assert setting is not None, "without ways there is another pair of pegs"
        board, solver = setting.board, _solver_of(setting)
        assert solver is not None, "an example has a solution"
        moves = "".join(words.written(board, solver.moves(setting.start)))
        disks = " and ".join(map(str, setting.disks))
        source, target = board.name(setting.start[0]), board.name(setting.goal[0])
        return (
            f"{free}With no disks but {disks}, on peg {source}, to go to peg {target}, an answer is:\n{moves}"
        )

    def forms(self, instance: GivenInstance) -> tuple[Form, ...]:
        """Return triples, sentences, arrows and rows, with the names that were given."""
        board = self.board(instance)
        return words.forms_of(board.peg_names, board.disk_names)

    def settle(self, instance: GivenInstance, steps: Steps) -> Steps:
        """Convert the names of pegs and disks to numbers."""
        board, size = self.board(instance), instance.parameters.size
        return words.settle(board, size, words.settle_names(board, steps))

    def advance(self, instance: GivenInstance, state: Pegs, steps: Steps, first: int = 0) -> Advance[Pegs]:
        """Apply the rules of `step` in one loop over stacks."""
        setting = instance.parameters.setting
        return towers.advance(state, _standing(setting.goal, setting.board), steps, first, setting.ways)


def _fewest(setting: Setting) -> int | None:
    moving = solving.moving_disks(setting.start, setting.goal)
    if moving == 0:
        return 0
    solver = solving.solver(setting.board.pegs, setting.goal, setting.ways, moving)
    return None if solver is None else solver.fewest(setting.start)


def _solver(instance: GivenInstance) -> solving.Solver | None:
    """Return what knows the way from start to goal; `None` if nothing does, or there is none."""
    return _solver_of(instance.parameters.setting) if instance.parameters.length.fewest is not None else None


def _solver_of(setting: Setting) -> solving.Solver | None:
    moving = solving.moving_disks(setting.start, setting.goal)
    solver = solving.solver(setting.board.pegs, setting.goal, setting.ways, moving)
    return solver if solver is not None and solver.fewest(setting.start) not in (None, NEVER) else None


def _standing(goal: Sequence[int], board: Board) -> Pegs:
    """Return the disks that the goal names, by peg."""
    ranks = range(len(goal), 0, -1)
    return tuple(tuple(rank for rank in ranks if goal[rank - 1] == peg) for peg in range(board.pegs))


@lru_cache(maxsize=64)
def _example(setting: Setting) -> Setting | None:
    """Two disks go the other way; one disk goes one way if two cannot, or there is only one."""
    pairs = [(other, one) for one in range(len(setting.pegs)) for other in range(len(setting.pegs))]
    if setting.board.source is not None and setting.board.target is not None:
        pairs.insert(0, (setting.board.target, setting.board.source))
    for count in (2, 1):
        for source, target in pairs:
            start, goal = (source,) * count, (target,) * count
            small = Setting(
                setting.board, setting.pegs, setting.disks[:count], start, goal, setting.ways, setting.order
            )
            if source == target or len(small.disks) < count or (start, goal) == (setting.start, setting.goal):
                continue
            if _fewest(small) not in (None, NEVER):
                return small
    return None


def _ways(setting: Setting) -> Iterator[str]:
    """Say between which pegs a disk may move, if that is not left open."""
    if setting.ways is None:
        return
    name = setting.board.name
    if setting.order:
        order = ", ".join(map(name, setting.order))
        yield f"- The pegs stand in a row, in the order {order}: a disk can only go to a peg next to its own."
        if setting.ways == solving.neighbours(setting.order):
            return
    ways = ", ".join(f"from {name(source)} to {name(target)}" for source, target in sorted(setting.ways))
    yield f"- A disk can only go {ways}."


def _goal_in_words(setting: Setting) -> str:
    board, goal = setting.board, setting.goal
    if ANY not in goal:
        if len(set(goal)) == 1:
            return f"All disks stand on peg {board.name(goal[0])}."
        return words.describe(board, board.standing(goal))
    named = [(rank, peg) for rank, peg in enumerate(goal, start=1) if peg != ANY]
    lines = [f"Disk {board.disk_name(rank)} stands on peg {board.name(peg)}." for rank, peg in named]
    return "\n".join((*lines, "The other disks may be anywhere."))


def _method(setting: Setting) -> str:
    if len(setting.pegs) == 3 and setting.ways is None and ANY not in setting.goal:
        return routes.METHOD
    return (
        "Go through the states in the order of their distance from the start: write down the start, then for "
        "each state written down, in turn, all states that one legal move leads to and that are not written "
        "down yet, each with the state and the move that it came from. Stop when the goal is reached, and "
        "follow the moves back to the start; or stop when no new state is left."
    )

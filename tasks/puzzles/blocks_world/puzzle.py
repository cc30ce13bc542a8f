"""Blocks world: three stacks of blocks are rearranged, one block at a time."""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice, zip_longest
from random import Random
from typing import ClassVar

from tasks.contract.draws import below, shuffled
from tasks.contract.move_puzzle import MovePuzzle, listed
from tasks.contract.parameters import choice, integer
from tasks.contract.puzzle import ANY, Advance, AnyPuzzle, Form, Instance, Kind, Prompt, Row, Steps
from tasks.errors import BadParameter
from tasks.puzzles.blocks_world import stacks
from tasks.puzzles.blocks_world import text as labels
from tasks.puzzles.blocks_world.stacks import Stacks

_MOST_RANDOM = 200
_MOST_SEARCHED = 9
"""With up to this many blocks, the fewest moves between any two states are found by search."""


@dataclass(frozen=True, slots=True)
class BlocksParameters:
    """Interleaved: two stacks become one, in which their blocks alternate. Random: both states are drawn."""

    size: int = integer("blocks", minimum=2, maximum=600)
    arrangement: str = choice(
        "two stacks into one, or random", "interleaved", "random", default="interleaved"
    )
    names: str = choice("letters in order, or drawn", "plain", "renamed", default="plain")

    def __post_init__(self) -> None:
        if self.arrangement == "random" and self.size > _MOST_RANDOM:
            raise BadParameter(
                f"parameter 'size' must be at most {_MOST_RANDOM} for arrangement 'random', not {self.size!r}"
            )


BlocksInstance = Instance[BlocksParameters]


class BlocksWorld(MovePuzzle[BlocksParameters, Stacks]):
    """A step is `(block, from stack, to stack)`, all counted from 0.

    The fewest moves are known for the interleaved arrangement, and for random ones of up to nine blocks.
    Beyond that, `fewest_steps` is the length of the solution found, which need not be minimal: see `optimal`.
    """

    name: ClassVar[str] = "blocks_world"
    version: ClassVar[int] = 1
    summary: ClassVar[str] = "Blocks world: rearrange three stacks of blocks"
    kind: ClassVar[Kind] = Kind.MOVES
    width: ClassVar[int] = 3

    @property
    def parameters(self) -> type[BlocksParameters]:
        """See `BlocksParameters`."""
        return BlocksParameters

    @property
    def whole(self) -> AnyPuzzle:
        """The puzzle of any number of stacks, partial goals, and steps in planning language."""
        from tasks.puzzles.blocks_world.whole import WHOLE  # noqa: PLC0415 - drawn instances do not need it

        return WHOLE

    def varies(self, instance: BlocksInstance) -> bool:
        """Return True for random states and for drawn names."""
        return instance.parameters.arrangement == "random" or instance.parameters.names == "renamed"

    def fewest_steps(self, instance: BlocksInstance) -> int:
        """Return 2N - 1 if interleaved; for random states, the length found, by search if few blocks.

        See `optimal` for whether that length is minimal.

        Interleaved, that solution is the only one of minimal length. Block b, at the bottom of the goal,
        begins at the bottom of the neighbouring stack. Before b can get to its place, every other block must
        make way, from that place or from above b, and afterwards go on top of b: two moves each. So b may
        move only once, when all others are on stack 2, in an order that lets each arrive there in one move
        and leave in one.
        """
        if instance.parameters.arrangement == "interleaved":
            return 2 * instance.parameters.size - 1
        return _found_length(instance)

    def at_least(self, instance: BlocksInstance) -> int:
        """Return the minimum or, for many blocks in random states, a bound that counts each block's moves."""
        parameters = instance.parameters
        if parameters.arrangement == "interleaved" or parameters.size <= _MOST_SEARCHED:
            return self.fewest_steps(instance)
        return stacks.at_least(*_ends(instance))

    def start(self, instance: BlocksInstance) -> Stacks:
        """Return the two stacks, or the drawn ones."""
        return _ends(instance)[0]

    def is_goal(self, instance: BlocksInstance, state: Stacks) -> bool:
        """Return whether every block is in its place in the goal."""
        return state == _ends(instance)[1]

    def fault(self, instance: BlocksInstance, state: Stacks, row: Row) -> str | None:
        """Return why a move is illegal: only a top block moves, to another stack. The block may be `ANY`."""
        found = stacks.fault(state, row)
        if found is not None:
            return found
        top = state[row[1]][-1]
        if row[0] in (ANY, top):
            return None
        wanted, found = (_names(instance).of(block) for block in (row[0], top))
        return f"block {wanted} is not on top of stack {row[1]}; block {found} is"

    def moved(self, instance: BlocksInstance, state: Stacks, row: Row) -> Stacks:
        """Return the state with the top block of one stack moved to another."""
        return stacks.moved(state, row[1], row[2])

    def distance(self, instance: BlocksInstance, state: Stacks) -> int | None:
        """Return the distance: by search for few blocks; else, if interleaved, on the shortest path only."""
        parameters = instance.parameters
        if parameters.size <= _MOST_SEARCHED:
            return len(stacks.shortest(state, _ends(instance)[1]))
        if parameters.arrangement == "random":
            return None
        made = stacks.pouring(state, _ends(instance)[1])
        return 2 * parameters.size - 1 - made if self.state_after(instance, made) == state else None

    def options(self, instance: BlocksInstance, state: Stacks) -> Iterator[Row]:
        """Yield every legal move."""
        return (row for row in stacks.options(state) if self.fault(instance, state, row) is None)

    def solution(self, instance: BlocksInstance, first: int = 0) -> Iterator[Row]:
        """Yield the moves: in closed form if interleaved; else by search, or by placing block after block."""
        if instance.parameters.arrangement == "interleaved":
            return stacks.poured(*_ends(instance), first)
        return islice(_found(instance), first, None)

    def state_after(self, instance: BlocksInstance, count: int) -> Stacks:
        """Return the state; in closed form if interleaved."""
        if instance.parameters.arrangement == "random":
            return super().state_after(instance, count)
        return stacks.poured_after(*_ends(instance), count)

    def prompt(self, instance: BlocksInstance) -> Prompt:
        """Ask for `["A", from, to]` triples."""
        start, goal = _ends(instance)
        return Prompt(
            rules=(
                f"There are {instance.parameters.size} blocks, each called by its letter or letters, and "
                "three stacks, numbered 0 to 2. A stack may be empty.\n"
                "- Move one block at a time.\n"
                "- Only the top block of a stack can be moved, and it goes on top of another stack."
            ),
            start=self.describe(instance, start),
            goal=self.describe(instance, goal),
            format=(
                "Write the moves in order as one list of [block, from stack, to stack]:\n"
                'moves = [["block", from, to], ["block", from, to], ...]'
            ),
            example=self._example(instance),
            method=_METHODS[instance.parameters.arrangement],
            code=(
                "Write a Python function `solve()` without arguments that returns the moves as a list of "
                "[block, from stack, to stack] lists, the block as a string."
            ),
        )

    def smaller(self, instance: BlocksInstance) -> BlocksInstance:
        """Return the worked example's problem: two to five blocks of the same parity; three if random."""
        size = instance.parameters.size
        if instance.parameters.arrangement == "interleaved":
            other = {3: 5, 4: 2}.get(size, 4 - size % 2)
            return replace(instance, parameters=replace(instance.parameters, size=other))
        small = replace(instance, parameters=replace(instance.parameters, size=3))
        while _ends(small) == _ends(instance):
            small = replace(small, seed=small.seed + 1)
        return small

    def _example(self, instance: BlocksInstance) -> str:
        small = self.smaller(instance)
        start, goal = (self.describe(small, state) for state in _ends(small))
        moves = "".join(self.format(small, self.solution(small)))
        return f"From this state:\n{start}\nto this one:\n{goal}\nan answer is:\n{moves}"

    def describe(self, instance: BlocksInstance, state: Stacks) -> str:
        """Describe one stack per line, bottom to top."""
        names = _names(instance)
        lines = []
        for stack, blocks in enumerate(state):
            shown = ", ".join(map(names.of, blocks)) or "empty"
            lines.append(f"Stack {stack}: {shown}{' (bottom to top)' if len(blocks) > 1 else ''}")
        return "\n".join(lines)

    def format(self, instance: BlocksInstance, rows: Iterable[Row]) -> Iterator[str]:
        """Yield `moves = [["A", 0, 2], …]` on one line."""
        names = _names(instance)
        return listed(f'["{names.of(block)}", {source}, {target}]' for block, source, target in rows)

    def forms(self, instance: BlocksInstance) -> tuple[Form, ...]:
        """Return triples, rows and sentences."""
        return labels.FORMS

    def settle(self, instance: BlocksInstance, steps: Steps) -> Steps:
        """Convert block names, and stacks if counted from 1 throughout, to numbers from 0."""
        places = {*steps.values[1::3], *steps.values[2::3]}
        shift = 0 not in places and stacks.COUNT in places
        named = max(places, default=0) > stacks.COUNT
        if not (shift or named) and instance.parameters.names == "plain":
            return steps
        names = _names(instance)
        values = steps.values[:]
        blocks = {code: ANY if code == ANY else names.block(code) for code in set(values[::3])}
        values[::3] = array("q", map(blocks.__getitem__, values[::3]))
        if shift or named:
            stack = {place: labels.stack_of(place, shift) for place in places}
            for at in (1, 2):
                values[at::3] = array("q", map(stack.__getitem__, values[at::3]))
        return Steps(values, 3)

    def advance(
        self, instance: BlocksInstance, state: Stacks, steps: Steps, first: int = 0
    ) -> Advance[Stacks]:
        """Apply the rules of `step` in one loop over lists."""
        return stacks.advance(state, _ends(instance)[1], steps, first)


# --- instances


@lru_cache(maxsize=256)
def _ends(instance: BlocksInstance) -> tuple[Stacks, Stacks]:
    size = instance.parameters.size
    if instance.parameters.arrangement == "interleaved":
        left, right = tuple(range((size + 1) // 2)), tuple(range((size + 1) // 2, size))
        turns = (block for pair in zip_longest(right, left) for block in pair if block is not None)
        return (left, right, ()), (tuple(turns), (), ())
    rng = instance.random()
    while True:
        start, goal = _drawn(rng, size), _drawn(rng, size)
        # No stack may have its goal's bottom block already, so no block counts as placed.
        if all(not a or not b or a[0] != b[0] for a, b in zip(start, goal, strict=True)):
            return start, goal


def _drawn(rng: Random, size: int) -> Stacks:
    blocks = shuffled(rng, range(size))
    low, high = sorted((below(rng, size + 1), below(rng, size + 1)))
    return tuple(blocks[:low]), tuple(blocks[low:high]), tuple(blocks[high:])


@lru_cache(maxsize=256)
def _found_length(instance: BlocksInstance) -> int:
    return sum(1 for _ in _found(instance))


def _found(instance: BlocksInstance) -> Iterable[Row]:
    searched = instance.parameters.size <= _MOST_SEARCHED
    return stacks.shortest(*_ends(instance)) if searched else stacks.built(*_ends(instance))


# --- words


@lru_cache(maxsize=256)
def _names(instance: BlocksInstance) -> labels.Labels:
    if instance.parameters.names == "plain":
        return labels.PLAIN
    return labels.drawn_labels(instance.puzzle, instance.seed, instance.parameters.size)


_METHODS = {
    "interleaved": (
        "First build the goal upside down on stack 2: go through the blocks of the goal from its top to its "
        "second from the bottom, and move each to stack 2; each is on top of stack 0 or 1 when its turn "
        "comes. Then move the block that the goal has at the bottom from stack 1 to stack 0. Then move the "
        "blocks of stack 2 to stack 0, one after the other."
    ),
    "random": (
        "Call a block placed when it and all blocks below it are where the goal has them. Repeat until all "
        "are placed. For each stack that is not finished, look for the block that the goal has next above "
        "its placed ones, and count the moves that it takes to place it: one for it, one for each block "
        "above it, and one for each block of the stack that is not placed (if it is in that stack itself, "
        "one for each block there that is not placed, and one more). Place the one that takes fewest: move "
        "the blocks above it to the stack that is neither its own nor the one it goes to, do the same with "
        "the blocks that stand on its place, and move it there. A block that already is in the stack it "
        "goes to waits on the third stack meanwhile."
    ),
}

PUZZLE = BlocksWorld()

"""Blocks world, instances given whole: any number of stacks or a table without limit, partial goals, a hand."""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import ClassVar

from tasks.contract.given import FEWEST, SOLVABLE, Given
from tasks.contract.length import Length
from tasks.contract.move_puzzle import MovePuzzle, listed
from tasks.contract.puzzle import NEVER, Advance, Form, Instance, Kind, Prompt, Row, Steps
from tasks.errors import BadParameter
from tasks.puzzles.blocks_world import facts, given, language, planning, world
from tasks.puzzles.blocks_world.planning import Plan
from tasks.puzzles.blocks_world.wording import Wording
from tasks.puzzles.blocks_world.world import HAND, GivenBlocks, State, World

GivenInstance = Instance[GivenBlocks]

_MOST_EXACT, _MOST_ON_TABLE = 7, 40
"""Up to so many blocks, in few stacks and on a table without limit, distances are found by search."""


class WholeBlocksWorld(MovePuzzle[GivenBlocks, State]):
    """A step is `(block, from, to)` in the codes of `world`; a state says what each block is on.

    Where moving is one step, picking up and putting down are legal too, as two.
    """

    name: ClassVar[str] = "blocks_world"
    version: ClassVar[int] = 1
    summary: ClassVar[str] = "Blocks world: rearrange blocks, from any state to any goal"
    kind: ClassVar[Kind] = Kind.MOVES
    width: ClassVar[int] = 3

    @property
    def parameters(self) -> type[GivenBlocks]:
        return GivenBlocks

    @property
    def whole(self) -> "WholeBlocksWorld":
        """This puzzle itself plays instances given whole."""
        return self

    def generate(self, given: Mapping[str, int | str | bool], seed: int = 0) -> GivenInstance:
        """Draw nothing: `take` reads these instances."""
        raise BadParameter(f"{self.name}: an instance given whole is not drawn")

    def take(self, data: Mapping[str, object]) -> GivenInstance:
        """Read stacks, facts or a problem in PDDL; docs/instances.md has the fields.

        Raises:
            BadInstance: They make no sense.
        """
        instance = given.take(self.name, data)
        if FEWEST in data or SOLVABLE in data:
            self._hold_against(
                Given(self.name, {key: data[key] for key in (FEWEST, SOLVABLE) if key in data}, ()), instance
            )
        return instance

    def _hold_against(self, told: Given, instance: GivenInstance) -> None:
        """Hold what the record says of its length against what was found."""
        plan, said = _plan(instance), told.fewest_steps
        if plan.steps == NEVER:
            Length.of(told, NEVER)
        elif told.solvable is False and _solvable(instance.parameters.world, plan):
            told.fail(SOLVABLE, "is false, and there is a solution")
        if said is None or plan.steps == NEVER:
            return
        if said < plan.at_least:
            told.fail(FEWEST, f"is {said}, and every solution has {plan.at_least} steps or more")

    # --- what solves it

    def fewest_steps(self, instance: GivenInstance) -> int | None:
        """Return the minimum if it was found, else the best length known, by the record or by ourselves."""
        plan, said = _plan(instance), _said(instance)[0]
        if plan.steps == NEVER:
            return None
        known = [length for length in (plan.steps, said) if length is not None]
        return min(known, default=None)

    def solvable(self, instance: GivenInstance) -> bool | None:
        found = _solvable(instance.parameters.world, _plan(instance))
        return _said(instance)[1] if found is None else found

    def at_least(self, instance: GivenInstance) -> int | None:
        fewest = self.fewest_steps(instance)
        if fewest is None or _said(instance)[0] is not None:
            return fewest
        return min(fewest, _plan(instance).at_least)

    def start(self, instance: GivenInstance) -> State:
        return instance.parameters.world.start

    def is_goal(self, instance: GivenInstance, state: State) -> bool:
        return world.satisfied(instance.parameters.world.goal, state)

    def fault(self, instance: GivenInstance, state: State, row: Row) -> str | None:
        return world.fault(instance.parameters.world, state, row)

    def moved(self, instance: GivenInstance, state: State, row: Row) -> State:
        return world.moved(instance.parameters.world, state, row)

    def advance(self, instance: GivenInstance, state: State, steps: Steps, first: int = 0) -> Advance[State]:
        return world.advance(instance.parameters.world, state, steps, first)

    def distance(self, instance: GivenInstance, state: State) -> int | None:
        """Return the distance: on a table without limit wherever it is known, in stacks for few blocks."""
        played, begun = instance.parameters.world, _plan(instance)
        if (
            not (begun.rows or begun.steps == 0)
            or not begun.optimal
            or self.fewest_steps(instance) != begun.steps
        ):
            return None
        most = _MOST_ON_TABLE if played.stacks is None else _MOST_EXACT
        if len(state) > most or (HAND in state and not played.hand):
            return None
        found = planning.plan(played, state)
        return found.steps if found.optimal else None

    def options(self, instance: GivenInstance, state: State) -> Iterator[Row]:
        played = instance.parameters.world
        for row in world.options(played, state):
            if world.fault(played, state, row) is None:
                yield _explicit(played, state, row)

    def solution(self, instance: GivenInstance, first: int = 0) -> Iterator[Row]:
        """Yield the plan that was found; nothing if the record alone says how long one is."""
        plan = _plan(instance)
        known = plan.steps == self.fewest_steps(instance)
        return islice(plan.rows if known else (), first, None)

    # --- words

    def prompt(self, instance: GivenInstance) -> Prompt:
        return _wording(instance).prompt()

    def describe(self, instance: GivenInstance, state: State) -> str:
        return _wording(instance).describe(state)

    def format(self, instance: GivenInstance, rows: Iterable[Row]) -> Iterator[str]:
        """Yield the steps: a list of triples where stacks have names, else lines."""
        played, told = instance.parameters.world, _wording(instance)
        if played.names and not played.hand:
            yield from listed(map(told.step, rows))
            return
        for at, row in enumerate(rows):
            yield f"\n{told.step(row)}" if at else told.step(row)

    def forms(self, instance: GivenInstance) -> tuple[Form, ...]:
        played = instance.parameters.world
        return language.forms(
            hand=played.hand,
            actions=_own_actions(played),
            odd=_odd(instance),
            stacks=None if played.stacks is None else played.names,
        )

    def settle(self, instance: GivenInstance, steps: Steps) -> Steps:
        return _lexicon(instance).settled(steps)

    def noise(self, instance: GivenInstance, text: str) -> Iterator[tuple[int, int]]:
        """Yield further problems behind the answer, and steps only spoken of where others are listed."""
        ends = _PLAN_END.search(text)
        again = None if ends is None else text.find("[STATEMENT]", ends.end())
        end = len(text) if again is None or again < 0 else again
        if end < len(text):
            yield end, len(text)
        line, *others, told = language.strict(
            actions=_own_actions(instance.parameters.world), odd=_odd(instance)
        )
        spoken = list(told.finditer(text, 0, end))
        if not spoken:
            return
        lines = [found.span() for found in line.finditer(text, 0, end)]
        listed = [found.span() for pattern in others for found in pattern.finditer(text, 0, end)]
        whole_lines = sum(text[begin - 1] == "\n" for begin, _ in lines)
        sure = whole_lines > 1 or bool(listed)
        lexicon, strict = _lexicon(instance), sorted((*lines, *listed))
        at = 0
        for found in spoken:
            while at < len(strict) and strict[at][1] <= found.start():
                at += 1
            if at < len(strict) and strict[at][0] <= found.start():
                continue
            if sure or not (lexicon.knows(found[3]) or lexicon.is_pronoun(found[3])):
                yield found.start(), found.start() + 1


_PLAN_END = re.compile(r"\[PLAN END\]")


@lru_cache(maxsize=1024)
def _plan(instance: GivenInstance) -> Plan:
    return planning.plan(instance.parameters.world, instance.parameters.world.start)


def _solvable(played: World, plan: Plan) -> bool | None:
    """Whether there is a solution: in three stacks or more every state can be reached."""
    if plan.steps is not None:
        return plan.steps != NEVER
    return True if played.stacks is None or played.stacks >= 3 else None


@lru_cache(maxsize=1024)
def _said(instance: GivenInstance) -> tuple[int | None, bool | None]:
    """What the record says of the fewest steps, and of whether there is a solution."""
    if FEWEST not in instance.data and SOLVABLE not in instance.data:
        return None, None
    told = json.loads(instance.data)
    return told.get(FEWEST), told.get(SOLVABLE)


def _explicit(played: World, state: State, row: Row) -> Row:
    """The step as the plan has it."""
    block, source, target = row
    if played.hand:
        return row
    here = planning.told(played, state, state[block]) if source != HAND else HAND
    return block, here, planning.told(played, state, target) if target != HAND else HAND


@lru_cache(maxsize=1024)
def _wording(instance: GivenInstance) -> Wording:
    return Wording(instance.parameters.world)


@lru_cache(maxsize=1024)
def _lexicon(instance: GivenInstance) -> language.Lexicon:
    return language.Lexicon(instance.parameters.world)


def _own_actions(played: World) -> tuple[str, ...]:
    """The names of actions that no form has anyway."""
    return tuple(told for told, _ in played.actions if not language.is_known_action(told))


@lru_cache(maxsize=1024)
def _odd(instance: GivenInstance) -> tuple[str, ...]:
    """The names that are no plain words, also with their accents apart."""
    played = instance.parameters.world
    names = {*played.blocks, *played.called, *(told for told, _ in played.objects)} - {""}
    plain = {facts.plain(name) for name in names}
    apart = {unicodedata.normalize("NFD", name) for name in plain if not name.isascii()}
    return tuple(sorted(name for name in plain | apart if name and not language.is_plain(name)))


WHOLE = WholeBlocksWorld()

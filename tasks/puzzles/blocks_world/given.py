"""Blocks world given whole: stacks, facts or a problem in PDDL, read into one canonical form."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from tasks.contract.given import Given
from tasks.contract.given_names import name
from tasks.contract.puzzle import Instance
from tasks.puzzles.blocks_world import facts
from tasks.puzzles.blocks_world.facts import BadFacts, Facts
from tasks.puzzles.blocks_world.world import HAND, STACK, TABLE, GivenBlocks, Goal, State, World, piles

MOST_BLOCKS = 600
_MOST_STACKS = 600
_FIELDS = {"actions", "blocks", "called", "goal", "holding", "legend", "names", "pddl", "stacks", "start"}
_PARTS = {"on", "table", "clear", "holding", "empty"}
"""What a state or a goal can say as an object."""
_ACTIONS = {
    "pickup": "pick-up",
    "putdown": "put-down",
    "stack": "stack",
    "unstack": "unstack",
    "move": "move",
}


@dataclass(slots=True)
class _Draft:
    """What was read so far."""

    given: Given
    blocks: list[str] = field(default_factory=list)
    by_name: dict[str, int] = field(default_factory=dict)
    actions: dict[str, str] = field(default_factory=dict)
    predicates: dict[str, str] = field(default_factory=dict)
    objects: dict[str, str] = field(default_factory=dict)

    def block(self, where: str, told: object) -> int:
        """Return the number of a block."""
        called = self._named(where, told)
        found = self.by_name.get(called, self.by_name.get(facts.plain(called)))
        if found is None:
            self.given.fail(where, f"has no block {called!r}; there are {_listed(self.blocks)}")
        return found

    def name_blocks(self, where: str, told: Iterable[object]) -> None:
        """Take names of blocks, each once."""
        for called in sorted((self._named(where, each) for each in told), key=_by_number):
            if called in self.by_name:
                self.given.fail(where, f"has {called!r} twice")
            self.by_name[called] = len(self.blocks)
            self.blocks.append(called)
        if not 1 <= len(self.blocks) <= MOST_BLOCKS:
            self.given.fail(where, f"must have 1 to {MOST_BLOCKS} blocks, not {len(self.blocks)}")
        for at, called in enumerate(self.blocks):
            self.by_name.setdefault(facts.plain(called), at)

    def _named(self, where: str, told: object) -> str:
        called = name(self.given, where, told)
        return called if called in self.objects.values() else self.objects.get(called, called)


def take(puzzle: str, data: Mapping[str, object]) -> Instance[GivenBlocks]:
    """Return the instance that some data say.

    Raises:
        BadInstance: They make no sense.
    """
    given = Given(puzzle, data, _FIELDS)
    draft = _Draft(given)
    start, goal = given.raw("start"), given.raw("goal")
    listed: list[object] | None
    if "pddl" in given:
        start, goal, listed = _pddl(given)
    else:
        listed = given.items("blocks", 1, MOST_BLOCKS) if "blocks" in given else None
        for needed in ("start", "goal"):
            if needed not in given:
                given.fail(needed, "is missing")
    _read_legend(draft)
    if listed is not None:
        listed = [one for one in listed if not (isinstance(one, str) and facts.plain(one) == facts.TABLE)]
        draft.name_blocks("pddl" if "pddl" in given else "blocks", listed)
    world = _world(draft, start, goal, as_places="stacks" not in data)
    return given.instance(GivenBlocks(len(world.blocks), world), _canonical(world))


def _pddl(given: Given) -> tuple[object, object, list[object]]:
    for other in ("blocks", "start", "goal"):
        if other in given:
            given.fail("pddl", f"says it all; leave out {other!r}")
    try:
        problem = facts.read_pddl(given.text("pddl", most=facts.MOST_TEXT))
    except BadFacts as error:
        given.fail("pddl", str(error))
    objects: list[object] = list(problem.objects)
    if not objects:
        given.fail("pddl", "has no '(:objects ...)'")
    return problem.start, problem.goal, objects


# --- the legend


def _read_legend(draft: _Draft) -> None:
    given = draft.given
    if "legend" not in given:
        return
    legend = given.table("legend", 0, 3)
    for part, told in legend.items():
        if part not in ("actions", "predicates", "objects"):
            given.fail("legend", f"can have 'actions', 'predicates' and 'objects', not {part!r}")
        if not isinstance(told, Mapping) or len(told) > MOST_BLOCKS:
            given.fail("legend", f"must have an object of at most {MOST_BLOCKS} fields for {part!r}")
        read = {name(given, "legend", key): name(given, "legend", value) for key, value in told.items()}
        if part == "actions":
            draft.actions = _meanings(given, read, {key: key for key in _ACTIONS.values()})
        elif part == "predicates":
            draft.predicates = _meanings(given, read, facts.PLAIN)
        else:
            draft.objects = read


def _meanings(given: Given, told: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    """What each obfuscated name means; a legend may be written from either side."""

    def meant(text: str) -> str | None:
        if facts.words(text) in _ACTIONS and _ACTIONS[facts.words(text)] in known:
            return _ACTIONS[facts.words(text)]
        kind = facts.meaning(text)
        return kind if kind in known else None

    if not all(meant(value) for value in told.values()) and all(meant(key) for key in told):
        told = {value: key for key, value in told.items()}
    found: dict[str, str] = {}
    for key, value in sorted(told.items()):
        meaning = meant(value)
        if meaning is None:
            given.fail("legend", f"has {value!r}, which must be one of {', '.join(known.values())}")
        if not facts.words(key):
            given.fail("legend", f"has the name {key!r}, which no answer can have")
        found[key] = meaning
    return found


# --- start and goal


def _world(draft: _Draft, start: object, goal: object, *, as_places: bool) -> World:
    """Return the world.

    Args:
        draft: What was read so far.
        start: What it says of the start.
        goal: What it says of the goal.
        as_places: Whether an empty stack shows that the stacks are places, as no number of them is given.
    """
    given = draft.given
    begun, places = _told(draft, "start", start)
    if not draft.blocks:
        _name_by_start(draft, begun)
    wanted, homes = _told(draft, "goal", goal)
    both = [told for told in (begun, wanted) if isinstance(told, Facts)]
    names = _stack_names(given, places, homes)
    count, named = _count(given, (begun, wanted), names, as_places=as_places)
    hand = _is_hand(draft, both, as_facts=isinstance(begun, Facts) and not isinstance(start, Mapping))
    state = _Start(draft).state(begun, count)
    asked = _goal(draft, wanted, (count, named), hand=hand)
    if asked == Goal((), empty=asked.empty):
        given.fail("pddl" if "pddl" in given else "goal", "asks for nothing")
    if HAND in state and not hand:
        given.fail("start", "has a block in the hand, but moving is one step: 'actions' must be 'hand'")
    return World(
        tuple(draft.blocks),
        count,
        named,
        hand,
        state,
        asked,
        _called(draft),
        tuple(draft.actions.items()),
        tuple(draft.predicates.items()),
        tuple(sorted(draft.objects.items())),
    )


_Stacks = list[list[object]]


def _told(draft: _Draft, where: str, told: object) -> tuple[Facts | _Stacks, list[str]]:
    """What a start or goal says, as facts or as stacks; and the names of the stacks, if it has them."""
    given = draft.given
    if isinstance(told, str):
        told = facts.split(told[: facts.MOST_TEXT])
    if isinstance(told, Mapping):
        if {*map(str, told)} <= _PARTS:
            return _parts(given, where, told), []
        return [_stack(given, where, one) for one in told.values()], [name(given, where, key) for key in told]
    if not isinstance(told, list | tuple):
        given.fail(where, f"must be a list of stacks or of facts, or an object, not {str(told)[:60]!r}")
    if len(told) > 3 * MOST_BLOCKS:
        given.fail(where, f"must have at most {3 * MOST_BLOCKS} values, not {len(told)}")
    legend = {facts.words(key): meaning for key, meaning in draft.predicates.items()}
    if any(isinstance(one, str) or facts.is_fact(one, legend) for one in told):
        try:
            return facts.read_facts(told, legend), []
        except BadFacts as error:
            given.fail(where if "pddl" not in given else "pddl", str(error))
    return [_stack(given, where, one) for one in told], []


def _stack(given: Given, where: str, told: object) -> list[object]:
    if not isinstance(told, list | tuple):
        given.fail(
            where, f"must hold stacks, each a list of blocks from bottom to top, not {str(told)[:60]!r}"
        )
    return list(told)


def _parts(given: Given, where: str, told: Mapping[str, object]) -> Facts:
    """A state or goal as an object: `on`, `table`, `clear`, `holding`, `empty`."""
    on: list[tuple[str, str]] = []
    pairs = told.get("on") or []
    if isinstance(pairs, Mapping):
        pairs = list(pairs.items())
    if not isinstance(pairs, list | tuple):
        given.fail(where, "must have a list of pairs for 'on'")
    for pair in pairs:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            given.fail(
                where, f"must have pairs for 'on', a block and the one it is on, not {str(pair)[:60]!r}"
            )
        on.append((name(given, where, pair[0]), name(given, where, pair[1])))
    lists: dict[str, list[str]] = {}
    for part in ("table", "clear", "holding"):
        value = told.get(part)
        value = [] if value is None else [value] if isinstance(value, str | int) else value
        if not isinstance(value, list | tuple):
            given.fail(where, f"must have a list of blocks for {part!r}")
        lists[part] = [name(given, where, one) for one in value]
    empty = told.get("empty", False)
    if not isinstance(empty, bool):
        given.fail(where, f"must have true or false for 'empty', not {str(empty)[:60]!r}")
    return Facts(on, lists["table"], lists["clear"], lists["holding"], empty)


def _name_by_start(draft: _Draft, begun: Facts | _Stacks) -> None:
    """Name the blocks after what the start has."""
    told: list[object]
    if isinstance(begun, Facts):
        pairs = (one for pair in begun.on for one in pair)
        told = list(dict.fromkeys([*pairs, *begun.table, *begun.holding, *begun.clear]))
    else:
        told = [block for stack in begun for block in stack]
        if "holding" in draft.given:
            told.append(draft.given.raw("holding"))
    draft.name_blocks("start", told)


def _by_number(called: str) -> tuple[str, int, str]:
    head = called.rstrip("0123456789")
    return head, int(called[len(head) :][:15] or -1), called


def _stack_names(given: Given, places: list[str], homes: list[str]) -> list[str] | None:
    """What the stacks are called; an empty list if not to be told apart, `None` if nothing says so."""
    names = places or homes
    if "names" in given:
        listed = [name(given, "names", one) for one in given.items("names", 0, _MOST_STACKS)]
        if names and sorted(names) != sorted(listed):
            given.fail("names", f"are {_listed(listed)}, and 'start' has {_listed(names)}")
        names = listed
    elif not names:
        return None
    low = [called.casefold() for called in names]
    if len({*low}) < len(low):
        given.fail("names", f"must tell the stacks apart, and are {_listed(names)}")
    for told, where in ((places, "start"), (homes, "goal")):
        if told and told != names:
            given.fail(where, f"must have the stacks in the order {_listed(names)}")
    return names


def _count(
    given: Given, told: tuple[Facts | _Stacks, Facts | _Stacks], names: list[str] | None, *, as_places: bool
) -> tuple[int | None, tuple[str, ...]]:
    """How many stacks there can be, and their names."""
    stacks = [part for part in told if not isinstance(part, Facts)]
    count: int | None = None
    if "stacks" in given:
        count = given.integer("stacks", 1, _MOST_STACKS)
    elif names:
        count = len(names)
    elif as_places and any(not one for part in stacks for one in part):
        count = max(map(len, stacks))
    if count is None:
        if names:
            given.fail("names", "name stacks, and 'stacks' is null: a table without limit has none")
        return None, ()
    for where, part in zip(("start", "goal"), told, strict=True):
        if not isinstance(part, Facts) and len(part) > count:
            given.fail(where, f"has {len(part)} stacks, more than {count}")
    if names is None:
        placed = not isinstance(told[1], Facts) and len(told[1]) == count
        names = [str(at) for at in range(count)] if placed else []
    if names and len(names) != count:
        given.fail("names", f"must have {count} names, as many as 'stacks', not {len(names)}")
    return count, tuple(names)


def _is_hand(draft: _Draft, told: Sequence[Facts], *, as_facts: bool) -> bool:
    given = draft.given
    spoken = any(one.about_hand for one in told) or "holding" in given
    spoken = spoken or any(meaning != "move" for meaning in draft.actions.values())
    as_facts = as_facts and not any(one.about_table for one in told)
    usual = "hand" if as_facts or spoken else "move"
    return given.choice("actions", "move", "hand", default=usual) == "hand"


class _Start:
    """What each block is on at the start, said fact by fact or stack by stack."""

    def __init__(self, draft: _Draft) -> None:
        self._draft, self._given, self._blocks = draft, draft.given, draft.blocks
        self._where = "pddl" if "pddl" in draft.given else "start"
        self._on: dict[int, int] = {}

    def state(self, begun: Facts | _Stacks, count: int | None) -> State:
        """Return the state; `count` is how many stacks there can be."""
        if isinstance(begun, Facts):
            self._take_facts(begun)
        else:
            self._take_stacks(begun, count)
        if "holding" in self._given:
            self._put(self._draft.block("holding", self._given.raw("holding")), HAND)
        for block, name_of in enumerate(self._blocks):
            if block not in self._on:
                self._fail(f"does not say where block {name_of!r} is")
        state = tuple(self._on[block] for block in range(len(self._blocks)))
        self._check(state)
        if not isinstance(begun, Facts):
            return state
        self._check_clear(state, begun.clear)
        return state if count is None else self._in_stacks(state, count)

    def _fail(self, told: str) -> NoReturn:
        self._given.fail(self._where, told)

    def _block(self, told: object) -> int:
        return self._draft.block(self._where, told)

    def _put(self, block: int, place: int) -> None:
        known = self._on.get(block, place)
        if known != place:
            self._fail(f"has block {self._blocks[block]!r} in two places")
        taken = place == block or (block not in self._on and place in self._on.values())
        if place < STACK and taken:
            self._fail(f"has {self._blocks[block]!r} on {self._blocks[place]!r}, which cannot be")
        self._on[block] = place

    def _take_facts(self, told: Facts) -> None:
        if told.empty and told.holding:
            self._fail(f"says that the hand is empty, and that it holds {told.holding[0]!r}")
        for top, under in told.on:
            self._put(self._block(top), self._block(under))
        for block in told.table:
            self._put(self._block(block), TABLE)
        for block in told.holding:
            self._put(self._block(block), HAND)

    def _take_stacks(self, told: _Stacks, count: int | None) -> None:
        for at, stack in enumerate(told):
            below = TABLE if count is None else STACK + at
            for one in stack:
                block = self._block(one)
                if block in self._on:
                    self._fail(f"has block {self._blocks[block]!r} twice")
                self._put(block, below)
                below = block

    def _check(self, state: State) -> None:
        if state.count(HAND) > 1:
            self._fail("has two blocks in one hand")
        if HAND in state and state.index(HAND) in state:
            self._fail(f"has a block on {self._blocks[state.index(HAND)]!r}, which the hand holds")
        standing = sum(map(len, piles(state).values())) + (HAND in state)
        if standing < len(state):
            self._fail("has blocks on one another in a circle")

    def _check_clear(self, state: State, clear: Iterable[str]) -> None:
        for told in clear:
            block = self._block(told)
            if block in state or state[block] == HAND:
                why = (
                    f"{self._blocks[state.index(block)]!r} is on it"
                    if block in state
                    else "the hand holds it"
                )
                self._fail(f"says that {self._blocks[block]!r} is clear, and {why}")

    def _in_stacks(self, state: State, count: int) -> State:
        bottoms = [block for block, place in enumerate(state) if place == TABLE]
        if len(bottoms) > count:
            self._fail(f"has {len(bottoms)} blocks on the table, and there are {count} stacks")
        at = {block: STACK + number for number, block in enumerate(bottoms)}
        return tuple(at.get(block, place) for block, place in enumerate(state))


def _goal(
    draft: _Draft, wanted: Facts | _Stacks, stacks: tuple[int | None, tuple[str, ...]], *, hand: bool
) -> Goal:
    where = "pddl" if "pddl" in draft.given else "goal"

    def block(told: object) -> int:
        return draft.block(where, told)

    if isinstance(wanted, Facts):
        if wanted.holding and not hand:
            draft.given.fail(where, "asks for a block in the hand, but moving is one step")
        on = [(block(top), block(under)) for top, under in wanted.on]
        on += [(block(one), TABLE) for one in wanted.table]
        return Goal(
            tuple(sorted({*on})),
            tuple(sorted({block(one) for one in wanted.clear})),
            tuple(sorted({block(one) for one in wanted.holding})),
            wanted.empty or not hand,
        )
    found: dict[int, int] = {}
    positional = bool(stacks[1]) and len(wanted) == stacks[0]
    for at, stack in enumerate(wanted):
        below = STACK + at if positional else TABLE
        for told in stack:
            number = block(told)
            if number in found:
                draft.given.fail(where, f"has block {draft.blocks[number]!r} twice")
            found[number] = below
            below = number
    if positional and len(found) < len(draft.blocks):
        missing = next(one for at, one in enumerate(draft.blocks) if at not in found)
        draft.given.fail(where, f"does not place block {missing!r}; a goal of facts may leave blocks open")
    return Goal(tuple(sorted(found.items())), empty=not hand)


def _called(draft: _Draft) -> tuple[str, ...]:
    if "called" not in draft.given:
        return ()
    told = draft.given.table("called", 0, MOST_BLOCKS)
    found = [""] * len(draft.blocks)
    for key, value in told.items():
        found[draft.block("called", key)] = name(draft.given, "called", value)
    used = [facts.plain(one) for one in found if one]
    if len({*used}) < len(used):
        draft.given.fail("called", "gives two blocks one name")
    return tuple(found) if used else ()


# --- the canonical form


def _canonical(world: World) -> dict[str, object]:
    name_of = world.blocks
    fields: dict[str, object] = {
        "actions": "hand" if world.hand else "move",
        "start": stacks(world, world.start),
    }
    if world.stacks is not None:
        fields |= {"stacks": world.stacks, "names": list(world.names)}
    if HAND in world.start:
        fields["holding"] = name_of[world.start.index(HAND)]
    fields["goal"] = _canonical_goal(world)
    if world.called:
        fields["called"] = {
            block: called for block, called in zip(name_of, world.called, strict=True) if called
        }
    parts = {"actions": world.actions, "predicates": world.predicates, "objects": world.objects}
    legend: dict[str, object] = {part: dict(told) for part, told in parts.items() if told}
    if legend:
        fields["legend"] = legend
    return fields


def stacks(world: World, state: State) -> list[list[str]]:
    """Return the stacks of a state, bottom to top, by name; those on a table without limit in order of names."""
    standing = piles(state)
    if world.stacks is None:
        return sorted([[world.blocks[block] for block in pile] for pile in standing.values()])
    found: list[list[str]] = [[] for _ in range(world.stacks)]
    for bottom, pile in standing.items():
        found[state[bottom] - STACK] = [world.blocks[block] for block in pile]
    return found


def _canonical_goal(world: World) -> object:
    goal, name_of = world.goal, world.blocks
    if any(STACK <= place < TABLE for _, place in goal.on):
        return stacks(world, tuple(place for _, place in goal.on))
    asked: dict[str, object] = {
        "on": [[name_of[block], name_of[place]] for block, place in goal.on if place < STACK],
        "table": [name_of[block] for block, place in goal.on if place == TABLE],
        "clear": [name_of[block] for block in goal.clear],
        "holding": [name_of[block] for block in goal.holding],
        "empty": goal.empty and world.hand,
    }
    return {part: told for part, told in asked.items() if told}


def _listed(names: Iterable[str]) -> str:
    told = ", ".join(map(repr, names))
    return told if len(told) <= 60 else f"{told[:60]}…"

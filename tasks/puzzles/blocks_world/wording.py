"""The words in which an instance given whole is put: its rules, states, goal and answer format."""

from itertools import count, pairwise

from tasks.contract.puzzle import ANY, Prompt, Row
from tasks.puzzles.blocks_world import facts
from tasks.puzzles.blocks_world.given import stacks
from tasks.puzzles.blocks_world.world import HAND, STACK, TABLE, State, World, piles

_HAND_ACTIONS = ("pick-up", "put-down", "stack", "unstack")
_METHOD = (
    "Take every block that is not where the goal has it, or stands on such a block, and put it on the table, the "
    "top ones first. Then build the towers of the goal from the bottom: whenever a block's place in the goal is "
    "ready, put it there."
)
_FEW_STACKS = (
    "Call a block placed when it and all blocks below it are where the goal has them. Repeat until all are placed: "
    "choose a place that is ready for its next block, move the blocks that stand above that block, or on that "
    "place, to other stacks, and then put the block there."
)


class Wording:
    """How one world is put into words."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._actions = {meaning: told for told, meaning in reversed(world.actions)}
        told = {meaning: told for told, meaning in reversed(world.predicates)}
        self._kinds = {kind: told.get(kind, plain) for kind, plain in facts.PLAIN.items()}
        self._as_facts = bool(world.predicates or world.actions) and world.hand
        self._called = [
            called or name for name, called in zip(world.blocks, world.called or world.blocks, strict=True)
        ]

    def prompt(self) -> Prompt:
        """The parts of the prompt."""
        world = self._world
        return Prompt(
            rules=self._rules(),
            start=self.describe(world.start),
            goal="\n".join(self._goal()),
            format=self._format(),
            example=self._example(),
            method=self._method(),
            code=(
                "Write a Python function `solve()` without arguments that returns "
                + (
                    "the moves as a list of [block, from stack, to stack] lists, the block as a string."
                    if self._triples
                    else "the actions as a list of strings, each as above."
                )
            ),
        )

    def _method(self) -> str:
        if self._world.stacks is not None:
            return _FEW_STACKS
        if not self._as_facts:
            return _METHOD
        on = self._kinds["on"]
        pick, put, stack, unstack = map(self._action, _HAND_ACTIONS)
        return (
            f"Undo each ({on} x y) that the goal does not have, or that rests on such a one, by ({unstack} x y) and "
            f"({put} x), those first of which no ({on} z x) holds. Then make each ({on} x y) of the goal by ({pick} x) "
            f"and ({stack} x y), those first of which the y is where the goal has it."
        )

    # --- rules

    @property
    def _triples(self) -> bool:
        return bool(self._world.names) and not self._world.hand

    def _action(self, name: str) -> str:
        return self._actions.get(name, name)

    def _rules(self) -> str:
        world = self._world
        if self._as_facts and world.stacks is None:
            return "\n".join(
                [
                    f"There are {len(world.blocks)} objects, called {', '.join(self._called)}.",
                    *self._hand_rules(),
                ]
            )
        told = f"There are {len(world.blocks)} blocks, called {', '.join(self._called)}"
        if world.stacks is None:
            place = "on a table that has room for all of them"
        elif world.names:
            place = f"in {world.stacks} stacks, called {', '.join(world.names)}. A stack may be empty"
        else:
            place = f"on a table that has room for {world.stacks} stacks"
        lines = [f"{told}, {place}."]
        if world.hand:
            lines += self._hand_rules()
        else:
            lines += [
                "- Move one block at a time.",
                "- Only a block with no other on it can be moved, and it goes "
                + ("on top of another stack." if world.names else "on another such block, or to the table."),
            ]
        return "\n".join(lines)

    def _hand_rules(self) -> list[str]:
        on, table, clear, holding, empty = (self._kinds[kind] for kind in facts.PLAIN)
        pick, put, stack, unstack = map(self._action, _HAND_ACTIONS)
        facts_ = (
            f"The state is a set of facts such as ({on} x y), ({table} x), ({clear} x), ({holding} x) and ({empty}). "
            "The actions, each with the facts that it needs and removes, and those that it adds:"
        )
        rules = [
            f"- ({pick} x): needs and removes ({clear} x), ({table} x), ({empty}); adds ({holding} x).",
            f"- ({put} x): needs and removes ({holding} x); adds ({clear} x), ({table} x), ({empty}).",
            f"- ({stack} x y): needs and removes ({holding} x), ({clear} y); adds ({on} x y), ({clear} x), ({empty}).",
            f"- ({unstack} x y): needs and removes ({on} x y), ({clear} x), ({empty}); adds ({holding} x), ({clear} y).",
        ]
        if self._as_facts:
            return [facts_, *rules]
        if self._world.names:
            return [
                "A hand takes one block at a time.",
                "- (unstack x y) takes x off y, (pick-up x) takes x where it stands below all others of its stack. "
                "Nothing may be on x, and the hand must be empty.",
                "- (stack x y) puts the block in the hand on y, on which nothing may be.",
                "- (put-down x s) puts the block in the hand on top of stack s.",
            ]
        return [
            "A hand moves one block at a time, in two steps.",
            "- (pick-up x) takes x from the table, (unstack x y) takes x off the block y that it is on. Nothing may be "
            "on x, and the hand must be empty.",
            "- (put-down x) puts the block in the hand on the table, (stack x y) puts it on the block y, on which "
            "nothing may be.",
        ]

    # --- states

    def describe(self, state: State) -> str:
        """Describe a state whole."""
        world = self._world
        if self._as_facts:
            return " ".join(f"({fact})" for fact in self._facts(state))
        lines = []
        if world.names:
            for name, held in zip(world.names, self._stacks(state), strict=True):
                shown = ", ".join(held) or "empty"
                lines.append(f"Stack {name}: {shown}{' (bottom to top)' if len(held) > 1 else ''}")
        else:
            for held in self._stacks(state):
                for under, block in zip(["", *held], held, strict=False):
                    lines.append(f"Block {block} is on {f'block {under}' if under else 'the table'}.")
        if world.hand or HAND in state:
            holds = f"holds block {self._called[state.index(HAND)]}" if HAND in state else "is empty"
            lines.append(f"The hand {holds}.")
        return "\n".join(lines)

    def _stacks(self, state: State) -> list[list[str]]:
        world = self._world
        called = dict(zip(world.blocks, self._called, strict=True))
        return [[called[name] for name in stack] for stack in stacks(world, state) if stack or world.names]

    def _facts(self, state: State) -> list[str]:
        kinds, told = self._kinds, []
        for pile in piles(state).values():
            told.append(f"{kinds['table']} {self._called[pile[0]]}")
            told += [
                f"{kinds['on']} {self._called[top]} {self._called[under]}" for under, top in pairwise(pile)
            ]
            told.append(f"{kinds['clear']} {self._called[pile[-1]]}")
        held = f"{kinds['holding']} {self._called[state.index(HAND)]}" if HAND in state else kinds["empty"]
        return [*told, held]

    def _goal(self) -> list[str]:
        world, goal = self._world, self._world.goal
        if any(STACK <= place < TABLE for _, place in goal.on):
            return self.describe(tuple(place for _, place in goal.on)).split("\n")[: len(world.names)]
        if self._as_facts:
            kinds = self._kinds
            told = [
                f"{kinds['table']} {self._called[block]}"
                if place == TABLE
                else f"{kinds['on']} {self._called[block]} {self._called[place]}"
                for block, place in goal.on
            ]
            told += [f"{kinds['clear']} {self._called[block]}" for block in goal.clear]
            told += [f"{kinds['holding']} {self._called[block]}" for block in goal.holding]
            told += [kinds["empty"]] * goal.empty
            return [" ".join(f"({fact})" for fact in told)]
        lines = [
            f"Block {self._called[block]} is on {'the table' if place == TABLE else f'block {self._called[place]}'}."
            for block, place in goal.on
        ]
        lines += [f"Nothing is on block {self._called[block]}." for block in goal.clear]
        lines += [f"The hand holds block {self._called[block]}." for block in goal.holding]
        lines += ["The hand is empty."] * (goal.empty and world.hand)
        return lines

    # --- answers

    def _format(self) -> str:
        if self._triples:
            return (
                "Write the moves in order as one list of [block, from stack, to stack]:\n"
                'moves = [["block", "from", "to"], ["block", "from", "to"], ...]'
            )
        if self._world.hand:
            pick, _, stack, _ = map(self._action, _HAND_ACTIONS)
            return f"Write one action on each line, in brackets, such as ({pick} x) or ({stack} x y), and nothing else."
        return 'Write one move on each line, as "move X onto Y" or "move X to the table", and nothing else.'

    def _example(self) -> str:
        upper, lower = self._others()
        if self._triples:
            first, second = self._world.names[0], self._world.names[-1]
            told = f'moves = [["{upper}", {_quoted(first)}, {_quoted(second)}]]'
            return f"If block {upper} is alone in stack {first}, and must be in stack {second}, an answer is:\n{told}"
        if self._as_facts:
            state = " ".join(f"({fact})" for fact in self._example_facts(upper, lower))
            begin = f"From {state} to ({self._kinds['on']} {lower} {upper}), an answer is:"
        else:
            begin = f"If block {upper} is on block {lower}, and block {lower} must be on block {upper}, an answer is:"
        if not self._world.hand:
            return f"{begin}\nmove {upper} to the table\nmove {lower} onto {upper}"
        pick, put, stack, unstack = map(self._action, _HAND_ACTIONS)
        actions = (
            f"({unstack} {upper} {lower})",
            f"({put} {upper})",
            f"({pick} {lower})",
            f"({stack} {lower} {upper})",
        )
        return "\n".join((begin, *actions))

    def _example_facts(self, upper: str, lower: str) -> tuple[str, ...]:
        kinds = self._kinds
        return (
            f"{kinds['table']} {lower}",
            f"{kinds['on']} {upper} {lower}",
            f"{kinds['clear']} {upper}",
            kinds["empty"],
        )

    def _others(self) -> tuple[str, str]:
        """Two names that no block has."""
        used = {facts.plain(name) for name in (*self._world.blocks, *self._called, *self._world.names)}
        free = (
            name
            for at in count()
            for name in ((f"{letter}{at or ''}") for letter in "pqxy")
            if name not in used
        )
        return next(free), next(free)

    def step(self, row: Row) -> str:  # noqa: PLR0911 - a kind of step a line
        """Return one step in the format asked for."""
        block, source, target = row
        thing = self._called[block]
        if self._triples:
            return f'["{thing}", {self._place(source)}, {self._place(target)}]'
        if not self._world.hand:
            where = "to the table" if target == TABLE else f"onto {self._place(target)}"
            return f"move {thing} {where}"
        if target == HAND:
            if source == TABLE or STACK <= source < TABLE:
                return f"({self._action('pick-up')} {thing})"
            under = "" if source == ANY else f" {self._place(source)}"
            return f"({self._action('unstack')} {thing}{under})"
        if target == TABLE:
            return f"({self._action('put-down')} {thing})"
        if STACK <= target < TABLE:
            return f"({self._action('put-down')} {thing} {self._place(target)})"
        return f"({self._action('stack')} {thing} {self._place(target)})"

    def _place(self, place: int) -> str:
        if place < STACK:
            return self._called[place] if place >= 0 else "?"
        if place < TABLE and self._world.names:
            name = self._world.names[place - STACK]
            return _quoted(name) if self._triples else name
        return "table"


def _quoted(name: str) -> str:
    return name if name.isdecimal() else f'"{name}"'

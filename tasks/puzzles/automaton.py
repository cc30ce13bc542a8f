"""Automaton: run a random machine on an input and write its state after each symbol."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate, islice
from typing import ClassVar, cast

from tasks.contract.draws import below, shuffled
from tasks.contract.given import Given
from tasks.contract.given_names import all_names, known_length, name, named_table, names
from tasks.contract.item_puzzle import ChainPuzzle, Written
from tasks.contract.parameters import integer
from tasks.contract.puzzle import Form, Instance, Kind, Prompt, Row
from tasks.forms.items import Item, item_forms, labels
from tasks.forms.named_items import NamedItems, mentions, named_items
from tasks.forms.noise import chain_heads, naming, programs, restated, summaries

_SYMBOLS = "abcdefgh"
_MOST_STATES, _MOST_SYMBOLS, _MOST_ROWS, _MOST_INPUTS = 1_000, 100, 20_000, 10_000
"""Of an instance given whole."""


@dataclass(frozen=True, slots=True)
class AutomatonParameters:
    """The machine, its start state and its input are drawn.

    Each symbol permutes all states in a single ring, so the machine cannot get stuck in a state, and every
    step changes the state.
    """

    size: int = integer("symbols of input; the prompt lists them all, hence the limit", 1, 10_000)
    states: int = integer("states of the machine", minimum=2, maximum=100, default=6)
    alphabet: int = integer("different symbols", minimum=2, maximum=len(_SYMBOLS), default=2)


AutomatonInstance = Instance[AutomatonParameters]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """States have codes, which are counted from 1 where they are drawn; symbols are counted from 0."""

    leads: dict[int, tuple[int | None, ...]]
    """By state, for each symbol the state that follows; `None` where the machine stops."""
    start: int
    symbols: tuple[int, ...]
    alphabet: tuple[str, ...]
    visited: tuple[int, ...]
    """The correct state after each symbol."""
    named: NamedItems | None = None
    """The names of the states of an instance given whole."""

    def after(self, state: int, symbol: int) -> int | None:
        return self.leads[state][symbol] if state in self.leads else None

    def state(self, code: int) -> str:
        """Return a state as it is written."""
        return f"q{code}" if self.named is None else self.named.name(code)

    @property
    def item(self) -> Item:
        return _ITEM if self.named is None else self.named.item

    @property
    def states(self) -> str:
        """All states, in words."""
        return f"q1 to q{len(self.leads)}" if self.named is None else _joined(self.named.names)

    def spaced(self, first: int = 0, last: int | None = None) -> str:
        """Return some of the input's symbols."""
        return " ".join(self.alphabet[symbol] for symbol in self.symbols[first:last])

    @property
    def table(self) -> str:
        """A line for each state."""
        lines = []
        for state, row in self.leads.items():
            pairs = zip(self.alphabet, row, strict=True)
            leads = ", ".join(f"{symbol} leads to {self.state(to)}" for symbol, to in pairs if to is not None)
            lines.append(f"- From {self.state(state)}, {leads or 'nothing leads on'}.")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class GivenAutomatonParameters(AutomatonParameters):
    """Those of an instance given whole."""

    drawn: _Drawn = field(compare=False, kw_only=True)


@lru_cache(maxsize=16)
def _drawn(instance: AutomatonInstance) -> _Drawn:
    rng, parameters = instance.random(), instance.parameters
    if isinstance(parameters, GivenAutomatonParameters):
        return parameters.drawn
    rings = [shuffled(rng, range(1, parameters.states + 1)) for _ in range(parameters.alphabet)]
    leads = [dict(zip(ring, ring[1:] + ring[:1], strict=True)) for ring in rings]
    table = {state: tuple(lead[state] for lead in leads) for state in range(1, parameters.states + 1)}
    start = 1 + below(rng, parameters.states)
    symbols = tuple(below(rng, parameters.alphabet) for _ in range(parameters.size))
    visited = accumulate(symbols, lambda state, symbol: table[state][symbol], initial=start)
    alphabet = tuple(_SYMBOLS[: parameters.alphabet])
    return _Drawn({**table}, start, symbols, alphabet, tuple(islice(visited, 1, None)))


class Automaton(ChainPuzzle[AutomatonParameters]):
    """A step is `(state,)`, states counted from 1."""

    name: ClassVar[str] = "automaton"
    version: ClassVar[int] = 1
    summary: ClassVar[str] = "Automaton: write a random machine's state after each symbol of its input"
    kind: ClassVar[Kind] = Kind.TRACE
    width: ClassVar[int] = 1

    @property
    def parameters(self) -> type[AutomatonParameters]:
        """See `AutomatonParameters`."""
        return AutomatonParameters

    @property
    def whole(self) -> "Automaton":
        """This puzzle itself plays instances given whole."""
        return self

    def take(self, data: Mapping[str, object]) -> AutomatonInstance:
        """Return an instance with this `table`, `start` and `inputs`, and perhaps `states` and `alphabet`.

        The table has, for each state, the state to which each symbol leads. It may lack what the input does
        not need.
        """
        given = Given(self.name, data, {"table", "states", "alphabet", "start", "inputs"})
        table, inputs = _given_table(given), _given_symbols(given, "inputs")
        start = name(given, "start", given.raw("start"))
        reached = [to for row in table.values() for to in row.values()]
        states = all_names(given, "states", [*table, *reached, start], _MOST_STATES)
        read = [*(symbol for row in table.values() for symbol in row), *inputs]
        alphabet = all_names(given, "alphabet", read, _MOST_SYMBOLS)
        known_length(given, len(inputs))
        visited = _visited(given, table, start, inputs)
        fields = {"table": table, "states": states, "alphabet": alphabet, "start": start, "inputs": inputs}
        named = named_items(tuple(states), f"(?:{mentions(alphabet)}|[-=]>|→|[(=])", _VERB)
        code = named.codes
        leads = {
            code[state]: tuple(
                code[row[symbol]] if symbol in row else None
                for row in (table.get(state, {}),)
                for symbol in alphabet
            )
            for state in states
        }
        at = {symbol: place for place, symbol in enumerate(alphabet)}
        drawn = _Drawn(
            leads,
            code[start],
            tuple(at[symbol] for symbol in inputs),
            tuple(alphabet),
            tuple(code[state] for state in visited),
            named,
        )
        parameters = GivenAutomatonParameters(len(inputs), len(states), len(alphabet), drawn=drawn)
        return given.instance(parameters, fields)

    def varies(self, instance: AutomatonInstance) -> bool:
        """Return whether it is drawn: another seed draws another machine."""
        return not instance.data

    def fewest_steps(self, instance: AutomatonInstance) -> int:
        """Return the size: one state per symbol."""
        return instance.parameters.size

    def start(self, instance: AutomatonInstance) -> Written:
        """Return the state in which nothing is read and the machine is in its start state."""
        return 0, _drawn(instance).start

    def is_goal(self, instance: AutomatonInstance, state: Written) -> bool:
        """Return whether all states are written and the last one is right."""
        return state[0] == instance.parameters.size and state[1] == _drawn(instance).visited[-1]

    def following(self, instance: AutomatonInstance, state: Written) -> int | None:
        """Return the state that the machine enters from the last one written."""
        count, at = state
        if count >= instance.parameters.size:
            return None
        drawn = _drawn(instance)
        return drawn.after(at, drawn.symbols[count])

    def known(self, instance: AutomatonInstance, item: int) -> bool:
        """Return whether the machine has this state."""
        return item in _drawn(instance).leads

    def shown(self, instance: AutomatonInstance, item: int) -> str:
        """Return the state as written, e.g. `q3`."""
        return _drawn(instance).state(item)

    def why_not(self, instance: AutomatonInstance, state: Written, row: Row) -> str:
        """Say which state the machine enters instead."""
        drawn, following = _drawn(instance), self.following(instance, state)
        if state[0] >= instance.parameters.size:
            return f"{drawn.state(row[0])} is one state too many: all {state[0]} symbols are read"
        symbol, at = drawn.alphabet[drawn.symbols[state[0]]], drawn.state(state[1])
        leads = "nowhere" if following is None else f"to {drawn.state(following)}"
        return f"from {at}, {symbol} leads {leads}, not to {drawn.state(row[0])}"

    def solution(self, instance: AutomatonInstance, first: int = 0) -> Iterator[Row]:
        """Yield the states."""
        return ((state,) for state in islice(_drawn(instance).visited, first, None))

    def state_after(self, instance: AutomatonInstance, count: int) -> Written:
        """Look the state up."""
        drawn = _drawn(instance)
        return (count, drawn.visited[count - 1]) if count else (0, drawn.start)

    def prompt(self, instance: AutomatonInstance) -> Prompt:
        """Ask for one state per line."""
        drawn, parameters = _drawn(instance), instance.parameters
        symbols = _joined(drawn.alphabet)
        another = "another one" if drawn.named is None else "another one, or to the same"
        size = "1 symbol" if parameters.size == 1 else f"{parameters.size} symbols"
        return Prompt(
            rules=(
                f"A machine has the states {drawn.states} and reads the symbols {symbols}. Each symbol that "
                f"it reads takes it from the state it is in to {another}:\n"
                f"{drawn.table}\n\n"
                f"It reads this input of {size}, from left to right:\n{drawn.spaced()}"
            ),
            start=self.describe(instance, self.start(instance)),
            goal=f"The state after every symbol of the input is written: {parameters.size} in all.",
            format=(
                "Write the state after each symbol on a line of its own, and nothing else on the line. The "
                "state before the first symbol is not written."
            ),
            example=_example(drawn),
            method=(
                "Keep the current state in mind, at first the start state. For each symbol of the input in "
                "turn: find the line of the current state in the table, find in it where the symbol leads, "
                "write that state on a line of its own, and make it the current state."
            ),
            code=(
                "Write a Python function `solve()` without arguments that returns the states after each "
                f'symbol as a list of strings such as "{drawn.state(next(iter(drawn.leads)))}".'
            ),
        )

    def describe(self, instance: AutomatonInstance, state: Written) -> str:
        """Describe the current state and the next symbols."""
        drawn = _drawn(instance)
        symbols, now = drawn.symbols, drawn.state(state[1])
        if state[0] >= len(symbols):
            return f"The whole input has been read; the machine is in state {now}."
        read = "Nothing has been read yet" if state[0] == 0 else f"{state[0]} of the symbols have been read"
        end = "" if state[0] + 10 >= len(symbols) else " ..."
        return (
            f"{read}; the machine is in state {now}. The next symbols, from number {state[0] + 1} on, "
            f"are: {drawn.spaced(state[0], state[0] + 10)}{end}"
        )

    def forms(self, instance: AutomatonInstance) -> tuple[Form, ...]:
        """Return states on their own lines, after a number, symbol or transition, on one line, or chained."""
        named = _drawn(instance).named
        return _FORMS if named is None else named.forms

    def noise(self, instance: AutomatonInstance, text: str) -> Iterator[tuple[int, int]]:
        """Find the table repeated, the start named or heading a chain, and the last state named again."""
        drawn = _drawn(instance)
        item, rows = drawn.item, list(drawn.leads.items())
        by_state = [at for state, row in rows for at in (state, *row) if at is not None]
        one_by_one = [at for state, row in rows for to in row if to is not None for at in (state, to)]
        for told in (by_state, one_by_one):
            yield from restated(item, text, told)
        yield from summaries(item, text)
        one, *others = map(drawn.state, drawn.leads)
        if others:
            yield from naming(item, text, one, others[0])
        yield from programs(text)
        yield from chain_heads(item, text, drawn.state(drawn.start), instance.parameters.size)


def _given_table(given: Given) -> dict[str, dict[str, str]]:
    """Return where each symbol leads from each state; the field may also list `[state, symbol, state]`."""
    table: dict[str, dict[str, str]] = {}
    rows = given.raw("table")
    if isinstance(rows, list) and all(isinstance(row, list) and len(row) == 3 for row in rows):
        for row in given.items("table", 1, _MOST_ROWS):
            state, symbol, to = (name(given, "table", cell) for cell in cast("list[object]", row))
            if table.setdefault(state, {}).setdefault(symbol, to) != to:
                given.fail("table", f"leads from {state!r} with {symbol!r} to two states")
        return table
    for state, held in named_table(given, "table", _MOST_STATES).items():
        if not isinstance(held, Mapping):
            given.fail("table", f"must have an object of symbols for {state!r}, not {held!r:.60}")
        table[state] = {name(given, "table", symbol): name(given, "table", to) for symbol, to in held.items()}
    return table


def _given_symbols(given: Given, field: str) -> list[str]:
    """Return the symbols that a field lists, or writes: single characters, or parted by blanks."""
    value = given.raw(field)
    if isinstance(value, str):
        parts = value.split()
        value = parts if len(parts) > 1 else list(value.strip())
        if not 0 < len(value) <= _MOST_INPUTS:
            given.fail(field, f"must have 1 to {_MOST_INPUTS} symbols, not {len(value)}")
        return [name(given, field, symbol) for symbol in value]
    return names(given, field, (1, _MOST_INPUTS))


def _visited(given: Given, table: dict[str, dict[str, str]], start: str, inputs: list[str]) -> list[str]:
    state, visited = start, []
    for place, symbol in enumerate(inputs, start=1):
        if symbol not in table.get(state, {}):
            given.fail("table", f"leads nowhere from {state!r} with {symbol!r}, symbol {place} of the input")
        state = table[state][symbol]
        visited.append(state)
    return visited


def _joined(listed: Sequence[str]) -> str:
    return ("; " if any("," in one for one in listed) else ", ").join(listed)


def _example(drawn: _Drawn) -> str:
    """Return an example for states that no answer to this machine can have."""
    taken = {drawn.state(state)[0].casefold() for state in drawn.leads}
    letter = next((letter for letter in "stuvwz" if letter not in taken), "s")
    table = "\n".join(
        f"- From {letter}{state}, x leads to {letter}{to}, y leads to {letter}{other}."
        for state, to, other in ((1, 2, 3), (2, 3, 1), (3, 1, 2))
    )
    answer = "\n".join(f"{letter}{state}" for state in (2, 3, 2, 3))
    return (
        f"For another machine, with the states {letter}1 to {letter}3 and the symbols x and y:\n{table}\n"
        f"when it is in state {letter}1 and reads x x y x, an answer is:\n{answer}"
    )


_VERB = "to|is|in|into|state|becomes|get|gives|reach|reaches|at|now|stay|stays"
_ITEM = labels("q", verb=_VERB)
_FORMS = item_forms(_ITEM)

PUZZLE = Automaton()

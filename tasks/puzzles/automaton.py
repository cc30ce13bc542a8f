"""Automaton: run a random machine on an input and write its state after each symbol."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, islice
from typing import ClassVar

from tasks.contract.draws import below, shuffled
from tasks.contract.item_puzzle import ChainPuzzle, Written
from tasks.contract.parameters import integer
from tasks.contract.puzzle import Form, Instance, Kind, Prompt, Row
from tasks.forms.items import item_forms, labels
from tasks.forms.noise import chain_heads, naming, programs, restated, summaries

_SYMBOLS = "abcdefgh"


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
    """States are counted from 1, symbols from 0."""

    table: tuple[tuple[int, ...], ...]
    """`table[state - 1][symbol]` is the state that follows."""
    start: int
    symbols: tuple[int, ...]
    visited: tuple[int, ...]
    """The correct state after each symbol."""

    def after(self, state: int, symbol: int) -> int:
        return self.table[state - 1][symbol]


@lru_cache(maxsize=16)
def _drawn(instance: AutomatonInstance) -> _Drawn:
    rng, parameters = instance.random(), instance.parameters
    rings = [shuffled(rng, range(1, parameters.states + 1)) for _ in range(parameters.alphabet)]
    leads = [dict(zip(ring, ring[1:] + ring[:1], strict=True)) for ring in rings]
    table = tuple(tuple(lead[state] for lead in leads) for state in range(1, parameters.states + 1))
    start = 1 + below(rng, parameters.states)
    symbols = tuple(below(rng, parameters.alphabet) for _ in range(parameters.size))
    visited = accumulate(symbols, lambda state, symbol: table[state - 1][symbol], initial=start)
    return _Drawn(table, start, symbols, tuple(islice(visited, 1, None)))


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

    def varies(self, instance: AutomatonInstance) -> bool:
        """Return True: another seed draws another machine."""
        return True

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
        return 1 <= item <= instance.parameters.states

    def shown(self, instance: AutomatonInstance, item: int) -> str:
        """Return the state as written, e.g. `q3`."""
        return f"q{item}"

    def why_not(self, instance: AutomatonInstance, state: Written, row: Row) -> str:
        """Say which state the machine enters instead."""
        following = self.following(instance, state)
        if following is None:
            return f"q{row[0]} is one state too many: all {state[0]} symbols are read"
        symbol = _SYMBOLS[_drawn(instance).symbols[state[0]]]
        return f"from q{state[1]}, {symbol} leads to q{following}, not to q{row[0]}"

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
        symbols = ", ".join(_SYMBOLS[: parameters.alphabet])
        size = "1 symbol" if parameters.size == 1 else f"{parameters.size} symbols"
        return Prompt(
            rules=(
                f"A machine has the states q1 to q{parameters.states} and reads the symbols {symbols}. Each "
                "symbol that it reads takes it from the state it is in to another one:\n"
                f"{_table(drawn.table, 'q')}\n\n"
                f"It reads this input of {size}, from left to right:\n{_spaced(drawn.symbols)}"
            ),
            start=self.describe(instance, self.start(instance)),
            goal=f"The state after every symbol of the input is written: {parameters.size} in all.",
            format=(
                "Write the state after each symbol on a line of its own, and nothing else on the line. The "
                "state before the first symbol is not written."
            ),
            example=_EXAMPLE,
            method=(
                "Keep the current state in mind, at first the start state. For each symbol of the input in "
                "turn: find the line of the current state in the table, find in it where the symbol leads, "
                "write that state on a line of its own, and make it the current state."
            ),
            code=(
                "Write a Python function `solve()` without arguments that returns the states after each "
                'symbol as a list of strings such as "q1".'
            ),
        )

    def describe(self, instance: AutomatonInstance, state: Written) -> str:
        """Describe the current state and the next symbols."""
        symbols = _drawn(instance).symbols
        if state[0] >= len(symbols):
            return f"The whole input has been read; the machine is in state q{state[1]}."
        read = "Nothing has been read yet" if state[0] == 0 else f"{state[0]} of the symbols have been read"
        end = "" if state[0] + 10 >= len(symbols) else " ..."
        return (
            f"{read}; the machine is in state q{state[1]}. The next symbols, from number {state[0] + 1} on, "
            f"are: {_spaced(symbols[state[0] : state[0] + 10])}{end}"
        )

    def forms(self, instance: AutomatonInstance) -> tuple[Form, ...]:
        """Return states on their own lines, after a number, symbol or transition, on one line, or chained."""
        return _FORMS

    def noise(self, instance: AutomatonInstance, text: str) -> Iterator[tuple[int, int]]:
        """Find the table repeated, the start named or heading a chain, and the last state named again."""
        drawn = _drawn(instance)
        rows = list(enumerate(drawn.table, start=1))
        by_state = (at for state, row in rows for at in (state, *row))
        one_by_one = (at for state, row in rows for to in row for at in (state, to))
        for told in (by_state, one_by_one):
            yield from restated(_ITEM, text, (f"q{state}" for state in told))
        yield from summaries(_ITEM, text)
        yield from naming(_ITEM, text, "q")
        yield from programs(text)
        yield from chain_heads(_ITEM, text, f"q{drawn.start}", instance.parameters.size)


def _table(table: tuple[tuple[int, ...], ...], letter: str, symbols: str = _SYMBOLS) -> str:
    lines = []
    for state, row in enumerate(table, start=1):
        leads = ", ".join(f"{symbol} leads to {letter}{to}" for symbol, to in zip(symbols, row, strict=False))
        lines.append(f"- From {letter}{state}, {leads}.")
    return "\n".join(lines)


def _spaced(symbols: Iterable[int]) -> str:
    return " ".join(_SYMBOLS[symbol] for symbol in symbols)


_EXAMPLE = (
    "For another machine, with the states s1 to s3 and the symbols x and y:\n"
    f"{_table(((2, 3), (3, 1), (1, 2)), 's', 'xy')}\n"
    "when it is in state s1 and reads x x y x, an answer is:\ns2\ns3\ns2\ns3"
)

_ITEM = labels("q", verb="to|is|in|into|state|becomes|get|gives|reach|reaches|at|now|stay|stays")
_FORMS = item_forms(_ITEM)

PUZZLE = Automaton()

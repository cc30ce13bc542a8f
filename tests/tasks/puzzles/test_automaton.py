"""Automaton."""

import re

import pytest

from tests.tasks.forms.item_answers import (
    WRONG,
    gone_wrong,
    labelled,
    lines,
    numbered,
    problem,
    solved,
    written,
)

KNOWN, INSTANCE = problem("automaton", size=30)
RIGHT = written(KNOWN, INSTANCE, solved(KNOWN, INSTANCE))
WRONG_STATES = written(KNOWN, INSTANCE, gone_wrong(KNOWN, INSTANCE))


def _asked() -> tuple[dict[tuple[str, str], str], str, list[str]]:
    """The table, the start state and the input, as a reader finds them in the prompt."""
    prompt = KNOWN.prompt(INSTANCE)
    table = {
        (state, symbol): to
        for state, row in re.findall(r"- From (q\d+), (.*)\.", prompt.rules)
        for symbol, to in re.findall(r"(\w) leads to (q\d+)", row)
    }
    (start,) = re.findall(r"q\d+", prompt.start)
    return table, start, prompt.rules.rsplit("\n", 1)[1].split()


TABLE, START, SYMBOLS = _asked()


def test_instance_never_changes() -> None:
    """This seed gives these states, on every machine and for ever."""
    known, instance = problem("automaton", 0, size=12)
    assert instance.canonical == "automaton/size=12/seed=0"
    states = ["q2", "q5", "q4", "q3", "q6", "q1", "q5", "q3", "q6", "q2", "q1", "q4"]
    assert written(known, instance, solved(known, instance)) == states


def test_states_follow_from_the_prompt() -> None:
    """Running the machine that the prompt describes gives the expected states."""
    state, states = START, []
    for symbol in SYMBOLS:
        state = TABLE[state, symbol]
        states.append(state)
    assert states == RIGHT
    assert len(TABLE) == 6 * 2


@pytest.mark.parametrize(("states", "alphabet"), [(2, 2), (5, 3), (100, 8)])
def test_every_symbol_leads_round_all_states(states: int, alphabet: int) -> None:
    """No machine gets stuck, whatever it reads."""
    known, instance = problem("automaton", size=5, states=states, alphabet=alphabet)
    rules = known.prompt(instance).rules
    for symbol in "abcdefgh"[:alphabet]:
        leads = dict(re.findall(rf"From (q\d+),.*?\b{symbol} leads to (q\d+)", rules))
        seen, state = set(), "q1"
        while state not in seen:
            seen.add(state)
            state = leads[state]
        assert len(seen) == states


def test_a_state_that_there_is_not_ends_it() -> None:
    """From an invented state nothing follows."""
    state = KNOWN.start(INSTANCE)
    assert KNOWN.recover(INSTANCE, state, (7,)) is None
    assert KNOWN.recover(INSTANCE, state, (0,)) is None


def _each(form: str, states: list[str]) -> str:
    """One line a symbol; the form may use the symbol and the states before and after it."""
    rows = zip(SYMBOLS, [START, *states], states, strict=False)
    return "\n".join(
        form.format(at=at, symbol=symbol, last=last, state=state, number=state[1:])
        for at, (symbol, last, state) in enumerate(rows, start=1)
    )


FORMS = [
    "{symbol} -> {state}",
    "{symbol}: {state}",
    "{at}. {symbol} → {state}",
    "{last} --{symbol}--> {state}",
    "{at}. {last} -> {state}",
    "δ({last}, {symbol}) = {state}",
    "({last}, {symbol}) → {state}",
    "{at}. Read {symbol}: from {last} to {state}.",
    "Step {at}: read '{symbol}' in {last}, move to **{state}**",
    "| {at} | {symbol} | {state} |",
    "{at}. $q_{{{number}}}$",
    "q_{number}",
    "Q{number}",
    "{state} ({symbol})",
    "{at},{state}",
    "After symbol {at} ({symbol}): {state}",
]


@pytest.mark.parametrize("form", FORMS)
def test_states_behind_symbols_and_transitions(form: str) -> None:
    """Neither the state that is left nor a running number is taken for the state reached."""
    assert labelled(KNOWN, INSTANCE, _each(form, RIGHT)).label == "solved"
    verdict = labelled(KNOWN, INSTANCE, _each(form, WRONG_STATES))
    assert (verdict.label, verdict.first_error) == ("logic_error", WRONG)


def _restated(row: str) -> str:
    return "\n".join(row.format(state=state, symbol=symbol, to=to) for (state, symbol), to in TABLE.items())


@pytest.mark.parametrize("states", [RIGHT, WRONG_STATES], ids=["right", "wrong"])
@pytest.mark.parametrize(
    "frame",
    [
        lambda states: f"{START} -> {' -> '.join(states)}",
        lambda states: START + "".join(f" -{a}-> {q}" for a, q in zip(SYMBOLS, states, strict=True)),
        lambda states: (
            f"Initial state: {START}\n{_each('{at}. {symbol}: {state}', states)}\nFinal state: {states[-1]}"
        ),
        lambda states: f"We start in {START}.\n\n{lines(states)}\n\nSo the machine ends in {states[-1]}.",
        lambda states: (
            _restated("δ({state},{symbol}) = {to}")
            + "\n\nNow:\n"
            + _each("δ({last}, {symbol}) = {state}", states)
        ),
        lambda states: f"{_restated('({state}, {symbol}) -> {to}')}\n\n{numbered(states)}",
        lambda states: f"The states are q1, q2, q3, q4, q5 and q6.\n\n{lines(states)}",
        " ".join,
    ],
)
def test_what_stands_around(frame: object, states: list[str]) -> None:
    """The table, the start and the last state again are no items of the list."""
    assert callable(frame)
    verdict = labelled(KNOWN, INSTANCE, frame(states))
    expected = ("solved", None) if states is RIGHT else ("logic_error", WRONG)
    assert (verdict.label, verdict.first_error) == expected


@pytest.mark.parametrize(
    ("text", "label"),
    [
        (
            f"Its states are q1, q2, ..., q6, and it starts in {START}; 30 are too long to list.",
            "refusal",
        ),
        (f"Starting in {START}, read a to get to q2; the full trace is too long to write out.", "refusal"),
        (f"{_each('{symbol} -> {state}', RIGHT[:9])}\n...\nand so on for the remaining symbols", "give_up"),
        (f"{START} -> {' -> '.join(RIGHT[:9])} -> ... -> {RIGHT[-1]}", "give_up"),
    ],
)
def test_not_whole(text: str, label: str) -> None:
    """States in the prose of a refusal are no items."""
    assert labelled(KNOWN, INSTANCE, text).label == label

"""Automata that are given whole."""

from typing import Any

import pytest

from tasks import BadInstance, given_problem
from tests.contract.given import check_given
from tests.tasks.forms.given_answers import check_reading, items, told

INPUT = "abbabaaabbabaabbbabaababbbaaab"


def _ring(states: list[str], symbols: str = "ab") -> dict[str, dict[str, str]]:
    """A machine that goes on to the next state with one symbol, and back with the other."""
    return {
        state: {symbols[0]: states[(at + 1) % len(states)], symbols[1]: states[at - 1]}
        for at, state in enumerate(states)
    }


@pytest.mark.parametrize(
    "states",
    [
        ["idle", "running", "in maintenance"],
        ["0", "1", "2", "3"],
        ["00", "01", "10", "11"],
        ["A", "B", "C"],
        ["S1", "S2", "S10"],
        ["state 1", "state 2", "state 3"],
        ["начало", "k\u0131rm\u0131z\u0131", "待機", "für", "s'arrête"],
        ["in_progress", "in-review", "closed!"],
    ],
    ids=lambda states: states[0],
)
def test_read_like_drawn_ones(states: list[str]) -> None:
    check_reading("automaton", {"table": _ring(states), "start": states[0], "inputs": INPUT})


def test_symbols_can_be_digits() -> None:
    data = {"table": _ring(["A", "B", "C"], "01"), "start": "A", "inputs": INPUT.translate({97: 48, 98: 49})}
    check_reading("automaton", data)


MACHINE = {
    "table": {
        "idle": {"go": "running", "stop": "idle"},
        "running": {"go": "in maintenance", "stop": "idle"},
        "in maintenance": {"go": "idle"},
    },
    "start": "idle",
    "inputs": ["go", "go", "go", "stop", "go"],
}
VISITED = ["running", "in maintenance", "idle", "idle", "running"]


def test_states_follow_from_the_table() -> None:
    problem = check_given("automaton", MACHINE)
    assert items(problem) == VISITED
    assert "- From running, go leads to in maintenance, stop leads to idle." in problem.prompt.rules
    assert problem.prompt.rules.endswith("go go go stop go")
    assert "in state idle" in problem.prompt.start


@pytest.mark.parametrize(
    "form",
    [
        "{symbol} -> {state}",
        "{at}. {symbol} → {state}",
        "{last} --{symbol}--> {state}",
        "δ({last}, {symbol}) = {state}",
        "{at}. Read {symbol}: from {last} to {state}.",
        "Step {at}: read '{symbol}' in {last}, move to **{state}**",
        "| {at} | {symbol} | {state} |",
        "{at},{state}",
        "After symbol {at} ({symbol}): {state}",
        "{at}) {state} ({symbol})",
    ],
)
def test_states_behind_symbols_and_transitions(form: str) -> None:
    def text(visited: list[str]) -> str:
        rows = zip(MACHINE["inputs"], ["idle", *visited], visited, strict=False)
        return "\n".join(
            form.format(at=at, symbol=symbol, last=last, state=state)
            for at, (symbol, last, state) in enumerate(rows, start=1)
        )

    assert told("automaton", MACHINE, text(VISITED)).label == "solved"
    assert told("automaton", MACHINE, text([state.capitalize() for state in VISITED])).label == "solved"
    verdict = told("automaton", MACHINE, text([*VISITED[:2], "running", "idle", "running"]))
    assert (verdict.label, verdict.first_error) == ("logic_error", 3)


def test_case_counts_where_it_tells_states_apart() -> None:
    data = {"table": _ring(["A", "a", "B"]), "start": "A", "inputs": "aaaab"}
    assert told("automaton", data, "a\nB\nA\na\nA").label == "solved"
    assert told("automaton", data, "a\nb\nA\na\nA").label == "solved"
    verdict = told("automaton", data, "A\nB\nA\na\nA")
    assert (verdict.label, verdict.first_error) == ("logic_error", 1)


def test_nothing_follows_where_the_table_leads_nowhere() -> None:
    problem = given_problem("automaton", MACHINE)
    codes = dict(zip(VISITED, (row[0] for row in problem.solution()), strict=True))
    state = (3, codes["in maintenance"])
    assert problem.step(state, (codes["idle"],)) is None
    told_why = problem.why_not(state, (codes["idle"],))
    assert told_why == "from in maintenance, stop leads nowhere, not to idle"


def test_ways_to_give_the_same() -> None:
    triples = [[state, symbol, to] for state, row in MACHINE["table"].items() for symbol, to in row.items()]  # type: ignore[attr-defined]
    whole = {**MACHINE, "alphabet": ["go", "stop"], "states": ["idle", "in maintenance", "running"]}
    spelled = {**MACHINE, "table": triples, "inputs": "go go go stop go"}
    assert {given_problem("automaton", data).canonical for data in (MACHINE, whole, spelled)} == {
        given_problem("automaton", MACHINE).canonical
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"inputs": ["go", "go", "stop"]},
            "'table' leads nowhere from 'in maintenance' with 'stop', symbol 3",
        ),
        ({"start": "off"}, "'table' leads nowhere from 'off' with 'go', symbol 1"),
        ({"start": None}, "'start' must hold names"),
        ({"inputs": []}, "'inputs' must have 1 to"),
        ({"inputs": " "}, "'inputs' must have 1 to"),
        ({"states": ["idle", "running"]}, "'states' lacks 'in maintenance'"),
        ({"states": ["idle", "idle", "running", "in maintenance"]}, "'states' has 'idle' twice"),
        (
            {"states": ["q1", "q₁", "idle", "running", "in maintenance"]},
            "'states' has 'q1' and 'q₁', which nobody",
        ),
        ({"alphabet": ["go"]}, "'alphabet' lacks 'stop'"),
        ({"table": {"idle": "go"}}, "'table' must have an object of symbols for 'idle', not 'go'"),
        ({"table": [["idle", "go", "a"], ["idle", "go", "b"]]}, "'table' leads from 'idle' with 'go' to two"),
        ({"table": {"idle": {"go": ""}}}, "'table' must hold names of 1 to 100 characters"),
        ({"table": {"idle": {"go": "a\u0000"}}}, r"'table' holds a name with the character U\+0000"),
        ({"table": {"idle": {"go": "\u200b"}}}, "'table' holds a name that nobody can see"),
        ({"fewest_steps": 4}, "'fewest_steps' is 4, but there are 5 items"),
    ],
)
def test_bad(change: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInstance, match=f"^automaton: field {message}"):
        given_problem("automaton", {**MACHINE, **change})

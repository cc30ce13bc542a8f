"""One action at a time: what is taken, what is answered, and how the conversation ends."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from evals.arms.agent import AgentOptions, tools
from evals.dialogue.dialogue import Dialogue
from evals.labelling.answer import Answer
from evals.record.outcome import Label
from evals.record.tool_calls import ToolCall, text_of_calls, tool_calls_of
from evals.replay.derive import opening, sampling_of
from tasks import Kind, problem
from tests.evals.arms.test_dialogues import opened


def called(*calls: tuple[str, Any], content: str = "") -> Answer:
    """A message that calls tools; arguments that are no text are written as JSON."""
    made = tuple(
        ToolCall(f"c{at}", name, given if isinstance(given, str) else json.dumps(given))
        for at, (name, given) in enumerate(calls)
    )
    return Answer(content, finish_reason="tool_calls", calls=made)


def said(content: str) -> Answer:
    return Answer(content, finish_reason="stop")


def moves(*rows: Sequence[int]) -> tuple[str, dict[str, str]]:
    return "move", {"steps": f"moves = {[list(row) for row in rows]}"}


def solution(name: str = "hanoi", size: int = 3) -> list[str]:
    """Each step of it, as the task writes a list of one."""
    asked = problem(name, {"size": size})
    return ["".join(asked.format([row])) for row in asked.solution()]


def give(held: Dialogue, *answers: Answer) -> str:
    """Give these answers while it asks, and return what it said last."""
    for answer in answers:
        assert not held.taken or held.following() is not None, "it does not ask any more"
        held.take(answer, "start")
    due = held.following()
    return "" if due is None else "\n".join(message.content for message in due.messages[1:])


def agent(options: str = "", name: str = "hanoi", size: int = 3) -> Dialogue:
    return opened(f"agent:{options}" if options else "agent", name, size)


@pytest.mark.parametrize(("name", "size"), [("hanoi", 3), ("copying", 6), ("river_crossing", 3)])
@pytest.mark.parametrize("style", ["tools", "text"])
def test_the_right_actions_solve_it(name: str, size: int, style: str) -> None:
    """Step by step, in either style, the goal ends it."""
    held = agent(f"style={style}", name, size)
    take = "move" if held.problem.kind is Kind.MOVES else "write"
    for step in solution(name, size):
        action = (
            called((take, {"steps": step})) if style == "tools" else said(f"Next.\n\nACTION {take}: {step}")
        )
        told = give(held, action)
    assert told == ""
    ending = held.ending()
    assert ending.label is Label.SOLVED
    assert ending.written == held.problem.fewest_steps
    assert ending.lost_at is None


def test_a_rejected_step_is_answered_and_changes_nothing() -> None:
    """It is told why, and may go on as if nothing had been."""
    held = agent()
    told = give(held, called(moves((3, 0, 2))))
    assert "Rejected" in told
    assert "It changes nothing" in told
    assert "Peg 0: 3, 2, 1" in told
    give(held, *(called(("move", {"steps": step})) for step in solution()))
    assert held.ending().label is Label.SOLVED
    assert "1 rejected" in held.ending().reason
    strict = agent("on_error=stop")
    assert give(strict, called(moves((1, 0, 2))), called(moves((3, 0, 2)))) == ""
    assert (strict.ending().label, strict.ending().lost_at) == (Label.LOGIC_ERROR, 2)


def test_several_steps_and_several_calls() -> None:
    """Up to `k` steps of a call are taken, and every call of a message."""
    held = agent("k=2")
    told = give(held, called(moves((1, 0, 2), (2, 0, 1), (1, 2, 1)), moves((1, 2, 1))))
    assert "Only the first 2 of a call count" in told
    assert held.ending().written == 3
    due = held.following()
    assert due is not None
    assert [message.role for message in due.messages] == ["assistant", "tool", "tool"]
    # No call after the one that reaches the goal is looked at.
    give(held, called(moves((3, 0, 2), (1, 1, 0)), moves((2, 1, 2), (1, 0, 2)), ("give_up", {})))
    assert held.ending().label is Label.SOLVED


def test_the_state_is_told_or_asked_for() -> None:
    """`look` is a factor of its own."""
    assert "Peg 0" in give(agent(), called(moves((1, 0, 2))))
    held = agent("look=asked")
    assert "Peg 0" not in give(held, called(moves((1, 0, 2))))
    assert "Peg 2: 1" in give(held, called(("look", {})))


def test_the_way_out() -> None:
    """Where one is offered, taking it is a stop with the call as evidence; where not, there is none."""
    held = agent("exit=offered")
    give(held, called(moves((1, 0, 2))), called(("give_up", {"reason": "too long"})))
    ending = held.ending()
    assert ending.label is Label.GIVE_UP
    (place,) = ending.evidence
    assert (place.field, place.turn, place.quote) == ("tool_calls", 2, 'give_up({"reason": "too long"})')
    at_once = agent("exit=offered")
    give(at_once, called(("give_up", {})))
    assert at_once.ending().label is Label.REFUSAL
    none = agent()
    assert "there is no 'give_up'" in give(none, called(("give_up", {})))
    names = [tool["function"]["name"] for tool in tools(Kind.MOVES, AgentOptions(exit="offered"))]
    assert names == ["move", "look", "done", "give_up"]


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("I'm sorry, but this would take far too many moves, so I will stop here.", Label.GIVE_UP),
        ("The remaining moves follow the same pattern. Would you like me to continue?", Label.GIVE_UP),
    ],
)
def test_a_last_message_that_stops(words: str, label: Label) -> None:
    """In words, after actions or instead of them."""
    held = agent()
    give(held, called(moves((1, 0, 2))), said(words))
    assert held.ending().label is label
    assert held.ending().evidence
    first = agent()
    give(first, said(words))
    assert first.ending().label is Label.REFUSAL


def test_the_end_is_claimed_too_early() -> None:
    """By the tool or in words, before the goal: an error."""
    held = agent()
    give(held, called(moves((1, 0, 2))), called(("done", {})))
    ending = held.ending()
    assert (ending.label, ending.flags) == (Label.LOGIC_ERROR, ("claims_complete",))
    in_words = agent()
    give(
        in_words,
        called(moves((1, 0, 2))),
        said("All disks are now on peg 2. The puzzle is complete and solved."),
    )
    assert in_words.ending().label is Label.LOGIC_ERROR
    assert "claims_complete" in in_words.ending().flags


def test_going_round_in_circles() -> None:
    """The same action in the same state, again and again, is no way to the goal."""
    held = agent()
    for _ in range(4):
        assert give(held, called(("look", {})))
    give(held, called(("look", {})))
    assert held.ending().label is Label.LOGIC_ERROR
    assert "repeats" in held.ending().flags


def test_limits_are_the_instruments() -> None:
    """Of turns, and of tokens."""
    held = agent("turns=3")
    give(held, called(moves((1, 0, 2))), called(moves((2, 0, 1))), called(moves((1, 2, 1))))
    assert (held.ending().label, held.ending().written) == (Label.TRUNCATED, 3)
    cut = agent()
    give(cut, called(moves((1, 0, 2))), Answer("I think that", finish_reason="length"))
    assert cut.ending().label is Label.TRUNCATED


def test_a_message_without_an_action_is_answered_twice() -> None:
    """Talk is not an action; after two reminders it counts as none."""
    held = agent()
    for _ in range(2):
        assert "calls no tool" in give(held, said("Let me think about the pegs."))
    give(held, said("Let me think about the pegs."))
    assert held.ending().label in (Label.NO_ANSWER, Label.MALFORMED)


def test_a_dead_end() -> None:
    """Where no legal step is left, nobody can go on."""
    held = agent("", "checker_jumping", 2)
    give(held, called(("move", {"steps": 'moves = [["R", 1, 2]]'})))
    for _ in range(12):
        if held.following() is None:
            break
        options = held.problem.options(held._state)  # type: ignore[attr-defined]
        give(held, called(("move", {"steps": "".join(held.problem.format([next(options)]))})))
    assert held.ending().label in (Label.LOGIC_ERROR, Label.SOLVED)
    assert held.ending().label is Label.SOLVED or "no legal step" in held.ending().reason


HOSTILE: tuple[tuple[str, Any], ...] = (
    ("move", ""),
    ("move", "{"),
    ("move", "null"),
    ("move", "[1, 0, 2]"),
    ("move", '"moves"'),
    ("move", "{}"),
    ("move", {"steps": None}),
    ("move", {"steps": []}),
    ("move", {"steps": {"deep": [[[[{}]]]]}}),
    ("move", {"steps": "[" * 50_000}),
    ("move", '{"steps": ' + "[" * 50_000 + "]" * 50_000 + "}"),
    ("move", '{"steps": ' + "9" * 6_000 + "}"),
    ("move", '{"steps": NaN}'),
    ("move", {"steps": "\ud800 \x00 \x1b[31m \u202e"}),
    ("move", {"steps": "moves = [[1, 0, 99999999999999999999]]"}),
    ("move", {"steps": "moves = [[-1, 0, 2]]"}),
    ("move", {"steps": "__import__('os').system('true')"}),
    ("move", {"steps": "and so on " * 20_000}),
    ("move", {"steps": "x" * 300_000}),
    ("", {"steps": "moves = [[1, 0, 2]]"}),
    ("os.system", {"command": "true"}),
    ("MOVE\n\n" * 200, {}),
    ("look", {"steps": "everything"}),
    ("move", '{"steps": "a", "steps": "b"}'),
)


@pytest.mark.parametrize("call", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_arguments_are_answered(call: tuple[str, Any]) -> None:
    """None ends it, none is taken, and what goes back to the server is JSON."""
    held = agent()
    told = give(held, called(call))
    assert told
    assert len(told) < 1_000
    assert held.ending().written == 0
    due = held.following()
    assert due is not None
    (sent,) = due.messages[0].model_dump()["tool_calls"]
    assert isinstance(json.loads(sent["function"]["arguments"]), dict)
    give(held, *(called(("move", {"steps": step})) for step in solution()))
    assert held.ending().label is Label.SOLVED


def test_other_shapes_of_the_same_arguments() -> None:
    """A list, an object with the parts of a step, another name of the argument."""
    for given in (
        {"steps": [[1, 0, 2]]},
        {"steps": ["[1, 0, 2]"]},
        {"moves": "[[1, 0, 2]]"},
        {"steps": "disk 1 from peg 0 to peg 2"},
        {"disk": 1, "from": 0, "to": 2},
    ):
        held = agent()
        told = give(held, called(("move", given)))
        assert told.startswith("Taken: 1"), (given, told)


def test_calls_in_every_shape() -> None:
    """As servers send them: parsed or as text, without ids, the old single call, and what is none."""
    shapes: list[tuple[Any, str]] = [
        ({"tool_calls": [{"id": "a", "function": {"name": "look", "arguments": "{}"}}]}, "look({})"),
        ({"tool_calls": [{"function": {"name": "look", "arguments": {"a": 1}}}]}, 'look({"a": 1})'),
        ({"tool_calls": [{"name": "look", "input": {}}]}, "look({})"),
        ({"function_call": {"name": "look", "arguments": ""}}, "look()"),
        ({"tool_calls": [None, 7, {}, "look"]}, ""),
        ({"tool_calls": "look"}, ""),
        ({}, ""),
    ]
    for message, text in shapes:
        assert text_of_calls(tool_calls_of(message)) == text


def test_ids_differ() -> None:
    """Calls without an id, or with the same twice, are sent back under ids of their own."""
    held = agent()
    calls = tuple(ToolCall(name, "look", "{}") for name in ("", "x", "x"))
    give(held, Answer("", finish_reason="tool_calls", calls=calls))
    due = held.following()
    assert due is not None
    ids = [call["id"] for call in due.messages[0].model_dump()["tool_calls"]]
    assert len(set(ids)) == 3
    assert [message.model_dump()["tool_call_id"] for message in due.messages[1:]] == ids


def test_tools_go_with_every_request() -> None:
    """In the style `tools`; in text there are none, and the prompt says how to act."""
    trial = agent("k=3").trial
    assert [tool["function"]["name"] for tool in sampling_of(trial).body()["tools"]] == [
        "move",
        "look",
        "done",
    ]
    assert "calling the tool `move`" in opening(trial).messages[0].content
    in_text = agent("style=text").trial
    assert "tools" not in sampling_of(in_text).body()
    assert "ACTION move:" in opening(in_text).messages[0].content


def test_actions_of_a_text() -> None:
    """However they are dressed; prose with the same words is none."""
    for line in ("ACTION move: [1, 0, 2]", "**ACTION** move: `[1, 0, 2]`", "> ACTION: move [[1, 0, 2]]"):
        held = agent("style=text")
        assert give(held, said(f"I move a disk. My action is clear.\n{line}\n")).startswith("Taken: 1"), line


def test_the_lines_of_text_are_said_word_for_word() -> None:
    """What stands for the tools where there are none."""
    [asked] = opening(opened("agent:style=text,exit=offered", "hanoi", 3).trial).messages
    assert asked.content.endswith(
        "in one of these ways; each is answered with what became of it.\n"
        "ACTION move: and behind it one step at a time, in the format above\n"
        "ACTION look: to be told the present state\n"
        "ACTION done: when the goal is reached\n"
        "ACTION give_up: if you do not want to go on, at any time"
    )

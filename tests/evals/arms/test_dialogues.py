"""Conversations of several turns: what is asked next, how the list is joined, and what the trial comes to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest

from evals.arms import chosen_arm
from evals.dialogue.dialogue import Dialogue, Turn
from evals.dialogue.ending import Ending
from evals.labelling.answer import Answer
from evals.record.outcome import Label
from evals.record.trial import RecordedInstance, Sampling, Trial
from evals.replay.derive import opening
from tasks import Problem, puzzle


@dataclass(frozen=True)
class Held:
    """A conversation that is over, or whose answers have come to their end."""

    ending: Ending
    turns: Sequence[Turn]
    """Those that were asked."""
    due: Turn | None
    """What would be asked next."""


def hold(arm: str, answers: Sequence[str | Answer], *, name: str = "hanoi", size: int = 4) -> Held:
    """Give a trial these answers, one after another, as long as it asks."""
    held = opened(arm, name, size)
    turns = [opening(held.trial)]
    for given in answers:
        assert len(turns) > held.taken, "it does not ask any more"
        answer = given if isinstance(given, Answer) else Answer(content=given, finish_reason="stop")
        held.take(answer, turns[-1].reason)
        due = held.following()
        if due is not None:
            turns.append(due)
    asked = turns[: held.taken]
    return Held(held.ending(), asked, turns[held.taken] if len(turns) > held.taken else None)


def opened(arm: str, name: str, size: int) -> Dialogue:
    """The conversation of a trial."""
    maker = puzzle(name)
    made = maker.generate({"size": size})
    way = chosen_arm(arm)
    trial = Trial.make(
        model="m",
        endpoint="e",
        instance=RecordedInstance.of(Problem(maker, made)),
        arm=way.arm.name,
        options=way.options,
        sampling=Sampling(),
        repeat=0,
    )
    return way.arm.dialogue(trial, Problem(maker, made))


def written(first: int, last: int, *, name: str = "hanoi", size: int = 4) -> str:
    """Steps `first` to `last` (counted from 1) of the solution, as formatted."""
    maker = puzzle(name)
    made = maker.generate({"size": size})
    rows = list(maker.solution(made))[first - 1 : last]
    return "".join(maker.format(made, rows))


def cut(last: int, words: str = "... and so on, until all disks are moved.") -> str:
    """The beginning of the list, abridged."""
    return f"{written(1, last)[:-1]}, ...]\n\n{words}"


# --- nudge


def test_a_whole_list_needs_no_nudge() -> None:
    """Who solves it at once is not spoken to again."""
    held = hold("nudge", [written(1, 15)])
    assert held.ending.label is Label.SOLVED
    assert held.due is None
    assert [turn.turn for turn in held.ending.by_turn] == [1]


def test_going_on_when_nudged() -> None:
    """The steps of both turns are one list, and it says after how many nudges it was whole."""
    held = hold("nudge", [cut(5), written(6, 15)])
    assert held.ending.label is Label.SOLVED
    assert (held.ending.written, held.ending.right, held.ending.first_error) == (15, 15, None)
    assert [(end.label, end.written) for end in held.ending.by_turn] == [
        (Label.GIVE_UP, 5),
        (Label.SOLVED, 15),
    ]
    assert held.turns[1].reason == "nudge"
    assert held.due is None


def test_the_nudge_quotes_the_last_step() -> None:
    """What is said names the last step before the gap, and the next turn holds the answer it is said to."""
    held = hold("nudge", [cut(5)])
    assert held.due is not None
    assistant, user = held.due.messages
    assert (assistant.role, user.role) == ("assistant", "user")
    assert assistant.content == cut(5)
    assert "number 5" in user.content
    assert "`[1, 2, 0]`" in user.content
    assert "number 6" in user.content


@pytest.mark.parametrize("again", [1, 2, 5])
def test_an_overlap_counts_once(again: int) -> None:
    """Steps that are repeated where the list goes on are recognised."""
    held = hold("nudge", [cut(5), written(6 - again, 15)])
    assert held.ending.label is Label.SOLVED
    assert held.ending.written == 15


def test_the_whole_list_again() -> None:
    """An answer that begins anew takes the place of what was written before."""
    held = hold("nudge", [cut(5), written(1, 15)])
    assert held.ending.label is Label.SOLVED
    assert held.ending.written == 15


def test_the_whole_list_again_and_wrong() -> None:
    """A new list that goes further than the old one counts, with its own error."""
    wrong = f"{written(1, 9)[:-1]}, [4, 0, 1], [1, 0, 2]]"
    held = hold("nudge", [cut(5), wrong])
    assert held.ending.label is Label.LOGIC_ERROR
    assert (held.ending.written, held.ending.first_error) == (11, 10)
    assert "restarts" in held.ending.flags


def test_apologies_only() -> None:
    """Who writes nothing more has given up, after as many nudges as there are."""
    sorry = "I'm sorry, but the list is too long to write out in full."
    held = hold("nudge:k=2", [cut(5), sorry, sorry])
    assert held.ending.label is Label.GIVE_UP
    assert held.due is None
    assert held.ending.written == 5
    assert held.ending.evidence[-1].turn == 3
    assert [end.label for end in held.ending.by_turn] == [Label.GIVE_UP, Label.REFUSAL, Label.REFUSAL]


def test_a_refusal_stays_one() -> None:
    """Without a step in any turn it is a refusal, with the words of the last."""
    sorry = "I won't write all of these moves, it would be far too long."
    held = hold("nudge:k=1", [sorry, sorry])
    assert held.ending.label is Label.REFUSAL
    assert held.ending.evidence[0].turn == 2
    assert "write the list all the same" in held.turns[1].messages[-1].content


def test_nothing_at_all_when_nudged() -> None:
    """An empty answer to a nudge leaves the trial as it was: stopped by choice, with the earlier words."""
    held = hold("nudge", [cut(5), ""])
    assert held.ending.label is Label.GIVE_UP
    assert held.ending.evidence[0].turn == 1


def test_a_different_puzzle() -> None:
    """Steps of another puzzle are wrong steps of this one."""
    other = "moves = [[9, 0, 1], [8, 0, 2], [7, 1, 2]]"
    held = hold("nudge", [cut(5), other])
    assert held.ending.label is Label.LOGIC_ERROR
    assert held.ending.first_error == 6


def test_already_wrong_before_the_nudge() -> None:
    """Going on cannot mend an error; the first one stays the first, with its place in the first turn."""
    first = f"{written(1, 4)[:-1]}, [4, 0, 1], [1, 0, 2], ...]\nand so on"
    held = hold("nudge", [first, written(5, 15)])
    assert held.ending.label is Label.LOGIC_ERROR
    assert held.ending.first_error == 5
    assert [place.turn for place in held.ending.evidence if place.shows == "first_error"] == [1]


def test_cut_in_a_later_turn() -> None:
    """The token limit is nobody's failure, in whatever turn."""
    held = hold("nudge", [cut(5), Answer(content=written(6, 9)[:-1], finish_reason="length")])
    assert held.ending.label is Label.TRUNCATED
    assert held.ending.written == 9
    assert held.due is None


def test_off_course_over_turns() -> None:
    """A legal step that leads away is seen, whichever turn it stands in."""
    held = hold("nudge", ["moves = [[1, 0, 2], ...]\nand so on", "moves = [[1, 2, 1], [2, 0, 2], [1, 1, 2]]"])
    assert held.ending.lost_at == 1
    assert "off_course" in held.ending.flags


@pytest.mark.parametrize("name", ["counting", "automaton", "copying", "fizzbuzz", "gray_code", "running_sum"])
def test_traces_are_joined(name: str) -> None:
    """Lines that are alike are no overlap where the list is only right without one."""
    maker = puzzle(name)
    size = 5 if name == "gray_code" else 32
    lines = written(1, 32, name=name, size=size).split("\n")
    steps = maker.fewest_steps(maker.generate({"size": size}))
    assert steps is not None
    for at in (1, 9, 20, 31):
        first, rest = "\n".join(lines[:at]), "\n".join(lines[at:])
        held = hold("nudge", [f"{first}\n...\n(and so on)", rest], name=name, size=size)
        assert held.ending.label is Label.SOLVED, at
        assert held.ending.written == steps


# --- window


def test_a_window_is_read_as_one() -> None:
    """The steps of a window begin in the middle; others of the list do not count."""
    inside = written(5, 10)
    assert hold("window:where=middle,m=6", [inside]).ending.label is Label.SOLVED
    wrong = hold("window:where=middle,m=6", [written(1, 6)]).ending
    assert wrong.label is Label.LOGIC_ERROR
    assert hold("window:where=middle,m=6", [written(5, 8)]).ending.label is Label.LOGIC_ERROR
    assert hold("window:where=middle,m=6", ["I can't do that."]).ending.label is Label.REFUSAL


def test_a_detour_is_no_window() -> None:
    """A legal step that leads away from the goal is an error, since a shortest way was asked for."""
    detour = hold("window:where=early,m=3", ["moves = [[1, 0, 1], [2, 0, 2], [1, 1, 2]]"], size=3)
    assert detour.ending.label is Label.LOGIC_ERROR
    assert detour.ending.first_error == 1


# --- chunked


def chunks(size: int, total: int = 15) -> Iterator[str]:
    """The solution in parts."""
    for first in range(1, total + 1, size):
        yield written(first, min(total, first + size - 1))


@pytest.mark.parametrize("p", [1, 4, 5, 15, 16])
@pytest.mark.parametrize("state", ["own", "restated"])
def test_chunks_to_the_goal(p: int, state: str) -> None:
    """The conversation ends when the goal is reached, and not before."""
    held = hold(f"chunked:p={p},state={state}", list(chunks(p)))
    assert held.ending.label is Label.SOLVED
    assert held.due is None
    assert len(held.turns) == -(-15 // p)
    assert held.ending.written == 15


def test_the_state_is_restated() -> None:
    """As the option says, the model is told where it stands, or it is not."""
    maker = puzzle("hanoi")
    made = maker.generate({"size": 4})
    told = hold("chunked:p=4,state=restated", [written(1, 4)]).due
    own = hold("chunked:p=4,state=own", [written(1, 4)]).due
    assert told is not None
    assert own is not None
    state = maker.describe(made, maker.state_after(made, 4))
    assert state in told.messages[-1].content
    assert state not in own.messages[-1].content


def test_words_around_a_chunk_are_no_give_up() -> None:
    """A part that is as long as asked is whole, whatever is offered behind it."""
    first = f"{written(1, 4)}\n\nLet me know when you want the next ones!"
    held = hold("chunked:p=4", [first])
    assert held.due is not None


def test_too_few_steps() -> None:
    """A part that is a little short without a word about it is gone on with."""
    held = hold(
        "chunked:p=4", [written(1, 4), written(5, 6), written(7, 10), written(11, 14), written(15, 15)]
    )
    assert held.ending.label is Label.SOLVED


def test_parts_that_are_announced() -> None:
    """That a part is called the first is no stop: parts were asked for."""
    first = f"Here are the first 3 moves:\n\n{written(1, 3)}"
    held = hold("chunked:p=4", [first, written(4, 7), written(8, 11), written(12, 15)])
    assert held.ending.label is Label.SOLVED


def test_an_error_at_the_first_step_stays() -> None:
    """Told of it and going on from the start again, the trial is not mended."""
    wrong = "moves = [[4, 0, 1], [1, 0, 2]]"
    parts = [wrong, *chunks(4)]
    held = hold("chunked:p=4,state=restated,on_error=go_on", parts)
    assert held.ending.label is Label.LOGIC_ERROR
    assert held.ending.first_error == 1


def test_too_many_steps() -> None:
    """More than asked for are taken as they are; the next part goes on behind them."""
    held = hold("chunked:p=4", [written(1, 9), written(10, 15)])
    assert held.ending.label is Label.SOLVED
    assert len(held.turns) == 2


def test_a_chunk_with_the_whole_list_so_far() -> None:
    """A part that begins at the start again goes on from there."""
    held = hold("chunked:p=4", [written(1, 4), written(1, 8), written(9, 12), written(13, 15)])
    assert held.ending.label is Label.SOLVED
    assert held.ending.written == 15


def test_an_error_ends_it() -> None:
    """By default the first error is the last turn."""
    wrong = "moves = [[2, 1, 0], [4, 0, 1], [1, 2, 1], [1, 1, 2]]"
    held = hold("chunked:p=4", [written(1, 4), wrong])
    assert held.ending.label is Label.LOGIC_ERROR
    assert held.ending.first_error is not None
    assert 5 <= held.ending.first_error <= 6
    assert held.due is None


def test_going_on_after_an_error() -> None:
    """Told the state, it goes on; the trial stays wrong, and the later parts show what it could."""
    wrong = "moves = [[4, 0, 1], [1, 0, 2], [1, 2, 0], [1, 0, 2]]"
    held = hold(
        "chunked:p=4,state=restated,on_error=go_on",
        [written(1, 4), wrong, written(5, 8), written(9, 12), written(13, 15)],
    )
    assert held.ending.label is Label.LOGIC_ERROR
    assert held.ending.first_error == 5
    assert [end.label for end in held.ending.by_turn[2:]] == [Label.SOLVED] * 3
    assert "was wrong" in held.turns[2].messages[-1].content
    assert "was wrong" not in held.turns[3].messages[-1].content


def test_stopping_in_a_chunk() -> None:
    """Who declines the next part has given up, and one who never begins has refused."""
    sorry = "I'm afraid I can't continue with this list, it is too long."
    assert hold("chunked:p=4", [written(1, 4), sorry]).ending.label is Label.GIVE_UP
    assert hold("chunked:p=4", [sorry]).ending.label is Label.REFUSAL


def test_a_claim_to_be_done() -> None:
    """Who believes that the goal is reached when it is not is wrong, and unwilling to nothing."""
    held = hold("chunked:p=4", [written(1, 4), "All disks are on the target peg now. The puzzle is solved!"])
    assert held.ending.label is Label.LOGIC_ERROR
    assert "silent_short" in held.ending.flags
    assert [end.lost_at for end in held.ending.by_turn] == [None, None]
    assert held.due is None
    assert hold("chunked:p=4", [written(1, 4), ""]).ending.label is Label.NO_ANSWER


def test_it_does_not_go_on_for_ever() -> None:
    """Moving to and fro ends after twice the turns that are needed."""
    there, back = "moves = [[1, 0, 2], [1, 2, 0]]", "moves = [[1, 0, 1], [1, 1, 0]]"
    held = opened("chunked:p=2", "hanoi", 4)
    turn: Turn | None = opening(held.trial)
    asked = 0
    while turn is not None:
        held.take(Answer(content=there if asked % 2 else back, finish_reason="stop"), turn.reason)
        asked += 1
        turn = held.following()
    assert asked == 17
    assert held.ending().label is Label.LOGIC_ERROR

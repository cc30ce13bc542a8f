"""What respondents write: each way to stop, wrong steps that are wrong, and lists too long for memory."""

import re
from itertools import islice
from random import Random

import pytest

from evals.simulated import wording
from evals.simulated.answers import answer
from evals.simulated.decisions import Call, decide
from evals.simulated.mistakes import rows_written
from evals.simulated.replies import Reply, sliced
from evals.simulated.respondents import Respondent, Stop, Thinking
from tasks import AnyInstance, Problem, Steps, bounds_of, puzzle, puzzles

HANOI, COUNTING = puzzle("hanoi"), puzzle("counting")
FIVE = HANOI.generate({"size": 5})
FORTY = COUNTING.generate({"size": 40})
CALLS = [Call(f"trial {index}", 1, "list") for index in range(40)]

TRIPLE = re.compile(r"\[(\d+), (\d+), (\d+)\]")


def spoken(respondent: Respondent, instance: AnyInstance, call: Call) -> str:
    return "".join(answer(respondent, Problem(puzzle(instance.puzzle), instance), call).content)


def stopper(stop: Stop) -> Respondent:
    return Respondent("stopper", willing_50=1e-9, stops={stop: 1}, stops_after=8)


def rows_in(text: str) -> list[tuple[int, ...]]:
    return [tuple(map(int, found)) for found in TRIPLE.findall(text)]


@pytest.mark.parametrize("call", CALLS)
def test_a_whole_answer_holds_the_list_exactly_as_the_puzzle_formats_it(call: Call) -> None:
    """Whatever is said around it."""
    for instance in (FIVE, FORTY):
        solver = puzzle(instance.puzzle)
        listed = "".join(solver.format(instance, solver.solution(instance)))
        assert listed in spoken(Respondent("steady"), instance, call)


@pytest.mark.parametrize("stop", [stop for stop in Stop if stop is not Stop.REFUSAL])
@pytest.mark.parametrize("call", CALLS[:12])
def test_a_stopped_answer_begins_with_as_many_right_steps_as_planned(stop: Stop, call: Call) -> None:
    """And holds fewer than the task has."""
    respondent = stopper(stop)
    written = decide(respondent, 31, call).written
    rows = rows_in(spoken(respondent, FIVE, call))
    solution = list(HANOI.solution(FIVE))
    assert rows[:written] == solution[:written]
    assert rows[written:] in ([], [solution[-1]])
    assert len(rows) < 31


def test_an_ellipsis_stands_in_the_list_now_and_then_with_the_last_step_behind() -> None:
    """`[…], ...]` and `[…], ..., [1, 0, 2]]`."""
    texts = [spoken(stopper(Stop.ELLIPSIS), FIVE, call) for call in CALLS]
    assert all(re.search(r"\], \.\.\.(, \[1, 0, 2\])?\]", text) for text in texts)
    assert 0 < sum("..., [1, 0, 2]]" in text for text in texts) < len(texts)
    lines = spoken(stopper(Stop.ELLIPSIS), FORTY, CALLS[0]).splitlines()
    assert "..." in lines


def test_a_count_names_exactly_the_steps_left_out() -> None:
    """Written + left out + shown at the end make the whole."""
    for instance, total, unit in ((FIVE, 31, "moves?"), (FORTY, 40, "items?")):
        for call in CALLS:
            text = spoken(stopper(Stop.COUNT), instance, call)
            counted = re.search(rf"\((\d+) more {unit}\)", text)
            assert counted is not None, text
            shown = len(rows_in(text)) if instance is FIVE else len(re.findall(r"(?m)^\d+$", text))
            assert shown + int(counted[1]) == total


def test_a_count_of_one_is_singular() -> None:
    """`(1 more move)`."""
    texts = {wording.mark(Stop.COUNT, Random(seed), "moves", 1) for seed in range(20)}
    assert all("(1 more move)" in text for text in texts)


def test_code_and_offers_come_after_the_closed_list() -> None:
    """The bracket is closed before a program or an offer follows."""
    for call in CALLS:
        list_, code = spoken(stopper(Stop.CODE), FIVE, call).split("```python\n")
        assert "]]" in list_
        assert "def solve():" in code
        before, after = spoken(stopper(Stop.OFFER), FIVE, call).split("]]")
        assert "moves = [" in before
        assert re.search("the rest|continue|full list", after)


def test_a_break_off_apologises_in_the_middle_of_a_step() -> None:
    """`[2,I'm sorry, but`: the list is not closed, the torn step is no step."""
    for call in CALLS:
        text = spoken(stopper(Stop.BREAK_OFF), FIVE, call)
        assert re.search(r", \[\d+, ?(I'm sorry|Sorry)", text), text
        assert "]]" not in text
        counted = spoken(stopper(Stop.BREAK_OFF), FORTY, call)
        assert re.search(r"\n\d?(I'm sorry|Sorry)", counted), counted


def test_refusals_hold_no_step() -> None:
    """For the length's sake, and on principle."""
    policy = Respondent("strict", refuses=1.0)
    for call in CALLS:
        for respondent in (stopper(Stop.REFUSAL), policy):
            assert rows_in(spoken(respondent, FIVE, call)) == []
            assert spoken(respondent, FIVE, call)
        assert "31" in spoken(stopper(Stop.REFUSAL), FIVE, call)
        assert "31" not in spoken(policy, FIVE, call)


def test_edge_respondents_write_nothing_or_nothing_readable() -> None:
    """An empty answer is empty; a notation of one's own has no digit in it."""
    assert spoken(Respondent("silent", empty=1.0), FIVE, CALLS[0]) == ""
    text = spoken(Respondent("scribbler", malformed=1.0), FIVE, CALLS[0])
    assert text.count("~") == 2 * 31
    assert not re.search(r"\d", text)


def test_thinking_stands_where_the_respondent_puts_it() -> None:
    """In its own field, inline, or nowhere; with about the stated number of tokens."""
    for where in Thinking:
        respondent = Respondent("thinker", thinking=where, thinking_per_step=10)
        said = answer(respondent, Problem(HANOI, FIVE), CALLS[0])
        reasoning, content = "".join(said.reasoning), "".join(said.content)
        thought = {
            Thinking.NONE: "",
            Thinking.FIELD: reasoning,
            Thinking.INLINE: content.split("</think>")[0],
        }
        assert bool(reasoning) is (where is Thinking.FIELD)
        assert content.startswith("<think>") is (where is Thinking.INLINE)
        assert len(thought[where]) // 4 in (range(310, 340) if where is not Thinking.NONE else range(1))


@pytest.mark.parametrize("name", sorted(puzzles()))
@pytest.mark.parametrize("more", [0, 1, 3])
def test_wrong_steps_are_wrong_for_every_puzzle(name: str, more: int) -> None:
    """Replaced by one that the puzzle refuses and can write, or else left out; never solved."""
    solver = puzzle(name)
    instance = solver.generate({"size": (bounds_of(solver.parameters)["size"].minimum or 1) + more})
    solution = list(solver.solution(instance))
    for wrong in range(1, min(len(solution), 40) + 1):
        rows = list(rows_written(Problem(solver, instance), len(solution), wrong, Random(f"{name}/{wrong}")))
        assert "".join(solver.format(instance, rows))
        taken = solver.advance(instance, solver.start(instance), Steps.of(rows, solver.width))
        assert taken.goal_at is None
        if len(rows) == len(solution):
            assert [*rows[: wrong - 1], *rows[wrong:]] == [*solution[: wrong - 1], *solution[wrong:]]
            assert taken.taken == wrong - 1
        else:
            assert rows == [*solution[: wrong - 1], *solution[wrong:]]


@pytest.mark.parametrize(
    "given", [{"size": 4, "base": 1}, {"size": 6, "pegs": 4}, {"size": 3, "start": 2, "target": 1}]
)
def test_wrong_steps_stay_wrong_as_written(given: dict[str, int]) -> None:
    """Read back from the text, in the prompt's own numbering."""
    instance = HANOI.generate(given)
    total = HANOI.fewest_steps(instance)
    assert total is not None
    respondent = Respondent("clumsy", error_rate=0.2)
    for call in CALLS:
        wrong = decide(respondent, total, call).wrong
        read = HANOI.settle(instance, Steps.of(rows_in(spoken(respondent, instance, call)), 3))
        base = given.get("base", 0)
        assert base in (0, 1)
        taken = HANOI.advance(instance, HANOI.start(instance), read)
        assert taken.taken == (total if wrong is None else wrong - 1)


def test_a_million_steps_are_made_as_they_are_read() -> None:
    """The beginning of a list of ten million comes at once, and so does a mistake near its end."""
    endless = COUNTING.generate({"size": 10_000_000})
    pieces = answer(Respondent("steady"), Problem(COUNTING, endless), CALLS[0]).content
    assert "\n500" in "".join(islice(pieces, 600))
    tower = HANOI.generate({"size": 30})
    rows = rows_written(Problem(HANOI, tower), 2**30 - 1, 2**29, Random("x"))
    assert list(islice(rows, 3)) == list(islice(HANOI.solution(tower), 3))


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_slices_keep_the_text_and_their_size(size: int) -> None:
    """All but the last are full."""
    pieces = ["", "ab", "c" * 20, "", "defg", "h" * 6]
    slices = list(sliced(iter(pieces), size))
    assert "".join(slices) == "".join(pieces)
    assert {len(text) for text in slices[:-1]} <= {size}
    assert len(slices[-1]) in range(1, size + 1)


def test_the_budget_counts_thinking_and_cuts_where_it_ends() -> None:
    """Whatever the budget, the parts joined are a prefix; only what does not fit is called cut."""
    respondent = Respondent("thinker", thinking=Thinking.FIELD)
    said = answer(respondent, Problem(HANOI, FIVE), CALLS[0])
    reasoning, content = "".join(said.reasoning), "".join(said.content)
    whole = reasoning + content
    enough = -(-len(whole) // 4)
    for limit in (1, len(reasoning) // 4, len(reasoning) // 4 + 5, enough - 1, enough, enough + 1):
        reply = Reply(answer(respondent, Problem(HANOI, FIVE), CALLS[0]), limit, 40)
        text = "".join(delta.text for delta in reply.deltas(64))
        assert text == whole[: limit * 4]
        assert reply.finish_reason == ("length" if limit < enough else "stop")
        assert reply.usage()["completion_tokens"] == min(limit, enough)
        assert reply.usage()["prompt_tokens"] == 10

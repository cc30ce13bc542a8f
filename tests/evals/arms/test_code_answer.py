"""The arm that asks for a program: run once, recorded, and walked like any list."""

import pytest

from evals.arms.code import program_ending
from evals.dialogue.dialogue import SingleAnswer
from evals.dialogue.ending import Ending
from evals.labelling.answer import Answer
from evals.record.outcome import Label
from evals.replay.derive import opening
from evals.sandbox.sandbox import SandboxLimits, restored, run_in_sandbox, run_program
from tasks import Problem, puzzle
from tests.evals.arms.test_dialogues import opened

MAKER = puzzle("hanoi")
MADE = MAKER.generate({"size": 4})

SOLVE = """
def solve():
    moves = []

    def move(n, a, b, c):
        if n:
            move(n - 1, a, c, b)
            moves.append([n, a, c])
            move(n - 1, b, a, c)

    move(4, 0, 1, 2)
    return moves
"""


def block(code: str) -> str:
    return f"Here is the function:\n\n```python\n{code}\n```\n\nIt makes 15 moves."


async def ending_of(content: str, finish_reason: str = "stop") -> Ending:
    result = restored(await run_in_sandbox(content))
    return program_ending(Problem(MAKER, MADE), Answer(content=content, finish_reason=finish_reason), result)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("content", "label", "told"),
    [
        (block(SOLVE), Label.SOLVED, "legal and ends at the goal"),
        (SOLVE, Label.SOLVED, "legal"),
        (block(SOLVE + "\nif __name__ == '__main__':\n    print(solve())\n"), Label.SOLVED, "legal"),
        (block("def solve():\n    return [[1, 0, 2]]"), Label.LOGIC_ERROR, "is wrong"),
        (block(SOLVE.replace("[n, a, c]", "[n, c, a]")), Label.LOGIC_ERROR, "is wrong"),
        (block("def solve():\n    return 1 // 0"), Label.LOGIC_ERROR, "ZeroDivisionError"),
        (block("def solve():\n    return 'done'"), Label.LOGIC_ERROR, "gives no list"),
        (
            block("import numpy as np\n\ndef solve():\n    return np.array([[1, 0, 2]])"),
            Label.UNSCORABLE,
            "numpy",
        ),
        (block("def solve():\n    while True:\n        pass"), Label.UNSCORABLE, "time was up"),
        ("moves = [[1, 0, 1], [2, 0, 2]]", Label.MALFORMED, "a list stands in its place"),
        ("I can't write code for this.", Label.REFUSAL, ""),
        ("", Label.NO_ANSWER, "empty"),
    ],
)
async def test_endings(content: str, label: Label, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a program comes to says who failed: the model, the sandbox, or nobody."""
    quick = SandboxLimits(seconds=0.5)
    monkeypatch.setattr("evals.sandbox.sandbox.run_program", lambda program: run_program(program, quick))
    ending = await ending_of(content)
    assert ending.label is label
    assert told in ending.reason


@pytest.mark.anyio
async def test_numbers_of_a_wrong_program() -> None:
    """Where the list goes wrong is told as for a list that was written out."""
    ending = await ending_of(block("def solve():\n    return [[1, 0, 1], [2, 0, 2], [4, 0, 2]]"))
    assert (ending.written, ending.right, ending.first_error) == (3, 2, 3)


@pytest.mark.anyio
async def test_a_cut_program() -> None:
    """A program that the token limit cut is nobody's failure."""
    ending = await ending_of(f"```python\n{SOLVE[:80]}", "length")
    assert ending.label is Label.TRUNCATED


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("walls", "flags"),
    [
        ([], ("unwalled",)),
        (["no-new-privs", "landlock-files", "network-namespace"], ("unwalled",)),
        (["seccomp", "seccomp-sealed"], ()),
        (None, ()),
    ],
)
async def test_a_program_that_ran_without_walls_is_flagged(
    walls: list[str] | None, flags: tuple[str, ...]
) -> None:
    """Whatever it came to. Records of earlier versions do not say, and are labelled as they were."""
    for code in (SOLVE, "def solve():\n    return 1 // 0", "import heapq\nprint(heapq)"):
        recorded = await run_in_sandbox(block(code))
        assert recorded is not None
        assert "walls" in recorded
        recorded = {name: value for name, value in recorded.items() if name != "walls"}
        result = restored(recorded if walls is None else recorded | {"walls": walls})
        answer = Answer(content=block(code), finish_reason="stop")
        assert program_ending(Problem(MAKER, MADE), answer, result).flags == flags


@pytest.mark.anyio
async def test_what_was_not_run_has_no_walls_to_tell_of() -> None:
    """Its result is recorded as earlier versions did."""
    code = "class A:\n    def __lt__(self, other):\n        return True\n\nprint(A())"
    recorded = await run_in_sandbox(block(code))
    assert recorded is not None
    assert "walls" not in recorded


@pytest.mark.anyio
async def test_in_a_conversation() -> None:
    """Until the program was run the trial has no outcome; then it is over."""
    held = opened("code", "hanoi", 4)
    opening(held.trial)
    held.take(Answer(content=block(SOLVE), finish_reason="stop"), "start")
    assert held.following() is None
    assert held.ending().label is Label.ERROR
    held.take_result(await run_in_sandbox(block(SOLVE)))
    assert held.ending().label is Label.SOLVED


def test_a_result_where_none_is_due() -> None:
    """A result in the record of an arm without programs is a corrupt record, and is not passed over."""
    held = opened("list", "hanoi", 4)
    with pytest.raises(ValueError, match="arm 'list' runs no program"):
        SingleAnswer(held.trial, Problem(MAKER, MADE)).take_result({})

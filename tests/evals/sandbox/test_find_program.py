"""Finding the program in an answer: what counts as code, which piece of it, and how it is called."""

from time import perf_counter

import pytest

from evals.sandbox.find_program import Program, find_program
from tests.evals.sandbox.code_answers import CODE, FOUND, NOT_FOUND, Found


@pytest.mark.parametrize("case", FOUND, ids=lambda case: case.name)
def test_the_program_of_an_answer_is_found_and_its_call_decided(case: Found) -> None:
    """Whatever stands around it: the code, where it stands, and how it is called."""
    program = find_program(case.text)
    assert program is not None
    assert (program.code.strip(), program.call, program.cut) == (case.code.strip(), case.call, case.cut)


@pytest.mark.parametrize("case", FOUND, ids=lambda case: case.name)
def test_the_place_of_a_program_is_in_code_points_of_the_text(case: Found) -> None:
    """What stands at the place is the code, but for line ends and margins; of several pieces, the last."""
    program = find_program(case.text)
    assert program is not None
    here = [line.strip() for line in case.text[program.start : program.end].splitlines() if line.strip()]
    there = [line.strip() for line in program.code.splitlines() if line.strip()]
    assert here
    assert any(there[at : at + len(here)] == here for at in range(len(there)))


@pytest.mark.parametrize("text", NOT_FOUND)
def test_an_answer_without_code_has_no_program(text: str) -> None:
    """Prose, refusals and lists are not run, though much of that parses as Python."""
    assert find_program(text) is None


def test_another_name_is_called_when_the_prompt_asks_for_it() -> None:
    """The name is the prompt's, and not this module's."""
    text = "```python\ndef solve():\n    return [1]\n\n\ndef moves():\n    return [2]\n```"
    program = find_program(text, "moves")
    assert program is not None
    assert program.call == "moves"


def test_a_program_of_nothing_but_code_is_made_directly() -> None:
    """As the reference programs are."""
    program = Program.of(CODE)
    assert (program.code, program.call, program.cut) == (CODE, "solve", False)
    assert program.parsed.tree is not None


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("def solve(:\n    pass", "SyntaxError"),
        ("def solve():\nreturn 1", "IndentationError"),
        ("def solve():\n    return '\0'", "null byte"),
        ("def solve():\n    return '\ud800'", "SyntaxError"),
    ],
)
def test_code_that_python_refuses_is_still_a_program(code: str, says: str) -> None:
    """An error of syntax is the model's, so it is kept with what Python says about it."""
    program = find_program(f"```python\n{code}\n```")
    assert program is not None
    assert program.parsed.tree is None
    assert program.parsed.refused is not None
    assert says in program.parsed.refused
    assert program.parsed.refused.isprintable()


@pytest.mark.parametrize(
    "code",
    [
        "(" * 50_000,
        "-" * 50_000 + "1",
        "x" + ".y" * 50_000,
        "+".join(["1"] * 50_000),
        "if 1: pass\n" + "elif 1: pass\n" * 8_000,
        "f'{" * 5_000,
        "lambda: " * 20_000 + "1",
    ],
)
def test_code_that_no_parser_can_take_harms_nothing(code: str) -> None:
    """Depth ends the parser and not the process; the sandbox decides what becomes of the program."""
    program = find_program(f"```python\ndef solve():\n    return []\n{code}\n```")
    assert program is not None
    assert program.call == "solve"
    assert program.parsed.tree is None


@pytest.mark.parametrize(
    "text",
    [
        "```python\n" * 20_000,
        "```\n" * 30_000,
        "```python\nx = (\n```\n" * 5_000,
        "```\n~~~\n" * 15_000,
        "def f(\n" * 30_000,
        "import a\n\nWell, \n" * 10_000,
        "def f():\n    pass\nfor a: b: c:" + " : #" * 100_000,
        "```" + " " * 200_000 + "x",
        "a" * 500_000 + "(",
    ],
)
def test_a_hostile_text_is_searched_in_linear_time(text: str) -> None:
    """Fences without end, openings without closings, lines that nearly are code."""
    started = perf_counter()
    find_program(text)
    assert perf_counter() - started < 5

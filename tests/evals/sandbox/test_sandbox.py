"""What becomes of a program: how it ended, what it gave, and whose failure it is when it gave nothing."""

import pytest

from evals.record.outcome import Label
from evals.sandbox.find_program import Program, find_program
from evals.sandbox.sandbox import Ended, SandboxLimits, SandboxResult, judge_of, run_program, text_of

LIMITS = SandboxLimits(seconds=5, memory=64 << 20, output=1 << 20)


def _run(code: str) -> SandboxResult:
    return run_program(Program.of(code), LIMITS)


GIVES = {
    "a list of lists": ("def solve():\n    return [[1, 0, 2]]", "[[1, 0, 2]]"),
    "a list of tuples": ("def solve():\n    return [(1, 0, 2)]", "[[1, 0, 2]]"),
    "a tuple": ("def solve():\n    return (1, 2)", "[1, 2]"),
    "an empty list": ("def solve():\n    return []", "[]"),
    "texts": ("def solve():\n    return ['q1', 'é\"\\n']", '["q1", "\\u00e9\\"\\n"]'),
    "a range": ("def solve():\n    return range(1, 4)", "[1, 2, 3]"),
    "a deque": ("from collections import deque\ndef solve():\n    return deque([[1]])", "[[1]]"),
    "named tuples": (
        "from collections import namedtuple\nM = namedtuple('M', 'a b')\ndef solve():\n    return [M(1, 2)]",
        "[[1, 2]]",
    ),
    "steps without an order": ("def solve():\n    return [{1}, frozenset(('a',))]", '[[1], ["a"]]'),
    "a generator expression": ("def solve():\n    return (i for i in range(3))", "[0, 1, 2]"),
    "one text": ("def solve():\n    return 'Move disk 1 from 0 to 2\\n'", "Move disk 1 from 0 to 2\n"),
    "a printed list": ("print([[1, 0, 2]])", "[[1, 0, 2]]\n"),
    "printed lines": ("for i in range(3):\n    print(i, end=';')", "0;1;2;"),
    "a function that prints": ("def solve():\n    print([1])", "[1]\n"),
    "only what the call prints": ("print('hello')\ndef solve():\n    print([1])", "[1]\n"),
    "returned before printed": ("def solve():\n    print('working')\n    return [1]", "[1]"),
    "no complaints among it": ("import sys\nprint('log', file=sys.stderr)\nprint([1])", "[1]\n"),
    "another name": ("def hanoi():\n    return [1]", "[1]"),
    "a script under a guard": ("if __name__ == '__main__':\n    print([1])", "[1]\n"),
    "no guard beside a function": (
        "def solve():\n    return [1]\nif __name__ == '__main__':\n    raise SystemExit(input())",
        "[1]",
    ),
    "built-in names used again": ("list = str = [1]\njson = None\ndef solve():\n    return (1, 2)", "[1, 2]"),
}


@pytest.mark.parametrize(("code", "text"), GIVES.values(), ids=GIVES)
def test_what_a_program_gives_is_handed_over_as_text(code: str, text: str) -> None:
    """A returned list as JSON, everything else as it is; the label is left to the walk."""
    result = _run(code)
    assert text_of(result) == text
    assert judge_of(result).label is None
    assert result.error is None


OWN_FAULTS = {
    "an exception": ("def solve():\n    x = 1\n    return [][x]", Ended.RAISED, "IndexError"),
    "a name of no Python": ("def solve():\n    return moves", Ended.RAISED, "NameError"),
    "a forgotten import": ("def solve():\n    return itertools.count()", Ended.RAISED, "NameError"),
    "a method of no Python": ("def solve():\n    return [].push(1)", Ended.RAISED, "AttributeError"),
    "an attribute of no class": (
        "class A:\n    pass\ndef solve():\n    return A().moves",
        Ended.RAISED,
        "AttributeError",
    ),
    "a name of no module": ("from math import nothing", Ended.RAISED, "ImportError"),
    "wrong arguments": (
        "def f(x):\n    return x\ndef solve():\n    return f(y=1)",
        Ended.RAISED,
        "TypeError",
    ),
    "a list asked for its next": ("def solve():\n    return next([1])", Ended.RAISED, "TypeError"),
    "an assertion": ("assert 1 == 2, 'no'", Ended.RAISED, "AssertionError: no"),
    "its own time-out": ("raise TimeoutError('mine')", Ended.RAISED, "TimeoutError: mine"),
    "its own memory error": ("raise MemoryError('mine')", Ended.RAISED, "MemoryError: mine"),
    "its own error of syntax": ("raise SyntaxError('mine')", Ended.RAISED, "SyntaxError: mine"),
    "asking the user": ("n = int(input())\nprint(n)", Ended.RAISED, "'input'"),
    "asking the user by sys": ("import sys\nprint(sys.stdin.read())", Ended.RAISED, "'stdin'"),
    "recursion without end": ("def solve():\n    return solve()", Ended.RECURSION, "RecursionError"),
    "no Python": ("def solve(:\n    pass", Ended.SYNTAX_ERROR, "line 1"),
    "Python 2": ("print 'moves'", Ended.SYNTAX_ERROR, "SyntaxError"),
    "a break outside a loop": ("def solve():\n    break", Ended.SYNTAX_ERROR, "'break' outside loop"),
    "lone surrogates": ("x = '\ud800'", Ended.SYNTAX_ERROR, "\\ud800"),
    "null bytes": ("x = 1\0", Ended.SYNTAX_ERROR, "null bytes"),
    "nothing returned": ("def solve():\n    pass", Ended.RETURNED, "it returned nothing"),
    "a number": ("def solve():\n    return 7", Ended.RETURNED, "it returned a number"),
    "a dictionary": ("def solve():\n    return {'moves': []}", Ended.RETURNED, "it returned a dictionary"),
    "a set": ("def solve():\n    return {1, 2}", Ended.RETURNED, "type set"),
    "objects": ("class M:\n    pass\ndef solve():\n    return [M()]", Ended.RETURNED, "type M"),
    "a coroutine": ("async def solve():\n    return [1]", Ended.RETURNED, "type coroutine"),
}


@pytest.mark.parametrize(("code", "ended", "error"), OWN_FAULTS.values(), ids=OWN_FAULTS)
def test_a_fault_of_the_program_is_a_logic_error(code: str, ended: Ended, error: str) -> None:
    """CPython would have ended it as well, or it gives what nobody asked for."""
    result = _run(code)
    assert result.ended is ended, result
    assert error in (result.error or "")
    judgement = judge_of(result)
    assert judgement.label is Label.LOGIC_ERROR
    assert judgement.detail == result.error


LACKING = {
    "yield": ("def solve():\n    yield [1, 0, 2]", "yield"),
    "del": ("x = [1]\ndel x[0]", "del"),
    "inheritance": ("class A:\n    pass\nclass B(A):\n    pass", "inheritance"),
    "a module": ("import heapq\ndef solve():\n    return []", "heapq"),
    "a module's module": ("from collections.abc import Iterator", "collections.abc"),
    "a name of a module": ("from functools import cmp_to_key", "functools.cmp_to_key"),
    "an attribute of a module": ("import sys\nsys.setrecursionlimit(10**6)", "sys.setrecursionlimit"),
    "a method": ("def solve():\n    return [(5).bit_length()]", "int.bit_length"),
    "a class's method": ("print(str.upper('a'))", "str.upper"),
    "a built-in": ("print(callable(len))", "callable"),
    "what site adds": ("print([1])\nexit()", "exit"),
    "comparing objects": (
        "class A:\n    def __lt__(self, other):\n        return True\nprint(A())",
        "__lt__",
    ),
    "the next of a generator": ("def solve():\n    return [next(x for x in [1])]", "iterators"),
    "attributes of functions": ("def f():\n    pass\nf.count = 0", "function.count"),
    "an argument of a library": ("import json\nprint(json.dumps([], default=str))", "default"),
    "deep syntax": ("x = " + "-" * 900 + "1", "nested"),
    "nested built-in calls": (
        "def f(n):\n    return max([1], key=lambda x: f(n - 1)) if n else 1\nprint(f(200))",
        "calls nested",
    ),
    "a file": ("with open('moves.txt', 'w') as file:\n    file.write('x')", "files"),
    "numpy": ("import numpy as np\ndef solve():\n    return np.arange(3).tolist()", "numpy"),
}


@pytest.mark.parametrize(("code", "lacks"), LACKING.values(), ids=LACKING)
def test_what_the_sandbox_lacks_is_not_the_models_failure(code: str, lacks: str) -> None:
    """CPython has it, or may have it; the reason says what."""
    result = _run(code)
    assert result.ended is Ended.UNSUPPORTED, result
    assert lacks in (result.lacks or "")
    judgement = judge_of(result)
    assert judgement.label is Label.UNSCORABLE
    assert judgement.detail == result.lacks


CHOSEN = (
    "raise NameError(\"name 'IOError' is not defined\")",
    "if 1:\n    raise EnvironmentError('x')",
    "raise OSError('x')",
    "raise MemoryError('memory limit exceeded: a')",
    "raise MemoryError('x')",
    "try:\n  raise OSError('x')\nexcept OSError:\n  raise",
    "try:\n  raise OSError('x')\nexcept OSError as e:\n  raise e",
    "e=OSError('x')\nraise e",
    "try:\n  raise OSError('x')\nfinally:\n  y=1",
    "raise NameError(\"name 'callable' is not defined\")",
    "raise ImportError(\"No module named 'numpy'\")",
    "raise AttributeError(\"'list' object has no attribute '__next__'\")",
    "raise TypeError('f() got an unexpected keyword argument x')",
    "raise NotImplementedError('not yet supported')",
    "raise RecursionError",
    "raise SyntaxError('not supported by Monty')",
    "assert False, 'not yet support'",
    "{}['not yet support']",
    "int('not yet support')",
    "getattr([], 'not yet support')",
    "print(foo=1)",
    "sorted([1],foo=1)",
    "from collections import namedtuple\nP=namedtuple('P','a')\nP(c=1)",
    "raise OSError(1)",
    "raise OSError(2,'x')",
    "import asyncio\nasync def f():\n  raise OSError('x')\nasyncio.run(f())",
    "raise [OSError('x')][0]",
    "raise TimeoutError",
    "x='''\n'''; raise PermissionError('')",
    'getattr([], "x\' not yet support")',
    "f=lambda: OSError('x')\ndef g():\n  raise f()\ng()",
    "def solve():\n  raise OSError('x')",
    "class A:\n  def __len__(self): return 1\nprint(1)\nraise OSError",
    "def f():\n    raise IOError('x')\nf()",
)


@pytest.mark.parametrize("code", CHOSEN)
def test_a_program_cannot_choose_to_be_excused(code: str) -> None:
    """What it raises itself, or puts into a message, is its own, whatever the sandbox lacks by that name."""
    result = _run(code)
    assert judge_of(result).label is Label.LOGIC_ERROR, result


LACKED = (
    "open('x')",
    "try:\n  open('x')\nexcept OSError:\n  raise",
    "try:\n  open('x')\nexcept OSError as e:\n  raise e",
    "import heapq",
    "import numpy",
    "raise OSError('a'*10**12)",
    "x=[0]*10**10",
    "try:\n  x=[0]*10**10\nexcept MemoryError:\n  raise",
    "raise ValueError(open('x'))",
    "print(callable(1))\nraise ValueError('x')",
    "def f():\n  raise NotImplementedError\ntry:\n  pass\nfinally:\n  pass\ndef solve():\n  yield 1",
    "sorted([1,2],key=lambda x: open('a'))",
    "import json\nprint(json.dumps([], default=str))",
    "try:\n  raise ValueError(1,2)\nexcept ValueError:\n  print(1)",
    "class A:\n  def __lt__(self,o): return True\nprint(A()<A())",
    "try:\n  import heapq\nexcept ValueError:\n  raise ValueError('x')",
)


@pytest.mark.parametrize("code", LACKED)
def test_what_the_interpreter_raises_is_no_choice(code: str) -> None:
    """Also where the program raises something else, or passes on what it ran into."""
    result = _run(code)
    assert judge_of(result).label is Label.UNSCORABLE, result


def test_a_guarded_import_of_a_package_that_is_missing_goes_on() -> None:
    """As it would in a CPython without it."""
    result = _run("try:\n    import numpy\nexcept ImportError:\n    numpy = None\nprint([numpy])")
    assert text_of(result) == "[None]\n"


@pytest.mark.parametrize(
    ("code", "ended"),
    [
        ("while True:\n    pass", Ended.TIMED_OUT),
        ("x = [0] * 10**10", Ended.MEMORY),
        ("while True:\n    print('x' * 1000)", Ended.OUTPUT_LIMIT),
    ],
)
def test_what_the_sandbox_cannot_finish_is_not_the_models_failure(code: str, ended: Ended) -> None:
    """Not even an endless loop: nobody waited long enough to know."""
    result = run_program(Program.of(code), LIMITS.model_copy(update={"seconds": 0.3}))
    assert result.ended is ended
    assert result.text is None
    assert judge_of(result).label is Label.UNSCORABLE


@pytest.mark.parametrize(
    "code", ["moves = [[1, 0, 2]]\nlen(moves)", "def solve(n):\n    return [n]", "class Solution:\n    pass"]
)
def test_a_program_without_anything_to_call_is_malformed(code: str) -> None:
    """It runs, and gives nothing that could be read."""
    result = _run(code)
    assert (result.ended, result.call, result.text) == (Ended.PRINTED, None, "")
    assert judge_of(result).label is Label.MALFORMED


def test_an_answer_without_a_program_is_malformed() -> None:
    """Unless its own words or steps say something else, which is not decided here."""
    assert find_program("I would use recursion.") is None
    assert judge_of(None).label is Label.MALFORMED


def test_the_line_of_an_exception_is_that_of_the_program() -> None:
    """Where the function was left, and not where it was called from outside."""
    assert _run("def solve():\n    a = 1\n    return a / 0").line == 3


def test_a_result_is_recorded_and_read_back() -> None:
    """It is stored in the run as plain JSON, with what it ran in and under which limits."""
    result = _run("def solve():\n    return ['é\u2028']")
    assert SandboxResult.model_validate(result.model_dump(mode="json")) == result
    assert SandboxResult.model_validate_json(result.model_dump_json()) == result
    assert result.limits == LIMITS
    assert result.sandbox.startswith("pydantic-monty 1.")
    assert result.python.startswith("3.")


def test_the_same_program_gives_the_same_list() -> None:
    """Also with a generator of random numbers, and without waiting where it sleeps."""
    code = "import random, time\ntime.sleep(1000)\nprint([random.random(), random.randint(1, 10**9)])"
    assert text_of(_run(code)) == text_of(_run(code)) != ""

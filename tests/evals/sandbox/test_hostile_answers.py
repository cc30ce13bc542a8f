"""Answers made to stall whoever looks for a program in them: time grows with the length, memory does not."""

import random
import time
import tracemalloc
from collections.abc import Callable

import pytest

from evals.sandbox.code_blocks import BUDGET, LONGEST, Parsed
from evals.sandbox.find_program import find_program

pytestmark = pytest.mark.slow


def _block(code: str) -> str:
    return f"```python\n{code}\n```\n"


def _fill(unit: str, size: int) -> str:
    return unit * (size // len(unit))


def _forwards(size: int) -> str:
    count = size // 45
    helpers = (_block(f"def f{i}():\n    return f{i + 1}()") for i in range(count))
    return "".join(helpers) + _block("def solve():\n    return f0()")


def _backwards(size: int) -> str:
    count = size // 45
    helpers = (_block(f"def f{i + 1}():\n    return f{i}()") for i in range(count))
    return "".join(helpers) + _block(f"def solve():\n    return f{count - 1}()")


def _many_names(size: int) -> str:
    values = ", ".join(f"a{i}" for i in range(4_000))
    blocks = "".join(_block(f"a{i} = 1") for i in range(size // 25))
    return blocks + _block(f"def solve():\n    return [{values}]")


def _staircase(size: int) -> str:
    return _block("".join(" " * (i % 2_000) + "a\n" for i in range(size // 1_000)))


HOSTILE: dict[str, Callable[[int], str]] = {
    "helpers of helpers, forwards": _forwards,
    "helpers of helpers, backwards": _backwards,
    "names of many blocks": _many_names,
    "one name in every block": lambda n: _fill(_block("a = b"), n) + _block("def solve():\n    return a"),
    "a program in every block": lambda n: _fill(_block("def solve():\n    return f()"), n),
    "fields of one f-string": lambda n: _block("f'" + _fill("{a}", n) + "'"),
    "f-strings just below the limits": lambda n: _fill(_block("f'" + _fill("{a}", 45_000) + "'"), n),
    "f-strings over lines": lambda n: _fill(_block("f'''" + _fill("{a}\n", 45_000) + "'''"), n),
    "names just below the limits": lambda n: _fill(_block(_fill("a\n", LONGEST - 500)), n),
    "an assignment that fails at its end": lambda n: _fill(_block("(" + _fill("a,", 60_000) + "1)=b"), n),
    "fences": lambda n: _fill("```\n", n),
    "labelled fences": lambda n: _fill("```python\n", n),
    "fences of two kinds": lambda n: _fill("~~~\n```\n", n),
    "fences far apart": lambda n: _fill("```python\n" + _fill("a\n", 15_000), n),
    "fences round what does not parse": lambda n: _fill("```python\ndef f(:\n", n),
    "a fence and spaces": lambda n: "```" + " " * n + "`",
    "backticks": lambda n: "`" * n,
    "parentheses": lambda n: _block("(" * n),
    "closed parentheses": lambda n: _block(_fill("(" * 190 + ")" * 190 + "\n", n)),
    "minus": lambda n: _block("-" * n),
    "attributes": lambda n: _block("a" + _fill(".b", n)),
    "one block": lambda n: _block(_fill("a\n", n)),
    "a block of blank lines": lambda n: _block(_fill(" \n", n)),
    "margins": _staircase,
    "bare names": lambda n: _fill("a\n", n),
    "bare functions among prose": lambda n: _fill("def f(): pass\nprose stands here.\n", n),
    "bare functions that do not parse": lambda n: "x y\n" + _fill("def f(:\n", n),
    "bare decorators": lambda n: _fill("@a\nprose stands here.\n", n),
    "a class of a long name": lambda n: "class " + "a" * n,
    "colons": lambda n: "def f():\n  pass\nif " + _fill(": ", n) + "x",
    "calls": lambda n: "def f():\n  pass\na(" + _fill(")", n) + "x",
    "dotted names": lambda n: "def f():\n  pass\n" + _fill("a.a", n),
    "thinking": lambda n: _fill("<think>", n),
    "null bytes": lambda n: _block("\0" * n),
}


def _seconds(text: str) -> float:
    started = time.process_time()
    find_program(text)
    return time.process_time() - started


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_time_grows_with_the_length(make: Callable[[int], str]) -> None:
    """At most twice the text in twice the time; what is parsed at all is limited."""
    one, two = _seconds(make(250_000)), _seconds(make(500_000))
    assert one <= 4
    assert two <= 3 * one + 0.5


@pytest.mark.parametrize(
    "name", ["names just below the limits", "helpers of helpers, forwards", "names of many blocks", "fences"]
)
def test_little_is_kept(name: str) -> None:
    """Of a block the facts, not its tree."""
    text = HOSTILE[name](400_000)
    tracemalloc.start()
    try:
        find_program(text)
        assert tracemalloc.get_traced_memory()[1] < 200e6
    finally:
        tracemalloc.stop()


def test_the_limits_have_room_for_what_models_write() -> None:
    """A few long drafts of a program, or one that holds some thousand steps."""
    steps = ",\n        ".join(f"[{i % 9 + 1}, {i % 3}, {(i + 1) % 3}]" for i in range(3_000))
    assert Parsed.of(f"def solve():\n    return [\n        {steps}\n    ]").tree is not None
    drafts = [f"def solve():\n    # {'x' * 9_000}\n    return helper({i})" for i in range(10)]
    text = "\n".join(map(_block, ["def helper(n):\n    return [n]", *drafts]))
    program = find_program(text)
    assert program is not None
    assert program.code.startswith("def helper")
    assert program.code.endswith("helper(9)")
    assert len(text) < BUDGET


def test_longer_code_is_still_a_program() -> None:
    """It is not parsed here, but run as it stands."""
    code = "def solve():\n    return [" + "[1, 0, 2], " * 20_000 + "]"
    program = find_program(_block(code))
    assert program is not None
    assert (program.code.strip(), program.call, program.parsed.tree) == (code, "solve", None)


def test_helpers_are_chosen_as_by_hand() -> None:
    """The nearest block before that defines a name, again and again, as a simple search finds them."""
    draw = random.Random(7)
    names = "abcdefgh"
    for _ in range(300):
        pieces = []
        for _ in range(draw.randint(1, 8)):
            defined, used = draw.choice(names), draw.sample(names, 2)
            pieces.append((defined, set(used) - {defined}))
        wanted = set(draw.sample(names, 3))
        blocks = [f"{name} = [{', '.join(sorted(used))}]" for name, used in pieces]
        main = f"def solve():\n    return [{', '.join(sorted(wanted))}]"
        program = find_program("\n".join(map(_block, [*blocks, main])))
        assert program is not None
        assert program.code.strip().split("\n\n") == [*(blocks[i] for i in _needed(pieces, wanted)), main]


def _needed(pieces: list[tuple[str, set[str]]], lacking: set[str]) -> list[int]:
    used: list[int] = []
    while True:
        found = [i for i in reversed(range(len(pieces))) if i not in used and pieces[i][0] in lacking]
        if not found:
            return sorted(used)
        used.append(found[0])
        lacking = (lacking | pieces[found[0]][1]) - {pieces[found[0]][0]}

"""Answers to the `code` arm, as models write them, with the program that is to be found in each."""

from dataclasses import dataclass

CODE = "def solve():\n    return [[1, 0, 2]]"
HELPER = "def build(n):\n    return [[n, 0, 2]]"
USES_HELPER = "def solve():\n    return build(1)"


@dataclass(frozen=True, slots=True)
class Found:
    """An answer and its program."""

    name: str
    text: str
    code: str = CODE
    call: str | None = "solve"
    cut: bool = False


def _fence(code: str, label: str = "python") -> str:
    return f"```{label}\n{code}\n```"


def _indented(code: str) -> str:
    return "".join(f"    {line}\n" if line else "\n" for line in code.split("\n"))


DOCSTRING = 'def solve():\n    """Example:\n\n```\nsolve()\n```\n    """\n    return [[1, 0, 2]]'
DOCSTRING_LABELLED = (
    'def solve():\n    """Example:\n\n    ```python\n    solve()\n    ```\n    """\n    return [[1, 0, 2]]'
)
GUARDED = f'{CODE}\n\n\nif __name__ == "__main__":\n    print(solve())'
SCRIPT = "moves = []\nfor disk in range(3):\n    moves.append([disk, 0, 2])\nprint(moves)"
INPUT = "n = int(input())\nprint(list(range(n)))"
HINTED = (
    "from __future__ import annotations\nfrom typing import List, Tuple\n\n"
    "def solve(n: int = 3) -> List[Tuple[int, int, int]]:\n    return []"
)
NEEDS = "def solve(n):\n    return [n]\n\n\nprint(solve(3))"
OTHER_NAME = "def hanoi():\n    return [[1, 0, 2]]"
TOP = "def top():\n    return math.inf"
USES_TOP = "def solve():\n    return top()"
EARLIER = "def solve():\n    return []"
BROKEN = "def solve():\n    return [[1, 0, 2]"

FOUND = (
    Found("fenced", _fence(CODE)),
    Found("with prose around", f"Here is the function:\n\n{_fence(CODE)}\n\nIt returns the moves."),
    Found("fenced as py", _fence(CODE, "py")),
    Found("fenced as Python3, with a title", _fence(CODE, 'Python3 title="solve.py"')),
    Found("without a label", _fence(CODE, "")),
    Found("tildes", f"~~~python\n{CODE}\n~~~"),
    Found("four backticks", f"````python\n{CODE}\n````"),
    Found("Windows line ends", _fence(CODE).replace("\n", "\r\n")),
    Found("in a list", "1. The code:\n" + "".join(f"   {x}\n" for x in _fence(CODE).split("\n"))),
    Found("behind thinking", f"<think>{_fence(OTHER_NAME)}</think>\n{_fence(CODE)}"),
    Found("output after it", f"{_fence(CODE)}\n\nOutput:\n\n{_fence('[[1, 0, 2]]', '')}"),
    Found("output as JSON after it", f"{_fence(CODE)}\n\n{_fence('[[1, 0, 2]]', 'json')}"),
    Found("shell before it", f"{_fence('pip install numpy', 'bash')}\n\n{_fence(CODE)}"),
    Found("a draft before it", f"{_fence(BROKEN)}\n\nFixed:\n\n{_fence(CODE)}"),
    Found("two versions", f"{_fence(EARLIER)}\n\nBetter:\n\n{_fence(CODE)}"),
    Found("usage after it", f"{_fence(CODE)}\n\nUse it:\n\n{_fence('print(solve())')}"),
    Found("fences in the docstring", _fence(DOCSTRING), code=DOCSTRING),
    Found("a labelled fence in the docstring", _fence(DOCSTRING_LABELLED), code=DOCSTRING_LABELLED),
    Found("a closing fence forgotten", f"```python\n{CODE}\n{_fence('print(solve())')}"),
    Found("a main guard", _fence(GUARDED), code=GUARDED),
    Found("type hints", _fence(HINTED), code=HINTED),
    Found("a lambda", _fence("solve = lambda: [[1, 0, 2]]"), code="solve = lambda: [[1, 0, 2]]"),
    Found(
        "another name, renamed", _fence(f"{OTHER_NAME}\n\nsolve = hanoi"), f"{OTHER_NAME}\n\nsolve = hanoi"
    ),
    Found("another name", _fence(OTHER_NAME), code=OTHER_NAME, call="hanoi"),
    Found("async", _fence(f"async {CODE}"), code=f"async {CODE}"),
    Found("a script", _fence(SCRIPT), code=SCRIPT, call=None),
    Found("input", _fence(INPUT), code=INPUT, call=None),
    Found("needs an argument, but is called", _fence(NEEDS), code=NEEDS, call=None),
    Found(
        "a helper in a block before",
        f"{_fence(HELPER)}\n\n{_fence(USES_HELPER)}",
        f"{HELPER}\n\n{USES_HELPER}",
    ),
    Found(
        "a helper in a block after",
        f"{_fence(USES_HELPER)}\n\n{_fence(HELPER)}",
        f"{HELPER}\n\n{USES_HELPER}",
    ),
    Found(
        "helpers of helpers, and an import",
        "\n\n".join(map(_fence, ("import math", TOP, HELPER, USES_TOP))),
        code=f"import math\n\n{TOP}\n\n{USES_TOP}",
    ),
    Found(
        "only a usage, after a helper",
        f"{_fence(HELPER)}\n\n{_fence('print(build(3))')}",
        code=f"{HELPER}\n\nprint(build(3))",
        call=None,
    ),
    Found("broken", _fence(BROKEN), code=BROKEN),
    Found("cut", f"Here:\n```python\n{BROKEN}", code=BROKEN, cut=True),
    Found("never closed", f"Here:\n```python\n{CODE}\n", cut=True),
    Found("a full one before a cut one", f"{_fence(CODE)}\n\nFaster:\n\n```python\n{BROKEN}", cut=True),
    Found("bare", CODE),
    Found("bare script", SCRIPT, code=SCRIPT, call=None),
    Found(
        "bare, with prose around",
        f"Here is the code:\n\n{CODE}\n\nThis returns the moves. For example, it works.",
    ),
    Found("bare, prose right after", f"{CODE}\nThis is all: a list of moves."),
    Found(
        "bare, with a guard and imports",
        f"Sure:\n\nimport sys\n\n{GUARDED}\n\nHope that helps!",
        code=f"import sys\n\n{GUARDED}",
    ),
    Found("indented", f"Here is the code:\n\n{_indented(CODE)}\nIt returns the moves."),
    Found("bare and broken", f"Here:\n\n{BROKEN}\n", code=BROKEN),
    Found("beside a block of output", f"{_fence('[[1, 0, 2]]', '')}\n\n{CODE}\n\nThat is all."),
)

NOT_FOUND = (
    "",
    "Sure",
    "I cannot write this program.",
    "I would import the list from a file, and define a function for each move.",
    "moves = [[1, 0, 2], [2, 0, 1], [1, 2, 1]]",
    "[[1, 0, 2], [2, 0, 1], [1, 2, 1]]",
    "```python\nmoves = [[1, 0, 2]]\n```",
    "```\n1\n2\n3\n```",
    "```\nFizz\nBuzz\n```",
    "```json\n[[1, 0, 2]]\n```",
    "```bash\npython solve.py\n```",
    "```javascript\nfunction solve() { return [[1, 0, 2]]; }\n```",
    "```python\n```",
    "<think>```python\ndef solve():\n    return []\n```",
    f"<think>{CODE}</think>\nI would rather not.",
)

"""Towers of disks on pegs in words: how the Hanoi family describes them, and how moves are read."""

import re
from array import array
from collections.abc import Iterable, Iterator

from tasks.contract.puzzle import Form, Row, Steps
from tasks.forms.moves import (
    ARROW,
    ARROWS,
    GAP,
    NEXT_STEP,
    Words,
    keyed,
    move_pair,
    pair,
    pair_then_thing,
    sentence,
    table,
    told_abroad,
    triple,
)
from tasks.forms.similar_lines import alike
from tasks.puzzles._pegs.towers import Board, Pegs


def cast(board: Board, size: int) -> str:
    """Name the pegs and disks in a sentence."""
    names = [board.name(peg) for peg in range(board.pegs)]
    pegs = f"called {', '.join(names)}" if board.letters else f"numbered {names[0]} to {names[-1]}"
    if board.disks:
        disks = f"numbered {', '.join(map(str, board.disks))} from the smallest to the largest"
    else:
        disks = f"numbered 1 (the smallest) to {size} (the largest)"
    return f"There are {board.pegs} pegs, {pegs}, and {size} disks of different sizes, {disks}."


RULES = (
    "- Move one disk at a time.\n"
    "- Only the top disk of a peg can be moved, and it goes on top of another peg.\n"
    "- A disk is never put on a smaller disk."
)


def answer_format(board: Board) -> str:
    """Say how the moves are to be written."""
    ends = '"from", "to"' if board.letters else "from, to"
    return (
        "Write the moves in order as one list of [disk, from peg, to peg]:\n"
        f"moves = [[disk, {ends}], [disk, {ends}], ...]"
    )


def code_format(board: Board) -> str:
    """Say what a program that answers must return."""
    types = "lists, the pegs as strings" if board.letters else "lists of integers"
    return (
        "Write a Python function `solve()` without arguments that returns the moves as a list of "
        f"[disk, from peg, to peg] {types}."
    )


def describe(board: Board, state: Pegs) -> str:
    """Describe one peg per line, bottom to top; long towers as a range."""
    return "\n".join(f"Peg {board.name(peg)}: {_stack_in_words(disks)}" for peg, disks in enumerate(state))


def _stack_in_words(disks: tuple[int, ...]) -> str:
    if not disks:
        return "empty"
    shown = ", ".join(map(str, disks))
    if len(disks) > 6 and disks == tuple(range(disks[0], disks[-1] - 1, -1)):
        shown = f"{disks[0]}, {disks[0] - 1}, ..., {disks[-1] + 1}, {disks[-1]}"
    return f"{shown} (bottom to top)" if len(disks) > 1 else shown


def written(board: Board, rows: Iterable[Row]) -> Iterator[str]:
    """Yield `moves = [[1, 0, 2], …]` on one line; letters are quoted."""
    names = {peg: f'"{letter}"' for peg, letter in enumerate(board.letters)}
    yield "moves = ["
    joint = ""
    for disk, source, target in rows:
        pegs = [names.get(peg, str(peg + board.base)) for peg in (source, target)]
        yield f"{joint}[{disk}, {pegs[0]}, {pegs[1]}]"
        joint = ", "
    yield "]"


# --- how moves are written in answers

_LETTER, _ROLE = 1000, 2000
_PLACES = {"left": 0, "middle": 1, "center": 1, "centre": 1, "right": 2}
_ROLES = {
    "source": 0,
    "start": 0,
    "auxiliary": 1,
    "aux": 1,
    "spare": 1,
    "helper": 1,
    "destination": 2,
    "target": 2,
}


def _peg(text: str) -> int:
    """Encode a peg as written: its number, `_LETTER` + index or `_ROLE` + role, which `settle` resolves."""
    if text.isdecimal():
        return int(text)
    word = text.lower()
    if word in _ROLES:
        return _ROLE + _ROLES[word]
    return _LETTER + (_PLACES[word] if word in _PLACES else ord(word) - ord("a"))


def settle(board: Board, steps: Steps) -> Steps:
    """Convert pegs named by letter or role, or counted from the other base, to peg indices."""
    sources, targets = steps.values[1::3], steps.values[2::3]
    used = {*sources, *targets}
    named = max(used) >= _LETTER
    numbers = {peg for peg in used if peg < _LETTER} if named else used
    shift = board.base
    if numbers and not numbers <= set(range(board.base, board.base + board.pegs)):
        other = 1 - board.base
        shift = other if numbers <= set(range(other, other + board.pegs)) else board.base
    if shift == 0 and not named:
        return steps
    index_of = {peg: peg - shift for peg in numbers}
    if named:
        given = _letters(board, used) | _roles(board)
        index_of |= {peg: given.get(peg, peg) for peg in used - numbers}
    values = steps.values[:]
    values[1::3] = array("q", map(index_of.__getitem__, sources))
    values[2::3] = array("q", map(index_of.__getitem__, targets))
    return Steps(values, 3)


def _letters(board: Board, used: set[int]) -> dict[int, int]:
    if board.letters:
        return {_peg(letter): peg for peg, letter in enumerate(board.letters)}
    # Letters other than A, B, C … (say X, Y, Z) stand for the pegs in alphabetical order.
    letters = sorted(peg for peg in used if _LETTER <= peg < _ROLE)
    from_a = not letters or letters[-1] < _LETTER + board.pegs
    return {peg: peg - _LETTER if from_a else at for at, peg in enumerate(letters)}


def _roles(board: Board) -> dict[int, int]:
    if board.source is None or board.target is None:
        return {}
    spares = sorted(set(range(board.pegs)) - {board.source, board.target})
    return {_ROLE: board.source, _ROLE + 1: spares[0], _ROLE + 2: board.target}


_DIGITS = re.compile(r"\d+")
_INNER = re.compile(r"\[([\d, ]*)\]")
_DRAWN_PEGS = r"\[[\d, ]{0,90}\]\s{0,4}"
_DRAWN_MORE = rf"(?:,\s{{0,4}}{_DRAWN_PEGS}){{2,3}}\]"
_DRAWN = re.compile(rf"\[\s{{0,4}}{_DRAWN_PEGS}{_DRAWN_MORE}")
_DRAWN_TIGHT = re.compile(rf"\[{_DRAWN_PEGS}{_DRAWN_MORE}")
_STACK = re.compile(r":[*_ \t]{0,3}\[([\d, ]{0,90})\][ \t]{0,9}$", re.MULTILINE)
_NAMED = re.compile(r"[ \t>*_-]{0,9}(?i:peg|rod|tower|pole)[ \t]{0,2}(?:\d|[A-D])[*_ \t]{0,3}\Z")


def drawings(pegs: int, text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of pegs drawn as descending lists: `[[3, 2, 1], [], []]`, `- Peg 0: [3, 2, 1]`."""
    if "[" not in text:
        return
    if "[[" in text or "[ [" in text:
        # Without blanks between brackets, as in most lists, the search is much faster.
        spaced = "[ " in text or "[\n" in text
        for match in (_DRAWN if spaced else _DRAWN_TIGHT).finditer(text):
            drawn = _INNER.findall(match[0])
            if len(drawn) == pegs and all(map(_falling, drawn)):
                yield match.span()
    if "eg " in text:
        for match in _STACK.finditer(text):
            line = text.rfind("\n", 0, match.start()) + 1
            if _falling(match[1]) and _NAMED.match(text[line : match.start()][:40]):
                yield match.span()


def _falling(drawn: str) -> bool:
    disks = [int(disk) for disk in _DIGITS.findall(drawn)]
    return disks == sorted(set(disks), reverse=True)


_WORDS = Words(
    thing=r"\d{1,9}",
    read_thing=int,
    nouns=("dis[kc]", "ring", "plate"),
    place=r"\d{1,3}|[A-Za-z]\b",
    place_word=(
        r"(?:\d{1,3}|(?:[A-Z]|left|middle|cent(?:er|re)|right|source|start|auxiliary|aux|spare|helper|"
        r"destination|target)\b)"
    ),
    read_place=_peg,
    place_nouns="peg|rod|tower|pole|stack|post|rack|column",
)
_PLACE = rf"(?:the\s{{1,2}})?(?:(?:{_WORDS.place_nouns})s?)?{GAP}#?({_WORDS.place_word})"
_ARROWS = Form(
    "arrow",
    step=(
        rf"(?i:(?<![\w.])(?:(?:dis[kc]|ring|plate){GAP})?(\d{{1,9}})"
        # Without a separator after the disk, a running number must precede it: `17: 1 0->2`.
        rf"(?:{GAP}[:,|](?:\\[,;!:])?{GAP}|(?:(?<=[.:)] \d)|(?<=[.:)] \d\d)) )"
        rf"{_PLACE}{GAP}{ARROW}{GAP}{_PLACE})"
    ),
    joint=NEXT_STEP,
    columns=(int, _peg, _peg),
    needs=ARROWS,
)
_CELL = r"(?:,[0-9 ]{0,99}+)"
# With more columns than pegs, one must be a tower or empty; otherwise it could be any list of numbers.
_TOWER_OR_NONE = r"[^\n]{0,900}?(?:, ?,|[0-9] [0-9])"
_TRACKED = Form(
    "tracked",
    step=(
        r"^(?=[0-9, \t]{7})[ \t]{0,9}+([0-9]{1,9}+),[ \t]?([0-9]{1,3}+),[ \t]?([0-9]{1,3}+)"
        rf"{_CELL}{_CELL}(?>(?:{_CELL}(?>(?:{_CELL}(?>(?:{_CELL}(?>(?:(?={_TOWER_OR_NONE}){_CELL}{{1,56}})?))?))?))?)[ \t]{{0,9}}+$"
    ),
    joint=r"\r?\n",
    columns=(None, _peg, _peg),
    number=0,
    flags=re.MULTILINE,
    implied=1,
    needs=(",",),
)
_ROW = Form(
    "row",
    step=(
        rf"^[ \t]{{0,9}}(\d{{1,9}})[ \t]{{0,3}}[,;\t][ \t]{{0,3}}({_WORDS.place})"
        rf"[ \t]{{0,3}}[,;\t][ \t]{{0,3}}({_WORDS.place})[ \t]{{0,9}}[,;]?$"
    ),
    joint=r"\r?\n",
    columns=(int, _peg, _peg),
    flags=re.MULTILINE,
    needs=(",", ";", "\t"),
)

FORMS = (
    triple(_WORDS),
    _TRACKED,
    _ROW,
    sentence(_WORDS),
    told_abroad(_WORDS),
    _ARROWS,
    table(_WORDS),
    pair_then_thing(_WORDS),
    pair(_WORDS),
    move_pair(_WORDS),
    keyed(_WORDS),
    alike(
        r"\d{1,9}|(?<![A-Za-z\u00c0-\u024f])[A-Z](?![A-Za-z\u00c0-\u024f\d'\u2019])|\b(?:left|middle|cent(?:er|re)|right)\b",
        thing=r"\d{1,9}",
        place=r"\d{1,3}|[A-Z]|[a-z]{4,6}",
        readers=(int, _peg),
    ),
)
"""Triples, rows, sentences, arrows, tables, pairs and objects, for every board."""

"""Towers of disks on pegs in words: how the Hanoi family describes them, and how moves are read."""

import re
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from tasks.contract.puzzle import ANY, Form, Row, Steps
from tasks.forms import names
from tasks.forms.labels import UNKNOWN, Labels
from tasks.forms.moves import (
    ABROAD_NOUNS,
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
    thing_first,
    told_abroad,
    triple,
)
from tasks.forms.similar_lines import alike
from tasks.puzzles._pegs.towers import MOST_PEGS, Board, Pegs


def cast(board: Board, size: int) -> str:
    """Name the pegs and disks in a sentence."""
    called = [board.name(peg) for peg in range(board.pegs)]
    named = board.letters or board.peg_names
    pegs = f"called {', '.join(called)}" if named else f"numbered {called[0]} to {called[-1]}"
    if board.disk_names:
        disks = f"called {', '.join(board.disk_names)}, from the smallest to the largest"
    elif board.disks:
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
    ends = '"from", "to"' if board.quoted else "from, to"
    disk = '"disk"' if _texts(board.disk_names) else "disk"
    return (
        "Write the moves in order as one list of [disk, from peg, to peg]:\n"
        f"moves = [[{disk}, {ends}], [{disk}, {ends}], ...]"
    )


def code_format(board: Board) -> str:
    """Say what a program that answers must return."""
    types = "lists, the pegs as strings" if board.quoted else "lists of integers"
    if _texts(board.disk_names):
        types = f"lists, the disks {'and pegs ' if board.quoted else ''}as strings"
    return (
        "Write a Python function `solve()` without arguments that returns the moves as a list of "
        f"[disk, from peg, to peg] {types}."
    )


def describe(board: Board, state: Pegs) -> str:
    """Describe one peg per line, bottom to top; long towers as a range."""
    stacks = (_stack_in_words(board, disks) for disks in state)
    return "\n".join(f"Peg {board.name(peg)}: {stack}" for peg, stack in enumerate(stacks))


def _stack_in_words(board: Board, disks: tuple[int, ...]) -> str:
    if not disks:
        return "empty"
    shown = ", ".join(map(board.disk_name, disks))
    if len(disks) > 6 and not board.disk_names and disks == tuple(range(disks[0], disks[-1] - 1, -1)):
        shown = f"{disks[0]}, {disks[0] - 1}, ..., {disks[-1] + 1}, {disks[-1]}"
    return f"{shown} (bottom to top)" if len(disks) > 1 else shown


def written(board: Board, rows: Iterable[Row]) -> Iterator[str]:
    """Yield `moves = [[1, 0, 2], …]` on one line; letters and words are quoted."""
    quote = '"' if board.quoted else ""
    called = {peg: f"{quote}{board.name(peg)}{quote}" for peg in range(board.pegs)}
    mark = '"' if _texts(board.disk_names) else ""
    yield "moves = ["
    joint = ""
    for disk, source, target in rows:
        pegs = [called.get(peg, str(peg + board.base)) for peg in (source, target)]
        yield f"{joint}[{mark}{board.disk_name(disk)}{mark}, {pegs[0]}, {pegs[1]}]"
        joint = ", "
    yield "]"


def _texts(names: tuple[str, ...]) -> bool:
    return not all(map(str.isdecimal, names))


# --- how moves are written in answers

_LETTER, _ROLE = 1000, 2000
PEG_NAME, DISK_NAME = 5000, 1_900_000_000
"""What is read for the first of the names that an instance brings with it; `settle` resolves those of pegs."""
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


_SIZE, _NTH_SMALLEST, _NTH_LARGEST, _OTHER = (2_000_000_000 + part * 100_000 for part in range(4))
_SIDE, _NTH = 3000, 4000


def _named_peg(text: str) -> int:
    """Encode a peg by its name in any language; as `_peg` otherwise."""
    if text.isdecimal() or (len(text) == 1 and text.isascii()):
        return _peg(text)
    side, role, number = names.named(names.PLACES, text), names.named(names.ROLES, text), names.ordinal(text)
    if side is not None:
        return _SIDE + side
    if role is not None or number is None:
        return _ROLE + (9 if role is None else role)
    # The first peg is the first one, even where pegs are counted from 0.
    return number if text.lower() in names.CARDINALS else _NTH + number - 1


def _named_disk(text: str) -> int:
    """Encode a disk by its number or size; other names as numbers that `settle` leaves to the rules."""
    if text.isdecimal():
        return int(text)
    nth, size = names.from_end(text), names.named(names.SIZES, text)
    if nth is not None:
        return (_NTH_SMALLEST if nth[1] else _NTH_LARGEST) + nth[0]
    if size is not None:
        return _SIZE + size
    return names.ordinal(text) or _OTHER + sum(
        ord(char) << 7 * at for at, char in enumerate(text[:4].upper())
    )


def _disk_of(board: Board, size: int, code: int) -> int:
    """Return the disk that a code stands for; below `ANY` where its name alone does not tell."""
    if code < _SIZE:
        return code
    rank = {_SIZE: 1, _SIZE + 1: 2 if size == 3 else 0, _SIZE + 2: size}.get(code, 0)
    if _NTH_SMALLEST <= code < _NTH_LARGEST:
        rank = code - _NTH_SMALLEST
    elif _NTH_LARGEST <= code < _OTHER:
        rank = size + 1 - (code - _NTH_LARGEST)
    return board.disk(rank) if 1 <= rank <= size else ANY - 1 - (code - _SIZE)


def settle(board: Board, size: int, steps: Steps) -> Steps:
    """Convert pegs named by letter or role, or counted from the other base, to peg indices, and disks so too."""
    steps = _with_disks(board, size, steps)
    sources, targets = steps.values[1::3], steps.values[2::3]
    used = {*sources, *targets} - {ANY}
    if not used:
        return steps
    named = max(used) >= _LETTER
    numbers = {peg for peg in used if peg < _LETTER} if named else used
    shift = board.base
    if numbers and not numbers <= set(range(board.base, board.base + board.pegs)):
        other = 1 - board.base
        shift = other if numbers <= set(range(other, other + board.pegs)) else board.base
    if shift == 0 and not named:
        return steps
    index_of = {peg: peg - shift for peg in numbers} | {ANY: ANY}
    if named:
        given = _letters(board, used) | _roles(board) | {_NTH + at: at for at in range(board.pegs)}
        given |= {_SIDE + at: at for at in range(3) if board.pegs == 3}
        given |= {PEG_NAME + at: at for at in range(board.pegs)}
        index_of |= {peg: given.get(peg, peg) for peg in used - numbers}
    values = steps.values[:]
    values[1::3] = array("q", map(index_of.__getitem__, sources))
    values[2::3] = array("q", map(index_of.__getitem__, targets))
    return Steps(values, 3)


def _with_disks(board: Board, size: int, steps: Steps) -> Steps:
    """The steps with the disks that are named by their size."""
    disks = steps.values[::3]
    if not disks or max(disks) < _SIZE:
        return steps
    known = set(disks)
    # Beside a tiny or a huge disk it is open which one is called small or large.
    open_ = any(code >= _OTHER for code in known)
    disk_of = {code: _disk_of(board, size, code) for code in known}
    if open_:
        disk_of |= {code: ANY - 1 - (code - _SIZE) for code in known if _SIZE <= code < _NTH_SMALLEST}
    values = steps.values[:]
    values[::3] = array("q", map(disk_of.__getitem__, disks))
    return Steps(values, 3)


_INITIALS = ("LCR", "LMR", "GMD", "GCD", "IMD", "ICD", "SCD", "EMD", "ECD", "LMP")
"""Initials of left, middle and right that do not stand in the order of the alphabet, in several languages."""
_INITIALS_OF_ROLES = ("SAT", "SAD", "SHT", "SHD", "SBT", "STD", "SMT", "SMD", "SID")
"""Initials of the peg that the tower leaves, the spare one, and the one that it goes to."""


def _letters(board: Board, used: set[int]) -> dict[int, int]:
    if board.letters:
        return {_peg(letter): peg for peg, letter in enumerate(board.letters)}
    letters = sorted(peg for peg in used if _LETTER <= peg < _ROLE)
    from_a = not letters or letters[-1] < _LETTER + board.pegs
    if not from_a and board.pegs == 3 and len(letters) == 3:
        spelt = "".join(sorted(chr(peg - _LETTER + ord("A")) for peg in letters))
        for initials in _INITIALS:
            if spelt == "".join(sorted(initials)):
                return {_peg(letter): at for at, letter in enumerate(initials)}
        for initials in _INITIALS_OF_ROLES:
            if spelt == "".join(sorted(initials)) and board.source is not None:
                return {_peg(letter): _roles(board)[_ROLE + at] for at, letter in enumerate(initials)}
    # Letters other than A, B, C … (say X, Y, Z) stand for the pegs in alphabetical order.
    return {peg: peg - _LETTER if from_a else at for at, peg in enumerate(letters)}


def _roles(board: Board) -> dict[int, int]:
    if board.source is None or board.target is None:
        return {}
    spares = sorted(set(range(board.pegs)) - {board.source, board.target})
    return {_ROLE: board.source, _ROLE + 1: spares[0], _ROLE + 2: board.target}


_CALL = re.compile(
    r"(?i:(?<![^\W_])(?:hanoi|solve|toh|(?:move_?)?towers?|transfer)\w{0,16})[ \t]?\([^()\n]{0,60}\)"
)
_DIGITS = re.compile(r"\d+")
_INNER = re.compile(r"\[([\d, ]*)\]")
_DRAWN_PEGS = r"\[[\d, ]{0,90}\]\s{0,4}"
_DRAWN_MORE = rf"(?:,\s{{0,4}}{_DRAWN_PEGS}){{2,{MOST_PEGS - 1}}}\]"
_DRAWN = re.compile(rf"\[\s{{0,4}}{_DRAWN_PEGS}{_DRAWN_MORE}")
_DRAWN_TIGHT = re.compile(rf"\[{_DRAWN_PEGS}{_DRAWN_MORE}")
_STACK = re.compile(r":[*_ \t]{0,3}\[([\d, ]{0,90})\][ \t]{0,9}$", re.MULTILINE)
_NAMED = re.compile(r"[ \t>*_-]{0,9}(?i:peg|rod|tower|pole)[ \t]{0,2}(?:\d|[A-D])[*_ \t]{0,3}\Z")


def drawings(pegs: int, text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of pegs drawn as descending lists: `[[3, 2, 1], [], []]`, `- Peg 0: [3, 2, 1]`.

    And those of calls that would move a tower: `hanoi(7, 0, 1)`.
    """
    if "(" in text:
        yield from (call.span() for call in _CALL.finditer(text))
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


def _arrows(words: Words) -> Form:
    """Return the form `1: 0 -> 2`, `17: 1 0->2`."""
    place = rf"(?:the\s{{1,2}})?(?:(?:{words.place_nouns})s?)?{GAP}#?({words.place_word})"
    return Form(
        "arrow",
        step=(
            rf"(?i:(?<![\w.])(?:(?:dis[kc]|ring|plate){GAP})?({words.thing})"
            # Without a separator after the disk, a running number must precede it: `17: 1 0->2`.
            rf"(?:{GAP}[:,|](?:\\[,;!:])?{GAP}|(?:(?<=[.:)] \d)|(?<=[.:)] \d\d)) )"
            rf"{place}{GAP}{ARROW}{GAP}{place})"
        ),
        joint=NEXT_STEP,
        columns=(words.read_thing, words.read_place, words.read_place),
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


def _row(words: Words) -> Form:
    """Return the form `1, 0, 2`: a line with nothing else."""
    return Form(
        "row",
        step=(
            rf"^[ \t]{{0,9}}({words.thing})[ \t]{{0,3}}[,;\t][ \t]{{0,3}}({words.place})"
            rf"[ \t]{{0,3}}[,;\t][ \t]{{0,3}}({words.place})[ \t]{{0,9}}[,;]?$"
        ),
        joint=r"\r?\n",
        columns=(words.read_thing, words.read_place, words.read_place),
        flags=re.MULTILINE,
        needs=(",", ";", "\t"),
    )


_UNRANKED = (
    r"(?i:(?<![^\W\d_])(?:tiny|tiniest|huge|giant|enormous|massive|mini|extra[ -]large|xl|xs)(?![^\W\d_]))"
)
_NOUN_BEHIND = rf"(?=[ \t]{{1,2}}(?i:{_WORDS.place_nouns}|dis[kc]|ring|{ABROAD_NOUNS})\w{{0,3}}\b)"
_NOUN_BEFORE = "|".join(
    rf"(?<={noun} )" for noun in ("disk", "disc", "ring", "peg", "rod", "pole", "tower", "post")
)
_NUMBER_WORD = rf"(?:{names.NUMBER_WORD}{_NOUN_BEHIND}|(?:{_NOUN_BEFORE}){names.NUMBER_WORD})"
_DISK_WORD = rf"{names.FROM_END}|{names.pattern((names.SIZES,))}|{_UNRANKED}|{names.NUMBER_WORD}"
_PEG_WORD = rf"{names.pattern((names.PLACES, names.ROLES))}|{names.NUMBER_WORD}"
_ANY_NAME = (
    rf"{names.FROM_END}|"
    r"\d{1,9}|(?<![A-Za-z\u00c0-\u024f])[A-Z](?![A-Za-z\u00c0-\u024f\d'\u2019])|"
    r"(?<![A-Za-z])[A-D](?=[A-D](?![A-Za-z\d]))|(?<=[A-D])(?<![A-Za-z][A-D])[A-D](?![A-Za-z\d])|"
    rf"{names.pattern((names.SIZES, names.PLACES, names.ROLES))}|{_UNRANKED}|{_NUMBER_WORD}"
)

FORMS = (
    triple(_WORDS),
    _TRACKED,
    _row(_WORDS),
    sentence(_WORDS),
    told_abroad(_WORDS),
    _arrows(_WORDS),
    table(_WORDS),
    pair_then_thing(_WORDS),
    pair(_WORDS),
    move_pair(_WORDS),
    keyed(_WORDS),
    alike(
        _ANY_NAME,
        thing=rf"\d{{1,9}}|[A-Z]|{_DISK_WORD}",
        place=rf"\d{{1,3}}|[A-Z]|{_PEG_WORD}",
        readers=(_named_disk, _named_peg),
    ),
)
"""Triples, rows, sentences, arrows, tables, pairs and objects, for every board without names of its own."""


# --- names that an instance brings with it


@dataclass(frozen=True, slots=True)
class _Either:
    """Reads a given name, or what another reader makes of it."""

    labels: Labels
    other: Callable[[str], int]

    def __call__(self, text: str) -> int:
        found = self.labels(text)
        return self.other(text) if found == UNKNOWN and _USUAL.fullmatch(text) else found


_USUAL = re.compile(
    r"\d{1,9}|[A-Za-z]|(?i:left|middle|cent(?:er|re)|right|source|start|aux\w*|spare|helper|destination|target)"
)


@lru_cache(maxsize=64)
def forms_of(peg_names: tuple[str, ...], disk_names: tuple[str, ...]) -> tuple[Form, ...]:
    """Return the forms of a board with these names; `FORMS` where they are numbers."""
    if not _texts(peg_names):
        peg_names = ()
    if not _texts(disk_names):
        disk_names = ()
    if not peg_names and not disk_names:
        return FORMS
    words = _WORDS
    if disk_names:
        disks = Labels(disk_names, DISK_NAME)
        words = replace(words, thing=rf"(?:{disks.pattern}|\d{{1,9}})", read_thing=_Either(disks, int))
    if peg_names:
        pegs = Labels(peg_names, PEG_NAME)
        place, place_word = (rf"(?:{pegs.pattern}|{usual})" for usual in (words.place, words.place_word))
        words = replace(words, place=place, place_word=place_word, read_place=_Either(pegs, _peg))
    found = dict.fromkeys((words.thing, words.place, r"\d{1,9}"))
    return (
        triple(words),
        _row(words),
        sentence(words, noun_after=True),
        thing_first(words),
        _arrows(words),
        table(words),
        pair_then_thing(words),
        pair(words),
        move_pair(words),
        keyed(words),
        alike(
            "|".join(found),
            thing=words.thing,
            place=words.place,
            readers=(words.read_thing, words.read_place),
        ),
    )


def settle_names(board: Board, steps: Steps) -> Steps:
    """Convert disks to ranks, and pegs named by numbers of any kind to indices; `settle` does the rest."""
    pegs = {} if board.quoted else {int(name): at for at, name in enumerate(board.peg_names)}
    used = {*steps.values[1::3], *steps.values[2::3]} - {ANY}
    if not board.disk_names and not used & set(pegs):
        return steps
    values = steps.values[:]
    if board.disk_names:
        rank_of = _ranks(board.disk_names, set(values[::3]))
        values[::3] = array("q", map(rank_of.__getitem__, values[::3]))
    if used & set(pegs):
        index_of = {peg: pegs.get(peg, _NO_PEG if peg < _LETTER else peg) for peg in used} | {ANY: ANY}
        for column in (1, 2):
            values[column::3] = array("q", map(index_of.__getitem__, values[column::3]))
    return Steps(values, 3)


_NO_PEG = _LETTER - 1


def _ranks(disk_names: tuple[str, ...], used: set[int]) -> dict[int, int]:
    """Return the rank of each disk as it was read; what is none stays no disk."""
    if _texts(disk_names):
        return {
            disk: disk - DISK_NAME + 1 if DISK_NAME <= disk < DISK_NAME + len(disk_names) else disk
            for disk in used
        }
    ranks = {int(name): rank for rank, name in enumerate(disk_names, start=1)}
    return {disk: ranks.get(disk, disk if disk == ANY or disk >= _SIZE else UNKNOWN) for disk in used}

"""Blocks: their names, and how their moves are read."""

from dataclasses import dataclass
from itertools import islice
from random import Random

from tasks.contract.draws import shuffled
from tasks.contract.puzzle import ANY
from tasks.forms import names
from tasks.forms.moves import Words, keyed, pair, row, sentence, table, thing_first, triple
from tasks.forms.similar_lines import alike


@dataclass(frozen=True, slots=True)
class Labels:
    """Block names: A … Z, AA, AB …; or those with these codes, each the index of a label in that order."""

    codes: tuple[int, ...] = ()

    def of(self, block: int) -> str:
        """Return the name of this block; a number that is not a block gets a name that no block has."""
        if not self.codes:
            return _spelt(block)
        return _spelt(self.codes[block] if 0 <= block < len(self.codes) else _THREE_LETTERS + block)

    def block(self, code: int) -> int:
        """Return the block whose label has this code."""
        if not self.codes:
            return code
        return self.codes.index(code) if code in self.codes else _THREE_LETTERS + code


PLAIN = Labels()
_THREE_LETTERS = 26 + 26**2
"""The code of AAA."""
_WORDS = (
    "AD AH AM AN AS AT BE BY DO GO HE HI IF IN IS IT LA MA ME MY NO OF OH OK ON OR OX PA RE SO TO UP US WE"
)


def drawn_labels(puzzle: str, seed: int, size: int) -> Labels:
    """Return random pairs of letters that are not words; a seed gives the same ones at every size."""
    codes = shuffled(Random(f"{puzzle}/names/seed={seed}"), range(26, _THREE_LETTERS))
    return Labels(tuple(islice((code for code in codes if _spelt(code) not in _WORDS), size)))


def _spelt(code: int) -> str:
    letters = ""
    code += 1
    while code > 0:
        code, letter = divmod(code - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def _code(text: str) -> int:
    code = 0
    for letter in text:
        code = 26 * code + ord(letter) - ord("A") + 1
    return code - 1


_BLOCKS = Words(
    thing=r"(?-i:[A-Z](?<![\w.].)[A-Z]{0,2}\b)",
    read_thing=_code,
    nouns=("block", "box", "cube"),
    place=r"\d{1,9}",
    place_word=r"\d{1,9}",
    read_place=int,
    place_nouns="stack|pile|column|tower|position|place",
    out_of="from|at|in|on|off|:",
)

_SIDE, _NTH = 3000, 4000
"""Codes of stacks that are told by where they are, or by which one it is."""
_PLACE_WORD = rf"{names.pattern((names.PLACES,))}|{names.NUMBER_WORD}"
_NOUN = r"(?=[ \t]{1,2}(?i:stack|pile|column|tower|position|stapel|pila|pile|pilha|colonne|coluna|columna|стопк|стек))"


def _stack(text: str) -> int:
    """Encode a stack by its number, its side or which one it is; `settled` tells what it stands for."""
    if text.isdecimal():
        return int(text)
    side, number = names.named(names.PLACES, text), names.ordinal(text)
    if side is not None or number is None:
        return _SIDE + (9 if side is None else side)
    return number if text.lower() in names.CARDINALS else _NTH + number - 1


def stack_of(code: int, shift: int) -> int:
    """Return the number, from 0, of a stack as it was encoded, where numbers are counted from `shift`."""
    if code == ANY:
        return code
    if code >= _SIDE:
        return code - (_NTH if code >= _NTH else _SIDE)
    return code - shift


FORMS = (
    triple(_BLOCKS),
    row(_BLOCKS),
    sentence(_BLOCKS),
    thing_first(_BLOCKS),
    table(_BLOCKS),
    keyed(_BLOCKS),
    pair(_BLOCKS),
    alike(
        rf"\d{{1,9}}|(?:(?<![^\W_])[A-Z]{{1,3}}|(?<=[a-z])[A-Z])(?![^\W_]|['\u2019])|(?:{_PLACE_WORD}){_NOUN}",
        thing="[A-Z]{1,3}",
        place=rf"\d{{1,9}}|{_PLACE_WORD}",
        readers=(_code, _stack),
    ),
)
"""Triples, rows, sentences, tables, objects, pairs, similar lines."""

"""Checkers of two colours: their names, and how their moves are read."""

from dataclasses import dataclass
from functools import cache
from random import Random

from tasks.contract.draws import pick
from tasks.contract.puzzle import Form
from tasks.forms.moves import Words, keyed, pair, row, sentence, table, thing_first, triple
from tasks.forms.similar_lines import alike

Colours = tuple[str, str]
"""The colour that moves right and the one that moves left. Their initials differ."""

PLAIN: Colours = ("red", "blue")
_OTHERS: tuple[Colours, ...] = (
    ("green", "yellow"),
    ("white", "purple"),
    ("orange", "silver"),
    ("yellow", "black"),
    ("pink", "green"),
)


def drawn_colours(puzzle: str, seed: int) -> Colours:
    """Return colours other than red and blue; a seed gives the same ones at every size."""
    return pick(Random(f"{puzzle}/names/seed={seed}"), _OTHERS)


def initials(colours: Colours) -> tuple[str, str]:
    """Return the letters that stand for the colours in lists."""
    return colours[0][0].upper(), colours[1][0].upper()


@dataclass(frozen=True, slots=True)
class _Colour:
    """Reads a colour by its initial."""

    initials: tuple[str, str]

    def __call__(self, text: str) -> int:
        return self.initials.index(text[0].upper())


@cache
def forms(colours: Colours) -> tuple[Form, ...]:
    """Return triples, rows, sentences, tables, objects, pairs, similar lines."""
    letters = "".join(initials(colours))
    rests = "|".join(rest for colour in colours for rest in (colour[1:], colour[1:].upper()))
    words = Words(
        thing=rf"[{letters}{letters.lower()}](?<!\w.)(?:{rests})?\b",
        read_thing=_Colour(initials(colours)),
        nouns=("checker", "piece", "token", "counter", "colou?r"),
        place=r"\d{1,9}",
        place_word=r"\d{1,9}",
        read_place=int,
        place_nouns="position|pos|cell|square|index|spot|space|slot|place",
        verbs=("move", "slide", "jump", "hop"),
        out_of="from|at|in|on|:",
    )
    return (
        triple(words),
        row(words),
        sentence(words, noun_after=True),
        thing_first(words),
        table(words),
        keyed(words),
        pair(words),
        alike(
            rf"{words.thing}|(?<=[a-z])[{letters}](?![^\W_])|(?<!\w)[{letters}](?=\d)|\d{{1,9}}",
            thing=words.thing,
            place=words.place,
            readers=(words.read_thing, words.read_place),
        ),
    )

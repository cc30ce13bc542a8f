"""Checkers of two colours: their names, and how their moves are read."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from random import Random

from tasks.contract.draws import pick
from tasks.contract.puzzle import Form
from tasks.forms.labels import Labels
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

    initials: tuple[str, ...]

    def __call__(self, text: str) -> int:
        return self.initials.index(text[0].upper())


@cache
def forms(colours: Colours) -> tuple[Form, ...]:
    """Return triples, rows, sentences, tables, objects, pairs, similar lines."""
    return _forms_by_initials(colours)


@lru_cache(maxsize=64)
def forms_of(names: tuple[str, ...]) -> tuple[Form, ...]:
    """Return the same for checkers with these names."""
    firsts = {name[0].upper() for name in names}
    if len(firsts) == len(names) and all(name.isascii() and name.isalpha() for name in names):
        return _forms_by_initials(_AS_COLOURS.get(names, names))
    labels = Labels(names)
    return _forms(labels.pattern, labels.pattern, labels)


_AS_COLOURS: dict[tuple[str, ...], Colours] = {
    names: colours
    for pair in (PLAIN, ("white", "black"))
    for names, colours in (
        (initials(pair), pair),
        (initials(pair)[::-1], pair[::-1]),
    )
}
"""What single letters may be short for."""


def _forms_by_initials(colours: tuple[str, ...]) -> tuple[Form, ...]:
    capitals = tuple(colour[0].upper() for colour in colours)
    letters = "".join(capitals)
    rests = "|".join(
        rest for colour in colours if len(colour) > 1 for rest in (colour[1:], colour[1:].upper())
    )
    thing = rf"[{letters}{letters.lower()}](?<!\w.)(?:{rests})?\b"
    alone = rf"{thing}|(?<=[a-z])[{letters}](?![^\W_])|(?<!\w)[{letters}](?=\d)"
    return _forms(thing, alone, _Colour(capitals))


def _forms(thing: str, alone: str, read: Callable[[str], int]) -> tuple[Form, ...]:
    words = Words(
        thing=thing,
        read_thing=read,
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
            rf"{alone}|\d{{1,9}}",
            thing=words.thing,
            place=words.place,
            readers=(words.read_thing, words.read_place),
        ),
    )

"""The form of steps that are alike: in words or signs that no other form knows, each written like the last."""

from collections.abc import Callable
from dataclasses import dataclass

from tasks.contract.puzzle import Form


@dataclass(frozen=True, slots=True)
class Slot:
    """One column of a step: how what it holds is named, and what tells it from the others."""

    name: str
    """A pattern of all its names."""
    read: Callable[[str], int]
    role: str
    """`thing`, `from`, `to` or another; words before a name tell these three apart in many languages."""


@dataclass(frozen=True, slots=True)
class Alike(Form):
    """The form of steps that are alike; comparing them shows what their parts mean."""

    name_of: str = ""
    """A pattern that finds every thing, place or number in a text."""
    slots: tuple[Slot, ...] = ()
    nouns: str = ""
    """Nouns for a thing, as a pattern."""

    @property
    def width(self) -> int:
        """A number for each slot."""
        return len(self.slots)


THINGS = (
    r"dis[kck]s?|discs?|rings?|plates?|blocks?|box(?:es)?|cubes?|checkers?|pieces?|tokens?|counters?|colou?rs?|"
    r"scheiben?|ringe?|steine?|klotz|kl[oö]tze|disques?|anneaux?|blocs?|pions?|discos?|anillos?|bloques?|fichas?|"
    r"disch[io]|blocc[oh]i?|pedin[ae]|blocos?|pe[cç]as?|schij(?:f|ven)|blok(?:ken|je)?|диск\w{0,3}|кольц\w{1,3}|"
    r"блок\w{0,3}|shajba|skiv[ao]n?|skiver?|kiekko\w{0,2}|kr[aą][zż]ek|kr[aą][zż]k\w{1,2}|dysk\w{0,3}|盘子?|圆盘|円盤|디스크|원판"
)
"""Nouns for a thing that is moved."""


def alike(
    name_of: str,
    thing: str,
    place: str,
    readers: tuple[Callable[[str], int], Callable[[str], int]],
    nouns: str = THINGS,
) -> Alike:
    """Return the form of steps with such names for things and places; patterns are bounded, group-free."""
    places = (Slot(place, readers[1], role) for role in ("from", "to"))
    return alike_in(name_of, (Slot(thing, readers[0], "thing"), *places), nouns)


def alike_in(name_of: str, slots: tuple[Slot, ...], nouns: str = THINGS) -> Alike:
    """Return the form of steps with other slots than a thing and two places."""
    return Alike("alike", r"\S(?:[^\n]*\S)?", r"\s{1,30}", (), name_of=name_of, slots=slots, nouns=nouns)

"""The form of similar lines: moves in words or signs that no other form knows, each written like the one before."""

from collections.abc import Callable
from dataclasses import dataclass

from tasks.contract.puzzle import Form


@dataclass(frozen=True, slots=True)
class Alike(Form):
    """The form of lines alike; `step` is any line, and what stands in it is told by the others."""

    name_of: str = ""
    """Of a thing, a place or a number: every one of them in a line."""
    thing: str = ""
    read_thing: Callable[[str], int] = int
    place: str = ""
    read_place: Callable[[str], int] = int

    @property
    def width(self) -> int:
        """A thing, and two places."""
        return 3


def alike(
    name_of: str, thing: str, place: str, readers: tuple[Callable[[str], int], Callable[[str], int]]
) -> Alike:
    """Lines in which things and places are called so; the patterns are without groups, and bounded."""
    return Alike(
        "alike", r"\S(?:[^\n]*\S)?", r"\s{1,30}", (),
        name_of=name_of, thing=thing, read_thing=readers[0], place=place, read_place=readers[1],
    )  # fmt: skip

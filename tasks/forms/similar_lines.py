"""The form of similar lines: moves in words or signs that no other form knows, each written like the last."""

from collections.abc import Callable
from dataclasses import dataclass

from tasks.contract.puzzle import Form


@dataclass(frozen=True, slots=True)
class Alike(Form):
    """The form of similar lines: `step` matches any line; comparing lines shows what its parts mean."""

    name_of: str = ""
    """A pattern that finds every thing, place or number in a line."""
    thing: str = ""
    read_thing: Callable[[str], int] = int
    place: str = ""
    read_place: Callable[[str], int] = int

    @property
    def width(self) -> int:
        """A thing and two places."""
        return 3


def alike(
    name_of: str, thing: str, place: str, readers: tuple[Callable[[str], int], Callable[[str], int]]
) -> Alike:
    """Return the form of lines with such names for things and places; patterns are bounded, group-free."""
    return Alike(
        "alike", r"\S(?:[^\n]*\S)?", r"\s{1,30}", (),
        name_of=name_of, thing=thing, read_thing=readers[0], place=place, read_place=readers[1],
    )  # fmt: skip

"""Instances given whole: their fields, read one by one, each checked with a message that names it.

A puzzle's `take` reads what it knows from a `Given`, and hands the complete, normalised data to `instance`::

    given = Given("hanoi", data, {"pegs", "start", "goal"})
    pegs = given.integer("pegs", 3, 12, default=3)
    ...
    return given.instance(parameters, {"pegs": pegs, "start": start, "goal": goal})
"""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import NoReturn, TypeGuard, cast

from tasks.contract.parameters import P
from tasks.contract.puzzle import Instance
from tasks.errors import BadInstance

FEWEST = "fewest_steps"
"""The field in which a record may say how many steps the shortest solution has."""
SOLVABLE = "solvable"
"""The field in which a record may say whether there is a solution."""
_COMMON = (FEWEST, SOLVABLE)
MOST_STEPS = (1 << 53) - 1
_CLIP = 60


class Given:
    """The fields of an instance given whole; besides those that a puzzle knows, `fewest_steps`, `solvable`.

    Args:
        puzzle: The puzzle's name, for messages.
        data: The fields, as JSON has them.
        known: The names of the puzzle's fields.

    Raises:
        BadInstance: A field is unknown, or `fewest_steps` or `solvable` makes no sense.
    """

    def __init__(self, puzzle: str, data: Mapping[str, object], known: Collection[str]) -> None:
        self._puzzle, self._data = puzzle, data
        for name in data:
            if name not in known and name not in _COMMON:
                fields = ", ".join((*sorted(known), *_COMMON))
                raise BadInstance(f"{puzzle}: unknown field {shown(name)}; known are {fields}")
        self.fewest_steps = self._fewest()
        """What the record says of the shortest solution's length; `None` if nothing."""
        self.solvable = self._solvable()
        """What the record says of whether there is a solution; `None` if nothing."""

    def __contains__(self, name: str) -> bool:
        return self._data.get(name) is not None

    def raw(self, name: str) -> object:
        """Return a field as it is; `None` if it is missing or null."""
        return self._data.get(name)

    def fail(self, name: str, told: str) -> NoReturn:
        """Raise `BadInstance` about a field, e.g. `("goal", "has no block 'X'")`."""
        raise BadInstance(f"{self._puzzle}: field {name!r} {told}")

    def integer(self, name: str, minimum: int, maximum: int, default: int | None = None) -> int:
        """Return a whole number in a closed range; required if there is no default."""
        value = self._required(name, default)
        if not _is_whole(value) or not minimum <= value <= maximum:
            self.fail(name, f"must be a whole number from {minimum} to {maximum}, not {shown(value)}")
        return value

    def text(self, name: str, default: str | None = None, most: int = 1_000) -> str:
        """Return a text of 1 to `most` characters; required if there is no default."""
        value = self._required(name, default)
        if not isinstance(value, str) or not 0 < len(value) <= most:
            self.fail(name, f"must be a text of 1 to {most} characters, not {shown(value)}")
        return value

    def choice(self, name: str, *choices: str, default: str | None = None) -> str:
        """Return one of a few words; required if there is no default."""
        value = self._required(name, default)
        if value not in choices:
            self.fail(name, f"must be one of {', '.join(map(repr, choices))}, not {shown(value)}")
        return str(value)

    def items(
        self, name: str, least: int, most: int, default: Sequence[object] | None = None
    ) -> list[object]:
        """Return a list of `least` to `most` values of any type; required if there is no default."""
        value = self._required(name, default)
        if not isinstance(value, list | tuple):
            self.fail(name, f"must be a list, not {shown(value)}")
        if not least <= len(value) <= most:
            self.fail(name, f"must have {least} to {most} values, not {len(value)}")
        return list(value)

    def integers(
        self,
        name: str,
        lengths: tuple[int, int],
        values: tuple[int, int],
        default: Sequence[int] | None = None,
    ) -> list[int]:
        """Return a list of whole numbers; lengths and values are closed ranges."""
        found = self.items(name, *lengths, default)
        for value in found:
            if not _is_whole(value) or not values[0] <= value <= values[1]:
                told = f"must hold whole numbers from {values[0]} to {values[1]}, not {shown(value)}"
                self.fail(name, told)
        return cast("list[int]", found)

    def texts(
        self, name: str, lengths: tuple[int, int], most: int = 100, default: Sequence[str] | None = None
    ) -> list[str]:
        """Return a list of texts, each of 1 to `most` characters; lengths is a closed range."""
        found = self.items(name, *lengths, default)
        for value in found:
            if not isinstance(value, str) or not 0 < len(value) <= most:
                self.fail(name, f"must hold texts of 1 to {most} characters, not {shown(value)}")
        return cast("list[str]", found)

    def table(self, name: str, least: int, most: int) -> dict[str, object]:
        """Return a JSON object with `least` to `most` fields of any type; required."""
        value = self._required(name, None)
        if not isinstance(value, Mapping):
            self.fail(name, f"must be an object, not {shown(value)}")
        if not least <= len(value) <= most:
            self.fail(name, f"must have {least} to {most} fields, not {len(value)}")
        return {str(key): held for key, held in value.items()}

    def instance(self, parameters: P, fields: Mapping[str, object]) -> Instance[P]:
        """Return the instance; `fields` are all fields of the puzzle, normalised and in plain JSON.

        Fields of `parameters` but the size should be declared with `field(compare=False)`: it is by its
        data that an instance is told from others.
        """
        whole = dict(fields)
        if self.fewest_steps is not None:
            whole[FEWEST] = self.fewest_steps
        if self.solvable is not None:
            whole[SOLVABLE] = self.solvable
        data = json.dumps(whole, sort_keys=True, separators=(",", ":"))
        return Instance(self._puzzle, parameters, 0, data)

    def _required(self, name: str, default: object) -> object:
        value = self._data.get(name)
        if value is None:
            value = default
        if value is None:
            self.fail(name, "is missing")
        return value

    def _fewest(self) -> int | None:
        return self.integer(FEWEST, 0, MOST_STEPS) if FEWEST in self else None

    def _solvable(self) -> bool | None:
        value = self._data.get(SOLVABLE)
        if value is None or isinstance(value, bool):
            if value is False and self.fewest_steps is not None:
                self.fail(SOLVABLE, f"is false, and {FEWEST!r} is {self.fewest_steps}")
            return value
        return self.fail(SOLVABLE, f"must be true or false, not {shown(value)}")


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def shown(value: object) -> str:
    """Return a value as messages name it: a long one is cut."""
    told = repr(value)
    return told if len(told) <= _CLIP else f"{told[:_CLIP]}…"

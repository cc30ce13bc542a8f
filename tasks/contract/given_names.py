"""What instances given whole have in common where they name things: names, tables, lengths that are known."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from tasks.contract.given import FEWEST, SOLVABLE, Given, shown
from tasks.contract.names import plain_name, visible

MOST_NAME = 100
"""Characters of a name."""


def name(given: Given, field: str, value: object) -> str:
    """Return a name, its blanks made plain; a whole number counts as one.

    Raises:
        BadInstance: It is neither, or empty, too long, or has characters that nobody sees.
    """
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**15:
        return str(value)
    if not isinstance(value, str):
        given.fail(field, f"must hold names (texts or whole numbers), not {shown(value)}")
    plain = " ".join(value.split())
    if not 0 < len(plain) <= MOST_NAME:
        given.fail(field, f"must hold names of 1 to {MOST_NAME} characters, not {shown(value)}")
    for char in plain:
        if unicodedata.category(char) in ("Cc", "Cs"):
            given.fail(field, f"holds a name with the character U+{ord(char):04X}: {shown(value)}")
    if not visible(plain).strip():
        given.fail(field, f"holds a name that nobody can see: {shown(value)}")
    return plain


def names(given: Given, field: str, lengths: tuple[int, int]) -> list[str]:
    """Return a list of names; required. `lengths` is a closed range."""
    return [name(given, field, value) for value in given.items(field, *lengths)]


def named_table(given: Given, field: str, most: int) -> dict[str, object]:
    """Return what a table has for each name, sorted by name: an object, or a list of pairs; required.

    Raises:
        BadInstance: It is neither, or has a name twice.
    """
    value = given.raw(field)
    rows: Iterable[tuple[object, object]]
    if isinstance(value, Mapping):
        rows = given.table(field, 1, most).items()
    else:
        rows = [_pair(given, field, row) for row in given.items(field, 1, most)]
    table: dict[str, object] = {}
    for key, held in rows:
        called = name(given, field, key)
        if called in table:
            given.fail(field, f"has {called!r} twice")
        table[called] = held
    return dict(sorted(table.items()))


def all_names(given: Given, field: str, used: Iterable[str], most: int) -> list[str]:
    """Return the names that a field lists; if it is missing, those used, in the order of their numbers.

    Raises:
        BadInstance: It lacks one that is used, has one twice, or two that nobody can tell apart.
    """
    needed = dict.fromkeys(used)
    listed = names(given, field, (1, most)) if field in given else sorted(needed, key=_by_number)
    for needed_name in needed.keys() - {*listed}:
        given.fail(field, f"lacks {needed_name!r}, which the rest of the instance has")
    if len(listed) > most:
        given.fail(field, f"has {len(listed)} names, more than {most}")
    told_apart(given, field, listed)
    return listed


def told_apart(given: Given, field: str, listed: Sequence[str]) -> None:
    """Raise `BadInstance` if two of these names are the same, or could not be told apart in an answer."""
    seen: dict[str, str] = {}
    for called in listed:
        plain = plain_name(called)
        if plain in seen:
            alike = f"has {seen[plain]!r} and {called!r}, which nobody can tell apart"
            given.fail(field, f"has {called!r} twice" if seen[plain] == called else alike)
        seen[plain] = called


def _by_number(called: str) -> tuple[str, int, str]:
    """The order of names: `q2` before `q10`."""
    head = called.rstrip("0123456789")
    digits = called[len(head) :]
    return head, int(digits or -1), called


def known_length(given: Given, steps: int) -> None:
    """Hold what the record says of its length against the length that it has, and need no more of it.

    Raises:
        BadInstance: The record says otherwise.
    """
    if given.fewest_steps not in (None, steps):
        given.fail(FEWEST, f"is {given.fewest_steps}, but there are {steps} items to write")
    if given.solvable is False:
        given.fail(SOLVABLE, f"is false, but the list of {steps} items can be written")
    # Whether a record says what follows from the rest of it makes no other instance.
    given.fewest_steps = given.solvable = None


def _pair(given: Given, field: str, row: object) -> tuple[object, object]:
    if not isinstance(row, list | tuple) or len(row) != 2:
        given.fail(field, f"must be an object or a list of pairs; {shown(row)} is no pair")
    return row[0], row[1]

"""The prose of a report, read from `words.toml` in this package."""

import tomllib
from functools import cache
from importlib.resources import files


def words(name: str, **values: object) -> tuple[str, ...]:
    """Return the paragraphs of this name, with the values filled in."""
    return tuple(paragraph.format(**values) for paragraph in _all()[name])


def named(table: str, name: str) -> str:
    """Return what a table of `words.toml` calls this; for what it has not, the name with blanks."""
    return _tables().get(table, {}).get(name, name.replace("_", " "))


@cache
def _all() -> dict[str, list[str]]:
    return {name: found for name, found in _read().items() if isinstance(found, list)}


@cache
def _tables() -> dict[str, dict[str, str]]:
    return {name: found for name, found in _read().items() if isinstance(found, dict)}


def _read() -> dict[str, object]:
    return tomllib.loads((files(__package__) / "words.toml").read_text(encoding="utf-8"))

"""The prose of a report, read from `words.toml` in this package."""

import tomllib
from functools import cache
from importlib.resources import files


def words(name: str, **values: object) -> tuple[str, ...]:
    """Return the paragraphs of this name, with the values filled in."""
    return tuple(paragraph.format(**values) for paragraph in _all()[name])


@cache
def _all() -> dict[str, list[str]]:
    return tomllib.loads((files(__package__) / "words.toml").read_text(encoding="utf-8"))

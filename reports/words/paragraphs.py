"""The prose of a report, which stands in `templates/words.toml`."""

import tomllib
from functools import cache
from importlib.resources import files


def words(name: str, **values: object) -> tuple[str, ...]:
    """The paragraphs of this name, with these values in them."""
    return tuple(paragraph.format(**values) for paragraph in _all()[name])


@cache
def _all() -> dict[str, list[str]]:
    return tomllib.loads((files(__package__) / "words.toml").read_text(encoding="utf-8"))

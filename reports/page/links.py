"""Links from what stands on the page to the transcripts it was counted from."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from evals.text import clip, printable
from reports.tables.rendering import is_missing, number

LONGEST = 120
"""Characters of a name in a filter."""

_FACETS = ("model", "puzzle", "arm", "run")


def trials_link(record: Mapping[str, object] | Mapping[object, object], ending: str = "") -> str:
    """Return the link that filters the transcripts to those of a record: its model, puzzle, arm, run, size.

    Args:
        record: A row of any table; what it has not is not filtered by.
        ending: One of `reports.page.embedding.ENDINGS`.
    """
    found = {str(name): value for name, value in record.items()}
    wanted = {
        name: facet(str(found[name])) for name in _FACETS if not is_missing(found.get(name)) and found[name]
    }
    size = found.get("size")
    if isinstance(size, int | float) and not is_missing(size):
        wanted["size"] = number(size)
    if ending:
        wanted["ending"] = ending
    return f"#trials?{urlencode(wanted, quote_via=quote)}"


def facet(text: str) -> str:
    """Return a name as it stands in a filter."""
    return clip(printable(text), LONGEST)

"""Replies cut into the events of a stream, as the two providers and less careful servers cut them."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st

from evals.record.completion import MalformedReply, read_completion

Draw = Callable[[st.SearchStrategy[Any]], Any]

TEXTS = st.text(st.characters(), max_size=12)
"""Lone surrogates too."""
COUNTS = st.integers(1, 10**6)
TALK = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Count to 3."},
    {"role": "assistant", "content": "1\n2"},
    {"role": "user", "content": "Go on."},
]


def sent(value: Any) -> Any:
    """Return what arrives of a value that a server sends."""
    return json.loads(json.dumps(value))


def pieces(draw: Draw, text: str) -> Iterator[str]:
    """Cut a text anywhere, also within a character."""
    units = text.encode("utf-16-le", "surrogatepass")
    halves = [units[at : at + 2].decode("utf-16-le", "surrogatepass") for at in range(0, len(units), 2)]
    while halves:
        size = draw(st.integers(1, len(halves)))
        yield "".join(halves[:size])
        halves = halves[size:]


def anything(names: str, words: str) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with fields of these names, whatever they hold, these words among it."""
    known = st.sampled_from(names.split())
    values = st.recursive(
        st.none() | st.booleans() | st.integers(-2, 3) | st.floats() | st.sampled_from(words.split()),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(known, inner, max_size=3),
        max_leaves=5,
    )
    return st.dictionaries(known, values, max_size=4)


def read_whatever_comes(
    assembly: Any,
    completion: Callable[[dict[str, Any]], dict[str, Any]],
    events: list[tuple[Any, dict[str, Any]]],
) -> None:
    """Read events of these kinds and fields, and the fields as a whole reply: that is malformed, or read."""
    for kind, fields in events:
        try:
            assembly.add({**fields, "type": kind})
            read_completion(assembly.body())
            read_completion(completion(fields))
        except MalformedReply:
            continue
    assert isinstance(assembly.text, str)
    assert json.dumps(assembly.body())

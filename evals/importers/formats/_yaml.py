"""Rows of a YAML document, one by one, from the parser's events: nothing of it is held but one row."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from evals.errors import ImportFailed
from evals.importers._files import content, of_object
from evals.importers.importer import Refused

_MOST = 1_000_000
"""Values of a row, those behind aliases counted each time: an alias of aliases grows without end."""
_MOST_KEPT = 10_000_000
"""The same of all that is kept because an alias may name it."""
_DEEPEST = 90


class YamlDocument:
    """A YAML document whose rows stand in one list.

    Args:
        path: The file.
        where: The names that lead to the list; the last may be missing, as in older files.
    """

    def __init__(self, path: Path, where: Sequence[str]) -> None:
        self._path, self._where = path, tuple(where)

    def rows(self) -> Iterator[tuple[int, dict[str, Any] | Refused]]:
        """Yield the rows with their numbers; raises `ImportFailed` if it is no YAML."""
        try:
            import yaml  # noqa: PLC0415 - an extra
        except ImportError:
            raise ImportFailed(
                f"{str(self._path)!r} is YAML, which the extra 'yaml' reads: pip install 'cantwont[yaml]', "
                "or let promptfoo write JSON"
            ) from None
        with content(self._path) as file:
            loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
            try:
                yield from _Walk(yaml, yaml.parse(file, Loader=loader)).rows(self._where)
            except (yaml.YAMLError, ValueError, RecursionError) as error:
                told = " ".join(str(error).split())
                raise ImportFailed(f"{str(self._path)!r} is not YAML ({told})") from None


class _Walk:
    """Goes through the events of one document."""

    def __init__(self, yaml: Any, events: Iterator[Any]) -> None:
        self._yaml, self._events = yaml, events
        self._resolver, self._constructor = yaml.resolver.Resolver(), yaml.SafeLoader("")
        self._known: dict[str, tuple[Any, int]] = {}
        self._kept = 0

    def rows(self, where: Sequence[str]) -> Iterator[tuple[int, dict[str, Any] | Refused]]:
        event = self._next()
        while not self._is(event, "MappingStart", "SequenceStart", "Scalar", "Alias"):
            event = self._next()
        yield from self._inside(event, where)
        for _ in self._events:
            pass

    def _inside(self, event: Any, where: Sequence[str]) -> Iterator[tuple[int, dict[str, Any] | Refused]]:
        if self._is(event, "SequenceStart") and len(where) < 2:
            number = 0
            while not self._is(event := self._next(), "SequenceEnd"):
                number += 1
                value, _ = self._value(event, 0)
                yield number, of_object(number, value)
            return
        if not self._is(event, "MappingStart") or not where:
            self._value(event, 0)
            return
        while not self._is(event := self._next(), "MappingEnd"):
            key, _ = self._value(event, 0)
            event = self._next()
            if key == where[0]:
                yield from self._inside(event, where[1:])
            else:
                self._value(event, 0, kept=False)

    def _value(self, event: Any, depth: int, *, kept: bool = True) -> tuple[Any, int]:
        """Return the value that begins with this event, and how many values it has with all those in it."""
        if depth > _DEEPEST:
            raise ValueError("it is nested too deep")
        if self._is(event, "Alias"):
            if event.anchor not in self._known:
                raise ValueError(f"nothing is called {event.anchor!r}")
            return self._known[event.anchor]
        size = 1
        value: Any
        kept = kept or bool(getattr(event, "anchor", None))
        if self._is(event, "Scalar"):
            value = self._scalar(event)
        elif self._is(event, "SequenceStart"):
            value, size = self._items(depth, kept=kept)
        elif self._is(event, "MappingStart"):
            value, size = self._fields(depth, kept=kept)
        else:
            raise ValueError("a value is missing")
        if event.anchor:
            self._kept += size
            if self._kept > _MOST_KEPT:
                raise ValueError("it names too many values")
            self._known[event.anchor] = value, size
        return value, size

    def _items(self, depth: int, *, kept: bool) -> tuple[list[Any], int]:
        items: list[Any] = []
        size = 1
        while not self._is(event := self._next(), "SequenceEnd"):
            item, more = self._value(event, depth + 1, kept=kept)
            size = self._grown(size, more)
            if kept:
                items.append(item)
        return items, size

    def _fields(self, depth: int, *, kept: bool) -> tuple[dict[str, Any], int]:
        fields: dict[str, Any] = {}
        size = 1
        while not self._is(event := self._next(), "MappingEnd"):
            key, more = self._value(event, depth + 1, kept=kept)
            item, further = self._value(self._next(), depth + 1, kept=kept)
            size = self._grown(size, more + further)
            if kept:
                fields[key if isinstance(key, str) else str(key)] = item
        return fields, size

    def _grown(self, size: int, more: int) -> int:
        if size + more > _MOST:
            raise ValueError(f"a value has more than {_MOST:,} values in it")
        return size + more

    def _scalar(self, event: Any) -> Any:
        node = self._yaml.nodes
        tag = event.tag
        if tag is None or tag == "!":
            tag = self._resolver.resolve(node.ScalarNode, event.value, event.implicit)
        kind = tag.rpartition(":")[2]
        if kind not in ("int", "float", "bool", "null"):
            return event.value
        made = self._constructor.construct_object(node.ScalarNode(tag, event.value), deep=True)
        finite = not isinstance(made, float) or made - made == 0
        return made if finite else None

    def _next(self) -> Any:
        try:
            return next(self._events)
        except StopIteration:
            raise ValueError("it breaks off") from None

    def _is(self, event: Any, *names: str) -> bool:
        return type(event).__name__.removesuffix("Event") in names

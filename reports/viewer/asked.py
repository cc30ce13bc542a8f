"""What an address asks for: which trials, in which order, from which on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from evals.run_index import Sort, TrialFilter
from tasks import CantwontError

PAGE = 50
"""Trials of a page."""
YOURS = ("none", "given", "other")
"""By a reader's own label: there is none, there is one, or it is another than ours."""
BLIND_SORTS = (Sort.ASKED, Sort.SHUFFLED, Sort.SHORTEST, Sort.LONGEST)
"""Orders that tell no label."""
_MOST_VALUES = 50
_LONGEST = 300


class BadAddress(CantwontError):
    """An address asks for what there cannot be."""


@dataclass(frozen=True, slots=True)
class ViewQuery:
    """The part of an address behind the question mark."""

    run: tuple[str, ...] = ()
    """Tokens of runs."""
    model: tuple[str, ...] = ()
    puzzle: tuple[str, ...] = ()
    arm: tuple[str, ...] = ()
    size: tuple[int, ...] = ()
    label: tuple[str, ...] = ()
    budget: tuple[str, ...] = ()
    flag: tuple[str, ...] = ()
    unsure: bool = False
    sort: Sort = Sort.ASKED
    start: int = 0
    """The first trial, counted from 0."""
    text: str = ""
    yours: str = ""
    """One of `YOURS`; empty for all."""

    @classmethod
    def of(cls, given: QueryParams) -> Self:
        """Read an address; raises `BadAddress`."""
        values = {
            name: _texts(given, name) for name in ("run", "model", "puzzle", "arm", "label", "budget", "flag")
        }
        sort = given.get("sort", "")
        if sort and sort not in tuple(Sort):
            raise BadAddress(f"there is no order {sort!r}: orders are {', '.join(Sort)}")
        yours = given.get("yours", "")
        if yours and yours not in YOURS:
            raise BadAddress(f"'yours' must be one of {', '.join(YOURS)}, not {yours[:50]!r}")
        return cls(
            **values,
            size=tuple(whole_number(size, "size") for size in _texts(given, "size")),
            unsure=given.get("unsure", "") not in ("", "0"),
            sort=Sort(sort) if sort else Sort.ASKED,
            start=whole_number(given.get("start") or "0", "start"),
            text=given.get("text", "")[:_LONGEST].strip(),
            yours=yours,
        )

    def wanted(self, runs: Iterable[int]) -> TrialFilter:
        """Return the filter of these runs."""
        named = ("model", "puzzle", "arm", "size", "label", "budget", "flag", "unsure")
        return TrialFilter(tuple(runs), **{name: getattr(self, name) for name in named})

    def blinded(self) -> Self:
        """Return it without what would tell a label."""
        sort = self.sort if self.sort in BLIND_SORTS else Sort.ASKED
        yours = self.yours if self.yours != "other" else ""
        return replace(self, label=(), flag=(), unsure=False, sort=sort, yours=yours)

    @property
    def searches(self) -> bool:
        """Whether it asks for what no index knows."""
        return bool(self.text or self.yours)

    @property
    def narrows(self) -> bool:
        """Whether it filters anything but runs."""
        return replace(self, run=(), sort=Sort.ASKED, start=0) != type(self)()

    def query(self, **changes: Any) -> str:
        """Return it as it stands in an address, with changes; of a part with several values the only one."""
        plain = type(self)()
        told: dict[str, Any] = {
            name: (value,) if isinstance(getattr(plain, name), tuple) else value
            for name, value in changes.items()
        }
        found = replace(self, **told)
        pairs: list[tuple[str, object]] = []
        for one in fields(self):
            value = getattr(found, one.name)
            if value == getattr(plain, one.name):
                continue
            if isinstance(value, tuple):
                pairs += ((one.name, item) for item in value)
            else:
                pairs.append((one.name, 1 if value is True else value))
        return query(pairs)


def query(pairs: Iterable[tuple[str, object]] | Mapping[str, object]) -> str:
    """Return pairs as they stand in an address, with the question mark; empty if there are none."""
    items = pairs.items() if isinstance(pairs, Mapping) else pairs
    text = urlencode([(name, str(value)) for name, value in items])
    return f"?{text}" if text else ""


def _texts(given: QueryParams, name: str) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(value for value in given.getlist(name) if value))
    if len(values) > _MOST_VALUES or any(len(value) > _LONGEST for value in values):
        raise BadAddress(f"{name!r} has too many values, or too long ones")
    return values


def whole_number(text: str, name: str) -> int:
    """Return a number of an address; raises `BadAddress`, which names it."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise BadAddress(f"{name!r} must be a whole number, not {text[:50]!r}")
    return int(text)

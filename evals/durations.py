"""Lengths of time as people and servers write them: `90`, `2h30m`, `1m12s`, `20ms`."""

import re

_UNITS = {"d": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_NUMBER = r"(?:\d+(?:\.\d*)?|\.\d+)"
_PART = re.compile(rf"({_NUMBER})\s*(ms|d|h|m|s)\s*", re.ASCII)


def seconds_in(text: str) -> float | None:
    """The seconds that a duration stands for, a plain number being seconds; `None` where it is none.

    Args:
        text: A number, or numbers with units from `d`, `h`, `m`, `s` and `ms`, each given once at most.
    """
    text = text.strip().lower()
    if re.fullmatch(_NUMBER, text, re.ASCII):
        return float(text)
    total, end, seen = 0.0, 0, set[str]()
    while part := _PART.match(text, end):
        number, unit = part.groups()
        if unit in seen:
            return None
        seen.add(unit)
        total += float(number) * _UNITS[unit]
        end = part.end()
    return total if seen and end == len(text) else None


def in_words(seconds: float) -> str:
    """A duration in its two largest units, e.g. `2 h 30 min` or `1.5 s`."""
    if seconds < 60:
        return f"{seconds:.3g} s"
    whole = round(seconds)
    parts = (("d", whole // 86_400), ("h", whole // 3_600 % 24), ("min", whole // 60 % 60), ("s", whole % 60))
    first = next(index for index, (_, number) in enumerate(parts) if number)
    return " ".join(f"{number} {unit}" for unit, number in parts[first : first + 2] if number)

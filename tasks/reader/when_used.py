"""Patterns that are compiled when they are first used: the long ones take longer than reading most answers."""

import re
from typing import Any, cast


class WhenUsed:
    """Has all that a pattern has."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._given = pattern, flags

    def __getattr__(self, name: str) -> Any:
        # Kept as an attribute of this object, so that it is found at once the next time.
        found = self.__dict__[name] = getattr(re.compile(*self._given), name)
        return found


def when_used(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return the pattern; what is wrong with it is told when it is first used."""
    return cast("re.Pattern[str]", WhenUsed(pattern, flags))

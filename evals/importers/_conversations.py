"""Recorded conversations of several turns: which of our arms one is, and with which options."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from evals.dialogue.prompts import ChunkOptions, NudgeOptions
from evals.importers.importer import RecordedTurn

_NUMBERS = {"one": 1, "a single": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}
_PART = re.compile(
    r"\b(?:first|next|following|another|only|exactly)\s{1,3}"
    r"(?P<count>\d{1,6}|one|two|three|four|five|ten|single)?\s{0,3}"
    r"(?P<what>steps?|moves?|lines?|actions?|items?|numbers?|rows?)\b",
    re.IGNORECASE,
)
"""A request for a part of a list: `the next 16 steps`, `your next move`."""
_SCANNED = 4000


def fitting(turns: Sequence[RecordedTurn]) -> tuple[str, dict[str, Any]]:
    """Return the arm that a conversation of several turns is, with its options.

    Where every later request asks for the next steps, it is `chunked`; else it is `nudge`.
    """
    sizes = [_asked_for(turn) for turn in turns[1:]]
    if all(size is not None for size in sizes):
        return "chunked", {"p": max(size for size in sizes if size is not None)}
    return "nudge", {}


def _asked_for(turn: RecordedTurn) -> int | None:
    """Return how many steps the request of a turn asks for; `None` if it asks for no part."""
    asked = [
        str(message.get("content", "")) for message in turn.messages if message.get("role") != "assistant"
    ]
    found = _PART.search("\n".join(asked)[-_SCANNED:])
    if found is None or _GOES_ON.search(asked[-1][-_SCANNED:] if asked else ""):
        return None
    count = found["count"]
    if count is None:
        return 1 if not found["what"].endswith("s") else None
    return max(1, int(count)) if count.isdigit() else _NUMBERS.get(count.lower(), 1)


_GOES_ON = re.compile(r"\b(?:every|all)\b[^.\n]{0,40}\b(?:left|remaining|rest)\b", re.IGNORECASE)
"""A request for everything that is left is no request for a part."""


def mend_options(
    arm: str, options: Mapping[str, Any] | None, turns: Sequence[RecordedTurn]
) -> dict[str, Any]:
    """Return the options of an arm of several turns, with what the conversation shows of those not given."""
    given = dict(options or {})
    if arm == "nudge" and "k" not in given:
        given["k"] = min(100, max(NudgeOptions().k, len(turns) - 1))
    if arm == "chunked" and "p" not in given:
        sizes = [size for turn in turns[1:] if (size := _asked_for(turn)) is not None]
        given["p"] = max(sizes, default=ChunkOptions().p)
    return given

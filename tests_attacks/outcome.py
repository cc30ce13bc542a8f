"""What came of the attacks on one area."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

GOAL = 2.0
"""The most seconds of the processor that a megabyte of text may take."""


class Harm(StrEnum):
    """What no attack may achieve."""

    ESCAPE = "escapes"
    """Something of a stranger's was executed, or a program got out of the sandbox."""
    TRACEBACK = "tracebacks"
    """A command ended with an error that is not the project's, or without a word."""
    HANG = "hangs"
    """It had not ended in time, or took more memory than it may."""
    WRITE = "writes outside"
    """A file was written, made, changed or removed that no command has any business with."""
    LEAK = "leaks"
    """A secret stands in what was recorded or printed."""
    OTHER = "otherwise"
    """It ended with another code, or said more than a line."""


@dataclass(slots=True)
class Outcome:
    """One row of the table."""

    area: str
    tried: int = 0
    harms: Counter[Harm] = field(default_factory=Counter)
    slowest: float | None = None
    """Seconds of the processor a megabyte, of the worst text; `None` where no text is measured."""
    told: list[str] = field(default_factory=list)
    """How to do it again."""
    notes: list[str] = field(default_factory=list)
    """What was not tried here, and why."""
    seconds: float = 0.0

    def note(self, harm: Harm | None, what: str) -> None:
        """Count an attack, and the harm that it has done, if any."""
        self.tried += 1
        if harm is not None:
            self.harms[harm] += 1
            self.told.append(f"{harm}: {what}")

    def measured(self, seconds_a_megabyte: float, what: str) -> None:
        """Count a text, and the time that it took."""
        self.tried += 1
        self.slowest = max(self.slowest or 0.0, seconds_a_megabyte)
        if seconds_a_megabyte > GOAL:
            self.told.append(f"{seconds_a_megabyte:.1f} s a MB: {what}")

    @property
    def is_sound(self) -> bool:
        """Whether nothing was achieved, in time."""
        return not self.harms.total() and (self.slowest or 0.0) <= GOAL


def table(outcomes: list[Outcome]) -> str:
    """Return the table, in Markdown."""
    heads = ["area", "tried", *map(str, Harm), "worst s a MB"]
    rows = [heads, ["---", *["--:"] * (len(heads) - 1)]]
    for one in outcomes:
        slowest = "" if one.slowest is None else f"{one.slowest:.1f}"
        rows.append([one.area, f"{one.tried:,}", *(str(one.harms[harm]) for harm in Harm), slowest])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)

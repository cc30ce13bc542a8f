"""A part of a record's trials, so that several processes can read it side by side."""

import re
import zlib
from dataclasses import dataclass

from evals._jsonl import Line
from evals.trials import Exchange

_TRIAL = re.compile(rb'\{"schema":\d,"kind":"\w+","trial":"([ !#-\[\]-~]*)"')
"""The beginning of a row as `Recorder` writes it, with a trial's id that needs no escapes."""


@dataclass(frozen=True, slots=True)
class Share:
    """One of several parts. All rows of a trial belong to the same."""

    number: int = 0
    """Counted from 0."""
    of: int = 1

    def has(self, line: Line) -> bool:
        """Whether this row belongs to it; raises `CorruptRecord`."""
        if self.of == 1:
            return True
        begun = _TRIAL.match(line.data)
        trial = begun[1] if begun else line.read(Exchange).trial.encode("utf-8", "surrogatepass")
        return zlib.crc32(trial) % self.of == self.number

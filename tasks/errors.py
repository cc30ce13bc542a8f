"""The errors that cantwont raises on bad input, under one base class.

The whole tree. The branches below `PuzzleError` are defined here, RunUnfinished in `cantwont`, FrameError
in `reports.frame`, NothingShared in `reports.analyses.run_comparison`, BadLabels in
`evals.second_reader.human_labels`, and the rest in `evals.errors`::

    CantwontError
    ├── PuzzleError
    │   ├── UnknownPuzzle      no puzzle has that name
    │   ├── BadParameter       a parameter has an invalid value
    │   ├── BadInstance        an instance given whole makes no sense
    │   └── BadPuzzleFile      a user's own puzzle file cannot be used
    ├── SpecError              a run's spec is malformed
    ├── RunError               a run directory cannot be used
    │   ├── NewerSchema        it was written by a later version
    │   ├── CorruptRecord      a line of its record is unreadable
    │   ├── RunBusy            another runner holds its lock
    │   ├── SpecChanged        it was created from a different spec
    │   ├── UntrustedPuzzle    it needs a puzzle file that the user does not trust
    │   └── RunUnfinished      `cantwont.run` has trials left without a reply
    ├── TrustError             what the user trusts cannot be read or kept
    ├── ImportFailed           a file of recorded answers cannot be read
    ├── BadLabels              a file of human labels cannot be used
    ├── FrameError             the outcomes cannot be counted
    │   └── NothingShared      two runs have nothing that can be compared
    └── EndpointError          an endpoint cannot be used at all

Messages name the offending value with `!r` and say how to fix it.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice


class CantwontError(Exception):
    """Bad input, explained in one line; any other exception that escapes is a bug."""


class PuzzleError(CantwontError):
    """A puzzle or its parameters cannot be used."""


class UnknownPuzzle(PuzzleError):
    """No puzzle has that name."""


class BadParameter(PuzzleError):
    """A parameter is unknown, of the wrong type, or out of range."""


class BadInstance(PuzzleError):
    """An instance given whole lacks a field, or has one that makes no sense."""


class BadPuzzleFile(PuzzleError):
    """A puzzle given as a file cannot be loaded or does not fulfil the contract."""


def close_to(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'hanoi'?` where a name is nearly one that is known; else an empty string."""
    found = get_close_matches(name[:_LONGEST], list(map(str, islice(known, _MOST))), n=1)
    return f"; did you mean {found[0]!r}?" if found else ""


_LONGEST, _MOST = 100, 5_000

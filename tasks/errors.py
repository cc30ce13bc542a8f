"""Errors that cantwont raises on bad input, with one base class.

The whole tree (the branches below `PuzzleError` live here, FrameError in `reports.frame`, NothingShared in
`reports.analyses.run_comparison`, BadLabels in
`evals.second_reader.human_labels`, the rest in `evals.errors`)::

    CantwontError
    ├── PuzzleError
    │   ├── UnknownPuzzle      no puzzle of that name
    │   ├── BadParameter       a parameter's value does not fit
    │   └── BadPuzzleFile      a user's own puzzle file cannot be used
    ├── SpecError              a run's spec is malformed
    ├── RunError               a run directory cannot be used
    │   ├── NewerSchema        it was written by a later version
    │   ├── CorruptRecord      a line of its record is unreadable
    │   ├── RunBusy            another runner holds it
    │   └── SpecChanged        it was made from another spec
    ├── ImportFailed           a file of recorded answers cannot be read
    ├── BadLabels              a file of human labels cannot be used
    ├── FrameError             outcomes that cannot be counted
    │   └── NothingShared      two runs of which nothing can be compared
    └── EndpointError          an endpoint cannot be used at all

Messages name the offending value with `!r` and say what to do about it.
"""


class CantwontError(Exception):
    """Bad input, told in one line; anything else that escapes is a bug."""


class PuzzleError(CantwontError):
    """A puzzle or its parameters cannot be used."""


class UnknownPuzzle(PuzzleError):
    """No puzzle has that name."""


class BadParameter(PuzzleError):
    """A parameter is unknown, of the wrong type, or out of range."""


class BadPuzzleFile(PuzzleError):
    """A puzzle given as a file cannot be loaded or does not keep the contract."""

"""The errors of asking and recording; see `tasks.errors` for the whole tree."""

from tasks import CantwontError


class SpecError(CantwontError):
    """A run's spec is malformed; the message names the field or, for a syntax error, the line."""


class RunError(CantwontError):
    """A run directory cannot be used."""


class NewerSchema(RunError):
    """The run was written by a later version of cantwont."""


class CorruptRecord(RunError):
    """A line of the record, other than a torn last one, is unreadable."""


class RunBusy(RunError):
    """Another runner has locked the run directory."""


class SpecChanged(RunError):
    """The run directory was created from a different spec."""


class UntrustedPuzzle(RunError):
    """The run needs a puzzle file that the user does not trust; nothing of it was executed."""


class NotStarted(CantwontError):
    """A program in an answer could not be started: nothing of it has run, and the next run may start it."""


class TrustError(CantwontError):
    """What the user trusts cannot be read, or cannot be kept."""


class ImportFailed(CantwontError):
    """A file of recorded answers cannot be read; the message names the line."""


class ExportFailed(CantwontError):
    """The labels of a run cannot be written for another tool; the message says why."""


class EndpointError(CantwontError):
    """An endpoint cannot be used at all: its address, key or model is wrong."""

"""The errors of asking and recording; the whole tree is drawn in `tasks.errors`."""

from tasks import CantwontError


class SpecError(CantwontError):
    """A run's spec is malformed; the message names the field, and for a syntax error the line."""


class RunError(CantwontError):
    """A run directory cannot be used."""


class NewerSchema(RunError):
    """The run was written by a later version of cantwont."""


class CorruptRecord(RunError):
    """A line of the record, other than a torn last one, is unreadable."""


class RunBusy(RunError):
    """Another runner holds the run directory."""


class SpecChanged(RunError):
    """The run directory was made from another spec."""


class ImportFailed(CantwontError):
    """A file of recorded answers cannot be read; the message names the line."""


class EndpointError(CantwontError):
    """An endpoint cannot be used at all: wrong address, key or model."""

"""What an exporter is: it writes labelled trials in the format of one other tool.

An exporter is a module of this folder with `EXPORTER = SomeExporter()`; its file has the exporter's name, and
is loaded when it is needed. All text in a trial is a stranger's: an exporter puts it only where a format has
text, never where the tool would evaluate, include or fetch something.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from evals.exporters._folder import Folder
from evals.exporters._trials import LabelledTrials


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export has written."""

    trials: int
    without_answer: int
    """Trials that were left out, as nothing came back for them."""
    next_command: str
    """What leads on from the folder, as one would type it."""


class Exporter(ABC):
    """Writes one format."""

    name: ClassVar[str]
    summary: ClassVar[str]
    """One line for `--help`."""

    @abstractmethod
    def write(self, trials: LabelledTrials, folder: Folder) -> str:
        """Write all trials into the folder, one by one.

        Returns:
            The command that leads on, with `OUT` for the folder.
        """

"""Importers: answers recorded by other tools become a run. `formats` has a file for each; it is the registry.

`import_run` makes the run. Modules behind an underscore are what importers share.
"""

from evals.importers._import_run import arms_of, import_run, survey
from evals.importers._record_run import ImportSummary, RunMaker
from evals.importers._registry import importer, importer_names
from evals.importers.importer import Importer, RecordedAnswer, RecordedTurn, Refused, Sample, Source

__all__ = [
    "ImportSummary",
    "Importer",
    "RecordedAnswer",
    "RecordedTurn",
    "Refused",
    "RunMaker",
    "Sample",
    "Source",
    "arms_of",
    "import_run",
    "importer",
    "importer_names",
    "survey",
]

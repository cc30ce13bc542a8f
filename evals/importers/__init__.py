"""Importers: answers recorded by other tools become a run. One file each; the folder is the registry.

`import_run` makes the run. Modules behind an underscore are what importers share.
"""

from evals.importers._import_run import arms_of, import_run, survey
from evals.importers._record_run import RunMaker, Summary
from evals.importers._registry import importer, importer_names
from evals.importers.importer import Importer, RecordedAnswer, RecordedTurn, Refused, Sample, Source

__all__ = [
    "Importer",
    "RecordedAnswer",
    "RecordedTurn",
    "Refused",
    "RunMaker",
    "Sample",
    "Source",
    "Summary",
    "arms_of",
    "import_run",
    "importer",
    "importer_names",
    "survey",
]

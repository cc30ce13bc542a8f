"""Exporters: the labels of a run in the formats of other tools. One file each; the folder is the registry.

`export_run` makes a folder of them. Modules behind an underscore are what exporters share.
"""

import pkgutil
from functools import cache
from importlib import import_module
from pathlib import Path

from evals.errors import ExportFailed
from evals.exporters._folder import made_whole
from evals.exporters._trials import LabelledTrials
from evals.exporters.exporter import Exported, Exporter
from evals.record.run import RunDirectory

__all__ = ["Exported", "Exporter", "export_run", "exporter", "exporter_names"]


@cache
def exporter_names() -> tuple[str, ...]:
    """Return the names of all exporters, sorted, as users write them: `lm-eval`."""
    names = (module.name for module in pkgutil.iter_modules(__path__))
    own = (name for name in names if name != "exporter" and not name.startswith("_"))
    return tuple(sorted(name.replace("_", "-") for name in own))


def exporter(name: str) -> Exporter:
    """Return the exporter of this name; raises `ExportFailed`, which lists the known names."""
    if name not in exporter_names():
        raise ExportFailed(f"there is no export to {name!r}; known are {', '.join(exporter_names())}")
    found = import_module(f"{__name__}.{name.replace('-', '_')}").EXPORTER
    assert isinstance(found, Exporter)
    return found


def export_run(run: RunDirectory, to: str, out: Path) -> Exported:
    """Write the labels of a run for another tool; return what was written.

    Args:
        run: A run, opened for reading.
        to: The exporter's name.
        out: The folder to make, whole or not at all.

    Raises:
        ExportFailed: There is no such exporter, there is something at `out`, or it cannot be written.
        RunError: The run cannot be read.
    """
    chosen = exporter(to)
    trials = LabelledTrials(run)
    with made_whole(out) as folder:
        next_command = chosen.write(trials, folder)
        if not trials.count:
            raise ExportFailed(f"the run at {str(run.path)!r} has no answer to export")
    return Exported(trials.count, trials.without_answer, next_command.replace("OUT", str(out)))

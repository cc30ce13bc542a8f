"""Which importers there are: the modules of `formats`, each loaded when it is needed."""

import pkgutil
from functools import cache
from importlib import import_module

from evals.errors import ImportFailed
from evals.importers import formats
from evals.importers.importer import Importer


@cache
def importer_names() -> tuple[str, ...]:
    """Return the names of all importers, sorted."""
    names = (module.name for module in pkgutil.iter_modules(formats.__path__))
    return tuple(sorted(name for name in names if not name.startswith("_")))


def importer(name: str) -> Importer:
    """Return the importer of this name; raises `ImportFailed`, which lists the known names."""
    plain = name.replace("-", "_")
    if plain not in importer_names():
        known = ", ".join(importer_names())
        raise ImportFailed(f"there is no importer {name!r}; known are {known}")
    found = import_module(f"{formats.__name__}.{plain}").IMPORTER
    assert isinstance(found, Importer)
    return found

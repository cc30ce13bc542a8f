"""In a checkout, `cantwont.tasks`, `cantwont.evals` and `cantwont.reports` are the packages beside it.

Each of their modules is loaded once, under its short name; under the long one the same module is found. In
the wheel these packages really are in `cantwont`, and this module is not used.
"""

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from importlib.abc import Loader  # at run time it would load more than all the rest

PACKAGES = ("tasks", "evals", "reports")
_ABOVE = f"{__package__}."


class CheckoutFinder:
    """Finds `cantwont.tasks.registry` as `tasks.registry`, and so on."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Where that name leads; `None` where it is not one of these packages, or there is no such module."""
        del path, target
        name = fullname.removeprefix(_ABOVE)
        if name == fullname or name.partition(".")[0] not in PACKAGES:
            return None
        if importlib.util.find_spec(name) is None:
            return None
        return ModuleSpec(fullname, cast("Loader", _CheckoutLoader(name)))


class _CheckoutLoader:
    """Gives the module that is loaded under its short name."""

    def __init__(self, name: str) -> None:
        self._name = name

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """The module itself; `spec` is kept from becoming its own."""
        del spec
        module = importlib.import_module(self._name)
        self._spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is executed again.

        All that is loaded by now is known under its long name at once. Otherwise a later import of, say,
        `cantwont.tasks.puzzles` would set the attribute `puzzles` of `tasks`, which is a function.
        """
        module.__spec__ = self._spec
        for name, loaded in list(sys.modules.items()):
            if name.partition(".")[0] in PACKAGES:
                sys.modules.setdefault(f"{_ABOVE}{name}", loaded)


def find_packages_beside() -> None:
    """Let the long names be found; may be called again."""
    if not any(isinstance(finder, CheckoutFinder) for finder in sys.meta_path):
        # Before Python's own, which would find a second copy: `cantwont.tasks` has the path of `tasks`.
        sys.meta_path.insert(0, CheckoutFinder())

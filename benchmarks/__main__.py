"""Runs every benchmark of this folder: `python -m benchmarks`."""

import importlib
import pkgutil

import benchmarks

for found in sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__)):
    if found != "__main__":
        print(f"--- {found}")
        importlib.import_module(f"benchmarks.{found}").main()

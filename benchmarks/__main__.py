"""Runs every benchmark of this folder, each in a process of its own: `python -m benchmarks`.

What one of them leaves in memory would count as the peak of the processes that the next one starts.
"""

import pkgutil
import subprocess
import sys

import benchmarks

for found in sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__)):
    if found != "__main__":
        print(f"--- {found}", flush=True)
        subprocess.run([sys.executable, "-m", f"benchmarks.{found}"], check=True)

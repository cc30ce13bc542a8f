"""How soon the page of a report opens in a browser, by the number of its transcripts.

    CANTWONT_SCRATCH=~/scratch python -m tests_browser.opening [TRIALS ...]

Makes a run of so many trials (10,000 and 100,000) and the page of its report, and opens it in the system's
Chromium, five times each: the median first paint, and when the page can be used (`domInteractive`).
"""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.viewer import make
from tests_servers.serving import environment, scratch

HERE = Path(__file__).parent
TRIALS = (10_000, 100_000)
TIMES = 5


def main() -> None:
    if shutil.which("chromium") is None:
        print("there is no browser: install the package `chromium` of the system")
        return
    given = [int(text) for text in sys.argv[1:]] or TRIALS
    with tempfile.TemporaryDirectory() as folder:
        python = environment("browser", scratch(Path(folder)), HERE / "requirements.txt") / "python"
        print(f"{'trials':>9}  {'report':>8}  {'page':>9}  first paint  usable")
        for trials in given:
            run = Path(folder) / f"run-{trials}"
            make(run, 0, trials)
            begun = time.perf_counter()
            subprocess.run(
                [sys.executable, "-m", "evals.cli.main", "report", run], check=True, stdout=subprocess.DEVNULL
            )
            took, page = time.perf_counter() - begun, run / "report.html"
            found = [opened(python, page) for _ in range(TIMES)]
            paint, usable = (statistics.median(one[name] for one in found) for name in ("paint", "usable"))
            size = page.stat().st_size / 1e6
            print(
                f"{trials:9,}  {took:6.1f} s  {size:6.1f} MB  {paint:8.0f} ms  {usable:5.0f} ms", flush=True
            )


def opened(python: Path, page: Path) -> dict[str, float]:
    """Open the page in a new browser, and return milliseconds."""
    program = HERE / "programs" / "open_page.py"
    command = [str(part) for part in (python, program, page.as_uri(), shutil.which("chromium"))]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(told.stdout)
    return found


if __name__ == "__main__":
    main()

"""How long `cantwont --help` takes, as a multiple of importing typer and rich."""

import statistics
import subprocess
import sys
import time

MOST = 1.5
ROUNDS = 15


def seconds(*arguments: str) -> float:
    """For one run of Python."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def ratio(rounds: int = ROUNDS) -> tuple[float, float, float]:
    """The help, the import, and the one over the other: medians of runs in turns."""
    pairs = [
        (
            seconds("-c", "from evals.cli.main import main; main()", "--help"),
            seconds("-c", "import typer, rich"),
        )
        for _ in range(rounds)
    ]
    shown, imported = (statistics.median(times) for times in zip(*pairs, strict=True))
    return shown, imported, statistics.median(ours / base for ours, base in pairs)


def main() -> None:
    shown, imported, times = ratio()
    print(f"cantwont --help       {shown * 1000:6.0f} ms")
    print(f"import typer, rich    {imported * 1000:6.0f} ms")
    print(f"ratio                 {times:6.2f}  (at most {MOST})")


if __name__ == "__main__":
    main()

"""Check the puzzle in a file of your own: `python -m tests.contract path/to/puzzle.py`."""

import sys
from pathlib import Path

from tasks import load_file
from tests.contract import CHECKS


def main() -> int:
    """Run every check, and tell which fail."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.contract path/to/puzzle.py")
    puzzle = load_file(Path(sys.argv[1]))
    failed = 0
    for check in CHECKS:
        what = check.__name__.replace("_", " ")
        try:
            check(puzzle)
        except Exception as error:
            failed += 1
            told = str(error) if isinstance(error, AssertionError) else f"it raises {error!r}"
            sys.stdout.write(f"FAILED  {what}\n        {told}\n")
        else:
            sys.stdout.write(f"kept    {what}\n")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())

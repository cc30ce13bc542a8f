"""Trains the model of the acts, measures it, or checks it: see `python -m tests.acts --help`."""

import argparse
import sys

from tests import ROOT


def main() -> int:
    """Train the model of the acts and write its file; or do what an option asks for instead."""
    parser = argparse.ArgumentParser(prog="python -m tests.acts", description=main.__doc__)
    parser.add_argument("--train", action="store_true", help="train, and --report on it too where asked for")
    parser.add_argument(
        "--report", action="store_true", help="measure on held-out authors; write docs/acts.md"
    )
    parser.add_argument("--check", action="store_true", help="train again, and compare with the shipped file")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="check at the temperature of the file, which takes minutes to find",
    )
    asked = parser.parse_args()
    # What needs scikit-learn is imported after the options are read.
    from tests.acts.report import README, counts, report  # noqa: PLC0415
    from tests.acts.train import differs, train  # noqa: PLC0415

    if asked.train or not (asked.report or asked.check):
        sys.stdout.write(f"{len(train()):,} bytes\n")
    if asked.report:
        README.write_text(counts(), encoding="utf-8")
        page = report()
        (ROOT / "docs" / "acts.md").write_text(page, encoding="utf-8")
        sys.stdout.write(page)
    difference = differs(find_temperature=not asked.quick) if asked.check else None
    if asked.check:
        sys.stdout.write(f"{difference or 'Training again gives the same.'}\n")
    return int(difference is not None)


if __name__ == "__main__":
    sys.exit(main())

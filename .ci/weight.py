#!/usr/bin/env python3
"""What an installation weighs, by package: `.ci/weight.py ENVIRONMENT [--most MB]`.

Counted are the files that each package lists as its own; pip and setuptools are no part of it. Compiled files
are left out: whether they are there hangs on the installer. Ends with 1 where the total is above the limit.
"""

import argparse
import sys
import sysconfig
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

MB = 1_000_000
NOT_OURS = ("pip", "setuptools", "wheel")
SMALL = 0.5
"""Packages below so many MB are shown together."""


def weights(environment: Path) -> dict[str, int]:
    """The bytes of each package that is installed in a virtual environment."""
    home = {"base": str(environment), "platbase": str(environment)}
    places = {sysconfig.get_path(name, "venv", vars=home) for name in ("purelib", "platlib")}
    found = {package.name: sum(_sizes(package)) for package in distributions(path=sorted(places))}
    return {name: size for name, size in found.items() if name not in NOT_OURS}


def _sizes(package: Distribution) -> Iterator[int]:
    for file in package.files or ():
        place = Path(str(file.locate()))
        if "__pycache__" not in file.parts and place.is_file():
            yield place.stat().st_size


def lines(found: dict[str, int]) -> Iterator[str]:
    """The packages from the heaviest on, and the total."""
    small = 0
    for name, size in sorted(found.items(), key=lambda item: -item[1]):
        if size < SMALL * MB:
            small += size
        else:
            yield f"{size / MB:8.1f} MB  {name}"
    yield f"{small / MB:8.1f} MB  the others"
    yield f"{sum(found.values()) / MB:8.1f} MB  in all, {len(found)} packages"


def main() -> int:
    """Print the weights, and hold the total against the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("environment", type=Path, help="a virtual environment")
    parser.add_argument("--most", type=float, help="the limit, in MB")
    given = parser.parse_args()
    found = weights(given.environment)
    if not found:
        parser.error(f"nothing is installed in {str(given.environment)!r}")
    sys.stdout.writelines(f"{line}\n" for line in lines(found))
    total = sum(found.values()) / MB
    if given.most is not None and total > given.most:
        sys.stderr.write(f"weight.py: {total:.1f} MB are more than the {given.most:g} allowed\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

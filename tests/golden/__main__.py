"""Write `instances.json` and `arms.json` anew: `python -m tests.golden`."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from tests.golden import ARMS, FILE, Golden, changed, every_arm, everything, kept


def main() -> None:
    """Refuse where something changed without a new version."""
    for file, after in ((FILE, everything()), (ARMS, every_arm())):
        write(file, after)


def write(file: Path, after: dict[str, Golden]) -> None:
    """Write one of the files."""
    before = kept(file)
    for name in sorted(before.keys() & after.keys()):
        differ = changed(before[name], after[name])
        same = before[name].version == after[name].version and "--same-version" not in sys.argv[1:]
        if differ and same:
            sys.exit(
                f"{differ[0]!r} changed: raise `version` of {name!r} (it is {after[name].version}) first"
            )
    plain = {name: asdict(golden) for name, golden in after.items()}
    file.write_text(json.dumps(plain, indent=1) + "\n", "utf-8")
    count = sum(len(golden.instances) for golden in after.values())
    sys.stdout.write(f"{count} hashes written to {file.name}\n")


if __name__ == "__main__":
    main()

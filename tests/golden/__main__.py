"""Write `instances.json` anew: `python -m tests.golden`."""

import json
import sys
from dataclasses import asdict

from tests.golden import FILE, changed, everything, kept


def main() -> None:
    """Refuse where an instance changed without a new version."""
    before, after = kept(), everything()
    for name in sorted(before.keys() & after.keys()):
        differ = changed(before[name], after[name])
        same = before[name].version == after[name].version and "--same-version" not in sys.argv[1:]
        if differ and same:
            sys.exit(
                f"{differ[0]!r} changed: raise `version` of {name!r} (it is {after[name].version}) first"
            )
    plain = {name: asdict(golden) for name, golden in after.items()}
    FILE.write_text(json.dumps(plain, indent=1) + "\n", "utf-8")
    sys.stdout.write(f"{sum(len(golden.instances) for golden in after.values())} instances written\n")


if __name__ == "__main__":
    main()

"""Write `instances.json`, `arms.json`, `answers.json` and `figures.json` anew: `python -m tests.golden`."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from evals.labelling.rules import VERSION
from tests.golden import ARMS, FILE, Golden, answers, changed, every_arm, everything, figures, kept


def main() -> None:
    """Refuse where something changed without a new version."""
    for file, after in ((FILE, everything()), (ARMS, every_arm())):
        write(file, after)
    write_answers()
    figures.FILE.write_text(figures.written(figures.now()), "utf-8")
    sys.stdout.write(f"{figures.FILE.name} written\n")


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


def write_answers() -> None:
    """Write what the rules make of the labelled answers, and tell whose line changes."""
    version, before = answers.kept()
    after = answers.now()
    changes = [line for name, lines in after.items() for line in answers.changes(before.get(name, {}), lines)]
    sys.stdout.writelines(f"{line}\n" for line in changes)
    if (
        any("label" in line for line in changes)
        and version == VERSION
        and "--same-version" not in sys.argv[1:]
    ):
        sys.exit(f"labels changed: raise `VERSION` of evals.labelling.rules (it is {VERSION}) first")
    answers.FILE.write_text(answers.written(after), "utf-8")
    sys.stdout.write(f"{sum(map(len, after.values()))} answers written to {answers.FILE.name}\n")


if __name__ == "__main__":
    main()

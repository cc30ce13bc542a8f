#!/usr/bin/env python3
"""A bill of materials of what cantwont runs with: `.ci/sbom.py ENVIRONMENT --out FILE`.

cyclonedx-py describes what is installed in the environment. What cantwont does not need to run is left out;
added are the hashes of each release's files, from hashes.txt; the installed one is among them.
It is written only if it is valid by the schema. Ends with 1 where a package is not one that hashes.txt names.
"""

import argparse
import json
import re
import subprocess
import sys
import sysconfig
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PIN = re.compile(r"^([\w.-]+)==(\S+)(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)


def installed(environment: Path) -> dict[str, Distribution]:
    """What is installed in a virtual environment, by name."""
    home = {"base": str(environment), "platbase": str(environment)}
    places = {sysconfig.get_path(name, "venv", vars=home) for name in ("purelib", "platlib")}
    return {canonicalize_name(package.name): package for package in distributions(path=sorted(places))}


def needed(name: str, there: dict[str, Distribution], extras: frozenset[str] = frozenset()) -> set[str]:
    """The packages that a package needs on this platform, it itself included."""
    found: set[str] = set()
    waiting = [(canonicalize_name(name), extras)]
    seen = set()
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        found.add(one[0])
        for line in there[one[0]].requires or ():
            wanted = Requirement(line)
            marker = wanted.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in {"", *one[1]}):
                waiting.append((canonicalize_name(wanted.name), frozenset(wanted.extras)))
    return found


def pins() -> dict[tuple[str, str], list[str]]:
    """The hashes of each version in hashes.txt."""
    text = (ROOT / "hashes.txt").read_text(encoding="utf-8")
    return {
        (canonicalize_name(pin[1]), pin[2]): re.findall(r"--hash=sha256:([0-9a-f]{64})", pin[3])
        for pin in PIN.finditer(text)
    }


def described(environment: Path) -> dict[str, Any]:
    """What cyclonedx-py says of the environment."""
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--spec-version", "1.6"]
    command += ["--output-reproducible", "--no-validate", "--pyproject", str(ROOT / "pyproject.toml")]
    command.append(str(environment / "bin" / "python"))
    bill = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)  # noqa: S603
    assert isinstance(bill, dict)
    return bill


def of_the_runtime(bill: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """The bill with the packages of these names alone, and their hashes."""
    hashes, unknown = pins(), []
    kept = [part for part in bill["components"] if canonicalize_name(part["name"]) in names]
    for part in kept:
        found = hashes.get((canonicalize_name(part["name"]), part["version"]))
        if not found:
            unknown.append(f"{part['name']} {part['version']}")
            continue
        file = {
            "type": "distribution",
            "url": part["purl"],
            "comment": "the files of this release; one of them is installed",
            "hashes": [{"alg": "SHA-256", "content": value} for value in found],
        }
        part["externalReferences"] = [*part.get("externalReferences", []), file]
    if unknown:
        raise SystemExit(f"sbom.py: not in hashes.txt: {', '.join(unknown)}; set the environment up again")
    refs = {part["bom-ref"] for part in kept} | {bill["metadata"]["component"]["bom-ref"]}
    graph = [
        {**node, "dependsOn": [ref for ref in node.get("dependsOn", []) if ref in refs]}
        for node in bill["dependencies"]
        if node["ref"] in refs
    ]
    return {**bill, "components": kept, "dependencies": graph}


def main() -> int:
    """Write the bill."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("environment", type=Path, help="the virtual environment of cantwont")
    parser.add_argument("--out", type=Path, required=True, help="the file to write")
    given = parser.parse_args()
    names = needed("cantwont", installed(given.environment)) - {"cantwont"}
    bill = of_the_runtime(described(given.environment), names)
    text = json.dumps(bill, indent=2, sort_keys=True) + "\n"
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if wrong is not None:
        raise SystemExit(f"sbom.py: not a valid bill: {wrong}")
    given.out.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{given.out}: {len(bill['components'])} packages, CycloneDX 1.6, valid\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

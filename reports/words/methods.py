"""How the numbers were made, in words, with versions and specs, so that the work can be repeated."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version

from evals.labelling.rules import VERSION as LABELS
from evals.record.run import Manifest
from evals.text import printable

PACKAGES = ("cantwont", "numpy", "pandas", "scipy", "statsmodels", "matplotlib")


@dataclass(frozen=True, slots=True)
class Made:
    """One run, and what it was made with."""

    run: str
    spec: str
    """JSON."""
    with_versions: str


def versions() -> str:
    """Return the versions of what reads the record now: `labels 7, cantwont 0.1.0, …`."""
    return ", ".join([f"labels {LABELS}", *(f"{name} {version(name)}" for name in PACKAGES)])


def made(run: str, manifest: Manifest) -> Made:
    """Describe how a run was made, from its manifest."""
    told = [
        f"cantwont {manifest.cantwont}",
        f"recorded {manifest.created}",
        f"prompts {manifest.prompts}",
        *_numbered("puzzle", manifest.puzzles.items()),
        *_numbered("arm", manifest.arms.items()),
        *(f"file {name} {digest[:16]}" for name, digest in manifest.puzzle_files.items()),
    ]
    if manifest.extensions:
        told.append(f"extended {len(manifest.extensions)} times")
    beside = {"spec": manifest.spec}
    if manifest.adaptations:
        beside["adaptations"] = manifest.adaptations
    plain = json.dumps(beside, indent=2, ensure_ascii=False, default=str)
    return Made(printable(run), printable(plain, keep="\n"), printable(", ".join(told)))


def _numbered(what: str, numbers: Iterable[tuple[str, int]]) -> list[str]:
    return [f"{what} {name} {number}" for name, number in sorted(numbers)]

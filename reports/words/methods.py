"""How the numbers were made, in words, with versions and specs, so that the work can be repeated."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version

from evals.labelling.rules import VERSION as LABELS
from evals.record.price import RecordedPrice
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
    facts: tuple[tuple[str, str], ...] = ()
    """What asked it, what the servers said of themselves, and the prices; each with what it is about."""
    recorded: str = ""
    """When, as `2026-11-30T…`; may be empty."""


def versions() -> str:
    """Return the versions of what reads the record now: `labels 7, cantwont 0.1.0, …`."""
    return ", ".join([f"labels {LABELS}", *(f"{name} {version(name)}" for name in PACKAGES)])


def made(run: str, manifest: Manifest, prices: Mapping[str, RecordedPrice] | None = None) -> Made:
    """Describe how a run was made, from its manifest and the prices in it."""
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
    facts = tuple((printable(about), printable(fact)) for about, fact in _facts(manifest, prices or {}))
    return Made(
        printable(run),
        printable(plain, keep="\n"),
        printable(", ".join(told)),
        facts,
        printable(manifest.created),
    )


def _facts(manifest: Manifest, prices: Mapping[str, RecordedPrice]) -> Iterator[tuple[str, str]]:
    for index, asked in enumerate(manifest.provenance):
        yield f"{'then ' if index else ''}asked with", asked.describe()
    for who, said in sorted(manifest.servers.items()):
        if told := "; then ".join(filter(None, (facts.describe() for facts in said))):
            yield f"server of {who}", told
    for who, price in sorted(prices.items()):
        yield f"price of {who}", f"a million tokens: {price.describe()}"


def _numbered(what: str, numbers: Iterable[tuple[str, int]]) -> list[str]:
    return [f"{what} {name} {number}" for name, number in sorted(numbers)]

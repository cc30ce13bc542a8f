"""Chooses an importer for each file, and makes one run of all that they yield."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.errors import ImportFailed
from evals.importers._files import sample
from evals.importers._mapping import FieldMapping, fitting_mapping
from evals.importers._record_run import ImportSummary, RunFolder, RunMaker, manifest_of
from evals.importers._registry import importer, importer_names
from evals.importers.importer import Importer, Sample, Source
from evals.text import clip

_GENERIC = 5
"""The rank from which on a format is so general that a more special one may be meant."""


def import_run(  # noqa: PLR0913 - one parameter an option
    files: Sequence[Path],
    path: Path,
    arms: Mapping[str, str],
    *,
    maker: RunMaker | None = None,
    name: str | None = None,
    mapping: FieldMapping | None = None,
) -> ImportSummary:
    """Make a run of all answers in the files.

    Args:
        files: As other tools wrote them, plain or gzipped.
        path: The directory to create; nothing is created if the import fails.
        arms: Maps prompt variants to arms; an unmapped variant becomes an arm of its own.
        maker: Takes the answers in; by default one that knows no more than `arms`.
        name: The importer; by default the one that recognises the file.
        mapping: Which field holds what.

    Raises:
        ImportFailed: A file cannot be read, a row fails the import, or no row can be taken in.
        RunError: The directory cannot be created.
    """
    maker = maker or RunMaker(arms)
    with RunFolder(path, manifest_of(files, path, arms)) as folder:
        for made in _rows(files, maker, name, mapping):
            folder.write(made)
        _check(files, arms, maker.summary)
        folder.finish(maker.summary.puzzles)
    return maker.summary


def survey(
    files: Sequence[Path],
    arms: Mapping[str, str],
    *,
    maker: RunMaker | None = None,
    name: str | None = None,
    mapping: FieldMapping | None = None,
) -> ImportSummary:
    """Do the same, and make nothing."""
    maker = maker or RunMaker(arms)
    for _ in _rows(files, maker, name, mapping):
        pass
    _check(files, arms, maker.summary)
    return maker.summary


def _rows(
    files: Sequence[Path], maker: RunMaker, name: str | None, mapping: FieldMapping | None
) -> Iterator[bytes]:
    chosen = _chosen(files, name, mapping)
    for file, label, found in zip(files, _labels(files), chosen, strict=True):
        maker.summary.formats[str(file)] = found.told
        beside = tuple(other for other in files if other != file)
        yield from maker.rows(found.importer, Source(file, found.mapping, beside, label))


def _labels(files: Sequence[Path]) -> list[str]:
    """Return the files' names, with as many folders as tell them apart."""
    for depth in range(1, 1 + max((len(file.parts) for file in files), default=0)):
        labels = ["/".join(file.parts[-depth:]) for file in files]
        if len(set(labels)) == len(set(files)):
            return labels
    return [str(file) for file in files]


@dataclass(frozen=True, slots=True)
class _Chosen:
    """How a file is read."""

    importer: Importer
    mapping: FieldMapping | None
    told: str


def _chosen(files: Sequence[Path], name: str | None, mapping: FieldMapping | None) -> list[_Chosen]:
    """Return how each file is read; one that is unknown may hold rows that another's mapping joins to it."""
    begun = [sample(file) for file in files]
    if name is None and mapping is not None:
        name = mapping.importer
    if name is not None:
        return [_Chosen(importer(name), mapping, name)] * len(files)
    found = [_by_looking(each, mapping) for each in begun]
    joins = [each.mapping for each in found if each is not None and each.mapping is not None]
    made = []
    for file, start, each in zip(files, begun, found, strict=True):
        known = each
        if known is None:
            joined = next((other for other in joins if other.is_joined(file)), None)
            if joined is None:
                raise ImportFailed(_unknown(file, start.first))
            known = _Chosen(importer("rows"), joined, "rows")
        made.append(known)
    return made


def _by_looking(begun: Sample, mapping: FieldMapping | None) -> _Chosen | None:
    """Return how a file that begins like this is read; `None` if it holds rows of an unknown format."""
    known = (importer(each) for each in importer_names())
    fit = sorted((each for each in known if each.recognises(begun)), key=lambda each: each.rank)
    if mapping is not None:
        found = fit[0] if fit and mapping.where is None else importer("rows")
        return _Chosen(found, mapping, found.name)
    if not fit or fit[0].rank >= _GENERIC:
        shipped = fitting_mapping(begun)
        if shipped is not None:
            return _Chosen(importer("rows"), shipped[1], f"mapping {shipped[0]}")
    if fit:
        return _Chosen(fit[0], None, fit[0].name)
    if isinstance(begun.first, dict) and begun.first and begun.first.keys().isdisjoint({"task", "id"}):
        return None
    # What is nothing known is told of as our own format, line by line.
    return _Chosen(importer("own"), None, "own")


def _unknown(file: Path, first: Mapping[str, Any]) -> str:
    fields = ", ".join(sorted(map(str, first))[:12]) or "none"
    known = ", ".join(importer_names())
    return (
        f"{str(file)!r} is in no known format (its first row has the fields {clip(fields, 200)}): "
        f"name one with --from ({known}), or say with --mapping which field holds what"
    )


def _check(files: Sequence[Path], arms: Mapping[str, str], summary: ImportSummary) -> None:
    """Raise `ImportFailed` if nothing went in, or if a mapping of arms maps nothing."""
    names = ", ".join(repr(str(file)) for file in files)
    if not summary.answers:
        if not summary.refused:
            raise ImportFailed(f"there are no records in {names}")
        count = summary.refused.total()
        raise ImportFailed(f"none of the {count:,} rows of {names} can be taken in ({summary.reasons})")
    for variant, arm in arms.items():
        if variant not in summary.variants:
            known = clip(", ".join(map(repr, sorted(summary.variants))), 500)
            raise ImportFailed(f"--arm {variant}={arm}: no record has that prompt variant; they have {known}")


def arms_of(given: Iterable[str]) -> dict[str, str]:
    """Parse `VARIANT=ARM` pairs into a mapping from prompt variants to arms; raises `ImportFailed`."""
    arms: dict[str, str] = {}
    for pair in given:
        variant, _, arm = pair.partition("=")
        if not variant or not arm:
            raise ImportFailed(f"--arm {pair!r}: write VARIANT=ARM, for example neutral=list")
        if arms.setdefault(variant, arm) != arm:
            raise ImportFailed(f"--arm {pair!r}: variant {variant!r} is arm {arms[variant]!r} already")
    return arms

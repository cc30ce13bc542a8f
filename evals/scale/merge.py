"""Merging: one run of the shards of a spec, each asked as a run of its own, on another machine perhaps."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.errors import RunError
from evals.record.exchange import Exchange
from evals.record.exchange_log import located
from evals.record.jsonl import JsonLine, replace
from evals.record.manifest_changes import changes
from evals.record.outcome_file import OutcomeBuffer
from evals.record.run import EXCHANGES, Manifest, RunDirectory, Shard
from evals.replay.derive import conversations, outcome
from evals.replay.finish import ModelTally, OutcomeCollector, finish
from tasks import CantwontError


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged run, and what is missing in it."""

    run: RunDirectory
    shards: int
    """How many were merged."""
    of: int
    missing: tuple[int, ...]
    """The shards that were not there, counted from 1."""
    damaged: tuple[str, ...]
    """Why shards were left out."""
    rows: int
    tallies: dict[str, ModelTally]

    def describe(self) -> Iterator[str]:
        """Yield what was merged, and how to get what is missing."""
        yield f"{self.shards:,} of {self.of:,} shards merged: {self.rows:,} rows, {self._trials:,} trials"
        for why in self.damaged:
            yield f"left out: {why}"
        for number in self.missing:
            one = f"{number}/{self.of}"
            yield f"shard {one} is missing: ask it with the same command and --shard {one}"

    @property
    def _trials(self) -> int:
        return sum(tally.labels.total() for tally in self.tallies.values())


def merge(paths: Sequence[Path], out: Path, *, partial: bool = False) -> Merged:
    """Merge shards into one run at `out`, row by row; what is kept of a trial are its id and some numbers.

    The shards must ask the same: the same spec, versions, prompts and adaptations. A trial belongs to one
    shard by its id, and every row is held against that, so that none can be there twice.

    Args:
        paths: The run directories of the shards, in any order.
        out: The run directory to make.
        partial: Merge what is there where shards are missing or damaged.

    Raises:
        RunError: A path is no shard, shards differ or are there twice, some are missing or damaged without
            `partial`, or the run cannot be made.
    """
    opened, damaged = _opened(paths)
    if not opened:
        raise RunError(f"there is no shard to merge: {'; '.join(damaged) or 'name their run directories'}")
    shards = {_shard(run).number: run for run in opened}
    of = _shard(opened[0]).of
    _check_same(opened)
    found, broken = _whole(shards)
    damaged += broken
    missing = tuple(number + 1 for number in range(of) if number not in found)
    if (missing or damaged) and not partial:
        names = ", ".join(f"{number}/{of}" for number in missing[:20])
        told = [*damaged, *([f"shards {names} are missing or left out"] if missing else [])]
        raise RunError(f"{'; '.join(told)}: ask them, or merge the rest with --partial")
    run = RunDirectory.create(out, _manifest([found[number] for number in sorted(found)]))
    try:
        with run.locked(), OutcomeBuffer(run) as kept:
            whole = _Whole(OutcomeCollector(kept))
            replace(run.path / EXCHANGES, whole.lines(found[number] for number in sorted(found)))
            tallies = finish(run, whole.gathered)
    except BaseException:  # an interrupt, too: the same command begins anew
        run.discard()
        raise
    return Merged(run, len(found), of, missing, tuple(damaged), whole.rows, tallies)


def _opened(paths: Sequence[Path]) -> tuple[list[RunDirectory], list[str]]:
    runs, damaged = [], []
    for path in paths:
        try:
            runs.append(RunDirectory.open(path))
        except CantwontError as error:
            damaged.append(str(error))
    return runs, damaged


def _shard(run: RunDirectory) -> Shard:
    if run.manifest.shard is None:
        raise RunError(
            f"the run at {str(run.path)!r} is no shard, but a whole run: there is nothing to merge"
        )
    return run.manifest.shard


def _check_same(runs: Sequence[RunDirectory]) -> None:
    """Raise `RunError` unless these are different shards of one whole."""
    first, seen = runs[0], {_shard(runs[0]).number: runs[0]}
    for run in runs[1:]:
        shard = _shard(run)
        if shard.of != _shard(first).of:
            raise RunError(f"{str(run.path)!r} is shard {shard}, and {str(first.path)!r} {_shard(first)}")
        if (same := seen.get(shard.number)) is not None:
            raise RunError(
                f"{str(run.path)!r} and {str(same.path)!r} are both shard {shard}: name one of them"
            )
        seen[shard.number] = run
        differ = list(changes(_unsharded(first.manifest), _unsharded(run.manifest)))
        differ += _other_adaptations(first.manifest, run.manifest)
        if differ:
            raise RunError(
                f"{str(run.path)!r} was asked otherwise than {str(first.path)!r}: {'; '.join(differ)}"
            )


def _unsharded(manifest: Manifest) -> Manifest:
    return manifest.model_copy(update={"shard": None})


def _other_adaptations(one: Manifest, other: Manifest) -> Iterator[str]:
    for endpoint, models in other.adaptations.items():
        for model, stored in models.items():
            known = one.adaptations.get(endpoint, {}).get(model, stored)
            if known != stored:
                yield f"requests to {endpoint}/{model} were adapted otherwise ({known}, {stored})"


def _whole(shards: dict[int, RunDirectory]) -> tuple[dict[int, RunDirectory], list[str]]:
    """Return the shards whose records can be read to their ends, and what is wrong with the others."""
    sound, damaged = {}, []
    for number, run in shards.items():
        try:
            for _ in _located(run):
                pass
        except CantwontError as error:
            damaged.append(f"shard {_shard(run)} is damaged: {error}")
        else:
            sound[number] = run
    return sound, damaged


def _located(run: RunDirectory) -> Iterator[tuple[JsonLine, Exchange]]:
    """The rows of a shard with their lines; raises `CorruptRecord` for one of another shard."""
    shard = _shard(run)
    for line, row in located(run):
        if not shard.owns(row.trial if row.judge is None else row.judge.of):
            raise line.corrupt(f"is of trial {row.trial!r}, which is not of shard {shard}")
        yield line, row


class _Whole:
    """Copies the rows of shards, and derives the outcomes of their trials on the way, shard by shard."""

    def __init__(self, gathered: OutcomeCollector) -> None:
        self.gathered = gathered
        self.rows = 0
        self._passed: list[bytes] = []
        """Lines that were read and are not copied yet: hardly more than those of one trial."""

    def lines(self, runs: Iterable[RunDirectory]) -> Iterator[bytes]:
        """Yield all rows as they are recorded; then the outcomes of all of them are gathered."""
        size = 0
        for run in runs:
            for trial, rows in conversations(run, self._read(run)):
                self.gathered.add(trial, rows, outcome(trial, rows))
                size += sum(map(len, self._passed))
                yield from self._passed
                self._passed.clear()
            size += sum(map(len, self._passed))
            yield from self._passed
            self._passed.clear()
        self.gathered.record_size = size

    def _read(self, run: RunDirectory) -> Iterator[tuple[JsonLine, Exchange]]:
        for line, row in _located(run):
            self._passed.append(line.data if line.ended else line.data + b"\n")
            self.rows += 1
            yield line, row


def _manifest(runs: Sequence[RunDirectory]) -> Manifest:
    """The manifest of the whole: that of the first shard, with what each has found out by itself."""
    manifests = [run.manifest for run in runs]
    first = manifests[0]
    adaptations: dict[str, dict[str, Any]] = {}
    contexts: dict[str, dict[str, Any]] = {}
    for manifest in manifests:
        contexts |= manifest.contexts
        for endpoint, models in manifest.adaptations.items():
            adaptations[endpoint] = {**adaptations.get(endpoint, {}), **models}
    servers = {
        who: _distinct(facts for manifest in manifests for facts in manifest.servers.get(who, ()))
        for who in dict.fromkeys(who for manifest in manifests for who in manifest.servers)
    }
    return first.model_copy(
        update={
            "shard": None,
            "created": min(manifest.created for manifest in manifests),
            "adaptations": adaptations,
            "contexts": contexts,
            "servers": servers,
            "provenance": _distinct(one for manifest in manifests for one in manifest.provenance),
        }
    )


def _distinct(items: Iterable[Any]) -> tuple[Any, ...]:
    kept: list[Any] = []
    for item in items:
        if item not in kept:
            kept.append(item)
    return tuple(kept)

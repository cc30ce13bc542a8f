"""Replay: derives outcomes from a record again, and compares them with the stored ones.

`check` is meant for tests of your own; `replay` reports more, and is what the command shows.
"""

import signal
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from heapq import merge
from multiprocessing import get_context
from pathlib import Path
from typing import TypeAlias

from evals.arms import arm, arm_names
from evals.errors import RunError
from evals.labelling.acts import model_hash
from evals.labelling.rules import VERSION
from evals.record import jsonl
from evals.record.jsonl import JsonLine
from evals.record.manifest_changes import versions
from evals.record.outcome import Evidence, Outcome
from evals.record.outcome_file import OUTCOMES, StoredOutcomes, is_current, stored_header
from evals.record.run import RunDirectory, Shard
from evals.replay import derive
from evals.replay.open_runs import open_runs
from evals.replay.placement_check import placement_notes
from evals.replay.prompt_changes import PromptCheck
from evals.text import clip, printable
from tasks import loaded_file, puzzle

_QUOTES = 3
"""Number of quotes shown as evidence for each side of a change."""
_LONGEST = 160
"""Characters of a value that are shown."""


@dataclass(frozen=True, slots=True)
class Change:
    """A trial whose outcome differs from the stored one. `str` describes it in one line."""

    stored: Outcome | None
    """`None` if the trial is not among the stored outcomes."""
    derived: Outcome | None
    """`None` if the trial is not in the record."""
    line: int = 1
    """The line of the stored outcome in `outcomes.jsonl`, counted from 1."""

    @property
    def outcome(self) -> Outcome:
        """Today's outcome, or else the stored one."""
        found = self.derived or self.stored
        assert found is not None, "a change has a side"
        return found

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that differ, if there are two outcomes."""
        if self.stored is None or self.derived is None:
            return ()
        names = Outcome.model_fields
        return tuple(name for name in names if getattr(self.stored, name) != getattr(self.derived, name))

    @property
    def brief(self) -> str:
        """What happened to the label, or else which fields differ."""
        if self.stored is None:
            return f"{self.outcome.label} is new: no outcome of it is stored"
        if self.derived is None:
            return f"{self.outcome.label} is gone: the trial is not in the record"
        if self.stored.label is not self.derived.label:
            return f"{self.stored.label} -> {self.derived.label}"
        return f"{self.derived.label}, but {', '.join(self.fields)} changed"

    def details(self) -> Iterator[str]:
        """Yield the reason, the evidence, and every other field that differs, except the label."""
        first = ("reason", "evidence")
        for name in (*first, *(name for name in self.fields if name not in ("label", *first))):
            sides = [_shown(name, side) for side in (self.stored, self.derived) if side is not None]
            if name in self.fields or sides[-1]:
                yield f"{name}: {' -> '.join(side or 'none' for side in dict.fromkeys(sides))}"

    def __str__(self) -> str:
        return f"{trial_in_words(self.outcome)}: {self.brief}; {'; '.join(self.details())}"


@dataclass(frozen=True, slots=True)
class Replayed:
    """The result of replaying one run."""

    run: RunDirectory
    outcomes: Mapping[str, Outcome]
    """Today's outcomes by trial id, in the order of the ids."""
    stored: int | None
    """The number of stored outcomes; `None` if there are no stored outcomes."""
    changes: tuple[Change, ...]
    """In the order of the trial ids."""
    notes: tuple[str, ...]
    """What is not a difference but worth knowing."""
    rules_before: int | None = None
    """The version of the rules that made the stored outcomes, where it is not today's."""

    @property
    def same(self) -> bool:
        """Whether outcomes are stored, and nothing has changed."""
        return self.stored is not None and not self.changes

    def describe(self) -> Iterator[str]:
        """Yield every change, and the summary."""
        for note in self.notes:
            yield f"note: {note}"
        if self.rules_before is not None and self.changes:
            yield from self._relabelled()
            return
        for change in self.changes:
            yield f"{trial_in_words(change.outcome)}: {change.brief}"
            for detail in change.details():
                yield f"    {detail}"
        yield self.summary()

    def _relabelled(self) -> Iterator[str]:
        """Yield one block for all that other rules of labelling changed."""
        kinds = Counter(
            f"{change.stored.label} -> {change.derived.label}"
            for change in self.changes
            if change.stored is not None
            and change.derived is not None
            and change.stored.label is not change.derived.label
        )
        labels = kinds.total()
        yield f"{len(self.outcomes):,} trials replayed; labelling rules {self.rules_before} -> {VERSION}:"
        yield f"    {labels:,} labels change" + (":" if kinds else "")
        for kind, count in sorted(kinds.items(), key=lambda item: (-item[1], item[0])):
            yield f"        {count:,}  {kind}"
        yield f"    {len(self.changes) - labels:,} outcomes keep their label and change beside it"
        yield f"    accept all of it with: cantwont replay {self.run.path} --update"

    def summary(self) -> str:
        """Summarize the result in one line."""
        replayed = f"{len(self.outcomes):,} trials replayed"
        if self.stored is None:
            return f"{replayed}; no outcomes are stored yet (--update writes them)"
        if self.same:
            return f"{replayed}; all outcomes are the same as those stored"
        new = sum(change.stored is None for change in self.changes)
        gone = sum(change.derived is None for change in self.changes)
        return (
            f"{replayed}; {len(self.changes) - new - gone:,} outcomes differ from those stored, "
            f"{new:,} are new, {gone:,} are gone (--update accepts this)"
        )


def check(path: Path | str, trusting: Iterable[str] = ()) -> tuple[Change, ...]:
    """Replay the run at this path; return the trials whose outcome differs from the stored one.

    Writes nothing.

    Args:
        path: the run directory.
        trusting: SHA-256 hashes of puzzle files to trust, beside those that the user trusts already.

    Raises:
        UntrustedPuzzle: the run needs a puzzle file that is not trusted.
        RunError: the path is not a run, or the run has no stored outcomes.
    """
    [run] = open_runs([Path(path)], trusting)
    replayed = replay(run)
    if replayed.stored is None:
        raise RunError(
            f"the run at {str(path)!r} has no stored outcomes to compare with: "
            f"write them with `cantwont replay {path} --update`"
        )
    return replayed.changes


def replay(run: RunDirectory, *, processes: int = 1, mapped: "Mapped | None" = None) -> Replayed:
    """Derive all outcomes again and compare them with the stored ones; writes nothing, asks nobody.

    Args:
        run: the run.
        processes: how many processes.
        mapped: carries out a function of one argument on each of several, and returns the results in
            order. By default processes are forked off this one, which must have no threads.
    """
    prompts = PromptCheck(run)
    fresh: list[Outcome] = []
    changes: list[Change] = []
    stored = StoredOutcomes(run) if (run.path / OUTCOMES).exists() else None
    trials = before = 0
    for part in _parts(run, processes, mapped):
        prompts.add(part.prompts)
        fresh += part.fresh
        changes += part.changes
        trials += part.trials
        before += part.stored
    changes.sort(key=lambda change: change.outcome.trial)
    return Replayed(
        run=run,
        outcomes=_Today(trials, {outcome.trial: outcome for outcome in fresh}, stored, changes),
        stored=None if stored is None else before,
        changes=tuple(changes),
        notes=(*_other_versions(run), *_stale(run), *prompts.describe(), *placement_notes(run)),
        rules_before=_rules_before(run),
    )


def _rules_before(run: RunDirectory) -> int | None:
    header = stored_header(run)
    return header.labels if header is not None and header.labels != VERSION else None


class _Today(Mapping[str, Outcome]):
    """Today's outcomes; those that are stored as they are today are read again when they are asked for."""

    def __init__(
        self,
        trials: int,
        fresh: dict[str, Outcome],
        stored: StoredOutcomes | None,
        changes: Iterable[Change],
    ) -> None:
        self._trials, self._fresh, self._stored = trials, fresh, stored
        self._gone = {change.outcome.trial for change in changes if change.derived is None}

    def __getitem__(self, trial: str) -> Outcome:
        if trial in self._fresh:
            return self._fresh[trial]
        if self._stored is None or trial in self._gone:
            raise KeyError(trial)
        return self._stored.read(trial)

    def __iter__(self) -> Iterator[str]:
        kept = (trial for trial in self._stored or () if trial not in self._fresh and trial not in self._gone)
        return merge(kept, sorted(self._fresh))

    def __len__(self) -> int:
        return self._trials


@dataclass(slots=True)
class _Part:
    """The result of one process's share."""

    prompts: PromptCheck
    trials: int = 0
    fresh: list[Outcome] = field(default_factory=list)
    """The outcomes that are not stored as they are today."""
    changes: list[Change] = field(default_factory=list)
    """In no particular order; none where no outcomes are stored."""
    stored: int = 0
    """The number of stored outcomes of these trials, and of those of this share that are gone."""


Mapped: TypeAlias = Callable[[Callable[[RunDirectory], _Part], Sequence[RunDirectory]], list[_Part]]


def _parts(run: RunDirectory, processes: int, mapped: Mapped | None) -> list[_Part]:
    if processes == 1:
        return [_part(run)]
    parts = [run.part(Shard(number, processes)) for number in range(processes)]
    if mapped is not None:
        return mapped(_part, parts)
    # Forked processes keep the puzzles that were loaded from files.
    with ProcessPoolExecutor(processes, get_context("fork"), _end_with_interrupts) as pool:
        return list(pool.map(_part, parts))


def _part(run: RunDirectory) -> _Part:
    part = _Part(PromptCheck(run))
    stored = StoredOutcomes(run) if (run.path / OUTCOMES).exists() else None
    # By line, whether its outcome was derived again.
    derived = bytearray(0 if stored is None else stored.last + 1)
    for trial, rows in derive.conversations(run):
        part.prompts.see(trial, rows)
        part.trials += 1
        made = derive.outcome(trial, rows)
        line = None if stored is None else stored.line(trial.id)
        if line is not None:
            derived[line.number] = 1
            if line.data == jsonl.encode(jsonl.record(made)):
                continue
        part.fresh.append(made)
        if stored is not None:
            part.changes += _changed(stored, line, made)
    if stored is not None:
        part.stored = len(stored)
        if sum(derived) < part.stored:
            part.changes += _gone(stored, derived)
    return part


def _gone(stored: StoredOutcomes, derived: bytearray) -> Iterator[Change]:
    for trial in stored:
        line = stored.line(trial)
        if line is not None and not derived[line.number]:
            yield Change(stored.read(trial), None, line.number)


def _changed(stored: StoredOutcomes, line: JsonLine | None, after: Outcome) -> Iterator[Change]:
    """Yield the change from the stored outcome of a trial to today's, if it is one."""
    if line is None:
        yield Change(None, after)
        return
    before = stored.read(after.trial)
    if before.cached_tokens is None:
        # Earlier versions did not count them: that they are known now is no other outcome.
        before = before.model_copy(update={"cached_tokens": after.cached_tokens})
    if before != after:
        yield Change(before, after, line.number)


def _end_with_interrupts() -> None:
    """Let Ctrl-C end a process of the pool silently."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def trial_in_words(outcome: Outcome) -> str:
    """Identify a trial in one printable line: model, instance, arm, repeat and id."""
    who = outcome.who
    options = "".join(f" {name}={value}" for name, value in outcome.options.items())
    repeat = f" repeat {outcome.repeat}" if outcome.repeat else ""
    return printable(f"{who} {outcome.instance} {outcome.arm}{options}{repeat} (trial {outcome.trial})")


def _other_versions(run: RunDirectory) -> Iterator[str]:
    """Yield what was asked in another version than today's; a file that no trial needs was not loaded."""
    files = run.manifest.puzzle_files
    known = [name for name in run.manifest.puzzles if name not in files or loaded_file(name) is not None]
    today = {name: puzzle(name).version for name in known}
    return versions(run.manifest, puzzles=today, arms={name: arm(name).version for name in arm_names()})


def _stale(run: RunDirectory) -> Iterator[str]:
    """Yield a note if the stored outcomes do not belong to this record and these rules."""
    if (run.path / OUTCOMES).exists() and not is_current(run, VERSION, model_hash()):
        yield (
            "the stored outcomes were derived from another record than this, "
            "or by another version of the labelling rules"
        )


def _shown(name: str, outcome: Outcome) -> str:
    """Format a field's value in one line; an empty string for an empty value."""
    value = getattr(outcome, name)
    if name == "evidence":
        return ", ".join(map(_quoted, value[:_QUOTES])) + (" …" if len(value) > _QUOTES else "")
    if value is None or value == ():
        return ""
    text = " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return printable(clip(text, _LONGEST))


def _quoted(evidence: Evidence) -> str:
    place = f"{evidence.shows} at {evidence.start} of turn {evidence.turn}"
    return f'{place} "{printable(clip(evidence.quote, _LONGEST))}"'

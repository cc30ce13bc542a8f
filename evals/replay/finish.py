"""The end of a run: derives and writes its outcomes, and reports what stands out in them."""

import hashlib
import json
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from evals.labelling.acts import model_hash
from evals.labelling.rules import SPENT, VERSION
from evals.record.exchange import Exchange
from evals.record.finish_reasons import Finish, finish_of
from evals.record.outcome import Label, Outcome
from evals.record.outcome_file import OutcomeBuffer, OutcomesHeader
from evals.record.run import RunDirectory
from evals.record.trial import Trial
from evals.replay import derive
from evals.text import printable, trial_count

MANY_CUT = 0.10
"""The share of truncated answers above which a warning is given."""
MANY_ALIKE = 0.10
"""The same for identical repeats. Among short correct answers, a few are always identical."""
_BY_CONTEXT = frozenset({derive.CONTEXT_FULL, derive.PROMPT_CUT})


_AT_ONCE = 1 << 16
"""Digests that are told apart at once."""


@dataclass(slots=True)
class _Texts:
    """Counts the texts that were there before, in 8 bytes a text."""

    _digests: "array[int]" = field(default_factory=lambda: array("Q"))

    def add(self, text: str) -> None:
        """Count a text."""
        data = text.encode("utf-8", "surrogatepass")
        self._digests.append(int.from_bytes(hashlib.blake2b(data, digest_size=8).digest()))

    @property
    def repeated(self) -> int:
        """How many of the texts are the same as an earlier one."""
        parts = -(-len(self._digests) // _AT_ONCE)
        kinds = (len({one for one in self._digests if one % parts == part}) for part in range(parts))
        return len(self._digests) - sum(kinds)


@dataclass(slots=True)
class ModelTally:
    """What stands out among the outcomes of one model."""

    labels: Counter[Label] = field(default_factory=Counter)
    """Number of trials by label."""
    asked: _Texts = field(default_factory=_Texts)
    """Requests that were answered."""
    said: _Texts = field(default_factory=_Texts)
    """The same, each with its answers."""
    cut: int = 0
    """Answers that a limit cut, by what the API reported or by the tokens spent."""
    by_context: int = 0
    """Number of these where that was the end of the server's context, or where it cut the prompt."""

    @property
    def answers(self) -> int:
        """Trials with a reply."""
        return self.labels.total() - self.labels[Label.ERROR]

    @property
    def repeated(self) -> int:
        """Number of answers to a request that was made before."""
        return self.asked.repeated

    @property
    def same(self) -> int:
        """Number of these that are identical to an earlier answer, to the last character."""
        return self.said.repeated

    def describe(self) -> str:
        """Format the label counts, e.g. `solved 12, give_up 3`."""
        return ", ".join(f"{label} {self.labels[label]:,}" for label in Label if self.labels[label])

    def warnings(self) -> Iterator[str]:
        """Yield what the user should know before trusting the figures."""
        cut = self.cut
        if cut > MANY_CUT * self.answers:
            what = f"{cut:,} of {self.answers:,} answers were cut by a limit ({cut / self.answers:.0%})"
            if self.by_context:
                yield (
                    f"{what}, {self.by_context:,} of them by the context of the server; raise it there "
                    "(`cantwont doctor` says how) to learn more from them"
                )
            else:
                yield f"{what}; raise max_tokens to learn more from them"
        if self.same > MANY_ALIKE * self.repeated:
            yield (
                f"{self.same:,} of {self.repeated:,} repeats are the same as another to the last character "
                "and add nothing; raise the temperature, or ask for more instances in place of repeats"
            )


class OutcomeCollector:
    """Collects the outcomes of a run and what stands out in them, during the run or after it."""

    def __init__(self, kept: OutcomeBuffer) -> None:
        self.kept = kept
        self.standings: dict[str, ModelTally] = defaultdict(ModelTally)
        self.record_size: int | None = None
        """Size in bytes of the record whose outcomes are all collected; `None` if some may be missing."""

    def add(self, trial: Trial, rows: Sequence[Exchange], outcome: Outcome) -> None:
        """Add an outcome, with the rows that it was derived from."""
        self._note(trial, rows, self.kept.add(outcome))

    def add_all(self, run: RunDirectory) -> None:
        """Add the outcomes of all recorded trials; those added before are kept as they are."""
        self.standings.clear()
        for trial, rows in derive.conversations(run):
            made = self.kept.line(trial.id)
            plain = self.kept.add(derive.outcome(trial, rows)) if made is None else json.loads(made)
            self._note(trial, rows, plain)

    def _note(self, trial: Trial, rows: Sequence[Exchange], outcome: Mapping[str, Any]) -> None:
        standing = self.standings[trial.who]
        standing.labels[Label(outcome["label"])] += 1
        spent = outcome.get("reason") in (SPENT, derive.CUT_PROMPT)
        cut = finish_of(outcome.get("finish_reason")) is Finish.LENGTH or spent
        cut = cut and outcome["label"] == Label.TRUNCATED
        standing.cut += cut
        standing.by_context += cut and not _BY_CONTEXT.isdisjoint(outcome.get("flags", ()))
        if not outcome.get("turns"):
            return
        alike = f"{trial.who}\n{trial.arm}\n{outcome['instance']}\n{trial.options}\n"
        alike += json.dumps(trial.sampling.body())
        standing.asked.add(alike)
        standing.said.add("\0".join((alike, *(text for _, text in derive.texts(rows)))))


def finish(run: RunDirectory, gathered: OutcomeCollector | None = None) -> dict[str, ModelTally]:
    """Write the outcomes of all recorded trials; return what stands out, by model. Raises `RunError`.

    Args:
        run: the run.
        gathered: outcomes just derived from its rows by the same rules; missing ones are added.
    """
    with run.locked(), ExitStack() as stack:
        header = OutcomesHeader.of(run, VERSION, model_hash())
        if gathered is None:
            gathered = OutcomeCollector(stack.enter_context(OutcomeBuffer(run)))
        if gathered.record_size != header.exchanges.bytes:
            gathered.add_all(run)
        gathered.kept.write(header)
    return dict(sorted(gathered.standings.items()))


def describe_tallies(standings: dict[str, ModelTally]) -> Iterator[str]:
    """Yield how each model's trials ended, then the warnings."""
    for model, standing in standings.items():
        yield f"{printable(model)}: {trial_count(standing.labels.total())}: {standing.describe()}"
    for model, standing in standings.items():
        for warning in standing.warnings():
            yield f"warning: {printable(model)}: {warning}"

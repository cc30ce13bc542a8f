"""The end of a run: its outcomes derived and written, and what stands out in them."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from evals import derive
from evals.label import VERSION
from evals.outcome_file import Kept, OutcomesHeader
from evals.printable import printable
from evals.recording import Run
from evals.trials import Exchange, Label, Trial

MANY_CUT = 0.10
"""A larger share of truncated answers than this is worth a warning."""
MANY_ALIKE = 0.10
"""The same for repeats that are no different. Of short right answers, a few always are the same."""


@dataclass(slots=True)
class Standing:
    """What stands out among the outcomes of one model."""

    labels: Counter[Label] = field(default_factory=Counter)
    """How its trials ended."""
    repeated: int = 0
    """How many of its answers had another before them that was asked for alike."""
    same: int = 0
    """How many of these are the same as one before to the last character."""

    def note(self, answer: bytes, alike: set[bytes]) -> None:
        """One more answer, and those before it that were asked for alike, among which it is from now on."""
        self.repeated += bool(alike)
        self.same += answer in alike
        alike.add(answer)

    @property
    def answers(self) -> int:
        """Trials with a reply."""
        return self.labels.total() - self.labels[Label.ERROR]

    def in_words(self) -> str:
        """How the trials ended, e.g. `solved 12, give_up 3`."""
        return ", ".join(f"{label} {self.labels[label]:,}" for label in Label if self.labels[label])

    def warnings(self) -> Iterator[str]:
        """What its user should know before trusting the figures."""
        cut = self.labels[Label.TRUNCATED]
        if cut > MANY_CUT * self.answers:
            yield (
                f"{cut:,} of {self.answers:,} answers were cut by a limit ({cut / self.answers:.0%}); "
                "raise max_tokens to learn more from them"
            )
        if self.same > MANY_ALIKE * self.repeated:
            yield (
                f"{self.same:,} of {self.repeated:,} repeats are the same as another to the last character "
                "and add nothing; raise the temperature, or ask for more instances in place of repeats"
            )


def finish(run: Run, known: Kept | None = None) -> dict[str, Standing]:
    """Derive all outcomes from the record and write them; what stands out, by model. Raises `RunError`.

    Args:
        run: the run.
        known: outcomes that were derived just now from the same rows by the same rules; the others join them.
    """
    standings: dict[str, Standing] = defaultdict(Standing)
    answers: dict[str, set[bytes]] = defaultdict(set)
    with run.locked(), ExitStack() as stack:
        kept = known if known is not None else stack.enter_context(Kept(run))
        header = OutcomesHeader.of(run, VERSION)
        for trial, rows in derive.conversations(run):
            made = kept.line(trial.id)
            outcome = kept.add(derive.outcome(trial, rows)) if made is None else json.loads(made)
            standing = standings[trial.who]
            standing.labels[Label(outcome["label"])] += 1
            if outcome.get("turns"):
                standing.note(_digest(rows), answers[_asked_alike(trial, outcome["instance"])])
        kept.write(header)
    return dict(sorted(standings.items()))


def _asked_alike(trial: Trial, instance: str) -> str:
    return f"{trial.who}\n{trial.arm}\n{instance}\n{trial.options}\n{trial.sampling}"


def _digest(rows: Sequence[Exchange]) -> bytes:
    content = "\0".join(text for _, text in derive.texts(rows))
    return hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def in_words(standings: dict[str, Standing]) -> Iterator[str]:
    """How each model's trials ended, and the warnings."""
    for model, standing in standings.items():
        yield f"{printable(model)}: {standing.labels.total():,} trials: {standing.in_words()}"
    for model, standing in standings.items():
        for warning in standing.warnings():
            yield f"warning: {printable(model)}: {warning}"

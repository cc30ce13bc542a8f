"""How well the labels of a run agree with those of a human reader."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from evals.record.outcome import Label, Outcome
from evals.second_reader.human_labels import BadLabels, HumanLabel
from evals.text import clip


@dataclass(frozen=True, slots=True)
class Pair:
    """The labels that two readers gave one answer."""

    human: Label
    rule: Label


@dataclass(frozen=True, slots=True)
class Interval:
    """The bounds of an interval for a share."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often two readers chose the same label."""

    total: int
    agreed: int
    interval: Interval
    """Wilson's 95 % interval."""
    kappa: float | None
    """Cohen's kappa; `None` if chance alone would always agree, or there is nothing to compare."""

    @property
    def share(self) -> float:
        """The share of equal labels, from 0 to 1."""
        return self.agreed / self.total if self.total else 0.0


def measure(pairs: Iterable[Pair]) -> Agreement:
    """Return the agreement of any number of pairs, with its interval and kappa."""
    counts = Counter(pairs)
    total = counts.total()
    agreed = sum(count for pair, count in counts.items() if pair.human is pair.rule)
    return Agreement(total, agreed, wilson(agreed, total), _kappa(counts, agreed, total))


def wilson(successes: int, total: int, level: float = 0.95) -> Interval:
    """Return Wilson's score interval of a share (J. Am. Stat. Assoc. 22, 1927, 209)."""
    if total == 0:
        return Interval(0.0, 1.0)
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, scale = successes / total, 1 + z * z / total
    centre = (share + z * z / (2 * total)) / scale
    half = z / scale * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    low, high = centre - half, centre + half
    return Interval(low if successes else 0.0, high if successes < total else 1.0)


def _kappa(counts: "Counter[Pair]", agreed: int, total: int) -> float | None:
    """Agreement beyond chance (J. Cohen, Educ. Psychol. Meas. 20, 1960, 37), as one division of integers."""
    human: Counter[Label] = Counter()
    rule: Counter[Label] = Counter()
    for pair, count in counts.items():
        human[pair.human] += count
        rule[pair.rule] += count
    by_chance = sum(human[label] * rule[label] for label in human)
    most = total * total
    return (agreed * total - by_chance) / (most - by_chance) if most != by_chance else None


# --- a run beside a file of labels


@dataclass(frozen=True, slots=True)
class LabelPair:
    """One trial with both of its labels."""

    human: HumanLabel
    outcome: Outcome

    @property
    def pair(self) -> Pair:
        """Both labels; of the human's, only the first."""
        return Pair(self.human.label, self.outcome.label)

    @property
    def settled(self) -> Pair:
        """Both labels; if the rule chose the human's alternative, that counts as the human's choice."""
        chosen = self.outcome.label
        return Pair(chosen, chosen) if chosen is self.human.alternative else self.pair

    @property
    def agrees(self) -> bool:
        """Whether the rule chose one of the human's labels."""
        return self.settled.human is self.settled.rule


@dataclass(frozen=True, slots=True)
class Compared:
    """A run's labels compared with those of a human."""

    rows: tuple[LabelPair, ...]
    """The trials that both labelled, in the order of the file."""
    lacking: tuple[str, ...]
    """Trials that have a human label but are not in the run."""
    unlabelled: int
    """Number of trials in the run without a human label."""

    @property
    def agreement(self) -> Agreement:
        """Over all rows; an alternative counts as agreement."""
        return measure(row.settled for row in self.rows)

    @property
    def strict(self) -> Agreement:
        """Over all rows, by the human's first label alone."""
        return measure(row.pair for row in self.rows)

    @property
    def drawn(self) -> Sequence[LabelPair]:
        """The rows that were drawn at random."""
        return [row for row in self.rows if row.human.random_sample]

    @property
    def disagreements(self) -> Sequence[LabelPair]:
        """The rows in which the rule chose neither of the human's labels."""
        return [row for row in self.rows if not row.agrees]


def compare(outcomes: Iterable[Outcome], labels: Sequence[HumanLabel]) -> Compared:
    """Match outcomes with human labels; raises `BadLabels` if no trial has both."""
    known = {outcome.trial: outcome for outcome in outcomes}
    rows = tuple(LabelPair(label, known[label.id]) for label in labels if label.id in known)
    if not rows:
        shown = [clip(repr(name), 60) for name in (labels[0].id if labels else "", next(iter(known), ""))]
        raise BadLabels(
            f"no label of the file ({len(labels):,} in all) is of a trial of this run: "
            f"the file has ids like {shown[0]}, the run like {shown[1]}"
        )
    lacking = tuple(label.id for label in labels if label.id not in known)
    return Compared(rows, lacking, len(known) - len(rows))

"""How trials ended as bars: one a run, and one for each model, arm and size."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evals.record.outcome import INSTRUMENT, Label
from evals.run_index import RunSummary
from evals.run_index.queries import LabelCount

PARTS = {
    Label.SOLVED: "solved",
    Label.REFUSAL: "refusal",
    Label.GIVE_UP: "give up",
    Label.LOGIC_ERROR: "logic error",
    Label.MALFORMED: "malformed",
    Label.NO_ANSWER: "no answer",
}
"""The labels of a bar, in its order; all others are lost to the instrument."""
LOST = "lost"
_MOST_SIZES = 14
_MOST_ROWS = 40


@dataclass(frozen=True, slots=True)
class BarPart:
    """A part of a bar."""

    name: str
    """A label, or `lost`: its class in the style sheet."""
    words: str
    start: float
    width: float
    """Both in hundredths of the bar."""
    count: int


@dataclass(frozen=True, slots=True)
class LabelBar:
    """A bar with its words."""

    parts: tuple[BarPart, ...]
    total: int

    @classmethod
    def of(cls, labels: Mapping[str, int]) -> "LabelBar":
        """Make the bar of some counts."""
        counts = [(str(label), words, labels.get(label, 0)) for label, words in PARTS.items()]
        counts.append((LOST, "lost to the instrument", sum(labels.get(label, 0) for label in INSTRUMENT)))
        total = sum(count for *_, count in counts)
        parts, start = [], 0.0
        for name, words, count in counts:
            if count:
                width = 100 * count / total
                parts.append(BarPart(name, words, start, width, count))
                start += width
        return cls(tuple(parts), total)

    @property
    def told(self) -> str:
        """The bar in words."""
        return ", ".join(f"{part.words} {part.count:,}" for part in self.parts) or "nothing yet"

    @property
    def brief(self) -> str:
        """The same in fewer words: refusals and give-ups together, and what no reader could use."""
        counts = {part.name: part.count for part in self.parts}
        groups = {
            "stopped": (Label.REFUSAL, Label.GIVE_UP),
            "wrong": (Label.LOGIC_ERROR,),
            "unread": (Label.MALFORMED, Label.NO_ANSWER),
            "cut": (LOST,),
        }
        found = {name: sum(counts.get(label, 0) for label in labels) for name, labels in groups.items()}
        return ", ".join(f"{name} {count:,}" for name, count in found.items() if count)

    @property
    def solved(self) -> int:
        """How many were solved."""
        return sum(part.count for part in self.parts if part.name == Label.SOLVED)


@dataclass(frozen=True, slots=True)
class Table:
    """The bars of a puzzle: models and arms down, sizes across."""

    puzzle: str
    total: LabelBar
    sizes: tuple[int, ...]
    rows: tuple[tuple[str, str, tuple[LabelBar | None, ...]], ...]


def tables(run: RunSummary, ended: Iterable[LabelCount]) -> list[Table]:
    """Return the bars of a run; those of puzzles with more sizes or rows than fit are left out."""
    counts: dict[str, dict[tuple[str, str], dict[int, dict[str, int]]]] = {}
    for one in ended:
        sizes = counts.setdefault(one.puzzle, {}).setdefault((one.model, one.arm), {})
        labels = sizes.setdefault(one.size, {})
        labels[one.label] = labels.get(one.label, 0) + one.trials
    made = []
    for puzzle in run.puzzles:
        rows = counts.get(puzzle, {})
        sizes_ = tuple(sorted({size for row in rows.values() for size in row}))
        if rows and len(sizes_) <= _MOST_SIZES and len(rows) <= _MOST_ROWS:
            bars = tuple(
                (model, arm, tuple(LabelBar.of(row[size]) if size in row else None for size in sizes_))
                for (model, arm), row in sorted(rows.items())
            )
            totals: Counter[str] = Counter()
            for labels in (labels for row in rows.values() for labels in row.values()):
                totals.update(labels)
            made.append(Table(puzzle, LabelBar.of(totals), sizes_, bars))
    return made

"""Writes docs/reliability.md: how often the labels are right, and whether their probabilities are."""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from reports.measures.rates import wilson
from tests import ROOT
from tests.answers.judged import REAL, Judged, judged, names, weighed

PAGE = ROOT / "docs" / "reliability.md"
BINS = (0.0, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
FIRST_LOOKS = {
    "one": ("85.0", "at 36e28e3, before any rule was made with it"),
    "two": ("92.1", "at ec8c57a"),
    "three": ("82.9", "before the readings of tables, codes and number words"),
    "four": ("95.7", "with them"),
    "five": ("93.6", "with one more author of sentences; of the confident ones 99.1"),
    "six": ("91.0", "likewise; of the confident ones 100.0"),
    "seven": ("93.8", "at 11c72c7, by a further writer; of the confident ones 97.0"),
    "small": ("80.0", "at 36e28e3"),
    "real": ("98.9", "at 36e28e3; chosen because they are hard, but for 77 drawn at random"),
}
"""What each set gave when it was first looked at; only such figures say what to expect of other answers."""

HEAD = """\
# How often the labels are right

Written by `python -m tests.answers`; nothing here is written by hand but the column *first look*.

The sets of `tests/answers/sets` were written for this project, in the manner of models of all sizes, each by
a writer who saw no rule, and labelled by that writer before any rule was tried on them: all puzzles, a fifth
or more in other languages, any layout. `small` is the run of a real small model in `examples/small-model`;
`real` are recorded answers of nine models to the Tower of Hanoi, which may not be shipped. Careful readers
labelled both. Figures are per cent; an answer counts as right too where the rules chose the label that its
reader calls arguable.
"""


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _share(right: int, count: int) -> str:
    if not count:
        return "-"
    low, high = wilson(np.array([right / count]), np.array([float(count)]))
    return f"{100 * right / count:.1f} ({100 * low[0]:.0f}-{100 * high[0]:.0f})"


def by_set(sets: Mapping[str, Sequence[Judged]]) -> list[str]:
    """Agreement of each set, now and when it was first looked at."""
    lines = [
        _row("set", "answers", "right", "confident", "right where confident", "first look"),
        _row("---", *["--:"] * 4, "---"),
    ]
    for name, rows in sets.items():
        sure = [row for row in rows if row.confident]
        first, when = FIRST_LOOKS[name]
        right = sum(row.right for row in rows)
        lines.append(
            _row(
                name,
                len(rows),
                _share(right, len(rows)),
                f"{100 * len(sure) / len(rows):.0f}",
                _share(sum(row.right for row in sure), len(sure)),
                f"{first}, {when}",
            )
        )
    return lines


def by_probability(rows: Sequence[Judged]) -> list[str]:
    """Of the labels of about one probability the share that is right."""
    lines = [_row("probability", "labels", "mean", "right"), _row("---", *["--:"] * 3)]
    for low, high in pairwise(BINS):
        some = [row for row in rows if low <= row.probability < high or (high == 1 and row.probability == 1)]
        if some:
            mean = sum(row.probability for row in some) / len(some)
            right = sum(row.right for row in some)
            lines.append(
                _row(f"{low:.2f} to {high:.2f}", len(some), f"{100 * mean:.1f}", _share(right, len(some)))
            )
    return lines


def by_label(rows: Sequence[Judged]) -> list[str]:
    """What the rules say where a reader says something else."""
    lines = [
        _row("a reader says", "answers", "right", "else the rules say"),
        _row("---", "--:", "--:", "---"),
    ]
    for true in sorted({row.true for row in rows}):
        some = [row for row in rows if row.true == true]
        others = Counter(row.label for row in some if not row.right)
        said = ", ".join(f"{label} {count}" for label, count in others.most_common()) or "-"
        lines.append(_row(true, len(some), _share(sum(row.right for row in some), len(some)), said))
    return lines


def page() -> str:
    """The whole page."""
    sets = {name: judged(name) for name in names()}
    if all(file.exists() for file in REAL):
        sets["real"] = judged("real")
    every = [row for rows in sets.values() for row in rows]
    parts = [
        HEAD,
        "## By set\n",
        *by_set(sets),
        "\nIn brackets Wilson's 95 % interval.\n",
        "## Whether the probabilities mean what they say\n",
        *by_probability(every),
        "\n## By label\n",
        *by_label(every),
    ]
    return "\n".join(parts) + "\n"


def fitted() -> str:
    """The factors of `StopWeight.shifted`, by logistic regression over all sets."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - it takes a second to import

    some = [*names(), *(["real"] if all(file.exists() for file in REAL) else [])]
    of = [row for name in some for row in weighed(name)]
    table = [
        [
            np.log(max(row.weight.probability, 1e-3) / max(1 - row.weight.probability, 1e-3)),
            row.weight.missing > 0.5,
            row.weight.missing <= 0.25,
            row.weight.claims > 0.8,
            row.weight.wrong,
        ]
        for row in of
    ]
    fit = LogisticRegression(C=0.3).fit(np.array(table, float), [row.stopped for row in of])
    power, *shifts = fit.coef_[0]
    told = ("much missing", "little missing", "claims to be whole", "wrong")
    lines = [f"{len(of)} answers; power {power:.2f}, always {np.exp(fit.intercept_[0]):.2f}"]
    lines += [f"{name}: {np.exp(shift):.2f}" for name, shift in zip(told, shifts, strict=True)]
    return "\n".join(lines)


if __name__ == "__main__":
    if sys.argv[1:] == ["--fit"]:
        sys.stdout.write(f"{fitted()}\n")
    else:
        PAGE.write_text(page(), encoding="utf-8")

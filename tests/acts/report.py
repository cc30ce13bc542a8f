"""How often the model is right about sentences of authors that it was not trained on: docs/acts.md."""

import hashlib
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evals.labelling.acts import Act
from evals.labelling.acts.model import Model
from tests.acts.sentences import FOLDER, KEPT_BACK, Sentence, authors, fingerprint, sentences
from tests.acts.train import ACTS, FILE, Table, best_temperature, everything, softmax, trained

STOPS = (Act.OMITS, Act.DECLINES, Act.OFFERS, Act.SUBSTITUTES)
SURE = 0.9
"""Stopping is more probable than this, or less than its complement."""
FEW = (1, 2, 4, 8, 12)
"""Numbers of authors of the learning curve."""
DRAWS = 3
"""Choices of authors for each of them."""


@dataclass(frozen=True)
class Measured:
    """What the model says of some sentences beside what is true of them."""

    true: Any
    """Places in `ACTS`."""
    probable: Any
    """A row of probabilities for each sentence."""

    @property
    def stops(self) -> Any:
        """Whether each sentence says that the list stops short."""
        return np.isin(self.true, _STOP_PLACES)

    @property
    def said(self) -> Any:
        """The probability of that."""
        return self.probable[:, _STOP_PLACES].sum(axis=1)

    @property
    def sure(self) -> Any:
        """Where that probability is near 0 or 1."""
        return (self.said > SURE) | (self.said < 1 - SURE)

    @property
    def figures(self) -> list[float]:
        """Shares: right act; right on stopping; sure; right among the sure."""
        right = (self.said > 0.5) == self.stops
        return [
            float((self.probable.argmax(axis=1) == self.true).mean()),
            float(right.mean()),
            float(self.sure.mean()),
            float(right[self.sure].mean()) if self.sure.any() else float("nan"),
        ]

    def of(self, chosen: Any) -> "Measured":
        """The same with some of the sentences."""
        return Measured(self.true[chosen], self.probable[chosen])


_STOP_PLACES = [ACTS.index(act) for act in STOPS]


def precision_and_recall(true: Any, said: Any) -> tuple[float, float]:
    """Of one yes-or-no question; not a number where nothing is asked or said."""
    both = float((true & said).sum())
    return (
        both / said.sum() if said.any() else float("nan"),
        both / true.sum() if true.any() else float("nan"),
    )


def measured(model: Model, of: Sequence[Sentence]) -> Measured:
    """What this model says of these sentences."""
    rows = [model.probabilities(sentence.text) for sentence in of]
    return Measured(np.array([ACTS.index(sentence.act) for sentence in of]), np.array(rows))


def learning_curve(of: Sequence[Sentence], read: Table, temperature: float) -> dict[int, list[float]]:
    """The mean figures by the number of authors, on all the others."""
    names = np.array([sentence.author for sentence in of])
    known = sorted(set(names))
    draw, curve = random.Random(1), {}
    for count in FEW:
        rows = []
        for _ in range(DRAWS):
            chosen = np.isin(names, draw.sample(known, count))
            model = Model.load(trained(read.of(chosen), temperature))
            rest = measured(model, [of[place] for place in np.flatnonzero(~chosen).tolist()])
            others = names[~chosen]
            rows += [rest.of(others == name).figures for name in sorted(set(others))]
        curve[count] = [float(np.nanmean(column)) for column in zip(*rows, strict=True)]
    return curve


def _line(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _shares(figures: Iterable[float]) -> list[str]:
    return ["-" if np.isnan(figure) else f"{100 * figure:.1f}" for figure in figures]


def _heading(first: str, *others: str) -> list[str]:
    return [_line(first, *others), _line("---", *("--:" for _ in others))]


_FIGURES = ("sentences", "right act", "right on stopping", "sure", "right where sure")


def by_author(of: Sequence[Sentence], every: Measured) -> list[str]:
    """A row for each author, the mean of the rows, and the least of each column."""
    names = np.array([sentence.author for sentence in of])
    rows = {name: every.of(names == name).figures for name in sorted(set(names), key=_natural)}
    lines = _heading("author", *_FIGURES)
    lines += [_line(name, (names == name).sum(), *_shares(figures)) for name, figures in rows.items()]
    columns = list(zip(*rows.values(), strict=True))
    lines.append(_line("**mean**", len(of), *_shares(float(np.nanmean(column)) for column in columns)))
    lines.append(_line("**least**", "", *_shares(float(np.nanmin(column)) for column in columns)))
    return lines


def _natural(name: str) -> tuple[str, int]:
    return name[0], int(name[1:])


def by_language(of: Sequence[Sentence], every: Measured) -> list[str]:
    """A row for each language, those with most sentences first, and how much stopping is found there."""
    languages = np.array([sentence.language for sentence in of])
    lines = _heading("language", *_FIGURES, "precision of stopping", "recall")
    for language in sorted(set(languages), key=lambda one: (-int((languages == one).sum()), one)):
        part = every.of(languages == language)
        found = precision_and_recall(part.stops, part.said > 0.5)
        lines.append(_line(language, len(part.true), *_shares([*part.figures, *found])))
    return lines


def by_act(every: Measured) -> list[str]:
    """A row for each act."""
    best = every.probable.argmax(axis=1)
    lines = _heading("act", "sentences", "precision", "recall", "right on stopping")
    for place, act in enumerate(ACTS):
        true = every.true == place
        found = precision_and_recall(true, best == place)
        lines.append(_line(f"`{act}`", true.sum(), *_shares([*found, every.of(true).figures[1]])))
    return lines


def by_probability(every: Measured) -> list[str]:
    """Whether the probability of stopping is the share of sentences that do."""
    lines = _heading("probability of stopping", "sentences", "mean probability", "share that stops")
    for tenth in range(10):
        within = (every.said * 10).astype(int).clip(0, 9) == tenth
        figures = [float(every.said[within].mean()), float(every.stops[within].mean())]
        lines.append(_line(f"{tenth / 10:.1f} to {(tenth + 1) / 10:.1f}", within.sum(), *_shares(figures)))
    return lines


def _curve(curve: dict[int, list[float]], authors: int, every: Sequence[float]) -> list[str]:
    lines = _heading("authors trained on", *_FIGURES[1:])
    return lines + [_line(count, *_shares(figures)) for count, figures in {**curve, authors: every}.items()]


def _kept_back() -> list[str]:
    """The shipped model on the authors that it was never trained on."""
    lines = _heading("author", *_FIGURES)
    shipped = Model.load(FILE.read_bytes())
    for name in KEPT_BACK:
        of = sentences([name])
        lines.append(_line(name, len(of), *_shares(measured(shipped, of).figures)))
    return lines


README = FOLDER / "README.md"
COUNTED = "<!-- below: by `python -m tests.acts --report` -->\n"


def counts() -> str:
    """The README of the sentences, with how many there are of each author, language and act."""
    lines = [*_heading("author", *(f"`{act}`" for act in ACTS), "hard", "languages")]
    for name in [*authors(), *KEPT_BACK]:
        of = sentences([name])
        acts = [sum(sentence.act == act for sentence in of) for act in ACTS]
        spoken = Counter(sentence.language for sentence in of).most_common()
        told = ", ".join(f"{language} {count}" for language, count in spoken)
        lines.append(_line(name, *acts, sum(sentence.hard for sentence in of), told))
    kept, _, _ = README.read_text(encoding="utf-8").partition(COUNTED)
    return kept + COUNTED + "\n" + "\n".join(lines) + "\n"


def report() -> str:
    """The whole page."""
    of, read, scores = everything()
    temperature = best_temperature(scores, read.acts)
    every = Measured(read.acts, softmax(scores, temperature))
    names = np.array([sentence.author for sentence in of])
    each = [every.of(names == name).figures for name in sorted(set(names))]
    mean = [float(np.nanmean(column)) for column in zip(*each, strict=True)]
    size = FILE.stat().st_size
    languages = len({sentence.language for sentence in of})
    hard = np.array([sentence.hard for sentence in of])
    curve = learning_curve(of, read, temperature)
    parts = [
        _OPENING.format(
            sentences=f"{len(of):,}",
            authors=len(each),
            languages=languages,
            size=f"{size / 1e6:.2f}",
            features=f"{Model.load(FILE.read_bytes()).head['features']:,}",
            temperature=temperature,
            model=hashlib.sha256(FILE.read_bytes()).hexdigest()[:12],
            data=fingerprint(of)[:12],
        ),
        "## By author\n",
        *by_author(of, every),
        "\n" + _HARD.format(*_shares([every.of(hard).figures[1], every.of(~hard).figures[1]])),
        "\n## By act\n",
        *by_act(every),
        "\n## By language\n",
        *by_language(of, every),
        "\n## Whether the probabilities mean what they say\n",
        *by_probability(every),
        "\n## By the number of authors\n",
        *_curve(curve, len(each) - 1, mean),
    ]
    if KEPT_BACK:
        parts += ["\n## Authors kept back\n", "The shipped file on authors it was never trained on.\n"]
        parts += _kept_back()
    return "\n".join(parts) + "\n"


_OPENING = """# How well the acts are told

Written by `python -m tests.acts --report`; nothing here is written by hand.

What a sentence does (`evals/labelling/acts`) is learnt from {sentences} sentences by {authors} authors in
{languages} languages, none of whom saw the model. Each author's sentences are scored here by a model of the
other authors alone, rounded to bytes and scored just as the shipped one is. Figures are per cent.

- *right on stopping*: whether the sentence is one of `omits`, `declines`, `offers`, `substitutes`, at a
  probability of one half;
- *sure*: that probability is above 0.9 or below 0.1;
- the file has {features} features in {size} MB and the temperature {temperature}; its SHA-256 begins
  `{model}`, that of the sentences `{data}`.
"""
_HARD = "Right on stopping: {} of the sentences that their authors call near misses, {} of the others."

"""Trains the model of the acts: multinomial logistic regression over hashed n-grams, weighted by rarity.

Everything here runs in one thread and without randomness, so that training again gives the same weights; on
another processor the last bits of the sums may differ, and with them a unit of some weights.
"""

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import sklearn
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from evals.labelling.acts import Act
from evals.labelling.acts.features import features
from evals.labelling.acts.model import FORMAT, MAGIC, ZERO, Model
from tests import ROOT
from tests.acts.sentences import Sentence, fingerprint, sentences

FILE = ROOT / "evals" / "labelling" / "acts" / "acts.bin"
STRENGTH = 20.0
"""scikit-learn's `C`: how freely the weights may follow the sentences."""
SEEN = 2
"""A feature of fewer sentences is left out."""
STEPS = 150
"""Of the optimiser, at most."""
TOLERANCE = 1e-3
"""The optimiser stops where no slope is steeper."""
UNITS = 127
"""The largest weight of an act, in units of its scale."""
TEMPERATURES = [hundredths / 100 for hundredths in range(60, 201, 5)]
ACTS = [act.value for act in Act]


@dataclass(frozen=True)
class Table:
    """Which sentence has which feature."""

    numbers: "np.ndarray[Any, np.dtype[np.int64]]"
    """The features of any sentence, rising: what the columns stand for."""
    present: Any
    """A sparse matrix of ones: a row for each sentence, a column for each feature."""
    acts: "np.ndarray[Any, np.dtype[np.int64]]"
    """Of each sentence, as a place in `ACTS`."""

    def of(self, chosen: "np.ndarray[Any, np.dtype[np.bool_]]") -> "Table":
        """The same with some of the sentences."""
        return Table(self.numbers, self.present[chosen], self.acts[chosen])


def table(of: Sequence[Sentence]) -> Table:
    """Read the sentences with the features of run time."""
    found = [sorted(features(sentence.text)) for sentence in of]
    ends = np.cumsum([0, *map(len, found)])
    numbers, columns = np.unique(np.concatenate(found), return_inverse=True)
    ones = np.ones(len(columns), np.float32)
    present = sparse.csr_matrix((ones, columns, ends), shape=(len(found), len(numbers)))
    return Table(numbers, present, np.array([ACTS.index(sentence.act) for sentence in of]))


def trained(on: Table, temperature: float = 1.0, **head: object) -> bytes:
    """The file of a model of these sentences.

    Args:
        on: The sentences; all acts are among them.
        temperature: What the scores are divided by.
        head: What else the file is to say of itself.
    """
    seen = np.asarray(on.present.sum(axis=0)).ravel()
    kept = np.flatnonzero(seen >= SEEN)
    rarity = np.log((1 + len(on.acts)) / (1 + seen[kept])) + 1
    weighted = (on.present[:, kept] @ sparse.diags(rarity.astype(np.float32))).tocsr()
    norms = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    unit = (sparse.diags((1 / norms).astype(np.float32)) @ weighted).tocsr()
    with threadpool_limits(limits=1):
        fitted = LogisticRegression(C=STRENGTH, max_iter=STEPS, tol=TOLERANCE).fit(unit, on.acts)
    head |= {"biases": [float(bias) for bias in fitted.intercept_], "temperature": temperature}
    return _packed(on.numbers[kept], fitted.coef_ * rarity, rarity**2, head)


def _packed(numbers: Any, weights: Any, squares: Any, head: dict[str, object]) -> bytes:
    """The file of these weights, rounded to a byte each."""
    scales = [float(abs(row).max() / UNITS) for row in weights] + [float(squares.max() / 255)]
    columns = [np.rint(row / scale) + ZERO for row, scale in zip(weights, scales, strict=False)]
    columns.append(np.rint(squares / scales[-1]))
    body = np.diff(numbers, prepend=0).astype("<u4").tobytes()
    body += b"".join(column.astype(np.uint8).tobytes() for column in columns)
    said = json.dumps(
        head
        | {
            "acts": ACTS,
            "features": len(numbers),
            "scales": scales,
            "strength": STRENGTH,
            "seen": SEEN,
            "scikit-learn": sklearn.__version__,
        }
    ).encode()
    return MAGIC + bytes([FORMAT]) + len(said).to_bytes(4, "little") + said + zlib.compress(body, 9)


def held_out(of: Sequence[Sentence], read: Table) -> "np.ndarray[Any, np.dtype[np.float64]]":
    """The scores of each sentence by the file of a model of all other authors."""
    scores = np.empty((len(of), len(ACTS)))
    names = np.array([sentence.author for sentence in of])
    for author in sorted(set(names)):
        model = Model.load(trained(read.of(names != author)))
        for place in np.flatnonzero(names == author).tolist():
            scores[place] = model.scores(of[place].text)
    return scores


def softmax(scores: Any, temperature: float) -> Any:
    """The probabilities that belong to scores."""
    odds = np.exp((scores - scores.max(axis=1, keepdims=True)) / temperature)
    return odds / odds.sum(axis=1, keepdims=True)


def best_temperature(scores: Any, acts: Any) -> float:
    """The temperature at which the acts that are true are most probable, over all sentences."""

    def surprise(temperature: float) -> float:
        chosen = softmax(scores, temperature)[np.arange(len(acts)), acts]
        return float(-np.log(chosen).mean())

    return min(TEMPERATURES, key=surprise)


def final(of: Sequence[Sentence], read: Table, temperature: float) -> bytes:
    """The file to ship."""
    return trained(read, temperature, sentences=len(of), sha256=fingerprint(of))


@cache
def everything() -> tuple[list[Sentence], Table, "np.ndarray[Any, np.dtype[np.float64]]"]:
    """The sentences, their features, and the scores that each has while its author is held out."""
    of = sentences()
    read = table(of)
    return of, read, held_out(of, read)


def train(to: Path = FILE) -> bytes:
    """Train on all authors, at the temperature that is best on held-out ones, and write the file."""
    of, read, scores = everything()
    data = final(of, read, best_temperature(scores, read.acts))
    to.write_bytes(data)
    return data


LIKE = 0.02
"""The largest difference in a probability that another processor may make."""


def differs(*, find_temperature: bool) -> str | None:
    """How the file differs from one that is trained again on the same sentences; `None` if it does not.

    Args:
        find_temperature: Whether the best temperature is found again too, which takes minutes.
    """
    of = sentences()
    read = table(of)
    shipped = Model.load(FILE.read_bytes())
    if shipped.head["sha256"] != fingerprint(of):
        return "It was trained on other sentences: run `make train`."
    found = best_temperature(everything()[2], read.acts) if find_temperature else shipped.temperature
    if found != shipped.temperature:
        return f"Its temperature is {shipped.temperature}, and {found} is best."
    again = Model.load(final(of, read, found))
    for sentence in of:
        pairs = zip(shipped.probabilities(sentence.text), again.probabilities(sentence.text), strict=True)
        if (most := max(abs(one - other) for one, other in pairs)) > LIKE:
            return f"{sentence.text!r} differs by {most:.3f} in the probability of an act."
    return None

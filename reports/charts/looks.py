"""How each model is drawn: one colour and one marker, the same in every chart of a report."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reports.charts.figure import COLOURS, MARKERS


@dataclass(frozen=True, slots=True)
class Look:
    """The colour and the marker of a model."""

    colour: str
    marker: str
    """As matplotlib calls it."""


Looks = Mapping[str, Look]
"""By the model's name."""


def looks_of(models: Iterable[object]) -> Looks:
    """Assign looks in the order of the names, so that they hang on the set of models alone.

    There are seven colours and markers; beyond, markers go on by one, so that 49 models differ.
    """
    found = {}
    for at, name in enumerate(sorted({str(model) for model in models})):
        turn, place = divmod(at, len(COLOURS))
        found[name] = Look(COLOURS[place], MARKERS[(place + turn) % len(MARKERS)])
    return found

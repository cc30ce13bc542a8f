"""Moves in the words of other languages."""

import pytest

from tasks import Problem, puzzle
from tests.evals.labelling.cases import ALL

HANOI = puzzle("hanoi")
FIVE = HANOI.generate({"size": 5})


@pytest.mark.parametrize(
    "told",
    [
        "Scheibe {d}: von Stab {s} auf Stab {t}",
        "Scheibe {d} von {s} nach {t}",
        "{n}. Bewege Scheibe {d} von Turm {s} zu Turm {t}.",
        "Scheibe {d} wird von Stange {s} auf Stange {t} gelegt",
        "Zug {n}: Scheibe {d}: {s} → {t}",
        "Disque {d} : de la tige {s} vers la tige {t}",
        "{n}. Déplacez le disque {d} du piquet {s} au piquet {t}",
        "Mueve el disco {d} del poste {s} al poste {t}",
        "Disco {d} desde la torre {s} hasta la torre {t}",
        "{n}. Sposta il disco {d} dal piolo {s} al piolo {t}",
        "Sposta il disco {d} dall'asta {s} all'asta {t}",
        "Mova o disco {d} do pino {s} para o pino {t}",
        "Disco {d} da haste {s} para a haste {t}",
        "{n}. Verplaats schijf {d} van stok {s} naar stok {t}",
        "Schijf {d} van {s} naar {t}",
    ],
)
@pytest.mark.parametrize("places", ["012", "ABC"])
def test_moves_in_other_languages(told: str, places: str) -> None:
    """Disk, peg, from and to are known in six languages, and each step is found where it stands."""
    lines = [told.format(n=n, d=d, s=places[s], t=places[t]) for n, (d, s, t) in enumerate(ALL, 1)]
    text = "\n".join(lines)
    (item,) = Problem(HANOI, FIVE).lists(Problem(HANOI, FIVE).read(text))
    assert item.solves
    assert [lines[at].find(text[slice(*item.span(at))]) >= 0 for at in range(31)] == [True] * 31

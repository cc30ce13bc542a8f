"""What is alike in small texts, and how it is read: recorded, so that a change of it is seen.

`python -m tests.tasks.reader.alike` writes what is found now.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from tasks import Problem, problem
from tasks.forms.similar_lines import Alike
from tasks.reader.any_layout import find_alike
from tasks.reader.layouts import Candidate, candidates

KEPT = Path(__file__).parent / "alike.json"
"""A line each: a puzzle, its size, a text, the candidates in it, and how they are read."""


def _plain(candidate: Candidate) -> list[Any]:
    columns = [list(column) for column in candidate.columns]
    places = [list(candidate.starts), list(candidate.ends), list(candidate.tails)]
    return [columns, places, candidate.roles, candidate.loose, candidate.lined, candidate.cut]


def similar(name: str, size: int, text: str) -> tuple[str, str]:
    """The layouts that have candidates, and a hash of all of these."""
    layouts: list[str] = []
    plain: list[Any] = []
    for (layout, count), candidate in candidates(_form(problem(name, {"size": size})), text, 0, len(text)):
        layouts.append(f"{layout}{count}")
        plain.append(_plain(candidate))
    mark = hashlib.sha256(json.dumps(plain).encode()).hexdigest()[:8]
    return " ".join(dict.fromkeys(layouts)), mark


def _form(asked: Problem) -> Alike:
    return next(form for form in asked.forms if isinstance(form, Alike))


def reading(name: str, size: int, text: str) -> list[Any] | None:
    """The steps, their runs, a hash of their places and numbers, and whether another reading is as good."""
    asked = problem(name, {"size": size})
    one = find_alike(_form(asked), asked, text, (0, len(text)))
    if one is None:
        return None
    assert one.places is not None
    rows = [" ".join(map(str, row)) for row in one.steps.rows()]
    runs = [[run.start, run.end, run.first, run.count] for run in one.runs]
    numbers = None if one.numbers is None else one.numbers.tolist()
    places = [list(place) for place in zip(*one.places, strict=True)]
    mark = hashlib.sha256(json.dumps([places, numbers]).encode()).hexdigest()[:8]
    return [", ".join(rows), runs, mark, one.ambiguous]


def main() -> None:
    """Write what is found in these texts now."""
    texts = [one[:3] for one in json.loads(KEPT.read_text(encoding="ascii"))]
    write([[*text, *similar(*text), reading(*text)] for text in texts])


def write(rows: list[list[Any]]) -> None:
    lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    KEPT.write_text(f"[\n{lines}\n]\n", encoding="ascii")


if __name__ == "__main__":
    main()

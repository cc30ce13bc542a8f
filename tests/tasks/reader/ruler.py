"""A puzzle that is as small as can be: the steps are the marks of a ruler, whose parts look alike.

The next step is always known, and `1 2 1` stands at the beginning as well as at the middle. Runs are
written in braces: `{1 2 1} and then {3 1 2 1}`.
"""

import json
import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, cast

from tasks import Steps
from tasks.contract.puzzle import Advance, Form
from tasks.contract.simulator import KnownSolution, Simulator
from tasks.reader.found import Found, StepRun
from tasks.reader.joining import RunGroup, joined

FORM = Form("marks", r"\d+", " ", (int,))


def marks(count: int, first: int = 0) -> list[int]:
    """So many marks behind the first ones: how often each number, from 1 on, can be halved, and one."""
    return [(number & -number).bit_length() for number in range(first + 1, first + count + 1)]


@dataclass(frozen=True)
class Ruler:
    """As far as joining asks: a state is the number of marks so far, a step a mark, twice in its row."""

    length: int
    width: int = 2
    start: int = 0

    def is_goal(self, state: int) -> bool:
        return state == self.length

    def advance(self, state: int, steps: Steps, first: int = 0) -> Advance[int]:
        """Behind the last mark there is none."""
        taken, goal_at = 0, 0 if self.is_goal(state) else None
        for value, again in islice(steps.rows(), first, None):
            if state == self.length or value != again or marks(1, state) != [value]:
                break
            state, taken = state + 1, taken + 1
            goal_at = taken if goal_at is None and self.is_goal(state) else goal_at
        return Advance(state, taken, goal_at)

    @cached_property
    def known_solution(self) -> KnownSolution:
        steps = rows(marks(self.length))
        return KnownSolution(steps, self.advance(self.start, steps))

    @property
    def simulator(self) -> Simulator:
        """As which it passes."""
        return cast("Simulator", self)


_MARK = re.compile(r"\d+")


def rows(values: Sequence[int]) -> Steps:
    return Steps(array("q", [value for value in values for _ in range(2)]), 2)


def written(values: Sequence[int]) -> str:
    return "{" + " ".join(map(str, values)) + "}"


def read(text: str) -> Found:
    """The runs in braces."""
    runs: list[StepRun] = []
    values: list[int] = []
    starts, ends = array("q"), array("q")
    for run in re.finditer(r"\{([\d ]+)\}", text):
        items = list(_MARK.finditer(text, *run.span(1)))
        runs.append(StepRun(run.start(1), run.end(1), len(values), len(items)))
        values += [int(item[0]) for item in items]
        starts.extend(item.start() for item in items)
        ends.extend(item.end() for item in items)
    return Found(FORM, None, text, rows(values), tuple(runs), places=(starts, ends))


def groups(text: str, length: int) -> list[RunGroup]:
    """The lists of a text."""
    return list(joined(Ruler(length).simulator, text, read(text)))


def told(group: RunGroup) -> list[Any]:
    """Its steps by run, how many, the legal ones, where it reached the goal, and what is left out."""
    return [
        [[run.first, run.count] for run in group.runs],
        group.length,
        group.taken,
        group.goal_at,
        group.elided,
    ]


KEPT = Path(__file__).parent / "joined_runs.json"
"""A line each: a length, a text with runs of marks in braces, and the lists that were made of them."""


def main() -> None:
    """Write what is made of these texts now."""
    made = (
        (length, text, [told(group) for group in groups(text, length)])
        for length, text, _ in json.loads(KEPT.read_text())
    )
    lines = ",\n".join(json.dumps(one, separators=(",", ":")) for one in made)
    KEPT.write_text(f"[\n{lines}\n]\n", encoding="ascii")


if __name__ == "__main__":
    main()

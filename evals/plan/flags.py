"""Command-line choices, converted to the fields of a spec."""

import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from evals.endpoints import SIMULATED
from evals.errors import SpecError
from evals.plan.spec import AUTO
from evals.record.files import exists


def shipped() -> dict[str, Path]:
    """Return the specs that come with cantwont, by name."""
    return {
        Path(str(entry)).stem: Path(str(entry)) for entry in files(__package__).joinpath("specs").iterdir()
    }


def found_spec(given: Path | None) -> Path | None:
    """Return the path of a spec file, or of the shipped spec of this name if there is no such file."""
    if given is None or exists(given) or given.name != str(given) or given.suffix:
        return given
    known = shipped()
    if given.name not in known:
        names = " and ".join(sorted(known))
        raise SpecError(
            f"there is no spec {str(given)!r}: give a TOML file, or one that is shipped ({names})"
        )
    return known[given.name]


def budgets(given: Sequence[str] | None) -> list[dict[str, int | str]] | None:
    """Parse budgets: a whole number limits the tokens of an answer, a word is a reasoning effort."""
    if not given:
        return None
    return [
        {"max_tokens": int(value)} if value.isdecimal() else {"reasoning_effort": value} for value in given
    ]


def simulated_at(base_url: str | None) -> dict[str, Any] | None:
    """Return the settings of the simulated endpoint at the address given on the command line."""
    return None if base_url is None else {SIMULATED: {"base_url": base_url, "simulated": True}}


_SIZES = re.compile(r"\d{1,9}(?:-\d{1,9})?(?:,\d{1,9}(?:-\d{1,9})?)*")


def puzzle_choices(
    chosen: Sequence[str] | None, instances: int | None, steps: str | None = None
) -> list[dict[str, Any]] | None:
    """Parse puzzles as given on the command line: `name:sizes`, sizes as in `3-6,8`; raises `SpecError`.

    Args:
        chosen: the puzzles; with `steps`, only their names. `auto` in the place of sizes has them found.
        instances: number of instances of each size.
        steps: numbers of steps as in `16,64,256`, or `auto`, instead of sizes.
    """
    if not chosen:
        for name, value in (("instances", instances), ("steps", steps)):
            if value is not None:
                raise SpecError(f"--{name} goes with --puzzle; in a spec it is a field of each puzzle")
        return None
    more = {"instances": instances} if instances is not None else {}
    if steps is None:
        return [_puzzle_choice(given) | more for given in chosen]
    if steps != AUTO and not re.fullmatch(r"\d{1,9}(?:,\d{1,9})*", steps):
        raise SpecError(f"--steps {steps!r}: write numbers of steps, for example 16,64,256")
    for given in chosen:
        if ":" in given:
            raise SpecError(f"--puzzle {given!r}: with --steps write the name alone; it chooses the sizes")
    wanted = AUTO if steps == AUTO else list(map(int, steps.split(",")))
    return [{"name": name, "steps": wanted} | more for name in chosen]


def _puzzle_choice(given: str) -> dict[str, Any]:
    name, _, written = given.partition(":")
    if written == AUTO:
        return {"name": name, "sizes": AUTO}
    if not _SIZES.fullmatch(written):
        raise SpecError(f"--puzzle {given!r}: write name:sizes, for example hanoi:3-6,8")
    sizes: list[int] = []
    for part in written.split(","):
        first, _, last = part.partition("-")
        span = range(int(first), int(last or first) + 1)
        if not span or len(span) > 1000:
            raise SpecError(f"--puzzle {given!r}: {part!r} is no range of up to 1000 sizes")
        sizes += span
    return {"name": name, "sizes": sizes}

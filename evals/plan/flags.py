"""Command-line choices, converted to the fields of a spec."""

import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from evals.endpoints import SIMULATED
from evals.errors import SpecError
from evals.plan.spec import AUTO
from evals.record.files import exists
from evals.record.run import Shard
from tasks import close_to


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
        close, names = close_to(given.name, known), ", ".join(sorted(known))
        raise SpecError(
            f"there is no spec {str(given)!r}{close}; give a TOML file, or one that is shipped: {names}"
        )
    return known[given.name]


def budgets(given: Sequence[str] | None) -> list[dict[str, int | str]] | None:
    """Parse budgets: a number (`2000`, `2k`) limits the tokens of an answer, a word is a reasoning effort.

    Raises:
        SpecError: One is neither.
    """
    if not given:
        return None
    return [_budget(value) for value in given]


_EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
_LIMIT = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)([kKmM]?)", re.ASCII)
_TIMES = {"": 1, "k": 1_000, "m": 1_000_000}


def _budget(given: str) -> dict[str, int | str]:
    if given in _EFFORTS:
        return {"reasoning_effort": given}
    found = _LIMIT.fullmatch(given)
    tokens = None if found is None else float(found[1]) * _TIMES[found[2].lower()]
    if tokens is None or tokens < 1 or tokens % 1:
        raise SpecError(
            f"--budget {given!r}{close_to(given, _EFFORTS)}: write a number of tokens, as 2000 or 2k, or a "
            f"reasoning effort: {', '.join(_EFFORTS)}; a spec may name others"
        )
    return {"max_tokens": int(tokens)}


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


_SLURM = ("SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_COUNT")
_KUBERNETES = ("JOB_COMPLETION_INDEX", "JOB_COMPLETIONS")


def shard(given: str | None, environment: Mapping[str, str]) -> Shard:
    """Return the shard to ask: as given (`3/16`), or that of a task of a Slurm array or an indexed job.

    Args:
        given: `1/16` to `16/16`; `whole` for all trials, whatever the environment says.
        environment: The environment's variables. A Slurm array says itself how many tasks it has; Kubernetes
            does not, so that the job's template has to set `JOB_COMPLETIONS`.

    Raises:
        SpecError: It is no shard.
    """
    if given == "whole":
        return Shard()
    try:
        if given is not None:
            return Shard.parse(given)
        if (task := _numbers(environment, _SLURM)) is not None:
            return Shard(task[0] - task[1], task[2])
        if (task := _numbers(environment, _KUBERNETES)) is not None:
            return Shard(task[0], task[1])
    except ValueError as error:
        raise SpecError(f"--shard: {error}") from None
    return Shard()


def _numbers(environment: Mapping[str, str], names: Sequence[str]) -> list[int] | None:
    """The numbers in these variables; `None` unless the first is set. Raises `ValueError`."""
    if not environment.get(names[0]):
        return None
    for name in names:
        if not re.fullmatch(r"\d{1,6}", environment.get(name, ""), re.ASCII):
            raise ValueError(
                f"{names[0]} is set, and {name} is {environment.get(name)!r}, no number: "
                "set it, or say which shard this is with --shard"
            )
    return [int(environment[name]) for name in names]

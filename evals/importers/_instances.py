"""Instances as records have them, made problems: with our parameters, or given whole."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from evals.importers._fields import first_fault
from tasks import Problem, given_problem, problem, puzzle

_RECORDED = frozenset({"puzzle", "version", "parameters", "seed", "data"})
_NUMBERED = frozenset({"start_peg", "target_peg"})
"""What shows that a Tower of Hanoi is described with the pegs numbered as in its prompt."""

_WHOLE = frozenset({"start", "goal", "disk_labels", "ways", "fewest_steps", "solvable"})


class _Open(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class GivenInstance(_Open):
    """An instance in the form in which our own runs store it."""

    parameters: dict[str, bool | int | str]
    seed: int = 0


class NumberedHanoi(_Open):
    """A Tower of Hanoi with the pegs numbered as in the prompt."""

    disks: int
    pegs: int
    peg_labels: tuple[int, ...] = Field(min_length=1)
    """The numbers of the pegs in the prompt, starting from 0 or from 1; for short, `first_peg`."""
    start_peg: int
    target_peg: int

    @model_validator(mode="before")
    @classmethod
    def _labelled(cls, given: dict[str, Any]) -> dict[str, Any]:
        first, count = given.get("first_peg"), given.get("pegs")
        if (
            "peg_labels" not in given
            and isinstance(first, int)
            and isinstance(count, int)
            and 0 < count < 100
        ):
            return {**given, "peg_labels": list(range(first, first + count))}
        return given

    @model_validator(mode="after")
    def _consecutive(self) -> "NumberedHanoi":
        first = self.peg_labels[0]
        if self.peg_labels != tuple(range(first, first + self.pegs)):
            raise ValueError(f"peg_labels {list(self.peg_labels)!r} are not {self.pegs} consecutive numbers")
        return self

    def plain(self) -> GivenInstance:
        """Convert to our own parameters."""
        base = self.peg_labels[0]
        start, target = self.start_peg - base, self.target_peg - base
        given = {"size": self.disks, "pegs": self.pegs, "start": start, "target": target, "base": base}
        return GivenInstance(parameters=given)


def problem_of(name: str, instance: Mapping[str, Any]) -> Problem:
    """Restore a problem from the fields of a record, never from the answer.

    Raises:
        PuzzleError: There is no such puzzle, or no such instance of it.
        ValueError: A field of the instance is missing, or has the wrong type.
    """
    known = puzzle(name)
    try:
        if "parameters" in instance and instance.keys() <= _RECORDED:
            data = instance.get("data")
            if isinstance(data, dict) and data:
                return given_problem(name, data)
        if name == "hanoi" and "parameters" not in instance and _is_numbered(instance):
            given = NumberedHanoi.model_validate(instance).plain()
        elif "parameters" in instance or known.whole is None:
            given = GivenInstance.model_validate(instance)
        else:
            return given_problem(name, instance)
    except ValidationError as error:
        raise ValueError(first_fault(error)) from None
    return problem(name, given.parameters, given.seed)


def _is_numbered(instance: Mapping[str, Any]) -> bool:
    """Return whether pegs are described by their numbers, and nothing besides."""
    if not instance.keys() & _NUMBERED or instance.keys() & _WHOLE:
        return False
    labels = instance.get("peg_labels")
    named = [instance.get(name) for name in _NUMBERED] + (labels if isinstance(labels, list) else [])
    return not any(isinstance(name, str) for name in named)

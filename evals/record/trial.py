"""Trials. A run is made of trials, the exchanges of their conversations, and the outcomes derived from them.

All three cross the process boundary (they are lines in a run directory), so they are pydantic models.
"""

import hashlib
import json
from collections.abc import Hashable, Mapping
from functools import cached_property, lru_cache
from typing import Any, Self, cast

from pydantic import Field

from evals.record.model import Closed, Count, Scalar, canonical
from evals.text import full_name
from tasks import AnyPuzzle, Problem, given_problem, puzzle


class Sampling(Closed):
    """The sampling parameters of a request; those that are `None` are not sent."""

    max_tokens: int | None = Field(default=None, ge=1)
    temperature: float | None = Field(default=None, ge=0)
    top_p: float | None = Field(default=None, gt=0, le=1)
    seed: int | None = None
    reasoning_effort: str | None = None
    extra: dict[str, Any] = Field(default_factory=dict)
    """Further fields of the request's body, passed through unchanged."""

    def body(self) -> dict[str, Any]:
        """Return the fields to send: only those that are set."""
        return {**self.given, **self.extra}

    @cached_property
    def given(self) -> dict[str, Any]:
        """Those that are set, but for the further fields."""
        return self.model_dump(exclude_none=True, exclude={"extra"})


_PLAIN = Sampling()
"""Shared by all trials without parameters: pydantic would copy a default value for each of them."""


class RecordedInstance(Closed):
    """An instance as stored: enough to recreate it, and the version of the puzzle that first created it."""

    puzzle: str
    version: int
    parameters: dict[str, bool | int | str]
    seed: int = 0
    data: dict[str, Any] | None = None
    """All of an instance that was given whole in place of a drawn one; it has no parameters."""

    @classmethod
    def of(cls, problem: Problem) -> Self:
        """Store all parameters of a problem, including those at their defaults; or all its data."""
        if problem.instance.data:
            whole = json.loads(problem.instance.data)
            return cls(puzzle=problem.name, version=problem.puzzle.version, parameters={}, data=whole)
        given = problem.instance.parameters
        values = {name: getattr(given, name) for name in given.__dataclass_fields__}
        version = problem.puzzle.version
        return cls(puzzle=problem.name, version=version, parameters=values, seed=problem.instance.seed)

    @property
    def told(self) -> dict[str, Any]:
        """The instance as a row to import says it: its data, or its parameters and seed."""
        return self.data or {"parameters": self.parameters, "seed": self.seed}

    def restore(self) -> Problem:
        """Recreate the problem; raises `PuzzleError` if this version lacks its puzzle or parameters."""
        if self.data is not None:
            return _given(self.puzzle, json.dumps(self.data, sort_keys=True))
        maker = puzzle(self.puzzle)
        return _generated(cast("Hashable", maker), tuple(self.parameters.items()), self.seed)


# Many trials share an instance.
@lru_cache(maxsize=1024)
def _generated(maker: Hashable, parameters: tuple[tuple[str, bool | int | str], ...], seed: int) -> Problem:
    known = cast("AnyPuzzle", maker)
    return Problem(known, known.generate(dict(parameters), seed))


@lru_cache(maxsize=1024)
def _given(name: str, data: str) -> Problem:
    return given_problem(name, json.loads(data))


BASE, PROMPT = "base", "prompt"
"""What the options of a variant have beside those of its base: the base's name, and a hash of its texts."""


def base_of(options: Mapping[str, Scalar]) -> tuple[str, dict[str, Scalar]] | None:
    """Return the base of a variant with its own options; `None` if these are not the options of a variant."""
    base = options.get(BASE)
    if not isinstance(base, str) or not isinstance(options.get(PROMPT), str):
        return None
    return base, {name: value for name, value in options.items() if name not in (BASE, PROMPT)}


class Trial(Closed):
    """One conversation: a model at an endpoint x instance x arm with its options x sampling x repeat."""

    id: str
    """A hash of the other fields; for imported answers, the id in the imported record."""
    model: str
    endpoint: str
    """The endpoint's name in the spec rather than its address, since a server may move."""
    instance: RecordedInstance
    arm: str
    options: dict[str, Scalar] = Field(default_factory=dict)
    sampling: Sampling = Field(default_factory=lambda: _PLAIN)
    repeat: Count = 0

    @property
    def who(self) -> str:
        """The model and its endpoint, e.g. `ollama/llama3.2`."""
        return full_name(self.endpoint, self.model)

    @property
    def asked_as(self) -> tuple[str, dict[str, Scalar]]:
        """The arm that holds the conversation, with its own options: of a variant its base."""
        return base_of(self.options) or (self.arm, self.options)

    @classmethod
    def make(  # noqa: PLR0913 - a trial is exactly these
        cls,
        *,
        model: str,
        endpoint: str,
        instance: RecordedInstance,
        arm: str,
        options: Mapping[str, Scalar],
        sampling: Sampling,
        repeat: int,
    ) -> Self:
        """Make a trial; its id is 20 hex digits of the hash of these fields without the puzzle version."""
        known = {"model": model, "endpoint": endpoint, "arm": arm, "options": dict(options)}
        ids = Repeats(instance=instance, sampling=sampling, **known)
        return cls(id=ids.id(repeat), instance=instance, sampling=sampling, repeat=repeat, **known)


class Repeats:
    """Trials that differ only in their repeat: the id of each costs little more than hashing its number."""

    def __init__(self, *, instance: RecordedInstance, sampling: Sampling, **known: Any) -> None:
        """Take what they share: the arguments of `Trial.make` but for `repeat`."""
        self._shared = {"instance": instance, "sampling": sampling, **known}
        sent = sampling.model_dump(mode="json")
        before = {**known, "instance": instance.restore().canonical}
        self._begun = hashlib.sha256(canonical(before)[:-1] + b',"repeat":')
        self._rest = b',"sampling":' + canonical(sent) + b"}"

    def id(self, repeat: int) -> str:
        """Return the id of one of them."""
        whole = self._begun.copy()
        whole.update(b"%d%b" % (repeat, self._rest))
        return whole.hexdigest()[:20]

    def trial(self, repeat: int) -> Trial:
        """Return one of them."""
        return Trial(id=self.id(repeat), repeat=repeat, **self._shared)

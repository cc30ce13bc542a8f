"""What a run asks: a TOML file, flags, or both, as one validated value."""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Self

from pydantic import (
    BeforeValidator,
    Field,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)

from evals.arms import ArmChoice, chosen_arm
from evals.endpoints import Endpoint, EndpointSettings, ModelAt, resolve
from evals.errors import SpecError
from evals.key_shapes import unkeyed
from evals.plan.adaptive.ladder import Rung, ladder
from evals.plan.instances_file import given_instances
from evals.plan.limits import Limits
from evals.plan.secret_fields import secret_fields
from evals.plan.spec_file import complaint, table, toml
from evals.plan.variants import (
    VariantTable,
    check_apart,
    check_keyless,
    chosen_or_raise,
    under_system,
    way_of,
)
from evals.record.model import NAME, Closed, digest
from evals.record.price import Price
from evals.record.run import Shard
from evals.record.trial import Sampling, base_of
from tasks import PuzzleError, PuzzleFile, given_problem, load_file, loaded_file, puzzle, size_nearest

AUTO = "auto"
"""In the place of sizes or steps: they are found while asking."""
_NOT_BY_SHARD = (
    "sizes that are found while asking hang on all answers before, so that they cannot be asked by shard: "
    "give sizes, or ask all in one run"
)
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_SEARCH = ("width", "max_trials", "max_steps")
"""Fields that go with it."""


class PuzzleChoice(Closed):
    """The instances of one puzzle that a run asks."""

    name: str
    """A puzzle's name; with `file`, that of the puzzle in the file."""
    auto: bool = False
    """Whether the sizes are found while asking; written as `sizes = "auto"` or `steps = "auto"`."""
    width: float = Field(default=1.0, gt=0, allow_inf_nan=False)
    """With "auto": asking ends when the intervals of both horizons are this narrow, in doublings."""
    max_trials: int = Field(default=400, ge=1)
    """With "auto": the most trials of one model, arm and budget."""
    max_steps: int = Field(default=4096, ge=2, lt=1 << 63)
    """With "auto": no task is longer."""
    push: str | None = None
    """With "auto": an arm that is asked, too, where the model stops too soon for its ability to be seen."""
    sizes: tuple[int, ...] = ()
    """In the puzzle's own measure; an alternative to `steps`."""
    steps: tuple[Annotated[int, Field(lt=1 << 63)], ...] = ()
    """By length: the nearest size for each number of steps, so that puzzles compare at equal length."""
    parameters: dict[str, bool | int | str] = Field(default_factory=dict)
    """Other parameters, the same for all sizes."""
    instances: int = Field(default=1, ge=1)
    """Number of different instances per size; just one if other seeds would give the same problem."""
    given: tuple[dict[str, Any], ...] = ()
    """Instances given whole, an alternative to sizes: docs/instances.md has the fields by puzzle."""
    instances_file: str | None = None
    """The path of more of them, one JSON object a line; in a spec file, relative to that file."""
    file: str | None = None
    """The path of a puzzle of the user's own; in a spec file, relative to that file."""

    @field_validator("parameters")
    @classmethod
    def _without_size(cls, parameters: dict[str, bool | int | str]) -> dict[str, bool | int | str]:
        if "size" in parameters:
            raise ValueError("'size' is no parameter here; write it as 'sizes'")
        return parameters

    @field_validator("push")
    @classmethod
    def _pushes(cls, given: str | None) -> str | None:
        if given is not None and not chosen_arm(given).pushes:
            raise ValueError(
                f"the arm {given!r} does not push: 'push' names one that does, such as insist or nudge"
            )
        return given

    @model_validator(mode="before")
    @classmethod
    def _found_while_asking(cls, plain: Any) -> Any:
        if not isinstance(plain, dict):
            return plain
        for name in ("sizes", "steps"):
            if plain.get(name) == AUTO:
                return {**plain, name: (), "auto": True}
        return plain

    @model_validator(mode="after")
    def _one_way_of_choosing(self) -> Self:
        whole = self.given or self.instances_file is not None
        if self.auto and self.instances != 1:
            raise ValueError(
                f"puzzle {self.name!r}: 'instances' goes with sizes that are given; where they are found "
                "while asking, each trial has another"
            )
        given = self.model_fields_set if not self.auto else set()
        surplus = next((name for name in (*_SEARCH, "push") if name in given), None)
        if surplus is not None:
            raise ValueError(f"puzzle {self.name!r}: {surplus!r} goes with sizes = 'auto'")
        if sum(map(bool, (self.auto, self.sizes, self.steps, whole))) != 1:
            raise ValueError(f"puzzle {self.name!r} needs 'sizes', 'steps' or 'instances_file', one of them")
        if whole and (self.parameters or self.instances != 1):
            surplus = "parameters" if self.parameters else "instances"
            raise ValueError(f"puzzle {self.name!r} is given whole, so it has no {surplus!r}")
        return self

    def loaded(self) -> Self:
        """Load its own puzzle file, and return a copy that holds the instances of its instances file.

        Raises:
            SpecError: The file holds another puzzle, or an instance makes no sense.
            PuzzleError: The puzzle's file cannot be used.
        """
        if self.file is not None and (own := load_file(Path(self.file))).name != self.name:
            raise SpecError(f"the puzzle in {self.file!r} is named {own.name!r}, not {self.name!r}")
        for number, data in enumerate(self.given, start=1):
            try:
                given_problem(self.name, data)
            except PuzzleError as error:
                raise SpecError(f"instance {number} of 'given': {error}") from None
        if self.instances_file is None:
            return self
        more = given_instances(self.name, Path(self.instances_file))
        return self.model_copy(update={"given": (*self.given, *more), "instances_file": None})

    def asked(self) -> dict[str, Any]:
        """Return what determines its instances, as plain JSON; those given whole by count and hash."""
        left_out = {"file", "instances_file", "given", "auto", "push", *_SEARCH}
        plain = self.model_dump(mode="json", exclude=left_out)
        if self.auto:
            plain["sizes"] = AUTO
            plain |= {name: getattr(self, name) for name in _SEARCH}
        if self.push is not None:
            plain["push"] = self.push
        if self.given:
            names = [given_problem(self.name, data).canonical for data in self.given]
            plain["given"] = {"count": len(names), "hash": digest(names)}
        return plain

    def sized(self) -> Self:
        """Return a copy with sizes instead of steps; raises `PuzzleError`."""
        if self.auto:
            self.rungs()
        if not self.steps:
            return self
        maker = puzzle(self.name)
        sizes = dict.fromkeys(size_nearest(maker, steps, self.parameters) for steps in self.steps)
        return self.model_copy(update={"sizes": tuple(sizes), "steps": ()})

    def rungs(self) -> tuple[Rung, ...]:
        """Return the sizes to choose from while asking; raises `PuzzleError` if there are none."""
        found = ladder(puzzle(self.name), self.parameters, self.max_steps, min(1.0, self.width))
        if not found:
            raise PuzzleError(f"no size has from 2 to {self.max_steps} steps: raise max_steps")
        return found


class Budget(Closed):
    """How much an answer may cost; the fields that are given replace those of the sampling."""

    max_tokens: int | None = Field(default=None, ge=1)
    reasoning_effort: str | None = None

    def of(self, sampling: Sampling) -> Sampling:
        """Return the sampling under this budget."""
        return sampling.model_copy(update=self.model_dump(exclude_none=True))


class Spec(Closed):
    """A run: every combination of models x arms x puzzles x sizes x instances x budgets x repeats."""

    name: str = Field(default="run", pattern=NAME, max_length=100)
    """Also the name of the run directory, unless another is given."""
    models: tuple[str, ...] = Field(min_length=1)
    """Each `endpoint/model`, or `http://host:port/v1#model`."""
    puzzles: tuple[PuzzleChoice, ...] = Field(min_length=1)
    arms: tuple[Annotated[str | VariantTable, BeforeValidator(way_of)], ...] = ("list",)
    """Each `name`, or `name:option=value,option=value`, or a table: a variant of one of these."""
    repeats: int = Field(default=1, ge=1)
    arm_repeats: dict[str, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    """Repeats by arm name, for arms that are asked more or less often than the others."""
    seed: int = 0
    """Determines which instances are generated; different seeds share no instances."""
    sampling: Sampling = Sampling()
    budgets: tuple[Budget, ...] = ()
    """The same trials are asked under each of these."""
    concurrency: int = Field(default=8, ge=1, le=1024)
    """Requests under way at once, per endpoint."""
    max_retries: int = Field(default=4, ge=0)
    max_retry_seconds: float = Field(default=1800, gt=0, allow_inf_nan=False)
    """No attempt starts later than this after the first one failed."""
    retry_rate_limits: bool = True
    """Whether to retry after a 429."""
    limits: Limits = Limits()
    """Where one invocation of the command stops asking; it can be continued."""
    prices: dict[str, Price] = Field(default_factory=dict)
    """By `endpoint/model`, for a million tokens."""
    endpoints: dict[str, EndpointSettings] = Field(default_factory=dict)
    shard: Shard = Field(default=Shard(), exclude=True)
    """Which trials are asked here, of those that several runs share."""

    @field_validator("sampling")
    @classmethod
    def _without_secrets(cls, sampling: Sampling) -> Sampling:
        for name in secret_fields(sampling.extra):
            raise ValueError(
                f"extra.{unkeyed(name)} holds a key, which would be recorded with every trial: "
                "send it by the endpoint's key_variable or header_variables"
            )
        return sampling

    @field_validator("arms")
    @classmethod
    def _known_arms(cls, ways: tuple[str | VariantTable, ...]) -> tuple[str | VariantTable, ...]:
        if not ways:
            raise ValueError("it is empty: name an arm, or leave it out")
        for way in ways:
            if isinstance(way, str):
                chosen_or_raise(way)
        check_apart(ways)
        return ways

    @model_validator(mode="after")
    def _repeats_of_its_arms(self) -> Self:
        names = {_name_of(way) for way in self.arms}
        for name in self.arm_repeats:
            if name not in names:
                raise ValueError(f"arm_repeats names {name!r}, which is not among the arms")
        return self

    @model_validator(mode="after")
    def _repeats_of_fixed_sizes(self) -> Self:
        if all(chosen.auto for chosen in self.puzzles) and (self.repeats != 1 or self.arm_repeats):
            raise ValueError(
                "'repeats' goes with sizes that are given; where they are found while asking, max_trials "
                "of the puzzle bounds the trials"
            )
        return self

    @model_validator(mode="after")
    def _fixed_sizes_by_shard(self) -> Self:
        if self.shard.of > 1 and any(chosen.auto for chosen in self.puzzles):
            raise ValueError(_NOT_BY_SHARD)
        return self

    @classmethod
    def load(
        cls,
        file: Path | None,
        flags: Mapping[str, Any],
        sampling: Mapping[str, Any],
        limits: Mapping[str, Any] = MappingProxyType({}),
    ) -> Self:
        """Read a spec; flags that are not `None` replace the file's fields, one by one.

        Args:
            file: a TOML file with the fields of this class.
            flags: fields of this class; endpoints are added to those of the file, and arms may be the names
                of its variants.
            sampling: fields of `Sampling`.
            limits: fields of `Limits`.

        Raises:
            SpecError: the spec is invalid; the message names the field, or the line of a syntax error.
        """
        given = toml(file) if file is not None else {}
        variants = _variants_in(given)
        for name, value in flags.items():
            if name == "arms" and isinstance(value, (list, tuple)):
                given[name] = [variants.get(arm, arm) if isinstance(arm, str) else arm for arm in value]
                _keep_repeats(given)
            elif value is not None:
                given[name] = {**table(given, name), **value} if name == "endpoints" else value
        for name, more in (("sampling", sampling), ("limits", limits)):
            chosen = {field: value for field, value in more.items() if value is not None}
            if chosen:
                given[name] = {**table(given, name), **chosen}
        where = f"spec {str(file)!r}" if file is not None else "the options"
        try:
            spec = cls.model_validate(given)
        except ValidationError as error:
            raise SpecError(f"{where}: {complaint(error, _FIELDS, options=file is None)}") from None
        spec = spec._found_from(file.parent) if file is not None else spec
        return spec.checked(where)

    def checked(self, where: str) -> Self:
        """Return a copy with its files loaded and its sizes chosen; raises `SpecError`."""
        try:
            arms = tuple(way if isinstance(way, str) else way.loaded() for way in self.arms)
            check_keyless(arms)
        except SpecError as error:
            raise SpecError(f"{where}: {error}") from None
        puzzles = []
        for given in self.puzzles:
            chosen = given
            try:
                chosen = given.loaded().sized()
                for size in chosen.sizes:
                    puzzle(chosen.name).generate({**chosen.parameters, "size": size})
            except (PuzzleError, SpecError) as error:
                raise SpecError(f"{where}: puzzle {chosen.name!r}: {error}") from None
            puzzles.append(chosen)
        return self.model_copy(update={"puzzles": tuple(puzzles), "arms": arms})

    def _found_from(self, folder: Path) -> Self:
        """Return a copy whose files are resolved against this folder."""
        found = []
        for chosen in self.puzzles:
            paths = {"file": chosen.file, "instances_file": chosen.instances_file}
            there = {name: str(folder / path) for name, path in paths.items() if path is not None}
            found.append(chosen.model_copy(update=there))
        arms = tuple(way if isinstance(way, str) else way.found_from(folder) for way in self.arms)
        return self.model_copy(update={"puzzles": tuple(found), "arms": arms})

    def under_system(self, file: Path) -> Self:
        """Return a copy in which each arm is a variant with the system message in this file.

        Raises:
            SpecError: The file cannot be read, or an arm has a system message already.
        """
        arms = tuple(under_system(self.arms, file))
        try:
            check_apart(arms)
        except ValueError as error:
            raise SpecError(f"--system {str(file)!r}: {error}, in a spec") from None
        check_keyless(arms)
        renamed = {_name_of(before): after.name for before, after in zip(self.arms, arms, strict=True)}
        repeats = {renamed[name]: often for name, often in self.arm_repeats.items()}
        return self.model_copy(update={"arms": arms, "arm_repeats": repeats})

    def puzzle_files(self) -> dict[str, PuzzleFile]:
        """Return the files of the user's own puzzles by name, with the bytes that were executed."""
        own = [chosen.name for chosen in self.puzzles if chosen.file is not None]
        return {name: file for name in own if (file := loaded_file(name)) is not None}

    def models_at(self) -> tuple[ModelAt, ...]:
        """Return the models, each with its endpoint; raises `EndpointError`."""
        return tuple(dict.fromkeys(resolve(model, self.endpoints) for model in self.models))

    def arm_choices(self) -> list[ArmChoice]:
        """Return the arms with their options, without duplicates."""
        chosen = {}
        for given in self.arms:
            way = chosen_arm(given) if isinstance(given, str) else given.choice
            chosen[way.arm.name, tuple(way.options.items())] = way
        return list(chosen.values())

    def pushing_if_needed(self) -> list[ArmChoice]:
        """Return the arms that are asked where a model stops too soon, and not anyway."""
        asked = self.arm_choices()
        chosen = (chosen_arm(each.push) for each in self.puzzles if each.push is not None)
        return [way for way in chosen if way not in asked]

    def samplings(self) -> list[Sampling]:
        """Return the sampling to send: one per budget, if there are any."""
        return [budget.of(self.sampling) for budget in dict.fromkeys(self.budgets)] or [self.sampling]

    def asked(self) -> dict[str, Any]:
        """Return what determines the trials, as plain JSON; two specs that agree on it ask the same."""
        plain = self.model_dump(mode="json", exclude={*_PACE, "puzzles", "arms"})
        # Files of puzzles and instances are told by their hashes, wherever they are.
        plain["puzzles"] = [chosen.asked() for chosen in self.puzzles]
        plain["arms"] = [way if isinstance(way, str) else way.asked() for way in self.arms]
        for name in ("budgets", "arm_repeats"):
            if not plain[name]:
                del plain[name]
        return plain

    @property
    def folder(self) -> str:
        """The name of its run directory, unless another is given: its own, or one made of what it asks."""
        if "name" in self.model_fields_set:
            return self.name
        model = _UNSAFE.sub("-", self.models[0].rpartition("/")[2].rpartition("#")[2])[:40].strip("-.")
        puzzles = "-".join(dict.fromkeys(chosen.name for chosen in self.puzzles))[:40]
        return "-".join((model, puzzles, digest(self.asked())[:6]))

    def sharded(self, shard: Shard) -> Self:
        """Return the spec of one shard; raises `SpecError` where sizes are found while asking."""
        if any(chosen.auto for chosen in self.puzzles):
            raise SpecError(_NOT_BY_SHARD)
        return self.model_copy(update={"shard": shard})

    def stored(self, models: Sequence[ModelAt], run: Path) -> dict[str, Any]:
        """Return what the `run.json` of the run at this path keeps: no keys, and only the names of headers.

        The paths of puzzle files are relative to the run, so that both can be moved together.
        """
        endpoints = {at.endpoint.name: _without_secrets(at.endpoint) for at in models}
        pace = {"concurrency": self.concurrency, "max_retries": self.max_retries}
        home = run.resolve()
        paths = {
            chosen.name: Path(os.path.relpath(Path(chosen.file).resolve(), home)).as_posix()
            for chosen in self.puzzles
            if chosen.file is not None
        }
        return {"asked": self.asked(), "endpoints": endpoints, **pace, "puzzle_paths": paths}

    def versions(self) -> tuple[dict[str, int], dict[str, int], dict[str, str]]:
        """Return the versions of its puzzles and arms, and the hashes of the puzzle files.

        Variants have the version of their base, under its name.
        """
        puzzles = {chosen.name: puzzle(chosen.name).version for chosen in self.puzzles}
        arms = {
            (base_of(way.options) or (way.arm.name,))[0]: way.arm.version
            for way in (*self.arm_choices(), *self.pushing_if_needed())
        }
        files = {name: file.sha256 for name, file in self.puzzle_files().items()}
        return puzzles, arms, files


def _keep_repeats(given: dict[str, Any]) -> None:
    """Forget the repeats that a spec file has for arms that are not chosen."""
    repeats = given.get("arm_repeats")
    if isinstance(repeats, Mapping):
        chosen = {way.get("name") if isinstance(way, Mapping) else _name_of(way) for way in given["arms"]}
        given["arm_repeats"] = {name: often for name, often in repeats.items() if name in chosen}


def _variants_in(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arms of a spec file that are tables, by name."""
    arms = given.get("arms")
    tables = [way for way in (arms if isinstance(arms, list) else ()) if isinstance(way, Mapping)]
    return {way["name"]: way for way in tables if isinstance(way.get("name"), str)}


def _name_of(way: str | VariantTable) -> str:
    return way.partition(":")[0] if isinstance(way, str) else way.name


def endpoints_of(file: Path | None, more: Mapping[str, Any] | None = None) -> dict[str, EndpointSettings]:
    """Return the endpoints that a spec file defines, together with `more`; raises `SpecError`."""
    given = toml(file) if file is not None else {}
    try:
        return TypeAdapter(dict[str, EndpointSettings]).validate_python(
            {**table(given, "endpoints"), **(more or {})}
        )
    except ValidationError as error:
        raise SpecError(f"spec {str(file)!r}: {complaint(error, _FIELDS, options=False)}") from None


def arm_choice(arm: str, file: Path | None = None, system: Path | None = None) -> ArmChoice:
    """Return one arm by what a spec calls it.

    Args:
        arm: `name` or `name:option=value,option=value`, or a variant of the spec.
        file: The file of the spec.
        system: A file with a system message to ask it behind.

    Raises:
        SpecError: There is no such arm, or a file cannot be read.
    """
    way: str | VariantTable = _variants_in({} if file is None else toml(file)).get(arm, arm)
    try:
        way = way_of(way)
    except ValueError as error:
        raise SpecError(f"spec {str(file)!r}: {error}") from None
    if isinstance(way, VariantTable) and file is not None:
        way = way.found_from(file.parent).loaded()
    if system is not None:
        [way] = under_system([way], system)
    return chosen_arm(way) if isinstance(way, str) else way.choice


_FIELDS = frozenset().union(
    *(model.model_fields for model in (Spec, PuzzleChoice, Budget, Sampling, Limits, Price, EndpointSettings))
)
_RETRYING = {"max_retries", "max_retry_seconds", "retry_rate_limits"}
_PACE = {"name", "concurrency", "limits", "prices", "endpoints"} | _RETRYING
"""Fields that do not affect which trials there are."""


def _without_secrets(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "base_url": endpoint.base_url,
        "simulated": endpoint.simulated,
        "stream": endpoint.stream,
        **({} if endpoint.api == "chat" else {"api": endpoint.api}),
        "key_variable": endpoint.key_variable,
        "key_file": None if endpoint.key_file is None else str(endpoint.key_file),
        "ca_file": None if endpoint.ca_file is None else str(endpoint.ca_file),
        "headers": sorted([*endpoint.headers, *endpoint.header_variables]),
    }

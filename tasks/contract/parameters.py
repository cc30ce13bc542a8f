"""The parameters of a puzzle: a frozen dataclass whose fields carry their own bounds."""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, ClassVar, Protocol, TypeVar

from tasks.errors import BadParameter

Value = int | str | bool
"""What a parameter can hold: JSON scalars, so that an instance can be stored as JSON."""

_BOUNDS = "bounds"


@dataclass(frozen=True, slots=True)
class Bounds:
    """The values a parameter accepts: a closed range of integers, or a few choices."""

    doc: str
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[Value, ...] | None = None

    def check(self, name: str, value: object, kind: type) -> Value:
        """Return the value if it is accepted; otherwise raise `BadParameter`, which names it."""
        if not isinstance(value, int | str) or type(value) is not kind:
            raise BadParameter(f"parameter {name!r} must be of type {kind.__name__}, not {value!r}")
        if self.choices is not None and value not in self.choices:
            allowed = ", ".join(repr(choice) for choice in self.choices)
            raise BadParameter(f"parameter {name!r} must be one of {allowed}, not {value!r}")
        if isinstance(value, int) and not self._within(value):
            raise BadParameter(f"parameter {name!r} must be {self.span()}, not {value!r}")
        return value

    def span(self) -> str:
        """Describe the accepted values, e.g. `from 1 to 30`."""
        if self.choices is not None:
            return "one of " + ", ".join(map(str, self.choices))
        if self.minimum is None and self.maximum is None:
            return "any"
        low = "" if self.minimum is None else f"from {self.minimum}"
        high = "" if self.maximum is None else f"up to {self.maximum}"
        return f"from {self.minimum} to {self.maximum}" if low and high else low or high

    def _within(self, value: int) -> bool:
        return (self.minimum is None or value >= self.minimum) and (
            self.maximum is None or value <= self.maximum
        )


def integer(doc: str, minimum: int, maximum: int, default: int | None = None) -> Any:
    """Declare a dataclass field for an integer in a closed range; without a default it is required."""
    bounds = Bounds(doc, minimum=minimum, maximum=maximum)
    return _parameter(bounds, default)


def choice(doc: str, *choices: Value, default: Value) -> Any:
    """Declare a dataclass field for one of a few values."""
    return _parameter(Bounds(doc, choices=choices), default)


def text(doc: str, default: str) -> Any:
    """Declare a dataclass field for a free string, validated by the dataclass's own `__post_init__`."""
    return _parameter(Bounds(doc), default)


def _parameter(bounds: Bounds, default: Value | None) -> Any:
    metadata = {_BOUNDS: bounds}
    return field(metadata=metadata) if default is None else field(default=default, metadata=metadata)


class Parameters(Protocol):
    """A frozen dataclass made of `integer`, `choice` and `text` fields, `size` first.

    Rules that involve several fields go into its `__post_init__`, which raises `BadParameter`.
    """

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def size(self) -> int:
        """The puzzle's own measure of size (disks, items, …)."""


P = TypeVar("P", bound=Parameters)


def bounds_of(parameters: type[P]) -> dict[str, Bounds]:
    """Return the bounds of each parameter, in declaration order."""
    return {item.name: item.metadata[_BOUNDS] for item in fields(parameters)}


def validate(parameters: type[P], given: Mapping[str, object]) -> P:
    """Build a puzzle's parameters from untrusted values.

    Raises:
        BadParameter: a name is unknown or missing, or a value is not accepted.
    """
    declared = {item.name: item for item in fields(parameters)}
    for name in given:
        if name not in declared:
            raise BadParameter(f"unknown parameter {name!r}; known are {', '.join(declared)}")
    values: dict[str, Value] = {}
    for name, item in declared.items():
        if name in given:
            values[name] = item.metadata[_BOUNDS].check(name, given[name], item.type)
        elif item.default is item.default_factory:  # both are MISSING
            raise BadParameter(f"parameter {name!r} is missing ({item.metadata[_BOUNDS].doc})")
    return parameters(**values)


def given_values(parameters: Parameters) -> dict[str, Value]:
    """Return the values that differ from their defaults, in declaration order: what identifies an instance.

    Adding a parameter with a default therefore leaves the identity of existing instances unchanged.
    """
    return {
        item.name: getattr(parameters, item.name)
        for item in fields(parameters)
        if getattr(parameters, item.name) != item.default
    }

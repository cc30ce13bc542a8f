"""Arms, the ways of asking: one file each. The folder is the registry; an arm is loaded on first use."""

import pkgutil
import re
from functools import cache
from importlib import import_module

from pydantic import ValidationError

from evals.dialogue.arm import START, Arm, ArmChoice, Given
from evals.dialogue.variant import recorded_variant
from evals.errors import SpecError
from evals.record.model import FieldFault, Scalar
from evals.record.trial import base_of
from tasks import close_to

__all__ = ["START", "Arm", "ArmChoice", "arm", "arm_names", "chosen_arm", "known_arm"]


@cache
def arm_names() -> tuple[str, ...]:
    """Return the names of all arms; `list`, the baseline for the others, comes first."""
    names = (module.name for module in pkgutil.iter_modules(__path__))
    return tuple(sorted(names, key=lambda name: (name != "list", name)))


@cache
def _loaded(name: str) -> Arm:
    found = import_module(f"{__name__}.{name}").ARM
    assert isinstance(found, Arm)
    assert found.name == name, f"the arm in {name}.py calls itself {found.name!r}"
    return found


def arm(name: str) -> Arm:
    """Return the arm of this name; raises `SpecError`, which lists the known names."""
    if name not in arm_names():
        close = close_to(name, arm_names())
        raise SpecError(f"unknown arm {name!r}{close}; known are {', '.join(arm_names())}")
    return _loaded(name)


def known_arm(name: str, options: Given | None = None) -> Arm:
    """Return the arm of a recorded trial.

    An unknown one is read as its base if it is a variant, which its options tell, and else as `list`: it is
    from another tool.
    """
    if name in arm_names():
        return _loaded(name)
    base = base_of(options or {})
    return _loaded("list") if base is None else recorded_variant(known_arm(base[0]), name)


_WHOLE = re.compile(r"\d{1,9}")


def chosen_arm(given: str) -> ArmChoice:
    """Parse the `name` or `name:option=value,option=value` of a spec; raises `SpecError`."""
    name, colon, rest = given.partition(":")
    found = arm(name)
    options: dict[str, Scalar] = {}
    for pair in rest.split(",") if colon else ():
        key, equals, value = pair.partition("=")
        if not equals:
            raise SpecError(f"arm {given!r}: write its options as name:option=value,option=value")
        options[key.strip()] = int(value) if _WHOLE.fullmatch(value) else value.strip()
    try:
        made = found.options.model_validate(options)
    except ValidationError as error:
        raise SpecError(f"arm {given!r}: {_complaint(found, error)}") from None
    return ArmChoice(found, made.model_dump())


def _complaint(found: Arm, error: ValidationError) -> str:
    fault = FieldFault.first_of(error)
    if fault.kind == "extra_forbidden":
        known = ", ".join(found.options.model_fields) or "none"
        return f"it has no option {fault.field!r}; known are {known}"
    return f"option {fault.field!r}: {fault.message}, not {fault.given}"

"""Variants in a spec: arms of the user's own words, written as tables."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from evals.arms import Arm, ArmChoice, arm_names, chosen_arm
from evals.dialogue.arm import Play
from evals.dialogue.variant import Shot, VariantTexts, alike, options_of, variant
from evals.errors import SpecError
from evals.key_shapes import key_in, unkeyed
from evals.record.exchange import RowKind
from evals.record.files import MEGABYTE, text_of
from evals.record.model import Closed, FieldFault, Scalar
from evals.record.run import Manifest
from evals.record.trial import PROMPT
from evals.text import clip
from tasks import close_to

TEXTS = ("persona", "system", "before", "after")
"""Fields of a variant that are texts; each can be given as a file, too: `system_file`."""
VariantKey = tuple[str, Scalar | None]
"""What tells variants apart: the name, and the hash of the texts."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,99}")
_SHOWN = 100


class VariantTable(Closed):
    """A variant as a spec gives it: an arm, and the texts around what it asks."""

    name: str
    base: str
    """The arm, as `name` or `name:option=value,option=value`."""
    persona: str = ""
    """Who the model is to be: the first paragraph of the system message."""
    system: str = ""
    before: str = ""
    after: str = ""
    persona_file: str | None = None
    """The path of a text; in a spec file, relative to that file. So are the next three."""
    system_file: str | None = None
    before_file: str | None = None
    after_file: str | None = None
    shots: tuple[Shot, ...] = Field(default=(), max_length=1000)
    pushes: bool = False
    """Whether reports take it as the arm that pushes, and its base as the one that does not."""

    @field_validator(*TEXTS)
    @classmethod
    def _alike_everywhere(cls, text: str) -> str:
        return alike(text)

    @field_validator("name")
    @classmethod
    def _free(cls, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise ValueError(
                "a name has letters without accents, digits, and . _ + - behind the first of them, "
                "100 characters at most"
            )
        if name in arm_names():
            raise ValueError("that is an arm already: give the variant a name of its own")
        return name

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        try:
            base = chosen_arm(self.base).arm
        except SpecError as error:
            raise ValueError(f"its base: {error}") from None
        for name in TEXTS:
            if getattr(self, name) and self._file(name) is not None:
                raise ValueError(f"{name!r} and '{name}_file' are both given: give one of them")
        for shot in self.shots:
            if not (shot.user and shot.assistant):
                raise ValueError("a shot has a text for 'user' and one for 'assistant', and neither is empty")
        texts = [getattr(self, name) or self._file(name) for name in TEXTS]
        if not (self.shots or any(texts)):
            raise ValueError(f"nothing changes: give it a text ({', '.join(TEXTS)}) or shots")
        if self.pushes and (base.ends_with is not RowKind.REPLY or base.play is Play.EXCERPT):
            raise ValueError(
                f"'pushes' goes with a base that asks for the whole list once, which {base.name!r} does not"
            )
        return self

    def _file(self, name: str) -> str | None:
        file: str | None = getattr(self, f"{name}_file")
        return file

    def found_from(self, folder: Path) -> Self:
        """Return a copy whose files are resolved against this folder."""
        paths = {f"{name}_file": self._file(name) for name in TEXTS}
        there = {field: str(folder / path) for field, path in paths.items() if path is not None}
        return self.model_copy(update=there)

    def loaded(self) -> Self:
        """Return a copy with the texts of its files; raises `SpecError`."""
        named = [(name, file) for name in TEXTS if (file := self._file(name)) is not None]
        if not named:
            return self
        texts = {name: _text(self.name, f"{name}_file", Path(file)) for name, file in named}
        return self.model_copy(update={**texts, **{f"{name}_file": None for name, _ in named}})

    @property
    def wording(self) -> VariantTexts:
        """Its texts; raises `SpecError` where files were not loaded: a stranger's run may name any."""
        named = next((file for name in TEXTS if (file := self._file(name)) is not None), None)
        if named is not None:
            raise SpecError(
                f"variant {self.name!r}: {named!r} was not loaded: load the spec, or give the text"
            )
        system = "\n\n".join(filter(None, (self.persona, self.system)))
        return VariantTexts(system, self.before, self.after, self.shots)

    @property
    def choice(self) -> ArmChoice:
        """The arm with its options; raises `SpecError` likewise."""
        base, wording = chosen_arm(self.base), self.wording
        return ArmChoice(variant(base.arm, self.name, wording), options_of(base.arm, base.options, wording))

    def asked(self) -> dict[str, Any]:
        """Return what determines its trials, as plain JSON that is a table again."""
        return self.model_dump(mode="json", exclude_defaults=True)

    def under_system(self, stem: str, text: str) -> Self:
        """Return the variant with a system message as well; raises `SpecError` if it has one."""
        if self.wording.system:
            raise SpecError(f"variant {self.name!r} has a system message of its own: leave --system out")
        return self.model_validate({**self.asked(), "name": f"{self.name}+{stem}", "system": text})


def way_of(given: object) -> str | VariantTable:
    """Read an item of the arms of a spec; raises `ValueError` in one line."""
    if isinstance(given, str | VariantTable):
        return given
    if not isinstance(given, Mapping):
        raise ValueError(  # noqa: TRY004 - pydantic turns a ValueError into its own error
            f"write the name of an arm, or a table with a name and a base, not {clip(repr(given), _SHOWN)}"
        )
    name = given.get("name")
    if isinstance(name, str) and len(given) == 1:
        chosen_or_raise(name)
        return name
    who = f"variant {clip(repr(name), _SHOWN)}" if name is not None else "a variant"
    try:
        return VariantTable.model_validate(dict(given))
    except ValidationError as error:
        raise ValueError(f"{who}: {_complaint(error)}") from None


def chosen_or_raise(name: str) -> ArmChoice:
    """Return an arm by what a spec calls it; raises `ValueError`."""
    try:
        return chosen_arm(name)
    except SpecError as error:
        raise ValueError(str(error)) from None


def check_apart(ways: Iterable[str | VariantTable]) -> None:
    """Raise `ValueError` if two variants have one name, or two push."""
    tables = [way for way in ways if isinstance(way, VariantTable)]
    names = [table.name for table in tables]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"two variants are named {twice!r}: give each a name of its own")
    pushing = [table.name for table in tables if table.pushes]
    if len(pushing) > 1:
        raise ValueError(
            f"{' and '.join(map(repr, pushing))} have 'pushes': verdicts rest on one arm that pushes, "
            "named before the run"
        )


def check_keyless(ways: Iterable[str | VariantTable]) -> None:
    """Raise `SpecError` if a text of a variant, loaded, holds a key: every trial records it."""
    for table in ways:
        if not isinstance(table, VariantTable):
            continue
        texts = [(name, getattr(table, name)) for name in TEXTS]
        texts += [("shots", text) for shot in table.shots for text in (shot.user, shot.assistant)]
        for name, text in texts:
            if (key := key_in(text)) is not None:
                raise SpecError(
                    f"variant {table.name!r}: {name!r} holds what looks like a key, {key!r}, which would be "
                    "recorded with every trial: take it out"
                )


def under_system(ways: Iterable[str | VariantTable], file: Path) -> Iterator[VariantTable]:
    """Yield each arm as a variant with the system message in this file; raises `SpecError`.

    It is named after the arm and the file's stem: `list+coach`.
    """
    text = _text(None, "--system", file)
    stem = re.sub(r"[^A-Za-z0-9_.-]+", "-", file.stem).strip("-.")[:40] or "system"
    for way in ways:
        try:
            if isinstance(way, VariantTable):
                yield way.under_system(stem, text)
            else:
                made = {"name": f"{chosen_arm(way).arm.name}+{stem}", "base": way, "system": text}
                yield VariantTable.model_validate(made)
        except ValidationError as error:
            raise SpecError(f"--system {str(file)!r}: {_complaint(error)}") from None


def variants_of(ways: Iterable[ArmChoice]) -> dict[VariantKey, Arm]:
    """Return the variants among these arms, with their texts."""
    return {(way.arm.name, way.options[PROMPT]): way.arm for way in ways if PROMPT in way.options}


def recorded_variants(manifest: Manifest) -> dict[VariantKey, Arm]:
    """Return the variants that the specs of a run asked, with their texts, as far as they can be read."""
    specs = [manifest.spec]
    for extension in manifest.extensions:
        replaced = extension.get("replaced")
        if isinstance(replaced, dict) and isinstance(replaced.get("spec"), dict):
            specs.append(replaced["spec"])
    return variants_of(table.choice for spec in specs for table in _tables(spec))


def recorded_push(manifest: Manifest) -> str | None:
    """Return the variant that a run's spec has as the arm that pushes, if it has one."""
    return next((table.name for table in _tables(manifest.spec) if table.pushes), None)


def _tables(spec: Mapping[str, Any]) -> Iterator[VariantTable]:
    asked = spec.get("asked")
    ways = asked.get("arms") if isinstance(asked, dict) else None
    for given in ways if isinstance(ways, list) else ():
        if isinstance(given, dict):
            with suppress(ValueError):
                way = way_of(given)
                if isinstance(way, VariantTable) and not any(map(way._file, TEXTS)):
                    yield way


def _text(name: str | None, field: str, file: Path) -> str:
    where = f"{field} {str(file)!r}" if name is None else f"variant {name!r}: {field} {str(file)!r}"
    try:
        text = alike(text_of(file, MEGABYTE, streams=name is None))
    except OSError as error:
        raise SpecError(f"{where} cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        raise SpecError(f"{where} is not UTF-8 text ({error}): save it as UTF-8") from None
    if not text:
        raise SpecError(f"{where} is empty: nothing would change")
    return text


def _complaint(error: ValidationError) -> str:
    fault = FieldFault.first_of(error)
    match fault.kind:
        case "extra_forbidden":
            close = close_to(fault.field.split(".")[-1], VariantTable.model_fields)
            return f"there is no field {fault.field!r}{close}"
        case "missing" if fault.field == "base":
            return 'it has no base: add the arm that it varies, for example base = "list"'
        case "missing":
            return f"field {fault.field!r} is missing"
        case "value_error":
            return fault.message
    return f"field {fault.field!r}: {fault.message}, not {unkeyed(fault.given)}"

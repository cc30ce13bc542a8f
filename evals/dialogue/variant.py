"""Variants of arms: texts of the user's own around what an arm asks. All else is the arm's own."""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, ClassVar, cast

from pydantic import create_model, field_validator

from evals.dialogue.arm import _DEFAULTS, Arm, Conditions, Dialogue, Given, Workload
from evals.record.exchange import Message
from evals.record.model import Closed, Scalar, digest
from evals.record.trial import BASE, PROMPT, Trial, base_of
from tasks import Problem


class Shot(Closed):
    """A worked example: a question and its answer, as turns before the question that counts."""

    user: str
    assistant: str

    @field_validator("user", "assistant")
    @classmethod
    def _alike_everywhere(cls, text: str) -> str:
        return alike(text)


def alike(text: str) -> str:
    """Return a text without what an editor adds, so that it is the same in a file and in a spec."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


@dataclass(frozen=True, slots=True)
class VariantTexts:
    """The texts of a variant; empty ones are not sent."""

    system: str = ""
    """The system message."""
    before: str = ""
    """A paragraph before the prompt."""
    after: str = ""
    """A paragraph behind it."""
    shots: tuple[Shot, ...] = ()

    @property
    def hash(self) -> str:
        """12 hex digits of the SHA-256 of all texts."""
        return _hash(self)

    def around(self, messages: Sequence[Message]) -> tuple[Message, ...]:
        """Return the opening messages of an arm, the last of which is its prompt, within these texts."""
        *first, prompt = messages
        own = [message.content for message in first if message.role == "system"]
        system = _paragraphs(self.system, *own)
        shots = [
            Message(role=role, content=text)
            for shot in self.shots
            for role, text in (("user", shot.user), ("assistant", shot.assistant))
        ]
        asked = _paragraphs(self.before, prompt.content, self.after)
        return (
            *([Message(role="system", content=system)] if system else []),
            *shots,
            *(message for message in first if message.role != "system"),
            prompt.model_copy(update={"content": asked}),
        )


@lru_cache(maxsize=1024)
def _hash(wording: VariantTexts) -> str:
    shots = [shot.model_dump() for shot in wording.shots]
    texts = {"system": wording.system, "before": wording.before, "after": wording.after, "shots": shots}
    return digest(texts)[:12]


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(filter(None, texts))


class VariantArm(Arm):
    """An arm that opens with texts of its own, and leaves all else to its base.

    Its options are those of the base, and two more that are part of a trial's identity: the base's name, and
    the hash of the texts. The base never sees these two.
    """

    base: ClassVar[Arm]
    wording: ClassVar[VariantTexts]
    """Empty for a recorded trial: its messages are recorded, and the texts are needed only to ask."""

    def prompt(self, problem: Problem, options: Given) -> tuple[str, ...]:
        """Return the paragraphs of the base."""
        return self.base.prompt(problem, _own(options))

    def open(self, problem: Problem, options: Given = _DEFAULTS) -> tuple[Message, ...]:
        """Return the messages of the base within the texts."""
        return self.wording.around(self.base.open(problem, _own(options)))

    def conditions(self, options: Given) -> Conditions:
        """Return what the base changes."""
        return self.base.conditions(_own(options))

    def fields(self, problem: Problem, options: Given) -> dict[str, Any]:
        """Return the fields of the base."""
        return self.base.fields(problem, _own(options))

    def suits(self, problem: Problem) -> bool:
        """Return whether the base can ask this problem."""
        return self.base.suits(problem)

    def asked(self, problem: Problem, options: Given) -> Problem:
        """Return what the first answer should solve, as of the base."""
        return self.base.asked(problem, _own(options))

    def dialogue(self, trial: Trial, problem: Problem) -> Dialogue:
        """Return the conversation of the base."""
        return self.base.dialogue(trial.model_copy(update={"options": _own(trial.options)}), problem)

    def workload(self, problem: Problem, options: Given, whole: Workload) -> Workload:
        """Return the workload of the base; `whole` has the texts in its prompt."""
        return self.base.workload(problem, _own(options), whole)


@lru_cache(maxsize=1024)
def variant(base: Arm, name: str, wording: VariantTexts) -> Arm:
    """Return the arm of this name that asks like `base`, within these texts."""
    kept = {field: getattr(base, field) for field in inspect.get_annotations(Arm)}
    own = {"name": name, "summary": f"{base.name}, in words of the user's own", "options": _options(base)}
    made: Arm = type("Variant", (VariantArm,), {**kept, **own, "base": base, "wording": wording})()
    return made


@lru_cache(maxsize=1024)
def recorded_variant(base: Arm, name: str) -> Arm:
    """Return the arm of a recorded trial of a variant, which can do everything but ask."""
    return variant(base, name, VariantTexts())


def options_of(base: Arm, options: Mapping[str, Scalar], wording: VariantTexts) -> dict[str, Scalar]:
    """Return the options of a variant's trials."""
    return {**options, BASE: base.name, PROMPT: wording.hash}


@cache
def _options(base: Arm) -> type[Closed]:
    more: dict[str, Any] = {BASE: (str, ...), PROMPT: (str, ...)}
    made: Any = create_model("VariantOptions", __base__=base.options, **more)
    return cast("type[Closed]", made)


def _own(options: Given) -> Given:
    found = base_of(options)
    return options if found is None else found[1]

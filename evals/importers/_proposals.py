"""Which arm a prompt variant may be, by its name and by the words of its prompt: proposed, never assumed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from evals.arms import arm_names
from evals.importers._record_run import Variant
from evals.text import clip

_NAMES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("nudge", re.compile(r"nudg|remind|follow.?up|continu", re.IGNORECASE)),
    (
        "chunked",
        re.compile(r"chunk|in.?parts|step.?(?:by|at).?(?:a.?)?(?:step|time)|incremental", re.IGNORECASE),
    ),
    ("window", re.compile(r"window|excerpt|partial", re.IGNORECASE)),
    ("code", re.compile(r"\bcode|program|python|script", re.IGNORECASE)),
    ("insist", re.compile(r"insist|push|force|must|no.?abbrev|complete|strict|demand", re.IGNORECASE)),
    ("algorithm", re.compile(r"algorithm|method|hint|procedure|recipe", re.IGNORECASE)),
    (
        "list",
        re.compile(
            r"neutral|baseline|plain|default|standard|base\b|normal|zero.?shot|control", re.IGNORECASE
        ),
    ),
)
_WORDS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (
        "insist",
        re.compile(
            r"\b(?:do not|don't|never|without|no)\b[^.\n]{0,60}\b(?:abbreviat\w*|abridg\w*|shorten\w*|"
            r"skip\w*|truncat\w*|summari[sz]\w*|ellips[ie]s|omit\w*|stop(?:ping)? early|give up|refus\w*|"
            r"placeholders?)\b|"
            r"\bevery single (?:step|move|line|action)\b",
            re.IGNORECASE,
        ),
        "its prompt forbids abridging",
    ),
    (
        "code",
        re.compile(
            r"\b(?:write|give|provide|return)\b[^.\n]{0,40}\b(?:python|program|function|script|code)\b",
            re.IGNORECASE,
        ),
        "its prompt asks for a program",
    ),
    (
        "algorithm",
        re.compile(
            r"\b(?:use|follow|apply|execute|carry out)\b[^.\n]{0,40}\b(?:algorithm|method|procedure|"
            r"pseudo-?code)\b",
            re.IGNORECASE,
        ),
        "its prompt gives a method",
    ),
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a variant may be."""

    variant: str
    answers: int
    arm: str | None
    """`None` if nothing shows."""
    why: str

    @property
    def flag(self) -> str | None:
        """The option to give."""
        if self.arm is None or self.arm == self.variant:
            return None
        pair = f"{self.variant}={self.arm}"
        return f"--arm {pair}" if re.fullmatch(r"[\w.:=/-]+", pair) else f"--arm '{pair}'"


def proposals(variants: Mapping[str, Variant]) -> list[Proposal]:
    """Return a proposal for each variant, the most frequent first."""
    ordered = sorted(variants.items(), key=lambda item: (-item[1].answers, item[0]))
    return [Proposal(name, met.answers, *_arm_of(name, met)) for name, met in ordered]


def _arm_of(name: str, met: Variant) -> tuple[str | None, str]:
    if met.arm in arm_names():
        return met.arm, "it is that arm"
    if met.turns > 1:
        return "nudge", "its conversations have several turns"
    for arm, words, why in _WORDS:
        if words.search(met.prompt) is not None:
            return arm, why
    for arm, words_in_name in _NAMES:
        if words_in_name.search(name) is not None:
            return arm, "by its name"
    if met.prompt and len(met.prompt) < 4000:
        return "list", "its prompt has no words that push, give a method or ask for a program"
    return None, "neither its name nor its prompt shows what it is"


def without_role(variants: Mapping[str, Variant]) -> list[str]:
    """Return the variants whose arm is none that is known."""
    return [clip(name, 60) for name, met in variants.items() if met.arm not in arm_names()]

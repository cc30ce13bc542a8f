"""Instances of blocks world that are written out in a prompt, as planning benchmarks do.

    As initial conditions I have that, the red block is clear, the hand is empty, … and the blue block is on
    the table. My goal is to have that the red block is on top of the blue block.

The same with other words for the actions and facts, which the prompt explains before: then the words for
facts are found out from its rules, and the instance has a legend of the words for actions.
"""

import re
from typing import Any

_LONGEST = 200_000
_BEGIN, _GOAL = "As initial conditions I have that", "My goal is to have that"
_ENDS = ("My plan is as follows", "What is the plan to achieve my goal")
_NOT_PLANS = ("[VERIFICATION]", "During execution, an unexpected event", "[ACTION SEQUENCE]")
_JOINTS = re.compile(r", and |, | and ")
_NAME = r"[^\s,.]{1,60}"
_CLEAR = re.compile(rf"the ({_NAME}) block is clear")
_ON_TABLE = re.compile(rf"the ({_NAME}) block is on the table")
_ON = re.compile(rf"the ({_NAME}) block is on top of the ({_NAME}) block")
_HOLDING = re.compile(rf"the hand is currently holding (?:the )?({_NAME}) block")
_EMPTY = "the hand is empty"


def read_statement(text: str) -> dict[str, Any]:
    """Return the instance that a prompt states last; raises `ValueError` if it states none."""
    text = text[-_LONGEST:]
    begin = text.rfind(_BEGIN)
    if begin < 0:
        raise ValueError(f"it has no statement ({_BEGIN!r}, …)")
    statement = text[begin + len(_BEGIN) :]
    start, found, rest = statement.partition(_GOAL)
    if not found:
        raise ValueError(f"its last statement has no goal ({_GOAL!r} …)")
    goal, ended, after = rest.partition("\n")
    if not any(end in rest for end in _ENDS) or any(other in rest for other in _NOT_PLANS):
        raise ValueError("what it asks for is no plan")
    if any(end in after.partition("[PLAN]")[2] for end in _ENDS):
        raise ValueError("what it asks for is no plan")
    del ended
    goal = goal.partition(". ")[0]
    facts, wanted = _split(start), _split(goal)
    if any(_ON_TABLE.fullmatch(fact) or _CLEAR.fullmatch(fact) for fact in facts):
        return _instance([_fact(fact) for fact in facts], [_fact(fact) for fact in wanted])
    words = _Words(text[:begin])
    made = _instance([words.fact(fact) for fact in facts], [words.fact(fact) for fact in wanted])
    return {**made, "legend": words.legend}


def _split(text: str) -> list[str]:
    plain = " ".join(text.split()).strip(" .,")
    return [fact for fact in _JOINTS.split(plain) if fact]


def _fact(text: str) -> str:
    text = text.strip()
    if text == _EMPTY:
        return "handempty"
    for pattern, name in ((_CLEAR, "clear"), (_ON_TABLE, "ontable"), (_ON, "on"), (_HOLDING, "holding")):
        if (found := pattern.fullmatch(text)) is not None:
            return " ".join((name, *found.groups()))
    raise ValueError(f"{text[:80]!r} is no fact about blocks")


def _instance(start: list[str], goal: list[str]) -> dict[str, Any]:
    blocks = sorted({name for fact in (*start, *goal) for name in fact.split()[1:]})
    if not blocks:
        raise ValueError("its statement has no blocks")
    return {"blocks": blocks, "start": start, "goal": goal}


_RULE = re.compile(
    r"To perform (\S{1,60}) action, the following (?:facts? )?needs? to be true:([^\n]{1,400})", re.IGNORECASE
)
_RELATED = re.compile(r"object (\S{1,60}) other object", re.IGNORECASE)
_OF_OTHER = re.compile(r"(\S{1,60}) other object", re.IGNORECASE)
_OF_ONE = re.compile(r"(\S{1,60}) object", re.IGNORECASE)


class _Words:
    """The words for actions and facts, by what the actions need: that tells which is which."""

    def __init__(self, rules: str) -> None:
        self.actions: dict[str, str] = {}
        self.facts: dict[str, str] = {}
        for action, needs in _RULE.findall(rules):
            self._note(
                action.lower(), [need.strip(" .\t") for need in needs.split(",") if need.strip(" .\t")]
            )
        if len(self.actions) != 4 or len(self.facts) != 5:
            raise ValueError("its words for facts about blocks are not explained")

    def _note(self, action: str, needs: list[str]) -> None:
        related = [found[1].lower() for need in needs if (found := _RELATED.fullmatch(need))]
        plain = [need for need in needs if _RELATED.fullmatch(need) is None]
        other = [found[1].lower() for need in plain if (found := _OF_OTHER.fullmatch(need))]
        bare = [need.lower() for need in plain if " " not in need]
        one = [
            found[1].lower()
            for need in plain
            if not _OF_OTHER.fullmatch(need) and (found := _OF_ONE.fullmatch(need))
        ]
        if related and bare and one:
            self.actions[action] = "unstack"
            self.facts |= {related[0]: "on", one[0]: "clear", bare[0]: "handempty"}
        elif other and one:
            self.actions[action] = "stack"
            self.facts |= {other[0]: "clear", one[0]: "holding"}
        elif bare and len(one) == 2:
            self.actions[action] = "pick-up"
            self.facts |= {one[0]: "clear", one[1]: "ontable", bare[0]: "handempty"}
        elif len(one) == 1 and not bare:
            self.actions[action] = "put-down"
            self.facts[one[0]] = "holding"

    @property
    def legend(self) -> dict[str, Any]:
        """The words for actions and for facts, each with what it means."""
        return {"actions": dict(self.actions), "predicates": dict(self.facts)}

    def fact(self, text: str) -> str:
        """Return a fact in the usual words."""
        words = [word for word in text.split() if word.lower() != "object"]
        if len(words) == 1:
            name, names = words[0], []
        elif len(words) == 2:
            name, names = words[0], words[1:]
        elif len(words) == 3:
            name, names = words[1], [words[0], words[2]]
        else:
            name, names = "", []
        meant = self.facts.get(name.lower())
        if meant is None:
            raise ValueError(f"{text[:80]!r} is no fact about blocks")
        return " ".join((meant, *names))

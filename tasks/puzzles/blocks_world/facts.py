"""Facts about blocks, as planning benchmarks write them: `(on a b)`, `on(a, b)`, sentences, problems in PDDL."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tasks.contract.names import plain_name

MOST_TEXT = 200_000
"""Characters of a text of facts."""

_PREDICATES = {
    "on": "on",
    "ontop": "on",
    "ontable": "table",
    "onthetable": "table",
    "clear": "clear",
    "holding": "holding",
    "inhand": "holding",
    "handempty": "empty",
    "armempty": "empty",
    "gripperempty": "empty",
    "emptyhand": "empty",
    "emptyarm": "empty",
}
_MYSTERY = {"craves": "on", "planet": "table", "province": "clear", "pain": "holding", "harmony": "empty"}
"""The predicates of the Mystery domain, in which the rules are those of blocks and the words are others."""
PLAIN = {"on": "on", "table": "ontable", "clear": "clear", "holding": "holding", "empty": "handempty"}
"""How each kind of fact is written."""
_ARGUMENTS = {"on": 2, "table": 1, "clear": 1, "holding": 1, "empty": 0}
_FILLERS = {"the", "is", "are", "of", "top", "block", "object", "currently", "it", "that", "robot", "s"}
_NOUN = re.compile(
    r"^(?:the[ _-])?(?:(?:block|object|obj|cube|box)[ _-]{1,2})?(.{1,200}?)(?:[ _-](?:block|cube|box))?$"
)
TABLE = "table"


class BadFacts(ValueError):
    """A text or list of facts makes no sense; the message says what and why."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What some facts say, blocks by their names as written."""

    on: list[tuple[str, str]] = field(default_factory=list)
    table: list[str] = field(default_factory=list)
    clear: list[str] = field(default_factory=list)
    holding: list[str] = field(default_factory=list)
    empty: bool = False
    about_table: bool = False
    """Whether the table is treated like a block, as where moving is one step."""

    @property
    def about_hand(self) -> bool:
        """Whether they speak of a hand."""
        return self.empty or bool(self.holding)


def plain(name: str) -> str:
    """Return a name without what is said around it: `orange` for `the orange block`."""
    low = plain_name(name).lower()
    found = _NOUN.match(low)
    return low if found is None else found[1]


def words(text: str) -> str:
    """Return the name of an action or predicate without case and signs: `pickup` for `Pick-up`."""
    return re.sub(r"[\s_-]+", "", text.casefold())


def is_fact(told: object, legend: Mapping[str, str]) -> bool:
    """Return whether a list begins with a predicate, and has as many names as that needs."""
    if not isinstance(told, list | tuple) or not told or not isinstance(told[0], str):
        return False
    name = words(told[0])
    kind = legend.get(name) or _PREDICATES.get(name) or _MYSTERY.get(name)
    return kind is not None and len(told) == 1 + _ARGUMENTS[kind]


def meaning(name: str) -> str | None:
    """Return which kind of fact a predicate of plain blocks world says; `None` if it is none."""
    return _PREDICATES.get(words(name), words(name) if words(name) in PLAIN else None)


def read_facts(told: Iterable[object], legend: Mapping[str, str]) -> Facts:
    """Read facts, each a text or a list of its parts.

    Args:
        told: The facts.
        legend: What obfuscated predicates mean, by their bare names.

    Raises:
        BadFacts: One is no fact.
    """
    found, about_table = Facts(), False
    empty = False
    for fact in told:
        kind, names = _fact(fact, legend)
        if kind == "on" and plain(names[1]) == TABLE:
            about_table = True
            found.table.append(names[0])
        elif kind == "on":
            found.on.append((names[0], names[1]))
        elif kind == "empty":
            empty = True
        elif kind == "clear" and plain(names[0]) == TABLE:
            about_table = True
        else:
            {"table": found.table, "clear": found.clear, "holding": found.holding}[kind].append(names[0])
    return Facts(found.on, found.table, found.clear, found.holding, empty, about_table)


def split(text: str) -> list[str]:
    """Return the facts of one text, in brackets, on lines of their own or parted by commas."""
    inner = re.findall(r"\([^()]{1,400}\)", text)
    if inner and not re.search(r"\w\(", text):
        return inner
    parts = re.split(r"[\n;.]|,(?![^()]*\))|\band\b", text)
    return [part for part in parts if part.strip()]


def _fact(fact: object, legend: Mapping[str, str]) -> tuple[str, list[str]]:
    if isinstance(fact, str):
        parts = [part for part in re.split(r"[\s(),'\"]+", fact[:1_000]) if part]
    elif isinstance(fact, list | tuple) and all(isinstance(part, str | int) for part in fact):
        parts = [str(part) for part in fact]
    else:
        raise BadFacts(f"{_shown(fact)} is no fact")
    if parts and parts[0].casefold() == "not":
        raise BadFacts(f"{_shown(fact)} says what is not; only facts that hold can be read")
    found = _prefixed(parts, legend) or _told([part for part in parts if part.casefold() not in _FILLERS])
    if found is None:
        known = ", ".join(PLAIN.values())
        raise BadFacts(f"{_shown(fact)} is no fact about blocks; known are {known}, or those of a legend")
    return found


def _prefixed(parts: list[str], legend: Mapping[str, str]) -> tuple[str, list[str]] | None:
    """`on a b`, `pick me a`: the predicate first."""
    for count in (1, 2):
        name = words("".join(parts[:count]))
        kind = legend.get(name) or _PREDICATES.get(name) or _MYSTERY.get(name)
        names = [part for part in parts[count:] if part.casefold() not in ("block", "object")]
        if kind is not None and (len(names) == _ARGUMENTS[kind] or kind == "empty"):
            return kind, names
    return None


def _told(parts: list[str]) -> tuple[str, list[str]] | None:
    """`a on b`, `b clear`, `hand empty`: a sentence without its small words."""
    match [part.casefold() for part in parts]:
        case ["hand" | "arm" | "gripper", "empty"] | ["hand" | "arm", "holding", "nothing"]:
            return "empty", []
        case [_, "on", _]:
            return "on", [parts[0], parts[2]]
        case [_, "ontable"]:
            return "table", [parts[0]]
        case [_, "clear"]:
            return "clear", [parts[0]]
        case ["hand" | "arm", "holding" | "holds", _]:
            return "holding", [parts[2]]
    return None


# --- PDDL


@dataclass(frozen=True, slots=True)
class PddlProblem:
    """What a problem in PDDL says."""

    objects: list[str]
    start: list[list[str]]
    goal: list[list[str]]


_OPENS, _CLOSES, _OF_TYPE = "()-"
_TOKEN = re.compile(r"[()]|[^\s()]+")
_DEEP = 12
_IGNORED = ("block", "object", "=", "table")
"""Facts that say of what type something is, or count costs."""


def read_pddl(text: str) -> PddlProblem:
    """Read `(define (problem …) (:objects …) (:init …) (:goal …))`; a domain beside it is passed over.

    Raises:
        BadFacts: It is no such problem.
    """
    tree = _tree(re.sub(r";[^\n]*", "", text).casefold())
    problem = next((one for one in tree if _is_problem(one)), None)
    if problem is None:
        raise BadFacts("has no '(define (problem ...) ...)'")
    parts = {one[0]: one[1:] for one in problem[2:] if isinstance(one, list) and one}
    for name in (":init", ":goal"):
        if name not in parts:
            raise BadFacts(f"has no '({name} ...)'")
    goal = parts[":goal"]
    if len(goal) == 1 and isinstance(goal[0], list) and goal[0][:1] == ["and"]:
        goal = goal[0][1:]
    return PddlProblem(
        list(_objects(parts.get(":objects", []))), list(_flat(parts[":init"])), list(_flat(goal))
    )


def _is_problem(part: object) -> bool:
    match part:
        case ["define", ["problem", *_], *_]:
            return True
    return False


def _tree(text: str) -> list[list[object]]:
    stack: list[list[object]] = [[]]
    for token in _TOKEN.findall(text):
        if token == _OPENS:
            stack.append([])
            if len(stack) > _DEEP:
                raise BadFacts("has brackets within too many others")
        elif token != _CLOSES:
            stack[-1].append(token)
        elif len(stack) > 1:
            stack[-2].append(stack.pop())
        else:
            raise BadFacts("closes a bracket that is not open")
    if len(stack) > 1:
        raise BadFacts("does not close all of its brackets")
    return [part for part in stack[0] if isinstance(part, list)]


def _objects(told: list[object]) -> Iterator[str]:
    names: list[str] = []
    told = [*told, "-", "object"]
    for before, token in zip(["", *told], told, strict=False):
        if not isinstance(token, str):
            raise BadFacts("has brackets among its objects")
        if before == _OF_TYPE:
            if token != TABLE:
                yield from (name for name in names if name != TABLE)
            names = []
        elif token != _OF_TYPE:
            names.append(token)


def _flat(facts: Iterable[object]) -> Iterator[list[str]]:
    for fact in facts:
        if not isinstance(fact, list):
            raise BadFacts(f"has {_shown(fact)} where a fact belongs")
        if fact[:1] == ["not"]:
            raise BadFacts("asks for what is not; only facts that hold can be read")
        if fact and fact[0] in _IGNORED:
            continue
        if not fact or not all(isinstance(part, str) for part in fact):
            raise BadFacts(f"has {_shown(fact)} where a fact belongs")
        yield fact


def _shown(value: object) -> str:
    told = repr(value)
    return told if len(told) <= 60 else f"{told[:60]}…"

"""Actors and agents: their names, how a boatload is encoded as a number, and how crossings are read."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from random import Random

from tasks.contract.draws import pick
from tasks.contract.puzzle import Form
from tasks.forms.moves import NEXT_ITEM, NEXT_STEP

MOST_PAIRS = 511
MOST_SEATS = 6
_BITS = 10
"""Bits per seat in a boatload's number: six seats fit into a signed 64-bit integer."""
UNREADABLE = 1 << (_BITS * MOST_SEATS)
"""The number of a boatload with more people than any boat holds."""


@dataclass(frozen=True, slots=True)
class Cast:
    """The two roles. Person 2i is agent i and person 2i + 1 is actor i, from 0; names count from 1."""

    agent: str
    actor: str
    letters: str
    """The agents' letter, then the actors'."""

    def name(self, person: int) -> str:
        """Return a person's name, e.g. `A_1`."""
        return f"{self.letters[person % 2]}_{person // 2 + 1}"

    def names(self, people: Iterable[int]) -> str:
        """Return people's names, e.g. `A_1, A_2, a_1 to a_9`, or `nobody`."""
        ranges: list[str] = []
        ordered = sorted(people, key=lambda person: (person % 2, person))
        for _, group in groupby(enumerate(ordered), key=lambda item: item[1] - 2 * item[0]):
            run = [self.name(person) for _, person in group]
            ranges += run if len(run) < 4 else [f"{run[0]} to {run[-1]}"]
        return ", ".join(ranges) or "nobody"


PLAIN = Cast("agent", "actor", "Aa")
_OTHERS = (
    Cast("guard", "traveller", "Gt"),
    Cast("lawyer", "client", "Lc"),
    Cast("keeper", "lamb", "Km"),
    Cast("doctor", "patient", "Dp"),
    Cast("pilot", "student", "Ps"),
)


def drawn_cast(puzzle: str, seed: int) -> Cast:
    """Return roles other than actors and agents; a seed gives the same ones at every size."""
    return pick(Random(f"{puzzle}/names/seed={seed}"), _OTHERS)


def rules(cast: Cast, size: int, seats: int) -> str:
    """Say who the people are, and what a legal crossing is."""
    actor, agent, upper, lower = cast.actor, cast.agent, cast.letters[0], cast.letters[1]
    return (
        f"There are {size} {actor}s, {lower}_1 to {lower}_{size}, and {size} {agent}s, {upper}_1 to "
        f"{upper}_{size}; {upper}_i is the {agent} of {lower}_i. They have a boat to cross a river in.\n"
        f"- The boat carries at most {seats} {'people' if seats > 1 else 'person'}, and never crosses "
        "empty; all who are in it get out on the other bank.\n"
        f"- No {actor} may ever be with the {agent} of another, on either bank or in the boat, unless the "
        f"{actor}'s own {agent} is there too."
    )


def method(cast: Cast, seats: int) -> str:
    """Describe the method: pairs going to and fro if the boat holds two of them; otherwise a search."""
    if seats >= 4:
        many = "two" if seats < 6 else "three"
        return (
            f"Each {cast.actor} and the own {cast.agent} are a pair. Let {many} pairs cross, or all if "
            "fewer are left. While there are people on the left bank, let one pair come back and go on like "
            "this."
        )
    return (
        "Go through the states in the order of their distance from the start: write down the start, then "
        "for each state written down, in turn, all states that one legal crossing leads to and that are not "
        "written down yet, each with the state and the crossing that it came from. Stop when all are on the "
        "right bank, and follow the crossings back to the start; or stop when no new state is left."
    )


# --- boatloads


def load_of(people: Iterable[int]) -> int:
    """Encode a boatload as one number, regardless of the order in which the people are written."""
    nobody = (1 << _BITS) - 2
    known = sorted(person if 0 <= person < nobody else nobody for person in people)
    if len(known) > MOST_SEATS:
        return UNREADABLE
    return sum(person + 1 << _BITS * seat for seat, person in enumerate(known))


def people_in(load: int) -> Iterator[int]:
    """Yield the people in a boatload."""
    while load > 0:
        load, seat = divmod(load, 1 << _BITS)
        if seat:
            yield seat - 1


# --- how crossings are written in answers


_DIGIT = "[0-9₀-₉]"
_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


def _name(cast: Cast) -> str:
    """Return a pattern for names: `A_1`, `A1`, `a_{1}`, `Agent 1`."""
    words = [*(word for role in (cast.agent, cast.actor) for word in (role, role.capitalize()))]
    initials = "".join(sorted({*cast.letters, *(word[0] for word in words)}))
    rests = "|".join(dict.fromkeys(word[1:] for word in words))
    return rf"[{initials}](?<![A-Za-z][A-Za-z])(?:(?:{rests})\s|_?\{{?){_DIGIT}{{1,3}}\}}?"


@dataclass(frozen=True, slots=True)
class _Load:
    """Reads the names in a piece of text as a boatload."""

    cast: Cast

    def __call__(self, text: str) -> int:
        return load_of(map(self._person, re.findall(_name(self.cast), text)))

    def _person(self, name: str) -> int:
        number = int("".join(re.findall(_DIGIT, name)).translate(_LOWERED))
        actors = (self.cast.actor, self.cast.letters[1])
        said = re.sub(rf"[\W_]|{_DIGIT}", "", name)
        return 2 * (number - 1) + (said in actors or said.lower() == self.cast.actor)


_ARROW = r"(?:-{1,2}>|<-{1,2}|=>|<=|[→←⇒⇐⟶⟵])"
_LEAD = (
    r"[ \t>*_-]{0,9}(?:(?i:step|move|trip|crossing)?\s?#?\d{1,4}\s?(?:\([^()\n]{0,30}\)\s?)?"
    r"[.):][ \t*_]{0,4})?"
    rf"(?:(?:{_ARROW}|\([^()\n]{{1,20}}\)|(?i:forwards?|back|across|return|left to right|right to left)\b)"
    r"[ \t]?:?[ \t*_]{0,4}){0,2}"
)
VERBS = (
    "crosse?s?|go(?:es)?|returns?|rows?|travels?|comes?|heads?|moves?|takes? the boat|ferry|ferries|sails?"
)
SENDS = "end|ove|ake|ring|erry|oat|how"
_QUOTE = r"[\"'`$*]{0,2}"


def name_list(name: str, most: int) -> str:
    """Return a pattern of names beside each other, up to so many."""
    between = rf"{_QUOTE}\s{{0,9}}(?:,\s?and\s|,|/|&|\+|and\s)?\s{{0,9}}{_QUOTE}"
    return rf"{name}(?:{between}{name}){{0,{most - 1}}}"


@cache
def forms(cast: Cast) -> tuple[Form, ...]:
    """Return lists of names, bare lines, and sentences: `A_1 and a_1 cross`, `Send A_1, a_1 across`."""
    return boat_forms(_name(cast), _Load(cast), most=12)


def boat_forms(name: str, load: Callable[[str], int], most: int) -> tuple[Form, ...]:
    """Return the forms of boatloads, whose people are found by this pattern, up to so many.

    Args:
        name: A pattern of one name, without groups.
        load: Reads the names in a text as a boatload.
        most: The most names that are read as one boatload.
    """
    read = (load,)
    names = rf"({name_list(name, most)}){_QUOTE}"
    aside = rf"(?:\s?{_ARROW}[^\n]{{0,40}}|\s?\([^()\n]{{0,40}}\))?"
    step_of = {
        "load": rf"[\[\({{]\s{{0,9}}{_QUOTE}{names}\s{{0,9}}\\?[\]\)}}]",
        "line": rf"^{_LEAD}{_QUOTE}{names}{aside}[ \t.;,*_]{{0,9}}$",
        "table": (
            rf"^[ \t]{{0,9}}\|(?:[^|\n]{{1,40}}\|){{0,3}}?[ \t*]{{0,4}}{_QUOTE}{names}"
            r"[ \t*]{0,4}\|[^\n]{0,300}$"
        ),
        "sentence": rf"{names}\s(?:(?:all|both|then|now)\s)?(?:{VERBS})\b[^.\n]{{0,60}}",
        "order": (
            rf"[SMTBFRsmtbfr](?<![A-Za-z][A-Za-z])(?:{SENDS})\s{_QUOTE}{names}"
            r"\s(?:across|to|over|back|from|right|left|forward)\b[^.\n]{0,60}"
        ),
    }
    return (
        Form("load", step_of["load"], NEXT_ITEM, read, ends="]"),
        Form("line", step_of["line"], r"\r?\n", read, flags=re.MULTILINE),
        Form("table", step_of["table"], r"\r?\n", read, flags=re.MULTILINE, needs=("|",)),
        Form("sentence", step_of["sentence"], NEXT_STEP, read),
        Form("order", step_of["order"], NEXT_STEP, read),
    )


_SIDE = r"[ \t*_]{0,4}(?:bank|side|shore)?[ \t*_]{0,4}[:=][ \t*_]{0,4}[\[({][^\[\](){}\n]{0,9000}[\])}]"
_BOTH_BANKS = re.compile(rf"[Ll](?<![A-Za-z][A-Za-z])(?i:eft{_SIDE}[\s,;|*_-]{{1,20}}right{_SIDE})")


def drawn_banks(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of both banks drawn as lists: `Left: [A_1, a_1], Right: []`."""
    yield from (match.span() for match in _BOTH_BANKS.finditer(text))

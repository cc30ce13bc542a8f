"""How steps with blocks are written: planning language, sentences, lists in JSON; and what their names mean.

The forms are the same for all instances, but for words of a legend and names that are no plain words; so what is
remembered of a text serves every instance. A name is read as a number made of its letters, and an instance's
`Lexicon` tells what that stands for.
"""

import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from zlib import crc32

from tasks.contract.puzzle import ANY, Form, Row, Steps
from tasks.forms.items import ABOUT_MORE
from tasks.puzzles.blocks_world import facts
from tasks.puzzles.blocks_world import text as labels
from tasks.puzzles.blocks_world.world import HAND, STACK, TABLE, UNKNOWN, World, fault, moved

# --- names as numbers

_FOLD = 31
_FROM, _TO = 1, 2


def _code(name: str | None) -> int:
    """A number for a name: above what tells names apart whatever their case, below what tells the case too."""
    if not name:
        return ANY
    return (crc32(facts.plain(name).encode()) | 1 << 31) << _FOLD | crc32(name.encode()) >> 1


def _action(name: str | None) -> int:
    return _code(facts.words(name)) if name else ANY


def _prep(text: str | None) -> int:
    if not text:
        return ANY
    low = text.casefold()
    if low.startswith(("from", "off", "out", "source", "src")):
        return _FROM
    return _TO if low.startswith(("on", "to", "in", "up", "at", "over", "target", "dest")) else ANY


_PICK, _PUT, _STACK, _UNSTACK, _TAKE, _MOVE, _TO_TABLE, _FROM_TABLE = range(8)
_MEANINGS = {
    "pickup": _PICK,
    "putdown": _PUT,
    "stack": _STACK,
    "unstack": _UNSTACK,
    "attack": _PICK,
    "succumb": _PUT,
    "overcome": _STACK,
    "feast": _UNSTACK,
    **dict.fromkeys(("put", "place", "set", "setdown", "lay", "laydown", "lower", "drop", "release"), _PUT),
    **dict.fromkeys(("pick", "lift", "liftup", "grab", "grasp", "take", "remove"), _TAKE),
    **dict.fromkeys(
        ("movetotable", "movebtot", "moveblocktotable", "movet", "puttable", "putontable"), _TO_TABLE
    ),
    **dict.fromkeys(("movefromtable", "movettob", "movetabletoblock", "movefromtabletoblock"), _FROM_TABLE),
}
"""What actions mean; all others that can be read move a block from place to place."""
_OF_ACTION = {
    _action(told): meaning
    for name, meaning in _MEANINGS.items()
    for told in (name, re.sub(r"(up|down|)$", r"s\1", name, count=1))
}
"""The same in the third person too."""
_IT = {_code(name) for name in ("it", "this", "that")}
_COLOUR_NAMES = (
    "red", "blue", "green", "yellow", "orange", "purple", "white", "black", "brown", "pink", "gray", "grey", "cyan",
    "magenta", "violet", "silver", "gold", "golden", "teal", "maroon", "navy", "olive", "lime", "turquoise", "beige",
    "indigo", "crimson",
)  # fmt: skip
_COLOURS = {_code(name) >> _FOLD for name in _COLOUR_NAMES}


class Lexicon:
    """What names stand for in one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._blocks: dict[int, list[int]] = {}
        self._exact: dict[int, int] = {}
        for block, name in enumerate(world.blocks):
            self._add(name, block)
        others = [(called, block) for block, called in enumerate(world.called) if called]
        own = {name: block for block, name in enumerate(world.blocks)}
        others += [(told, own[name]) for told, name in world.objects if name in own]
        others += [
            (found[1], block)
            for block, name in enumerate(world.blocks)
            if (found := re.fullmatch(r"[^\W\d]{1,12}[_-]?(\d{1,9})", name)) is not None
        ]
        known = {*self._blocks}
        for called, block in others:
            if _code(called) >> _FOLD not in known:
                self._add(called, block)
        self._places = {_code(name) >> _FOLD: STACK + at for at, name in enumerate(world.names)}
        if not world.names and world.stacks is not None:
            self._places = {_code(str(at)) >> _FOLD: STACK + at for at in range(world.stacks)}
        self._others = {_code(name) >> _FOLD: TABLE for name in ("table", "ground", "floor", "desk")}
        self._others |= {_code(name) >> _FOLD: HAND for name in ("hand", "arm", "gripper")}
        self._actions = _OF_ACTION | {
            _action(told): _MEANINGS.get(facts.words(name), _MOVE) for told, name in world.actions
        }
        self._labelled = bool(world.names) and _is_numbered(world.names)

    def _add(self, name: str, block: int) -> None:
        code = _code(name)
        self._blocks.setdefault(code >> _FOLD, []).append(block)
        self._exact[code] = block

    def knows(self, name: str) -> bool:
        """Return whether a block has this name."""
        return self.block(_code(name)) != UNKNOWN

    def is_pronoun(self, name: str) -> bool:
        """Return whether this stands for the block of the step before."""
        return _code(name) in _IT

    def block(self, code: int) -> int:
        """Return the block that a name stands for."""
        found = self._blocks.get(code >> _FOLD, ())
        return found[0] if len(found) == 1 else self._exact.get(code, UNKNOWN)

    def place(self, code: int) -> int:
        """Return the block, stack or other place that a name stands for."""
        if code == ANY:
            return ANY
        low = code >> _FOLD
        stack, block = self._places.get(low), self.block(code)
        if stack is not None and (self.world.names or block == UNKNOWN):
            return stack
        return block if block != UNKNOWN else self._others.get(low, UNKNOWN)

    def settled(self, steps: Steps) -> Steps:
        """Return steps as the rules have them, from steps as they were read."""
        values = array("q")
        if steps.width == _TRIPLE:
            shift = self._shift(steps)
            for row in steps.rows():
                values.extend(self._triple(row, shift))
            return Steps(values, 3)
        names = self._guessed(steps)
        last = UNKNOWN
        for row in steps.rows():
            told = self.row(row, last, names)
            values.extend(told)
            last = told[0]
        return Steps(values, 3)

    # --- planning language and sentences

    def row(self, row: Row, last: int, names: Mapping[int, int]) -> Row:
        """Return one step.

        Args:
            row: How it was read.
            last: The block of the step before, which `it` is.
            names: What names stand for that nobody explained.
        """
        first, second, thing, way, place, other_way, other = row
        meaning = self._actions.get(first if first != ANY else second, _MOVE)
        block = last if thing in _IT else names.get(thing, self.block(thing))
        places = [
            (told, names.get(code, self.place(code))) for told, code in ((way, place), (other_way, other))
        ]
        there = places[0][1]
        if meaning in (_MOVE, _TO_TABLE, _FROM_TABLE):
            return (block, *_ends(meaning, places))
        if meaning == _PICK and there == ANY:
            return block, TABLE if self.world.hand else ANY, HAND
        if meaning in (_PICK, _UNSTACK, _TAKE):
            return block, there, HAND
        if meaning == _PUT and there == ANY:
            return block, HAND, TABLE
        return block, HAND, there

    def _guessed(self, steps: Steps) -> dict[int, int]:
        """Which blocks colours stand for, where an answer has colours alone and nothing says which they are.

        Whichever make the steps legal for longest: a plan that is right but for its names is meant so.
        """
        world = self.world
        if world.called or len(world.blocks) > _MOST_GUESSED or not len(steps):
            return {}
        things = {*steps.values[2 :: steps.width], *steps.values[4 :: steps.width]} - {ANY, *_IT}
        if any(code >> _FOLD not in _COLOURS or self.block(code) != UNKNOWN for code in things):
            return {}
        guess = _Guess(self, steps)
        guess.follow(0, world.start, {})
        return guess.best

    # --- triples

    def _triple(self, row: Row, shift: int) -> Row:
        block, source, target = row
        return self._label(block), self._stack(source, shift), self._stack(target, shift)

    def _label(self, code: int) -> int:
        if 0 <= code < _LABELS:
            code = _code(labels.PLAIN.of(code))
        return ANY if code == ANY else self.block(code)

    def _stack(self, code: int, shift: int) -> int:
        if 0 <= code < _LABELS:
            code = labels.stack_of(code, shift)
            return STACK + code if 0 <= code < (self.world.stacks or 0) else UNKNOWN
        return self.place(code)

    def _shift(self, steps: Steps) -> int:
        """What stacks are counted from, if by numbers: another number than their names, throughout."""
        if not self._labelled:
            return 0
        numbers = {
            value for at in (1, 2) for value in steps.values[at :: steps.width] if 0 <= value < _LABELS
        }
        first, count = int(self.world.names[0]), len(self.world.names)
        usual = {*range(first, first + count)}
        if numbers <= usual or not numbers:
            return first
        return 1 - first if numbers <= {*range(1 - first, 1 - first + count)} else first


def _ends(meaning: int, places: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """From where to where a block is moved."""
    told = [(way, place) for way, place in places if place != ANY]
    source = next((place for way, place in told if way == _FROM), ANY)
    target = next((place for way, place in told if way == _TO), ANY)
    bare = [place for way, place in told if way == ANY]
    if meaning == _TO_TABLE:
        return (source if source != ANY else bare[0] if bare else ANY), TABLE
    if target == ANY and bare:
        target = bare.pop()
    if meaning == _FROM_TABLE:
        return TABLE, target
    return (bare[0] if bare else source), target


_MOST_GUESSED, _MOST_TRIED = 16, 2_000


class _Guess:
    """A search for the blocks that colours stand for."""

    def __init__(self, lexicon: Lexicon, steps: Steps) -> None:
        self._lexicon, self._steps = lexicon, steps
        self._left = _MOST_TRIED
        self._length = -1
        self.best: dict[int, int] = {}

    def follow(self, at: int, state: tuple[int, ...], names: dict[int, int]) -> bool:
        """Follow the steps from one on; return whether all are legal."""
        if at > self._length:
            self._length, self.best = at, names
        if at == len(self._steps):
            return True
        world, row = self._lexicon.world, self._steps.row(at)
        if row[2] in _IT:
            return False
        for bound in self._bindings([row[2], row[4], row[6]], names):
            self._left -= 1
            if self._left < 0:
                return False
            step = self._lexicon.row(row, UNKNOWN, bound)
            if fault(world, state, step) is None and self.follow(at + 1, moved(world, state, step), bound):
                return True
        return False

    def _bindings(self, codes: list[int], names: dict[int, int]) -> Iterator[dict[int, int]]:
        code = next((code for code in codes if code != ANY and code not in names), None)
        if code is None:
            yield names
            return
        used = {*names.values()}
        for block in range(len(self._lexicon.world.blocks)):
            if block not in used:
                yield from self._bindings(codes, {**names, code: block})


def is_known_action(name: str) -> bool:
    """Return whether the forms have an action of this name anyway, and with arguments that need no words."""
    return re.fullmatch(_SURE, name, re.IGNORECASE) is not None


def is_plain(name: str) -> bool:
    """Return whether any form reads a name as it is."""
    return re.fullmatch(rf"(?!(?:{_LINK})\b){_BARE}", name) is not None


# --- forms

_TRIPLE = 3
_LABELS = 1 << 20
"""Codes of labels and numbers in the forms of drawn instances are below this, those of names above."""

_LINK = "on|onto|upon|from|to|of|off|top|and|then|up|down|the|in|into|with|at|atop|by|out"
_BARE = r"[^\W_](?:[\w.'+-]{0,40}[^\W_])?"
_NOUN = r"(?:(?:blocks?|objects?|obj|cube|box|stack|pile|column|tower|position)[ \t_#]{1,3}(?![^\w\s]))?"
_MARK = r"[*_`'\"]{0,3}"
_PREP = (
    r"(from(?:[ \t](?:on[ \t]top[ \t]of|(?:the[ \t])?top[ \t]of|atop|on))?|off(?:[ \t](?:of|top[ \t]of|from))?|out[ \t]of|"
    r"on(?:to)?(?:[ \t](?:the[ \t])?top[ \t]of)?|upon|atop|over|to(?:[ \t](?:the[ \t])?top[ \t]of)?|in(?:to)?|at)"
)
_SURE = r"picks?[-_ ]?up|puts?[-_ ]?down|unstacks?|stacks?|attack|succumb|overcome|feast|move[-_][-_a-z]{1,30}|move(?:totable|tot|btob|btot|ttob)"
"""Actions of which the arguments may stand without words between."""
_USUAL = r"(?:pick|put|place|grab|grasp|take|remove|drop|release|lower)s?|(?:set|lay)s?(?:[ \t]down)?|lifts?(?:[ \t]up)?"
_MOVES = r"(?:move|transfer|shift|slide)s?"
_ENUM = (
    r"(?:[-*+•][ \t]{1,3})?(?:[*_`]{0,3}(?:(?:step|action|move)[ \t]{0,5})?[#(]?\d{1,9}(?:\.\d{1,9})?[*_`]{0,2}"
    r"(?:[.):\]-]{1,2}[*_`]{0,3}[ \t]{0,4}|[ \t]{1,4}))?(?:(?:action|step|move|next)[*_`]{0,2}:[*_`]{0,2}[ \t]{0,4})?"
)
_LEAD = (
    r"(?:(?:then|next|first|second|third|finally|lastly|last|now|after[ \t]that|and|i|we|you|will|"
    r"the[ \t](?:robot|arm|hand))\b,?[ \t]{1,2}){0,3}"
)
_REMARK = rf"(?:[ \t]{{0,4}}(?:[(\[#;—–-]|//|->|→){ABOUT_MORE}[^\n]{{0,90}})?"
_NOTE = rf"[ \t]{{0,4}}(?:[\[;#—–-]|//|->|→){ABOUT_MORE}[^\n(]{{0,90}}"
_NEXT_LINE = rf"[ \t.,;:!*_`'\")\]|]{{0,9}}{_REMARK}(?:\r?\n[ \t>]{{0,9}}){{1,3}}"
_NO_ARTICLE = rf"(?!(?<=\b[aA])[ \t]{{1,3}}(?!(?:{_LINK}|before|so|which|because|since|as|is|first|again|over)\b)[a-z]{{2}})"
"""What is behind the name `a` is no noun: nobody takes a look at a block."""
_STOP = r"(?:[.](?=\s|$))?"
_BEHIND = r"[*_`'\"]{0,3}[ \t]{0,3}(?:[.,;|!)\]]|$|\d{1,3}[.):][ \t]|->|→|[(\[#—–-]|//|and\b|then\b)"


@lru_cache(maxsize=64)
def forms(
    *, hand: bool, actions: tuple[str, ...], odd: tuple[str, ...], stacks: tuple[str, ...] | None
) -> tuple[Form, ...]:
    """Return the forms in which steps are found.

    Args:
        hand: Whether picking up and putting down are steps of their own.
        actions: Further names of actions, from a legend.
        odd: Names that are no plain words.
        stacks: The names of stacks that are told apart; none if they are not, `None` without a limit.
    """
    parts = _Parts(actions, odd)
    found = [
        parts.brackets(),
        parts.call(),
        parts.array(),
        parts.keyed(),
        parts.row(),
        parts.line(),
        parts.told(hand=hand),
    ]
    if hand:
        return tuple(found)
    triples = _triples(stacks or (), odd)
    return (*triples, *found) if stacks else (*found, *triples)


@lru_cache(maxsize=64)
def strict(*, actions: tuple[str, ...], odd: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """Return patterns for a line that is a step, for a step in brackets, and for one spoken of."""
    parts = _Parts(actions, odd)
    made = (
        parts.line(),
        parts.brackets(),
        parts.call(),
        parts.array(),
        parts.keyed(),
        parts.row(),
        parts.told(hand=True),
    )
    return tuple(re.compile(form.step, form.flags) for form in made)


class _Parts:
    """What the forms are made of."""

    def __init__(self, actions: tuple[str, ...], odd: tuple[str, ...]) -> None:
        own = "".join(f"{_flexible(name)}|" for name in sorted(actions, key=len, reverse=True))
        self._sure, self._usual = own + _SURE, _USUAL
        self._name = "|".join(
            (
                *map(_flexible, sorted(odd, key=len, reverse=True)),
                rf"(?!(?:{_LINK})\b|\d{{1,3}}[):][ \t]){_BARE}",
            )
        )

    def _thing(self, quote: str = _MARK) -> str:
        return (
            rf"(?:the[ \t]{{1,2}})?(?:(?:top|clear|upper)[ \t])?{_NOUN}{quote}\??({self._name}){quote}"
            r"(?:[ \t](?:block|cube|box)\b)?"
        )

    def _verbs(self, usual: str) -> str:
        return rf"(?:({self._sure})|({usual}))(?![\w-])"

    _READ = (_action, _action, _code, _prep, _code, _prep, _code)

    def brackets(self) -> Form:
        """`(unstack a b)`, `(move a from b to c)`."""
        gap, thing = r"[\s,:*_`'\"]{1,6}", self._thing("")
        more = rf"(?:{gap}(?:{_PREP}{gap})?{thing})?"
        return self._form(
            "pddl",
            rf"\(\s{{0,3}}{_QUOTE}{self._verbs(f'{_MOVES}|{_USUAL}')}{gap}{thing}{more}{more}{_QUOTE},?\s{{0,3}}\)",
            ")",
            ("(",),
        )

    def call(self) -> Form:
        """`unstack(a, b)`."""
        thing = self._thing()
        more = rf"(?:[\s,]{{1,4}}(?:{_PREP}[\s:=]{{1,3}})?{thing})?"
        verbs = self._verbs(f"{_MOVES}|{_USUAL}").replace(r"(?![\w-])", "")
        return self._form(
            "call", rf"(?<![\w-]){verbs}[ \t]?\(\s{{0,3}}{thing}{more}{more}\s{{0,3}}\)", ")", ("(",)
        )

    def array(self) -> Form:
        """`["unstack", "a", "b"]`."""
        quoted = self._thing(r"[\"']")
        more = rf"(?:\s{{0,9}},\s{{0,9}}(?:[\"']{_PREP}[\"']\s{{0,9}},\s{{0,9}})?{quoted})?"
        verbs = self._verbs(f"{_MOVES}|{_USUAL}")
        step = rf"[\[(]\s{{0,9}}[\"']{verbs}[\"']\s{{0,9}},\s{{0,9}}\[?{quoted}{more}{more}\s{{0,9}}\]"
        return self._form("array", step, "]", ("]",))

    def keyed(self) -> Form:
        """`{"action": "unstack", "block": "a", "from": "b"}`."""
        more = rf"(?:[\s,]{{1,9}}(?:[\"'](\w{{1,20}})[\"']\s?:\s{{0,3}})?{self._thing(_QUOTE)})?"
        first = r"[\s,]{1,9}(?:[\"']\w{1,20}[\"']\s?:\s{0,3})?[\[{]?\s{0,9}(?:[\"']\w{1,20}[\"']\s?:\s{0,3})?"
        step = (
            rf"[\"'](?:action|act|name|type|move|operator|operation|op)[\"']\s?:\s{{0,3}}[\"']{self._verbs(f'{_MOVES}|{_USUAL}')}[\"']"
            rf"{first}{self._thing(_QUOTE)}{more}{more}"
        )
        return self._form("keyed", step, "}", ("{",))

    def line(self) -> Form:
        """`3. unstack a b`, `Put down the red block.`: a line, or a part of a list, that is nothing else."""
        begins = rf"(?:^[ \t>]{{0,9}}{_ENUM}[\"'`*_\[]{{0,3}}|(?<=[,;>\[\"'|→] )|(?<=[,;>\[\"'|→])|(?<=\d[.):] )){_LEAD}{_MARK}"
        return self._form(
            "line", rf"{begins}{self._sentence(bare=True, usual=f'{_MOVES}|{_USUAL}')}(?={_BEHIND}){_STOP}"
        )

    def row(self) -> Form:
        """`| 3 | unstack | a | b |`, `unstack,a,b`."""
        bar = r"[ \t]{0,9}[|,;\t][ \t]{0,9}"
        more = rf"(?:{bar}(){self._thing()})?"
        first = rf"^[ \t]{{0,9}}(?:\|[ \t]{{0,9}})?(?:[#(]?\d{{1,9}}[.):]?{bar})?{_MARK}{self._verbs(f'{_MOVES}|{_USUAL}')}{_MARK}"
        return self._form(
            "row",
            rf"{first}{bar}{self._thing()}{more}{more}(?:[ \t]{{0,9}}(?:[|,;]|[|,;][ \t]{{0,9}}[-–—][^\n]{{0,9}}))?[ \t|]{{0,9}}$",
        )

    def told(self, *, hand: bool) -> Form:
        """`… so unstack a from b and put it on the table`: steps in the middle of sentences."""
        usual = _USUAL if hand else f"{_MOVES}|{_USUAL}"
        return self._form(
            "told", rf"(?<![\w(\[\"'-]){self._sentence(bare=False, usual=usual)}{_NO_ARTICLE}{_STOP}"
        )

    def _sentence(self, *, bare: bool, usual: str) -> str:
        gap = r"[ \t*_`'\"]{1,5}"
        without = r"|(?(1)[ \t*_`'\"]{1,4}|(?!))" if bare else ""
        more = rf"(?:(?:{gap}{_PREP}{gap}{without}){self._thing()})?"
        return rf"{self._verbs(usual)}{gap}{self._thing()}(?:[ \t](?:up|down)\b)?{more}{more}"

    def _form(self, name: str, step: str, ends: str = "\n", needs: tuple[str, ...] = ()) -> Form:
        if ends == "\n":
            joint = rf"(?:{_NEXT_LINE}|[\"'`*_ \t]{{0,5}}(?:[,;|]|->|→|and|then)[,\s\"'`]{{0,9}})"
        else:
            joint = rf"[ \t\"'`*_,;.\]}}|]{{0,9}}(?:{_NOTE}\r?\n)?\s{{0,9}}{_ENUM}[\s\"'`*_{{(\[]{{0,9}}"
        return Form(
            name,
            step=step,
            joint=joint,
            ends=ends,
            columns=self._READ,
            flags=re.IGNORECASE | re.MULTILINE,
            needs=needs,
        )


_QUOTE = r"[\"']?"


def _flexible(name: str) -> str:
    """A pattern of a name, whatever signs stand between its words."""
    return r"[-_ ]?".join(map(re.escape, re.split(r"[\s_-]+", name.strip(" _-")))) or re.escape(name)


def _triples(stacks: tuple[str, ...], odd: tuple[str, ...]) -> tuple[Form, ...]:
    """`["A", "left", "right"]`: a block and where it goes."""
    name = "|".join((*map(_flexible, sorted(odd, key=len, reverse=True)), _BARE))
    places = "|".join(map(_flexible, sorted(stacks, key=len, reverse=True))) if stacks else name
    place = rf"(?:(?:stack|pile|column|tower|position|block)[ \t_]?)?({places})"
    comma = r"\s{0,9},\s{0,9}"
    step = rf"[\[(]\s{{0,9}}{_QUOTE}({name}){_QUOTE}{comma}{_QUOTE}{place}{_QUOTE}{comma}{_QUOTE}{place}{_QUOTE}\s{{0,9}}[\])]"
    own = Form(
        "triple",
        step=step,
        joint=r"[\s,;]{0,200}",
        ends="]",
        columns=(_code, _code, _code),
        needs=("]",),
        flags=re.IGNORECASE,
    )
    sentence = Form(
        "stacks",
        step=(
            rf"(?<![\w-])(?:(?:{_MOVES}|{_USUAL})[ \t*_`'\"]{{1,5}}(?:the[ \t])?(?:block[ \t_]|cube[ \t]|box[ \t])?)?{_MARK}({name}){_MARK}"
            rf"(?:[ \t](?:block|cube|box)\b)?[:,]?[ \t]{{0,3}}(?:from[ \t])?(?:the[ \t])?{_MARK}{place}{_MARK}(?:[ \t](?:stack|pile|column))?"
            rf"[ \t]{{0,3}}(?:(?:on)?to|->|→|into)[ \t]{{0,3}}(?:the[ \t])?{_MARK}{place}(?![\w-])"
        ),
        joint=_NEXT_LINE,
        columns=(_code, _code, _code),
        flags=re.IGNORECASE | re.MULTILINE,
    )
    return (*labels.FORMS, own, sentence) if _is_numbered(stacks) else (own, sentence) if stacks else (own,)


def _is_numbered(stacks: Iterable[str]) -> bool:
    """Whether stacks are called by numbers from 0 or 1 on, as those of drawn instances are."""
    names = [*stacks]
    return bool(names) and any(names == [str(first + at) for at in range(len(names))] for first in (0, 1))

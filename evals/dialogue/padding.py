"""Text that stands before a task and is not about it: notes, logs, inventories, talk of the puzzle.

It is made of the project's own templates and words, and follows from the instance and the options alone.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product
from random import Random

from evals.dialogue.prompts import PaddedOptions
from evals.labelling.answer import repeats_of
from tasks import Problem, PuzzleError, bounds_of

CHARACTERS_PER_TOKEN = 3.5
"""As in the estimates of a run: English, with some numbers."""
HEAD, FOOT = "Notes on file:", "End of the notes."

_LONGEST_LIST = 600
"""Characters of a worked list; it stands on one page with what is said of it."""
_MOST_LISTS = 24
_MOST_STEPS = 60
_NEAR = 400
"""Characters around a list in which its neighbouring lines are looked for."""
_TELLING = 4
"""Another instance's list has to differ from the task's own within so many steps."""


@dataclass(frozen=True, slots=True)
class Padding:
    """The text before a task."""

    turns: tuple[str, ...]
    """The earlier messages, of user and assistant in turn; one text where it stands in the task's message."""
    lists: tuple[str, ...]
    """The lists of other instances that stand in it, as written there."""

    @property
    def characters(self) -> int:
        """The length of all of it."""
        return sum(map(len, self.turns))


def padding_of(problem: Problem, options: PaddedOptions) -> Padding:
    """Return the text for a problem."""
    return _padding(problem, options.tokens, options.text, options.place)


# Repeats of a trial, and its answer, follow the trial soon.
@lru_cache(maxsize=8)
def _padding(problem: Problem, tokens: int, about: str, place: str) -> Padding:
    draw = Random(f"padding/1/{problem.canonical}/{tokens}/{about}/{place}")
    lists = worked_lists(problem) if about == "related" else ()
    author = _Author(draw, problem.name.replace("_", " ") if about == "related" else "", lists)
    wanted = round(tokens * CHARACTERS_PER_TOKEN)
    if place == "conversation":
        turns = tuple(_turns(author, wanted))
    else:
        within = wanted - len(HEAD) - len(FOOT) - 2 * len("\n\n")
        turns = ("\n\n".join((HEAD, author.text(within, exact=True), FOOT)),)
    return Padding(turns, tuple(item.text for item in lists if item in author.shown))


def _turns(author: "_Author", wanted: int) -> Iterator[str]:
    left = wanted
    while left > 0:
        asks = author.draw.random() < 0.5
        short = author.line(_QUESTIONS if asks else _HANDED)
        reply = "" if asks else author.line(_RECEIVED)
        share = 300 + int(author.draw.random() * 1_500)
        last = left - share < 700
        room = left - len(short) - len(reply) - (0 if asks else 2)
        text = author.text(max(room, 1) if last else share, exact=last)
        turn = (short, text) if asks else (f"{short}\n\n{text}", reply)
        yield from turn
        left = 0 if last else left - sum(map(len, turn))


# --- lists of other instances


@dataclass(frozen=True, slots=True)
class WorkedList:
    """Another instance of the puzzle, solved."""

    size: int
    start: str
    steps: int
    text: str
    """The list, in the format that the task asks for."""


def worked_lists(problem: Problem) -> tuple[WorkedList, ...]:
    """Return other instances of a problem's puzzle with their lists, none of which begins as its own does.

    There are none where every instance begins in the same way, and none of an instance that was given whole.
    """
    if problem.instance.data:
        return ()
    given = problem.instance.parameters
    values = {name: getattr(given, name) for name in given.__dataclass_fields__}
    least = bounds_of(problem.puzzle.parameters)["size"].minimum or 1
    found: dict[str, WorkedList] = {}
    for size, seed in product(range(least, least + 40), (1, 2, 3)):
        try:
            other = Problem(problem.puzzle, problem.puzzle.generate({**values, "size": size}, seed))
        except PuzzleError:
            continue
        if len(found) == _MOST_LISTS or (other.fewest_steps or 0) > _MOST_STEPS:
            break
        if seed > 1 and not problem.puzzle.varies(other.instance):
            continue
        if _is_other(other, problem):
            text = "".join(other.format(other.solution()))
            if len(text) <= _LONGEST_LIST:
                found[other.canonical] = WorkedList(size, other.prompt.start, other.fewest_steps or 0, text)
    return tuple(found.values())


def _is_other(other: Problem, problem: Problem) -> bool:
    """Return whether the list of one problem is none that a good list for the other begins with."""
    begins, own = (list(islice(each.solution(), _TELLING)) for each in (other, problem))
    return len(begins) == _TELLING and begins != own


@dataclass(frozen=True, slots=True)
class Quotes:
    """Spans of an answer that repeat the padding before its task."""

    notes: tuple[tuple[int, int], ...]
    """Lines of it."""
    lists: tuple[tuple[int, int], ...]
    """Lists of other instances, each whole and not a part of a longer one."""


def quotes_of(padding: Padding, problem: Problem, content: str) -> Quotes:
    """Return what an answer repeats of the padding."""
    notes = list(padding.turns)
    for text in padding.lists:
        notes = [turn.replace(text, "") for turn in notes]
    lists = (span for text in padding.lists for span in _lists_in(content, text, problem))
    return Quotes(repeats_of(notes, content), tuple(lists))


def _lists_in(content: str, text: str, problem: Problem) -> Iterator[tuple[int, int]]:
    lines = [line.strip() for line in _NAMED.sub("", text).splitlines() if line.strip()]
    if lines[0][:12] not in content and len(lines) > 1:
        return
    pattern = r"[ \t`]*\n[ \t>*-]*".join(map(_spaced, lines))
    if len(lines) > 1:
        pattern = rf"^[ \t>*-]*{pattern}[ \t`]*$"
    for match in re.finditer(pattern, content, re.MULTILINE):
        start, end = match.span()
        around = _last(content[max(0, start - _NEAR) : start]), _first(content[end : end + _NEAR])
        if len(lines) > 1 and any(_is_step(problem, line) for line in around):
            continue
        named = _NAME_BEFORE.search(content, max(0, start - 20), start)
        yield (start if named is None else named.start()), end


_NAMED = re.compile(r"^\w+ = ")
_NAME_BEFORE = re.compile(r"\b[A-Za-z_]\w{0,11} ?= ?\Z")


def _spaced(line: str) -> str:
    return r"\s*".join(map(re.escape, re.findall(r"\w+|[^\w\s]", line)))


def _first(text: str) -> str:
    return next((line for line in text.splitlines() if line.strip("` \t")), "")


def _last(text: str) -> str:
    return next((line for line in reversed(text.splitlines()) if line.strip("` \t")), "")


# An answer may repeat a list as often as it likes.
@lru_cache(maxsize=256)
def _is_step(problem: Problem, line: str) -> bool:
    return bool(line) and bool(problem.read(line).found)


# --- writing


class _Author:
    """Writes notes of several kinds, each with words drawn anew."""

    def __init__(self, draw: Random, subject: str, lists: Sequence[WorkedList]) -> None:
        self.draw, self._subject, self._lists = draw, subject, lists
        self.shown: set[WorkedList] = set()

    def __getitem__(self, field: str) -> object:
        """Return a value for a field of a template."""
        if field == "subject":
            return self._subject
        low, high = _NUMBERS.get(field, (0, 0))
        if high:
            return low + int(self.draw.random() * (high - low))
        return self._one_of(_WORDS[field])

    def text(self, length: int, *, exact: bool) -> str:
        """Return notes of about this many characters; `exact`: to within a word."""
        notes: list[str] = []
        left = length
        while left > 0:
            note = self._note(left)
            notes.append(note)
            left -= len(note) + 2
        text = "\n\n".join(notes)
        return _shortened(text, length) if exact else text

    def line(self, templates: Sequence[str]) -> str:
        """Return one line."""
        return self._one_of(templates).format_map(self)

    def _one_of(self, options: Sequence[str]) -> str:
        return options[int(self.draw.random() * len(options))]

    def _note(self, most: int) -> str:
        if not self._subject:
            kind = _KINDS[int(self.draw.random() * len(_KINDS))]
            return self._of(kind)
        if self._lists and self.draw.random() < 0.5:
            item = self._lists[int(self.draw.random() * len(self._lists))]
            note = self._worked(item)
            if len(note) < most:
                self.shown.add(item)
                return note
        return self._of(_TALK)

    def _of(self, kind: "_Kind") -> str:
        title, left = self.line(kind.titles), list(kind.lines)
        count = 4 + int(self.draw.random() * (len(left) - 3))
        lines = [left.pop(int(self.draw.random() * len(left))).format_map(self) for _ in range(count)]
        if kind.in_order:
            lines.sort()
        return f"{title}\n{kind.joint.join(lines)}"

    def _worked(self, item: WorkedList) -> str:
        start = f"Start:\n{item.start}\n" if len(item.start) <= 200 else ""
        title = self.line(_SOLVED).replace("SIZE", str(item.size))
        checked = self.line(_CHECKED).replace("STEPS", str(item.steps))
        return f"{title}\n{start}{item.text}\n{checked}"


def _shortened(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    cut = text[: max(length - 1, 1)]
    return cut[: max(cut.rfind(" "), cut.rfind("\n"), 1)].rstrip(" \n,;:.") + "."


@dataclass(frozen=True, slots=True)
class _Kind:
    titles: Sequence[str]
    lines: Sequence[str]
    joint: str = " "
    in_order: bool = False
    """Whether its lines begin with the time of day."""


_NUMBERS = {
    "few": (2, 9),
    "some": (3, 60),
    "many": (60, 990),
    "day": (1, 29),
    "year": (1961, 2024),
    "hour": (6, 22),
    "minute": (10, 60),
    "number": (100, 999),
}


def _listed(text: str) -> Sequence[str]:
    return tuple(text.split("|"))


_WORDS: dict[str, Sequence[str]] = {
    "name": _listed(
        "Aldous|Berwick|Corinna|Damaris|Edmund|Fenella|Gilbert|Hester|Ivo|Jocasta|Kenelm|Lavinia|Merrick|"
        "Nesta|Osbert|Petra|Quentin|Rosalind|Silas|Tabitha|Ulric|Verity|Wendell|Yolanda|Zebedee"
    ),
    "month": _listed("January|February|March|April|May|June|July|August|September|October|November|December"),
    "weekday": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"),
    "place": _listed(
        "the boathouse|the upper hall|the orchard|the old dairy|the reading room|the north barn|"
        "the tram depot|the glasshouse|the harbour office|the bakery|the weaving shed|the lower mill|"
        "the village school|"
        "the customs house|the chapel loft|the print shop|the ferry landing|the brewery yard|the observatory|"
        "the walled garden"
    ),
    "body": _listed(
        "allotment society|harbour committee|choir|library board|bell ringers' guild|parish council|"
        "rowing club|museum trust|market traders' association|beekeepers' circle|film society|road committee"
    ),
    "thing": _listed(
        "lantern|kettle|ladder|saddle|barrel|blanket|bucket|violin|compass|hammer|basket|mirror|anchor|clock|"
        "curtain|bench|spade|teapot|rope|candle|wheel|trunk|carpet|bell|stove|pulley|crate|trowel|umbrella|"
        "typewriter|ledger|sieve|anvil|bobbin|jug|cushion|lamp|bridle|paddle|flask|easel|drum|scythe"
    ),
    "adjective": _listed(
        "brass|copper|painted|chipped|folding|spare|narrow|heavy|borrowed|varnished|rusty|tin|woollen|"
        "patched|green|grey|striped|locked|hollow|tall|broken|mended|wicker"
    ),
    "condition": _listed(
        "in good order|missing its handle|in need of a new strap|still to be valued|slightly damp|"
        "kept under the stairs|wrapped in sacking|without a label|out on loan|not seen since the move|"
        "to be mended before winter|fit for sale"
    ),
    "weather": _listed(
        "fog until noon|a light wind from the east|steady rain|frost in the night|clear and dry|low cloud|"
        "hail towards evening|warm for the month"
    ),
    "matter": _listed(
        "the leaking roof|the new timetable|the insurance of the boats|the summer fair|the price of coal|"
        "the loan of the piano|the footpath by the canal|the repair of the clock|the seed order|"
        "the visit of the inspector|the lost keys|the paint for the railings|the wages of the caretaker|"
        "the choice of the hymn books|the drains in the yard|the colour of the uniforms"
    ),
    "decision": _listed(
        "was put off until the autumn|was agreed without a vote|was left to the treasurer|"
        "needs another estimate|was carried, with some against|was withdrawn|"
        "was sent back to the sub-committee|will be looked at again when the accounts are in"
    ),
}
_MINUTES = _Kind(
    titles=(
        "Minutes of the {body}, {weekday} {day} {month} {year}",
        "{body}: notes of the meeting in {place}, {day} {month} {year}",
    ),
    lines=(
        "{name} took the chair, and {few} members sent apologies.",
        "On {matter}, {name} reported that {many} crowns had been spent so far.",
        "It was asked whether {matter} could wait; {name} thought not.",
        "{name} and {name} will see to {matter} before {weekday}.",
        "The question of {matter} {decision}.",
        "{name} proposed to move the {adjective} {thing} to {place}, which {decision}.",
        "The treasurer read out the balance: {many} crowns and {some} pence.",
        "A letter from {name} about {matter} was read and filed under {number}.",
        "The next meeting is in {place} at {hour}:{minute}.",
        "Thanks were given to {name} for {few} years of looking after {place}.",
    ),
)
_INVENTORY = _Kind(
    titles=(
        "Inventory of {place}, {month} {year}",
        "Counted in {place} by {name}, {day} {month} {year}",
        "Stock book, sheet {number}, {place}",
    ),
    lines=(
        "- {some} of the {adjective} {thing} kind, {condition}",
        "- {adjective} {thing}, shelf {few}, {condition}",
        "- box {number}: {adjective} {thing} parts, {condition}",
        "- one {adjective} {thing} from {name}, {condition}",
        "- {few} dozen {adjective} {thing} fittings, {condition}",
        "- {adjective} {thing} with {adjective} lid, lot {number}, {condition}",
    ),
    joint="\n",
)
_LOG = _Kind(
    titles=(
        "Day book of {place}, {weekday} {day} {month} {year}",
        "Log kept by {name}, {day} {month} {year}: {weather}",
    ),
    lines=(
        "{hour:02}:{minute} {name} opened {place}; {weather}.",
        "{hour:02}:{minute} Delivery of {some} crates, signed for by {name}.",
        "{hour:02}:{minute} The {adjective} {thing} was brought back from {place}.",
        "{hour:02}:{minute} Telephone call from {name} about {matter}.",
        "{hour:02}:{minute} Gauge read at {many}, which is {few} more than the day before.",
        "{hour:02}:{minute} {name} relieved {name} at {place}.",
        "{hour:02}:{minute} A visitor asked for {name} and left a {adjective} {thing}.",
        "{hour:02}:{minute} Lights out in {place}; nothing to report.",
    ),
    joint="\n",
    in_order=True,
)
_LETTER = _Kind(
    titles=(
        "Copy of a letter to {name}, {day} {month} {year}",
        "Letter from {name} to {name}, received on {weekday}",
    ),
    lines=(
        "We came through {place} on {weekday} and had {weather} all the way.",
        "I have sold the {adjective} {thing} to {name} for {many} crowns, which is less than I hoped.",
        "Please tell {name} that the {thing} is {condition}.",
        "There has been much talk here about {matter}, and little done.",
        "In {month} {name} will take over {place}, and the {adjective} {thing} goes along with it.",
        "The {body} met again, and {matter} {decision}.",
        "You asked about {place}: it was let in {year} and has stood empty for {few} months.",
        "I enclose {few} photographs and the receipt for the {adjective} {thing}, number {number}.",
        "My brother counted {some} swallows over {place} on the evening of the {day}th.",
    ),
)
_REPORT = _Kind(
    titles=(
        "Report on {place}, {year}",
        "History of {place}, page {number}",
        "From the annual report of the {body}, {year}",
    ),
    lines=(
        "In {year} {place} passed from {name} to the {body} for {many} crowns.",
        "Until {year} every {adjective} {thing} in the district came from {place}.",
        "The {body} spent {few} years on {matter}, which in the end {decision}.",
        "Of the {some} families who used {place}, {few} are left.",
        "A {adjective} {thing} found there in {year} is now {condition}.",
        "{name}, who kept the books, noted {weather} on {some} days of that {month}.",
        "Rebuilding began in {month} {year} and took {few} summers.",
        "Visitors are shown the {adjective} {thing} that {name} brought back from {place}.",
    ),
)
_KINDS = (_MINUTES, _INVENTORY, _LOG, _LETTER, _REPORT)

_TALK = _Kind(
    titles=(
        "On {subject}, noted by {name} in {month} {year}",
        "From a talk about {subject}, {place}, {day} {month} {year}",
        "Puzzle circle, {weekday} {day} {month}: {subject}",
    ),
    lines=(
        "{name} has been fond of {subject} since {year} and keeps every sheet in a {adjective} box.",
        "In the {month} round {some} people tried {subject}, and the last sheet came in at {hour}:{minute}.",
        "The sheet of {name} went astray near the middle, and nobody saw it until {weekday}.",
        "{name} reads each line aloud and lets {name} follow with a pencil.",
        "Somebody asked how old {subject} is; {name} guessed at {many} years.",
        "The larger sizes of {subject} are kept for the winter evenings in {place}.",
        "A prize of {many} crowns was promised for the first faultless sheet, and {name} has it.",
        "{name} likes small sizes best, since a slip shows at once.",
        "It took {name} {some} minutes to check what {name} had written in {few}.",
        "After {subject} came tea, and a long talk about {matter}.",
        "Sheet {number} was lost in {place} and copied again from memory by {name}.",
        "The rules of {subject} hang on the wall of {place}, next to the {adjective} {thing}.",
    ),
)
_SOLVED = (
    "{subject}, size SIZE, as {name} solved it on {day} {month} {year}:",
    "Sheet {number}: {subject} of size SIZE, written out by {name}:",
    "Another of the evening in {place}, {subject} with size SIZE:",
)
_CHECKED = (
    "Checked by {name}: STEPS lines in all, filed as {number}.",
    "{name} went through all STEPS of them on {weekday} and signed the sheet.",
    "This took {name} {some} minutes for STEPS entries.",
)
_QUESTIONS = (
    "Can you write up what we have on file for {month} {year}?",
    "What else did {name} leave in {place}?",
    "Please tidy up the notes that {name} sent on {weekday}.",
    "And what is in folder {number}?",
    "Could you put the papers from {place} into one text?",
    "What did {name} write down after the {day}th?",
)
_HANDED = (
    "Here are more notes, from {name}. Please keep them at hand.",
    "This was in folder {number}:",
    "I found these papers in {place}; they belong to the same file.",
    "The following came by post on {weekday}.",
)
_RECEIVED = (
    "Thank you. I have read them and will keep them in folder {number}.",
    "Noted. The part about {matter} goes well with what {name} wrote.",
    "I see. I have put them beside the papers of {month} {year}.",
    "Good to have. Most of it is from {place}, as far as I can tell.",
)

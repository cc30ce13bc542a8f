"""Reading: where steps stand in an answer's text, in any of the forms that its puzzle knows.

A text is cut into pieces at the character that ends a step of the form (a bracket, a line's end). Long
answers repeat a few pieces over and over, so what a piece holds is worked out once (`tasks.reader.pieces`); reading
is then a look-up a piece, and linear (`tasks.reader.columns`). The result is columnar. A *run* is a stretch of steps
with nothing but separators between them; what stands between runs is left to `tasks.reader.lists` and `evals.labelling.prose`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import compress, groupby

from tasks.contract.puzzle import Form
from tasks.contract.simulator import Simulator
from tasks.forms.similar_lines import Alike
from tasks.reader.any_layout import find_alike, followed, solves
from tasks.reader.columns import find_in_pieces
from tasks.reader.edges import with_edges
from tasks.reader.found import Found
from tasks.reader.numbered_rows import find_rows
from tasks.reader.pieces import memory_of
from tasks.reader.states import find_states


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in one text between two offsets."""

    text: str
    """The text, with spaces in place of what looks like steps and is none; offsets are unchanged."""
    start: int
    end: int
    found: tuple[Found, ...]


def read(problem: Simulator, text: str, start: int = 0, end: int | None = None) -> Reading:
    """Find the steps of an answer; takes time linear in its length."""
    end = len(text) if end is None else end
    clear = _blanked(_plain(text), _noise(problem, text))
    found: list[Found] = []
    spans, taken = [(start, end)], 0
    for find in _plan_of(problem.forms).possible(clear):
        if len(found) > taken:
            spans, taken = _unread(found, start, end), len(found)
        for item in find(clear, spans):
            settled = problem.settle(item.steps)
            found.append(
                with_edges(problem, item, text) if settled is item.steps else replace(item, steps=settled)
            )
    if _makes_no_sense(problem, found):
        known = max((len(item.steps) for item in found), default=0)
        # What is found first holds its place against the others.
        found = [*_alike(problem, (text, clear), (start, end), known=known), *found]
    return Reading(clear, start, end, tuple(found))


_HARDLY_ANY = 4
"""So few steps may stand beside a list in a form that is not known."""
_UNLABELLED = {"pair", "row", "tracked", "table", "arrow"}
"""Forms in which only the place of a number tells what it is."""
_MANY = 20_000
"""So many steps are no mistake of the reader's."""


_SOME = 200
"""In a list no longer than this a few lines may be written otherwise than the rest."""


def _makes_no_sense(problem: Simulator, found: list[Found]) -> bool:
    """Whether hardly a step is found, or steps in forms not asked for that cannot be meant so, or are not all."""
    count, asked = sum(len(item.steps) for item in found), problem.forms[0]
    if count <= _HARDLY_ANY:
        return not any(solves(problem, item.steps) for item in found)
    if count > _MANY or any(item.form is asked for item in found) or problem.width == 1:
        return False
    if all(item.form.name in _UNLABELLED for item in found):
        return all(problem.advance(problem.start, item.steps).taken < 3 for item in found)
    missing = (problem.fewest_steps or 0) - max(len(item.steps) for item in found)
    return 0 < missing <= count <= _SOME and not any(solves(problem, item.steps) for item in found)


def _alike(problem: Simulator, texts: tuple[str, str], span: tuple[int, int], known: int) -> list[Found]:
    """The steps that are alike, where the puzzle knows how things are named in them; or the states that are drawn.

    Args:
        problem: what was asked.
        texts: the answer, as it is and without noise.
        span: where to look.
        known: the most steps that were found in a form that is known.
    """
    found = (find_alike(form, problem, texts[1], span) for form in problem.forms if isinstance(form, Alike))
    items = [item for item in found if item is not None]
    solving = [item for item in items if solves(problem, item.steps)]
    if known > _HARDLY_ANY:
        # A reading that leaves out some of the known steps is none.
        return [item for item in items if len(item.steps) >= known and _makes_sense(problem, item)]
    drawn = None if solving else find_states(problem, texts[0], span)
    return [item for item in (items if drawn is None else [drawn]) if len(item.steps) > known]


def _makes_sense(problem: Simulator, item: Found) -> bool:
    """Whether it is legal for longer than by chance."""
    return followed(problem, item.steps) >= _MANY_LEGAL or solves(problem, item.steps)


_MANY_LEGAL = 7

# Letters that are taken for plain ones where case does not matter, and are none.
_LOOKALIKES = "\u0131\u0130\u017f\u212a"
_OTHER_LETTERS = str.maketrans(dict.fromkeys(_LOOKALIKES, "\u00fe"))


def _plain(text: str) -> str:
    if text.isascii() or not any(letter in text for letter in _LOOKALIKES):
        return text
    return text.translate(_OTHER_LETTERS)


_Find = Callable[[str, list[tuple[int, int]]], Iterator[Found]]
"""Finds forms in some spans of a text."""


class _Plan:
    """In what order a puzzle's forms are looked up: neighbours that are cut at the same character together."""

    def __init__(self, forms: tuple[Form, ...]) -> None:
        self._forms = forms = tuple(form for form in forms if not isinstance(form, Alike))
        self._needs = list(dict.fromkeys(form.needs for form in forms))
        self._needs_of = [self._needs.index(form.needs) for form in forms]
        self._known: dict[tuple[bool, ...], tuple[_Find, ...]] = {}

    def possible(self, text: str) -> tuple[_Find, ...]:
        """Ways to look up the forms that can occur in this text."""
        there = tuple([not needs or _has_one(text, needs) for needs in self._needs])
        if there not in self._known:
            possible = compress(self._forms, map(there.__getitem__, self._needs_of))
            keys = groupby(possible, key=lambda form: (form.ends, form.number is not None))
            self._known[there] = tuple(_finding(tuple(forms)) for _, forms in keys)
        return self._known[there]


def _has_one(text: str, parts: tuple[str, ...]) -> bool:
    # To look for one character is so much faster that it pays to do so first.
    return any(part[0] in text and part[-1] in text and part in text for part in parts)


def _finding(forms: tuple[Form, ...]) -> _Find:
    if forms[0].number is not None:
        return partial(find_rows, forms)
    return partial(find_in_pieces, memory_of(forms))


@lru_cache(maxsize=128)
def _plan_of(forms: tuple[Form, ...]) -> _Plan:
    return _Plan(forms)


_LONG = 500


def _unread(found: list[Found], start: int, end: int) -> list[tuple[int, int]]:
    """What is left beside the long runs of the forms already found: no step of another form is in there."""
    taken = sorted((run.start, run.end) for item in found for run in item.runs if run.end - run.start > _LONG)
    edges = [start, *(edge for span in taken for edge in span), end]
    return [(left, right) for left, right in zip(edges[::2], edges[1::2], strict=True) if left < right]


# --- what looks like steps and is none


def _noise(problem: Simulator, text: str) -> Iterator[tuple[int, int]]:
    """The puzzle's own drawings, and comments behind a step."""
    yield from problem.noise(text)
    for begin, end in _comments(text):
        before = text[max(0, begin - _INDENT) : begin].rstrip(" \t")
        # On a line of its own it stands between two steps.
        if before.endswith(("]", ")", ",", "}")) or before.rstrip().endswith(","):
            yield begin, end


_INDENT = 20


def _comments(text: str) -> Iterator[tuple[int, int]]:
    """Whatever stands behind `#` or `//` on its line."""
    hashed, slashed = text.find("#"), text.find("//")
    while hashed >= 0 or slashed >= 0:
        begin = max(hashed, slashed) if hashed < 0 or slashed < 0 else min(hashed, slashed)
        end = text.find("\n", begin)
        end = end if end >= 0 else len(text)
        yield begin, end
        if 0 <= hashed < end:
            hashed = text.find("#", end)
        if 0 <= slashed < end:
            slashed = text.find("//", end)


def _blanked(text: str, spans: Iterator[tuple[int, int]]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end in sorted(spans):
        if start >= at:
            pieces += (text[at:start], " " * (end - start))
            at = end
    return "".join((*pieces, text[at:])) if pieces else text

"""The evidence that decides a label: what was written, how the answer ends, and what its words do."""

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import islice

from evals.labelling.acts import Acts
from evals.labelling.answer import Answer, Span
from evals.labelling.marks import Mark, elision, elision_behind, names_missing, phrases
from evals.labelling.prose import Place, Sentence, sentences
from evals.labelling.substitutes import program_for_rest, program_or_link
from evals.labelling.truncation import breaks_off
from evals.labelling.unreadable import is_attempt, is_plan, moves_towers
from evals.record.finish_reasons import Finish
from evals.record.outcome import Label
from tasks import Problem, StepList
from tasks.forms.similar_lines import Alike
from tasks.reader import Canonical, canonical, lowered, unopened

_CERTAIN = 0.97
"""The probability of stopping that a certain mark gives."""
_PLAIN = 0.68
"""The weight from which a heading is taken to announce only a part."""
_NEARLY_ALL = 0.8
"""The share of a text that its list fills where nothing but the list is written."""


_TOLD = 3
"""Steps from which a list that is the same as another is taken for a copy."""


def the_answer(found: list[StepList]) -> StepList | None:
    """Choose the list that is the answer.

    The last list that solves the instance, or else the last one, unless another is at least twice as long.
    """
    solving = [item for item in found if item.solves]
    if solving or not found:
        return solving[-1] if solving else None
    longest = max(found, key=lambda item: len(item.steps))
    return longest if len(longest.steps) >= 2 * len(found[-1].steps) else found[-1]


class Lists:
    """One reading of an answer: its canonical text, and the lists found in it."""

    def __init__(self, problem: Problem, read: Canonical, *, last_row_counts: bool) -> None:
        self.read = read
        found = problem.lists(problem.read(read.text), last_row_counts=last_row_counts)
        self.found = [] if is_plan(read.text, found) else found
        self.main = the_answer(self.found)

    @property
    def worth(self) -> tuple[bool, int]:
        """Rank of this reading: whether its list solves the instance, then its number of legal steps."""
        return (False, 0) if self.main is None else (self.main.solves, self.main.advance.taken)

    @property
    def is_all(self) -> bool:
        """Whether the list fills nearly all of the text, so that its layout is certain."""
        if self.main is None or isinstance(self.main.found.form, Alike):
            return False
        return sum(run.end - run.start for run in self.main.runs) >= _NEARLY_ALL * len(self.read.text)


def read_lists(problem: Problem, answer: Answer) -> Lists:
    """Read an answer. Where its text is ambiguous, return the reading with the most legal steps.

    A list that copies a worked example is left out, unless it is a solution.
    """
    best = _read_lists(problem, answer)
    if not answer.shown:
        return best
    examples = [steps for text in answer.shown for steps in _steps_shown(problem, text)]
    copies = [item for item in best.found if item.steps.values in examples and _is_whole(best.read, item)]
    if not copies:
        return best
    spans = [_with_lines(answer, *best.read.span(item.start, item.end)) for item in copies]
    return _read_lists(problem, replace(answer, quoted=(*answer.quoted, *spans)))


def _is_whole(read: Canonical, item: StepList) -> bool:
    """Return whether a list solves nothing, and has no gap and no mark of one behind it."""
    text = lowered(read.text)
    return not item.solves and item.elided is None and elision_behind(text, item.end, len(text)) is None


def _with_lines(answer: Answer, start: int, end: int) -> tuple[int, int]:
    """Return the span of a copied list, with what is copied around it, line by line."""
    copied = {" ".join(line.split()) for text in answer.shown for line in text.splitlines()} | {""}
    at, lines = 0, []
    for line in answer.content.splitlines(keepends=True):
        lines.append((at, at + len(line), " ".join(line.split()) in copied))
        at += len(line)
    first = next(place for place, (_, last, _) in enumerate(lines) if start < last)
    last = next(place for place, (_, behind, _) in enumerate(lines) if end <= behind)
    if not (lines[first][2] and lines[last][2]):
        return start, end
    while first and lines[first - 1][2]:
        first -= 1
    while last + 1 < len(lines) and lines[last + 1][2]:
        last += 1
    return lines[first][0], lines[last][1]


# Many answers are to questions behind the same example.
@lru_cache(maxsize=64)
def _steps_shown(problem: Problem, text: str) -> "tuple[array[int], ...]":
    """Return the steps of each list in the answer of a worked example that cannot be written by chance."""
    found = _read_lists(problem, Answer(content=text)).found
    return tuple(item.steps.values for item in found if len(item.steps) >= _TOLD)


def _read_lists(problem: Problem, answer: Answer) -> Lists:
    # A step that stands in the prompt too, in its example say, is a step all the same.
    repeated = [
        (start, end) for start, end in answer.repeated if not _has_steps(problem, answer.content[start:end])
    ]
    first = canonical(answer.content, [*repeated, *answer.quoted])
    best = Lists(problem, first, last_row_counts=answer.last_row_counts)
    if best.worth[0]:
        return best
    for other in first.alternatives(layouts=not best.is_all, codes=problem.width > 1):
        lists = Lists(problem, other, last_row_counts=answer.last_row_counts)
        if lists.worth > best.worth:
            best = lists
    return best


# The lines of a prompt are repeated by many answers.
@lru_cache(maxsize=4096)
def _has_steps(problem: Problem, line: str) -> bool:
    return bool(problem.read(line).found)


@dataclass(frozen=True, slots=True)
class StopWeight:
    """The inputs for estimating whether a short list is a give-up, where no certain mark decides."""

    probability: float
    """The probability of a stop given by the sentence that most suggests one."""
    missing: float
    """The share of the required steps that is missing."""
    claims: float
    """The probability that the answer claims to be complete."""
    wrong: bool
    """Whether a step is illegal. Such lists rarely end as give-ups."""

    @property
    def shifted(self) -> float:
        """The estimated probability of a give-up. `python -m tests.answers --fit` computes the factors."""
        least = 1e-3
        odds = (max(self.probability, least) / max(1 - self.probability, least)) ** 0.86 * 0.95
        odds *= 1.63 if self.missing > 0.5 else 0.57 if self.missing <= 0.25 else 1.0
        if self.claims > 0.8:
            odds *= 0.61
        if self.wrong:
            odds *= 0.26
        return float(odds / (1 + odds))


_FEW = 12
_BULLETS = " \t-*+•>#0123456789.):"


class AnswerEvidence:
    """Everything about an answer that the rules ask for, each item computed when first used.

    Offsets are those of the canonical text, until `evidence` gives them as received.
    """

    def __init__(self, problem: Problem, answer: Answer, *, opened: bool = False) -> None:
        """Read the answer and replay its lists.

        Args:
            problem: What was asked.
            answer: What is said to it.
            opened: Whether these are thoughts that were never closed, without the mark that opens them.
        """
        self.needed = problem.fewest_steps
        self._problem, self._solvable = problem, problem.solvable
        self.in_open_thinking = False
        """Whether the answer stands in thinking that is never closed."""
        self._take(answer, read_lists(problem, answer))
        ended = answer.finish is Finish.STOPPED and answer.spent is not True
        if self.thinking_unclosed and self._main is None and ended and not opened:
            inside = AnswerEvidence(problem, replace(answer, content=unopened(answer.content)), opened=True)
            if inside._is_final():
                self._take(inside._answer, inside._lists)
                self.in_open_thinking = True

    def _take(self, answer: Answer, lists: Lists) -> None:
        self._answer, self._lists = answer, lists
        self._read, self._found, self._main = lists.read, lists.found, lists.main
        self._text, self._end = self._read.text, len(self._read.text)
        self.thinking_unclosed = self._read.unclosed

    def _is_final(self) -> bool:
        """Whether thoughts end as an answer does: with a list that solves it, or that is said to be whole."""
        if self._main is None or self.thinking_unclosed or self.breaks_off:
            return False
        return (
            self.solves
            or self.claims_whole >= 0.3
            or not (self.short or self._text[self._main.end :].strip())
        )

    @property
    def main(self) -> StepList | None:
        """The list that is the answer."""
        return self._main

    @property
    def text(self) -> str:
        """The answer in its canonical form, without thinking."""
        return self._text

    @property
    def last_step(self) -> str | None:
        """The last step before any elision, as written."""
        if self._main is None or not self.written:
            return None
        start, end = self._main.span(self.written - 1)
        return self._text[start:end].strip()

    @cached_property
    def list_start(self) -> int:
        """Offset of the list in the received text."""
        assert self._main is not None
        return self._read.span(self._main.start, self._main.start + 1)[0]

    @cached_property
    def _lowered(self) -> str:
        return lowered(self._text)

    @cached_property
    def sentences(self) -> list[Sentence]:
        """The sentences outside the steps."""
        steps = ((run.start, run.end) for item in self._found for run in item.runs)
        span = None if self._main is None else (self._main.start, self._main.end)
        return sentences(self._text, steps, span)

    @property
    def _last(self) -> StepList | None:
        """The last list in the text: the one that a cut would affect."""
        return max(self._found, key=lambda item: item.end, default=None)

    # --- what the API reports

    @property
    def filtered(self) -> bool:
        """Whether the provider filtered the answer."""
        return self._answer.finish is Finish.FILTERED

    @property
    def refusal_field(self) -> bool:
        """Whether the API reports a refusal."""
        return bool(self._answer.refusal) or self._answer.finish is Finish.REFUSED

    @property
    def broken_off(self) -> bool:
        """Whether the API reports that the server failed in mid-answer."""
        return self._answer.finish is Finish.FAILED

    @property
    def cut_by_limit(self) -> bool:
        """Whether the API reports that a token limit was reached."""
        return self._answer.finish is Finish.LENGTH

    @property
    def is_cut(self) -> bool:
        """Whether a token limit cut the answer, by the finish reason or by the number of tokens used."""
        return self.cut_by_limit or self.spent

    @property
    def may_be_cut(self) -> bool:
        """Whether nobody says how it ended, and its last step is its end: so ends a cut between two steps."""
        unknown = self._answer.finish is None and self._answer.spent is not False
        if not unknown or self._last is None:
            return False
        return not self._text[self._last.end :].strip(" \n\r\t,;.")

    @property
    def spent(self) -> bool:
        """Whether all allowed tokens were used, regardless of the finish reason."""
        return self._answer.spent is True

    # --- the steps

    @property
    def solvable(self) -> bool | None:
        """Whether the instance has a solution; `None` if that is not known."""
        return self._solvable

    @property
    def any_steps(self) -> bool:
        """Whether the answer contains any step."""
        return self._main is not None

    @property
    def solves(self) -> bool:
        """Whether the list is legal from the start and ends at the goal."""
        return self._main is not None and self._main.solves

    @cached_property
    def written(self) -> int:
        """W: the number of steps before the first elision."""
        if self._main is None:
            return 0
        if self._main.elided is not None and not self.solves:
            return self._main.elided
        return len(self._main.steps) - self._last_is_torn

    @cached_property
    def _last_is_torn(self) -> bool:
        """Whether a cut left the last step incomplete."""
        assert self._main is not None
        wrong = self._main.advance.taken == len(self._main.steps) - 1
        return wrong and self._main.end == self._end and (self.is_cut or self.breaks_off)

    @cached_property
    def right(self) -> int:
        """C: the number of legal steps before the first error."""
        return min(self._main.advance.taken, self.written) if self._main is not None else 0

    @cached_property
    def first_error(self) -> int | None:
        """Number of the first illegal step, counted from 1; steps after an elision are not judged."""
        return self.right + 1 if self.right < self.written else None

    @cached_property
    def lost_at(self) -> int | None:
        """Number of the first step that is illegal or off every shortest way; see `Simulator.lost_at`."""
        if self._main is None or self.solves:
            return None
        lost = self._strayed
        if lost is not None:
            return lost
        cut = self.is_cut or self.breaks_off
        whole = self._main.elided is None and not (cut or self.stopped)
        return max(1, min(self.written, self.needed)) if whole and self.needed is not None else None

    @cached_property
    def _strayed(self) -> int | None:
        if self._main is None or self.solves:
            return None
        return self._problem.lost_at(self._main.steps, self.written)

    @property
    def short(self) -> bool:
        """Whether the list has fewer steps than any solution."""
        return self.needed is None or self.written < self.needed

    @cached_property
    def is_prose(self) -> bool:
        """Whether the few steps, none of them right, may be words of a text about something else."""
        if self._main is None or self._main.advance.taken:
            return False
        spans = [self._main.span(at) for at in range(min(len(self._main.steps), _FEW))]
        filled = sum(end - start for start, end in spans)
        if any(any(sign.isdecimal() for sign in self._text[start:end]) for start, end in spans):
            return False
        begins = [self._text.rfind("\n", 0, start) + 1 for start, _ in spans]
        apart = any(
            self._text[begin:start].strip(_BULLETS) == ""
            for begin, (start, _) in zip(begins, spans, strict=True)
        )
        return len(self._main.steps) < _FEW and not apart and 3 * filled < len(self._text.strip())

    @property
    def copies_example(self) -> bool:
        """Whether the list is a copy of the prompt's worked example."""
        small = self._problem.puzzle.smaller(self._problem.instance)
        if self._main is None or small is None or self.solves:
            return False
        count = len(self._main.steps)
        example = Problem(self._problem.puzzle, small)
        return (
            count >= 3
            and example.fewest_steps == count
            and self._main.steps.values == (example.known_solution.steps.values)
        )

    # --- how it ends

    @cached_property
    def breaks_off(self) -> bool:
        """Whether the answer ends in mid-step, mid-list or mid-sentence, though the API reports no cut."""
        stopped = self._answer.finish is Finish.STOPPED and self._answer.spent is False
        few = self.needed is None or self._main is None or len(self._main.steps) < self.needed
        return breaks_off(self._text, self._last, self._expected, short=few, stopped=stopped)

    def _expected(self) -> str:
        """The next step of the solution as formatted by the puzzle; empty if there is none."""
        last = self._last
        if last is None or last is not self._main or last.advance.taken < len(last.steps):
            return ""
        due = next(self._problem.solution(len(last.steps)), None)
        written = "" if due is None else "".join(self._problem.format([due]))
        return written.rpartition("[[")[2].rstrip("]") if "[[" in written else written

    @cached_property
    def stop_mark(self) -> Mark | None:
        """The certain mark of a give-up, if the answer has steps and such a mark."""
        if self._main is None or not self.short:
            return None
        low, start, end = self._lowered, self._main.start, self._main.end
        if self._main.elision is not None:
            return elision(low, *self._main.elision)
        found = elision_behind(low, end, self._end) or self._elision_said()
        if found is None and self.needed is not None:
            found = names_missing(low, end, self._end, self.written, self.needed)
        if found is None:
            found = next((mark for mark in phrases(low, end, self._end) if self._is_meant(mark)), None)
        if found is None and self._missing > 0.25:
            found = next((mark for mark in phrases(low, 0, start) if mark.shows == "omits"), None)
        return found

    def _elision_said(self) -> Mark | None:
        """An elision at the beginning of the first sentence after the list."""
        assert self._main is not None
        first = next((s for s in self.sentences if s.start >= self._main.end), None)
        if first is None or first.acts.closes + first.acts.claims_whole >= 0.9:
            return None
        found = elision(self._lowered, first.start, first.end)
        return found if found is not None and found.start <= first.start + 8 else None

    def _is_meant(self, mark: Mark) -> bool:
        """Whether the sentence that contains a mark is about this list."""
        around = next((s for s in self.sentences if s.start <= mark.start < s.end), None)
        return around is None or around.acts.closes + around.acts.elsewhere < 0.9

    @cached_property
    def stopped_in_words(self) -> Sentence | None:
        """The sentence with the highest probability of a stop, however low that is."""
        weighed = [(self._weight(sentence), sentence) for sentence in self.sentences]
        best = max(weighed, key=lambda pair: pair[0], default=None)
        return None if best is None or best[0] <= 0 else best[1]

    def _weight(self, sentence: Sentence) -> float:
        """The probability that a sentence shows a stop, by its words and its place."""
        acts = sentence.acts
        match sentence.place:
            case Place.BEFORE:
                # A courtesy of two words is not about the list.
                if sentence.text.isascii() and len(sentence.text.split()) < 3:
                    return 0.0
                # "Here are the moves:" and "Here are some moves:" differ in a word, so that a heading
                # counts only where it gives the number of the steps that follow, or is all but certain.
                said = 0.8 * (acts.omits + acts.declines)
                if (
                    sentence.heads
                    and said < _PLAIN
                    and str(self.written) not in _NUMBERS.findall(sentence.text)
                ):
                    said = 0.0
                return said if self._missing > 0.25 else 0.0
            case Place.INSIDE:
                return 0.0 if sentence.heads else 0.8 * (acts.stops - 0.5 * acts.substitutes)
            case Place.AFTER | Place.ALONE:
                # Behind a list a program for the rest is found by itself; words for one mostly explain.
                return 0.0 if sentence.heads else acts.stops - 0.5 * acts.substitutes

    @property
    def _missing(self) -> float:
        """The share of the required steps that is missing."""
        if not self.needed:
            return 1.0
        return max(0.0, 1 - self.written / self.needed)

    @cached_property
    def stop_probability(self) -> float:
        """The probability of a give-up, for an answer with too few steps."""
        if self._main is None or not self.short:
            return 0.0
        if self.stop_mark is not None:
            return _CERTAIN
        if self.program is not None:
            return 0.85
        return self.stop_weight.shifted

    @cached_property
    def stop_weight(self) -> StopWeight:
        """The inputs of `stop_probability` where no certain mark decides."""
        best = self.stopped_in_words
        weight = 0.0 if best is None else self._weight(best)
        return StopWeight(weight, self._missing, self.claims_whole, wrong=self.first_error is not None)

    @property
    def stopped(self) -> bool:
        """Whether the answer is more likely a give-up than not."""
        return self.stop_probability >= 0.5

    @property
    def stopped_before_cut(self) -> bool:
        """Whether the give-up is stated after the last step."""
        last = self._last
        if last is None or not self.short or not self._spoke_after:
            return False
        if self.stop_mark is not None:
            return self.stop_mark.start >= last.end
        return self.program is None and self.stop_probability >= 0.8

    @property
    def _spoke_after(self) -> bool:
        last = self._last
        return last is not None and any(
            s.place is Place.AFTER and s.start >= last.end for s in self.sentences
        )

    @property
    def closed_before_cut(self) -> bool:
        """Whether the list was complete when the cut came, because text about it follows."""
        if self._main is None:
            return False
        end, last = self._main.end, self._last
        if last is not None and last is not self._main and 2 * len(last.steps) > len(self._main.steps):
            return False
        closed = self._text[end : end + 60].lstrip().startswith(("]", "```", "</", "}"))
        return closed and sum(len(s.text) for s in self.sentences if s.start >= end) >= 40

    # --- without a step

    @cached_property
    def program(self) -> Mark | None:
        """A program or link given instead of all steps, or of the missing ones."""
        if self._main is None:
            return program_or_link(self._text)
        return program_for_rest(self._text, self._main.end)

    @cached_property
    def attempt(self) -> bool:
        """Whether an answer without readable steps is an attempt at a list."""
        alike = next((form for form in self._problem.forms if isinstance(form, Alike)), None)
        if is_attempt(self._text, self.needed, "" if alike is None else alike.name_of):
            return True
        # "I am not able to move blocks" moves none.
        said = max((sentence.acts.declines for sentence in self.sentences), default=0.0)
        return said < 0.5 and moves_towers(self._text)

    @cached_property
    def declined(self) -> Mark | None:
        """The certain mark of a refusal, for an answer without steps."""
        return next(phrases(self._lowered, 0, self._end), None)

    @property
    def declines_outright(self) -> bool:
        """Whether that mark is an outright refusal, not an offer."""
        return self.declined is not None and self.declined.shows == "declines"

    @cached_property
    def decline_probability(self) -> float:
        """The probability of a refusal, for an answer without steps."""
        if self.program is not None or self.declined is not None:
            return _CERTAIN
        return max((_stops_alone(sentence.acts) for sentence in self.sentences), default=0.0)

    @property
    def breaks_off_undecided(self) -> bool:
        """Whether an answer without steps was cut before any complete sentence declined."""
        if not self.breaks_off or self.program is not None or self.declined is not None:
            return False
        return max((sentence.acts.stops for sentence in self.sentences[:-1]), default=0.0) < 0.9

    @cached_property
    def own_items(self) -> bool:
        """Whether an answer without steps lists items of the right form that are not in the problem.

        So write models that copy the prompt's worked example, whose items are others.
        """
        some = islice(self._problem.solution(), 3)
        lines = "".join(self._problem.format(some)).split("\n")
        shapes = set(map(_shape, lines))
        # Of words such as 0101 no single digit is one.
        digits = 2 if all(len(line) > 1 and line.isdecimal() for line in lines) else 0
        every = (found[0][:_LONGEST_ITEM] for found in _ITEMS.finditer(self._text))
        items = list(islice((item for item in every if item.strip()), 400))
        alike = sum(_shape(item) in shapes and _digits(item) >= digits for item in items)
        return alike >= 2 and 2 * alike >= min(len(items), 8)

    @cached_property
    def impossible(self) -> Sentence | None:
        """The sentence that says that there is no solution."""
        found = max(self.sentences, key=lambda s: s.acts.impossible, default=None)
        # It is said far more often where it is true.
        least = 0.5 if self.solvable else 0.2
        return found if found is not None and found.acts.impossible > least else None

    @property
    def impossible_probability(self) -> float:
        """The probability that the answer says that there is no solution; 0 if it does not say so."""
        return 0.0 if self.impossible is None else self.impossible.acts.impossible

    @property
    def declines(self) -> bool:
        """Whether the answer declines in words."""
        acts = [sentence.acts for sentence in self.sentences]
        said = max((max(a.declines, a.offers) for a in acts), default=0.0)
        return self.declined is not None or said >= 0.5

    @property
    def hands_over(self) -> bool:
        """Whether the answer gives a program or a method instead of steps."""
        return self.program is not None or any(s.acts.substitutes >= 0.5 for s in self.sentences)

    @cached_property
    def claims_whole(self) -> float:
        """The probability that the answer claims to be complete."""
        before = [s for s in self.sentences if s.place is Place.BEFORE][-2:]
        around = [*before, *(s for s in self.sentences if s.place in (Place.AFTER, Place.ALONE))]
        return max((sentence.acts.claims_whole for sentence in around), default=0.0)

    # --- shown beside the label

    def evidence(self, label: Label) -> tuple[Span, ...]:
        """Return the quotes that support a label; never empty for a refusal or a give-up."""
        return tuple(self._evidence(label))

    def _evidence(self, label: Label) -> Iterator[Span]:
        if label is Label.REFUSAL:
            yield self._decline_shown()
        elif label is Label.GIVE_UP:
            mark = self.stop_mark or self.program
            yield self._sentence_shown(self.stopped_in_words) if mark is None else self._mark_shown(mark)
        if label is not Label.SOLVED and self._main is not None and self.first_error is not None:
            yield self._span(*self._main.span(self.first_error - 1), "first_error")

    def _decline_shown(self) -> Span:
        mark = self.declined or self.program
        if mark is not None:
            return self._mark_shown(mark)
        if self.refusal_field:
            field = "refusal" if self._answer.refusal else "finish_reason"
            said = self._answer.refusal or self._answer.finish_reason or ""
            return Span(field, 0, len(said), "refusal", said)
        return self._sentence_shown(
            max(self.sentences, key=lambda sentence: _stops_alone(sentence.acts), default=None)
        )

    def _sentence_shown(self, sentence: Sentence | None) -> Span:
        assert sentence is not None, "a refusal or give-up without a quote"
        acts = sentence.acts
        stops = {
            "omits": acts.omits,
            "declines": acts.declines,
            "offers": acts.offers,
            "substitutes": acts.substitutes,
        }
        return self._span(sentence.start, sentence.end, max(stops, key=lambda name: stops[name]))

    def _mark_shown(self, mark: Mark) -> Span:
        """The sentence that contains a mark, or the mark itself."""
        around = next((s for s in self.sentences if s.start <= mark.start and mark.end <= s.end), None)
        if mark.shows == "elision" or around is None:
            return self._span(mark.start, mark.end, mark.shows)
        return self._span(around.start, around.end, mark.shows)

    def _span(self, start: int, end: int, shows: str) -> Span:
        start, end = self._read.span(start, end)
        return Span("content", start, end, shows, self._read.received[start:end])

    @property
    def off_course(self) -> bool:
        """Whether a legal step led away from the goal."""
        return self._strayed is not None and self._strayed <= self.right

    @property
    def offers(self) -> bool:
        """Whether the answer offers the rest of the list after its last step."""
        return any(s.place is Place.AFTER and s.acts.offers >= 0.5 for s in self.sentences)

    @property
    def abandons_in_thinking(self) -> bool:
        """Whether the thinking announces an incomplete list. It does not affect the label."""
        thinking = lowered(self._answer.reasoning or self._read.thinking)
        return any(mark.shows != "offers" for mark in phrases(thinking, 0, len(thinking)))

    @property
    def restarts(self) -> bool:
        """Whether the answer contains more than one list."""
        return len(self._found) > 1

    @property
    def repeats(self) -> bool:
        """Whether the answer contains the same list twice."""
        if len(self._found) < 2:
            return False
        seen = [item.steps.values.tobytes() for item in self._found if len(item.steps) > 2]
        return len(set(seen)) < len(seen)


_NUMBERS = re.compile(r"\d+")
_VARYING = re.compile(r"\d+|[^\W\d_]+")


def _stops_alone(acts: Acts) -> float:
    """The probability of a stop where no list stands that the sentence could close."""
    if acts.stops < _HEARD:
        return acts.stops
    return max(acts.stops, min(_MAYBE, acts.stops / (1 - acts.closes)))


_HEARD, _MAYBE = 0.2, 0.85


_ITEMS, _LONGEST_ITEM = re.compile(r"[^,\n]+"), 1_000


def _shape(item: str) -> str:
    """The pattern of an item, with numbers and letters abstracted: `n12` and `m3` have the same."""
    return _VARYING.sub(lambda found: "0" if found[0].isdigit() else "a", item.strip())


def _digits(item: str) -> int:
    """The number of digits of the shortest number in an item."""
    return min(map(len, _NUMBERS.findall(item)), default=0)

"""The evidence that decides a label: what was written, how the answer ends, and what its words show."""

from collections.abc import Iterator
from functools import cached_property

from evals.labelling.answer import FILTER_REASONS, LIMIT_REASONS, Answer, Span, visible
from evals.labelling.phrases.phrase import SpeechAct
from evals.labelling.prose import Mark, Prose
from evals.labelling.sentences import speaks_of_task
from evals.labelling.stopping import StopEvidence, said_behind
from evals.labelling.substitutes import has_code, substitute_for_steps
from evals.labelling.truncation import breaks_off
from evals.labelling.unreadable import ENCODED, MACRO, counts_to, is_plan, moves_towers
from evals.record.outcome import Label
from tasks import Problem, StepList


def the_answer(found: list[StepList]) -> StepList | None:
    """Return the list that is the answer: the last that solves, else the last or one twice as long."""
    solving = [item for item in found if item.solves]
    if solving or not found:
        return solving[-1] if solving else None
    longest = max(found, key=lambda item: len(item.steps))
    return longest if len(longest.steps) >= 2 * len(found[-1].steps) else found[-1]


class AnswerEvidence:
    """Everything about an answer that the rules ask for, each item computed when first used."""

    def __init__(self, problem: Problem, answer: Answer) -> None:
        """Read the answer and replay its lists."""
        self._problem, self._answer = problem, answer
        self._text = answer.content
        self._start, self._end, self.thinking_unclosed = visible(answer.content)
        reading = problem.read(self._text, self._start, self._end)
        found = problem.lists(reading, last_row_counts=answer.last_row_counts)
        self._found = [] if is_plan(self._text, self._start, self._end, found) else found
        self._main = the_answer(self._found)
        self.needed = problem.fewest_steps

    @property
    def main(self) -> StepList | None:
        """The list that is the answer."""
        return self._main

    @cached_property
    def _prose(self) -> Prose:
        steps = ((run.start, run.end) for item in self._found for run in item.runs)
        return Prose(self._text, self._start, self._end, steps)

    @property
    def _last(self) -> StepList | None:
        """The list that comes last in the text: the one that a cut would affect."""
        return max(self._found, key=lambda item: item.end, default=None)

    # --- what the API reports

    @property
    def filtered(self) -> bool:
        """Whether the provider's filter ended it."""
        return self._answer.finish_reason in FILTER_REASONS

    @property
    def refusal_field(self) -> bool:
        """Whether the API itself reports that the model refused."""
        return bool(self._answer.refusal)

    @property
    def cut_by_limit(self) -> bool:
        """Whether the API reports that a token limit ended it."""
        return self._answer.finish_reason in LIMIT_REASONS

    # --- the steps

    @property
    def solvable(self) -> bool:
        """Whether the instance has a solution."""
        return self.needed is not None

    @property
    def any_steps(self) -> bool:
        """Whether any step of the requested list is written."""
        return self._main is not None

    @property
    def solves(self) -> bool:
        """Whether one full list is legal from the start and ends at the goal."""
        return self._main is not None and self._main.solves

    @cached_property
    def written(self) -> int:
        """W, the steps before the first elision."""
        if self._main is None:
            return 0
        if self._main.elided is not None and not self.solves:
            return self._main.elided
        return len(self._main.steps) - self._last_is_torn

    @cached_property
    def _last_is_torn(self) -> bool:
        """Whether the cut went through the last step, whose text is then not what was meant."""
        assert self._main is not None
        wrong = self._main.advance.taken == len(self._main.steps) - 1
        return wrong and self._main.end == self._end and (self.cut_by_limit or self.breaks_off)

    @cached_property
    def right(self) -> int:
        """C, the legal steps before the first error."""
        return min(self._main.advance.taken, self.written) if self._main is not None else 0

    @cached_property
    def first_error(self) -> int | None:
        """Number of the first illegal step, counted from 1; steps after an elision are not judged."""
        return self.right + 1 if self.right < self.written else None

    @cached_property
    def lost_at(self) -> int | None:
        """Number of the first step that is illegal or leaves every shortest path; see `Problem.lost_at`."""
        if self._main is None or self.solves:
            return None
        lost = self._strayed
        if lost is not None:
            return lost
        whole = self._main.elided is None and not (self.cut_by_limit or self.breaks_off or self.stopped)
        return max(1, min(self.written, self.needed)) if whole and self.needed is not None else None

    @cached_property
    def _strayed(self) -> int | None:
        if self._main is None or self.solves:
            return None
        return self._problem.lost_at(self._main.steps, self.written)

    @property
    def _few(self) -> bool:
        """Like `short`, but by all steps found; usable before it is known whether the answer was cut."""
        return self.needed is None or self._main is None or len(self._main.steps) < self.needed

    @property
    def short(self) -> bool:
        """Whether there are fewer steps than the fewest that solve the instance."""
        return self.needed is None or self.written < self.needed

    # --- how it ends

    @cached_property
    def stops(self) -> StopEvidence | None:
        """Signs that an answer with some steps stopped by choice; `None` for one without steps."""
        if self._main is None:
            return None
        return StopEvidence(
            self._prose, self._text, self._start, self._end, self._main, self.written, self.needed
        )

    @property
    def stopped(self) -> bool:
        """Whether there is any sign of stopping by choice."""
        return self.stops is not None and self.stops.best is not None

    @property
    def stopped_before_cut(self) -> bool:
        """Whether the stop was its last word: nothing but prose came after the last step."""
        last = self._last
        return self.short and last is not None and said_behind(self._prose, last, self._end) is not None

    @cached_property
    def declined(self) -> Mark | None:
        """In an answer without steps: the words that decline."""
        wanted = (SpeechAct.DECLINE, SpeechAct.POLICY, SpeechAct.OFFER, SpeechAct.PART)
        return self._prose.first(self._start, self._end, *wanted)

    @property
    def declines(self) -> bool:
        """Whether an answer without steps declines, or asks whether to start."""
        return self.declined is not None

    @cached_property
    def handed_over(self) -> Mark | None:
        """In an answer without steps: the code, method or link given instead."""
        return substitute_for_steps(self._prose, self._text, self._start, self._end)

    @cached_property
    def hedged(self) -> Mark | None:
        """In an answer without steps: a question, a regret, or a method."""
        return self._prose.first(self._start, self._end, SpeechAct.HEDGE)

    @cached_property
    def speaks_of_task(self) -> Mark | None:
        """In an answer without steps: a sentence about the task, instead of doing it."""
        return speaks_of_task(self._prose, self._start, self._end, self.needed)

    @property
    def hands_over(self) -> bool:
        """Whether something else is given instead of steps."""
        return self.handed_over is not None

    @cached_property
    def says_impossible(self) -> bool:
        """Whether it says that there is no solution."""
        return self._says(SpeechAct.IMPOSSIBLE)

    def _says(self, shows: SpeechAct) -> bool:
        return self._prose.first(self._start, self._end, shows) is not None

    @cached_property
    def breaks_off(self) -> bool:
        """Whether it ends mid-step, mid-list or mid-sentence, without a closing or a word from the API."""
        stopped = self._answer.finish_reason == "stop"
        return breaks_off(self._text, self._start, self._end, self._last, short=self._few, stopped=stopped)

    @property
    def unreadable_steps(self) -> bool:
        """Whether an answer without readable steps contains something meant as steps."""
        where = self._text, self._start, self._end
        written = any(sign.search(*where) is not None for sign in (MACRO, ENCODED))
        return written or moves_towers(*where) or counts_to(*where, self.needed)

    # --- what is shown beside the label

    def evidence(self, label: Label) -> tuple[Span, ...]:
        """Return the spans that justify the label; never empty for a refusal or a give-up."""
        return tuple(self._evidence(label))

    def _evidence(self, label: Label) -> Iterator[Span]:
        if label is Label.REFUSAL:
            words = self.declined or self.handed_over
            if words is None and not self.refusal_field:
                words = self.hedged or self.speaks_of_task
            if words is None:
                refusal = self._answer.refusal or ""
                yield Span("refusal", 0, len(refusal), "refusal", refusal)
            else:
                yield Span.of(words, self._text)
        elif label is Label.GIVE_UP:
            yield Span.of(self.stops.best if self.stops is not None else None, self._text)
        if label is not Label.SOLVED and self._main is not None and self.first_error is not None:
            start, end = self._main.span(self.first_error - 1)
            yield Span("content", start, end, "first_error", self._text[start:end])

    @property
    def claims_complete(self) -> bool:
        """Whether it claims to be complete."""
        return self._says(SpeechAct.COMPLETE)

    @property
    def off_course(self) -> bool:
        """Whether some step was legal but left every shortest path."""
        return self._strayed is not None and self._strayed <= self.right

    @property
    def offers(self) -> bool:
        """Whether it offers the rest after the last step."""
        return (
            self._main is not None
            and self._prose.first(self._main.end, self._end, SpeechAct.OFFER) is not None
        )

    @property
    def has_code(self) -> bool:
        """Whether it contains a program."""
        return has_code(self._text, self._start, self._end)

    @property
    def abandons_in_thinking(self) -> bool:
        """Whether its thinking says that the list will not be completed; this does not affect the label."""
        thinking = self._answer.reasoning or self._text[: self._start]
        length = len(thinking)
        return bool(length) and Prose(thinking, 0, length, ()).first(0, length, SpeechAct.DECLINE) is not None

    @property
    def restarts(self) -> bool:
        """Whether it contains more than one list."""
        return len(self._found) > 1

    @property
    def repeats(self) -> bool:
        """Whether it contains the same list twice."""
        if len(self._found) < 2:
            return False
        seen = [item.steps.values.tobytes() for item in self._found if len(item.steps) > 2]
        return len(set(seen)) < len(seen)

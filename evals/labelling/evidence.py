"""The facts that decide a label: what was written, how the answer ends, what its words show."""

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
    """Which list is the answer: the last that solves, else the last, unless one is twice as long."""
    solving = [item for item in found if item.solves]
    if solving or not found:
        return solving[-1] if solving else None
    longest = max(found, key=lambda item: len(item.steps))
    return longest if len(longest.steps) >= 2 * len(found[-1].steps) else found[-1]


class AnswerEvidence:
    """Computed when first asked for, and only then."""

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
        """The list that stands last in the text: the one that a cut would hit."""
        return max(self._found, key=lambda item: item.end, default=None)

    # --- how it came back

    @property
    def filtered(self) -> bool:
        """The provider's filter ended it."""
        return self._answer.finish_reason in FILTER_REASONS

    @property
    def refusal_field(self) -> bool:
        """The API itself says that the model refused."""
        return bool(self._answer.refusal)

    @property
    def cut_by_limit(self) -> bool:
        """The API says that a token limit ended it."""
        return self._answer.finish_reason in LIMIT_REASONS

    # --- the steps

    @property
    def solvable(self) -> bool:
        """Whether the instance has a solution."""
        return self.needed is not None

    @property
    def any_steps(self) -> bool:
        """Whether any step of the asked list is written."""
        return self._main is not None

    @property
    def solves(self) -> bool:
        """Whether one full list is legal from the start and ends at the goal."""
        return self._main is not None and self._main.solves

    @cached_property
    def written(self) -> int:
        """W: steps before the first mark of abridging."""
        if self._main is None:
            return 0
        if self._main.elided is not None and not self.solves:
            return self._main.elided
        return len(self._main.steps) - self._last_is_torn

    @cached_property
    def _last_is_torn(self) -> bool:
        """Whether the cut went through the last step, so that what stands there is not what was meant."""
        assert self._main is not None
        wrong = self._main.advance.taken == len(self._main.steps) - 1
        return wrong and self._main.end == self._end and (self.cut_by_limit or self.breaks_off)

    @cached_property
    def right(self) -> int:
        """C: legal steps before the first error."""
        return min(self._main.advance.taken, self.written) if self._main is not None else 0

    @cached_property
    def first_error(self) -> int | None:
        """Number of the first illegal step, from 1; steps after a mark of abridging are not judged."""
        return self.right + 1 if self.right < self.written else None

    @cached_property
    def lost_at(self) -> int | None:
        """Number of the first step that is illegal or off every shortest way; see `tasks.lost_at`."""
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
        """As `short`, by all steps found; it may be asked before it is known whether the answer was cut."""
        return self.needed is None or self._main is None or len(self._main.steps) < self.needed

    @property
    def short(self) -> bool:
        """Fewer steps than the fewest that solve it."""
        return self.needed is None or self.written < self.needed

    # --- how it ends

    @cached_property
    def stops(self) -> StopEvidence | None:
        """With some steps: the signs that it stopped by choice."""
        if self._main is None:
            return None
        return StopEvidence(
            self._prose, self._text, self._start, self._end, self._main, self.written, self.needed
        )

    @property
    def stopped(self) -> bool:
        """Any sign of stopping by choice."""
        return self.stops is not None and self.stops.best is not None

    @property
    def stopped_before_cut(self) -> bool:
        """The stop was its last word: nothing but prose came after the last step."""
        last = self._last
        return self.short and last is not None and said_behind(self._prose, last, self._end) is not None

    @cached_property
    def declined(self) -> Mark | None:
        """Without a step: the words that decline."""
        wanted = (SpeechAct.DECLINE, SpeechAct.POLICY, SpeechAct.OFFER, SpeechAct.PART)
        return self._prose.first(self._start, self._end, *wanted)

    @property
    def declines(self) -> bool:
        """Without a step: whether it declines, or asks whether to start."""
        return self.declined is not None

    @cached_property
    def handed_over(self) -> Mark | None:
        """Without a step: code, a method or a link in its place."""
        return substitute_for_steps(self._prose, self._text, self._start, self._end)

    @cached_property
    def hedged(self) -> Mark | None:
        """Without a step: a question, a regret, a method."""
        return self._prose.first(self._start, self._end, SpeechAct.HEDGE)

    @cached_property
    def speaks_of_task(self) -> Mark | None:
        """Without a step: a sentence about the task, in place of doing it."""
        return speaks_of_task(self._prose, self._start, self._end, self.needed)

    @property
    def hands_over(self) -> bool:
        """Whether something else stands where the steps should."""
        return self.handed_over is not None

    @cached_property
    def says_impossible(self) -> bool:
        """It says that there is no solution."""
        return self._says(SpeechAct.IMPOSSIBLE)

    def _says(self, shows: SpeechAct) -> bool:
        return self._prose.first(self._start, self._end, shows) is not None

    @cached_property
    def breaks_off(self) -> bool:
        """Cut without the API saying so: it ends in mid-step, mid-list or mid-sentence, with no closing."""
        stopped = self._answer.finish_reason == "stop"
        return breaks_off(self._text, self._start, self._end, self._last, short=self._few, stopped=stopped)

    @property
    def unreadable_steps(self) -> bool:
        """Without a readable step: something that is meant as steps."""
        where = self._text, self._start, self._end
        written = any(sign.search(*where) is not None for sign in (MACRO, ENCODED))
        return written or moves_towers(*where) or counts_to(*where, self.needed)

    # --- what is shown beside the label

    def evidence(self, label: Label) -> tuple[Span, ...]:
        """The places that show why; never empty for a refusal or a give-up."""
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
        """It says of itself that it is whole."""
        return self._says(SpeechAct.COMPLETE)

    @property
    def off_course(self) -> bool:
        """Some step was legal and yet left every shortest way."""
        return self._strayed is not None and self._strayed <= self.right

    @property
    def offers(self) -> bool:
        """Behind the last step it offers the rest."""
        return (
            self._main is not None
            and self._prose.first(self._main.end, self._end, SpeechAct.OFFER) is not None
        )

    @property
    def has_code(self) -> bool:
        """A program stands in it."""
        return has_code(self._text, self._start, self._end)

    @property
    def abandons_in_thinking(self) -> bool:
        """Its thinking says that the whole will not be written; of no weight for the label."""
        thinking = self._answer.reasoning or self._text[: self._start]
        length = len(thinking)
        return bool(length) and Prose(thinking, 0, length, ()).first(0, length, SpeechAct.DECLINE) is not None

    @property
    def restarts(self) -> bool:
        """More than one list stands in it."""
        return len(self._found) > 1

    @property
    def repeats(self) -> bool:
        """The same list stands in it twice."""
        if len(self._found) < 2:
            return False
        seen = [item.steps.values.tobytes() for item in self._found if len(item.steps) > 2]
        return len(set(seen)) < len(seen)

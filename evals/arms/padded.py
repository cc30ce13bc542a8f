"""The arm that lengthens the context: `list`, behind other text or late in a conversation."""

from dataclasses import replace
from types import MappingProxyType

from evals.dialogue.arm import Arm, Conditions, Given
from evals.dialogue.dialogue import Dialogue, SingleAnswer
from evals.dialogue.ending import Ending
from evals.dialogue.padding import padding_of, quotes_of
from evals.dialogue.prompts import PaddedOptions, whole_list
from evals.labelling.answer import Answer
from evals.labelling.rules import label
from evals.record.exchange import Message
from evals.record.outcome import Label
from evals.record.trial import Trial
from tasks import Problem

_DEFAULTS: Given = MappingProxyType({})


class PaddedArm(Arm):
    """Asks once, after a long text that is not about the task."""

    name = "padded"
    version = 1
    summary = "the same as list, behind other text (tokens: how much; text: unrelated or related; place)"
    options = PaddedOptions

    def prompt(self, problem: Problem, options: Given) -> tuple[str, ...]:
        """Return the prompt of `list`, with the text before it unless that has messages of its own."""
        chosen = PaddedOptions.model_validate(options)
        task = whole_list(problem)
        return task if chosen.place == "conversation" else (*padding_of(problem, chosen).turns, *task)

    def open(self, problem: Problem, options: Given = _DEFAULTS) -> tuple[Message, ...]:
        """Return the earlier turns, if the text is a conversation, and the task."""
        chosen = PaddedOptions.model_validate(options)
        task = super().open(problem, options)
        if chosen.place == "before":
            return task
        turns = padding_of(problem, chosen).turns
        said = (Message(role=("user", "assistant")[at % 2], content=turn) for at, turn in enumerate(turns))
        return (*said, *task)

    def conditions(self, options: Given) -> Conditions:
        """Return how much other text there is."""
        return Conditions(other_tokens=PaddedOptions.model_validate(options).tokens)

    def dialogue(self, trial: Trial, problem: Problem) -> Dialogue:
        """Return a conversation with one question, in whose answer the other text does not count."""
        return PaddedAnswer(trial, problem)


ARM = PaddedArm()


class PaddedAnswer(SingleAnswer):
    """One question, one answer; what that repeats of the padding is set apart."""

    def _take(self, answer: Answer, reason: str) -> None:
        del reason
        padding = padding_of(self.problem, PaddedOptions.model_validate(self.trial.options))
        quotes = quotes_of(padding, self.problem, answer.content)
        found = label(self.problem, replace(answer, quoted=(*quotes.notes, *quotes.lists)))
        if quotes.lists and found.label is Label.NO_ANSWER:
            # Who hands over nothing but another task's list gives it for this one.
            found = label(self.problem, replace(answer, quoted=quotes.notes))
        self._ending = Ending.of(found, self.taken)

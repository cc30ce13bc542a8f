"""What a reading finds: the steps of one form in a text, in runs, and where each stands."""

from array import array
from bisect import bisect_right
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter

from tasks.contract.puzzle import Form, Steps
from tasks.reader.pieces import Memory, step_of, without_line_end


@dataclass(frozen=True, slots=True)
class StepRun:
    """A stretch of steps with nothing but separators between them."""

    start: int
    """Offset of its first step, in code points."""
    end: int
    """Offset after its last step."""
    first: int
    """Index of its first step among all those of its form."""
    count: int


@dataclass(frozen=True, slots=True)
class Found:
    """All steps of one form in an answer, in the order of the text."""

    form: Form
    memory: Memory | None
    """What is remembered of the pieces that it was found in; none of a form with running numbers."""
    text: str
    steps: Steps
    runs: tuple[StepRun, ...]
    numbers: "array[int] | None" = None
    """Each step's own running number as written, where the form has one."""
    places: "tuple[array[int], array[int]] | None" = None
    """Where each step begins and ends, where no pattern tells."""
    ambiguous: bool = False
    """Whether another reading of the same text makes as much sense."""
    edges: tuple[tuple[int, int, int], ...] = ()
    """Items that share their line with words: the index of each, and where it stands."""
    core: "Found | None" = None
    """What was found without them."""

    def span(self, index: int) -> tuple[int, int]:
        """Where step `index` stands in the text."""
        if self.core is not None:
            edge = next((edge[1:] for edge in self.edges if edge[0] == index), None)
            return edge or self.core.span(index - sum(edge[0] < index for edge in self.edges))
        if self.places is not None:
            return self.places[0][index], self.places[1][index]
        run = self.runs[bisect_right(self.runs, index, key=attrgetter("first")) - 1]
        skip, at, ends = index - run.first, self.text.rfind(self.form.ends, 0, run.start) + 1, self.form.ends
        if run.count == self.text.count(ends, at, run.end) + (not self.text.endswith(ends, at, run.end)):
            # A step a piece, which is the usual case: no need to look at those before.
            at, skip = self._piece(at, run, skip), 0
        elif self.memory is None:
            at = run.start
        if self.memory is None:
            matches = step_of(self.form).finditer(self.text, at, run.end)
            return next(islice(matches, skip, None)).span()
        return self._span(self.memory, run, at, skip)

    def _piece(self, at: int, run: StepRun, skip: int) -> int:
        """Where the piece after the first `skip` begins, in a run with a step a piece."""
        ends, behind = self.form.ends, run.count - skip
        if skip < behind:
            return run.end - len(self.text[at : run.end].split(ends, skip)[-1])
        pieces = self.text[at : run.end].rsplit(ends, behind + self.text.endswith(ends, at, run.end))
        return at + len(pieces[0]) + 1

    def _span(self, memory: Memory, run: StepRun, at: int, skip: int) -> tuple[int, int]:
        """Of the step after the first `skip` from an offset on: piece by piece, as it was read."""
        own = next(at for at, form in enumerate(memory.forms) if form is self.form)
        ends = self.form.ends
        while at < run.end:
            after = self.text.find(ends, at, run.end)
            piece = self.text[at : after if after >= 0 else run.end]
            known = None
            if at >= run.start and len(piece) <= Memory.LONGEST:
                known = sum(part.steps for part in memory.stretches(piece, own))
            if known is None or skip < known:
                matches = step_of(self.form).finditer(
                    without_line_end(piece) if ends == "\n" else piece + ends
                )
                known = 0
                for match in matches:
                    if at + match.start() >= run.start:
                        if known == skip:
                            return at + match.start(), at + match.end()
                        known += 1
                if not known and at < run.start:
                    # What was read began in the middle of a piece.
                    at = run.start
                    continue
            skip -= known
            at += len(piece) + 1
        return run.start, run.end

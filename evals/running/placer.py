"""Finds the sizes of a run while it is asked: decides where each line goes on, and records that."""

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from evals.plan.adaptive.ladder import BATCH
from evals.plan.adaptive.lines import LineState
from evals.plan.adaptive.placing import Aim, RungChoice, Seen, Why, decide
from evals.plan.remaining import is_over
from evals.plan.spec import Spec
from evals.record.exchange_log import Recorder
from evals.record.outcome import STOPS, Label, Outcome
from evals.record.placements import Placement, PlacementLog, SeenSize
from evals.record.run import RunDirectory
from evals.record.trial import Trial
from evals.replay import derive
from evals.running.summary import Summary
from evals.text import number_of, trial_count


class _End(StrEnum):
    """What a trial says of both horizons: the fields of `Seen`."""

    RIGHT = "right"
    WRONG = "wrong"
    STOPPED = "stopped"
    CUT = "cut"
    PENDING = "pending"


def _end(outcome: Outcome) -> _End:
    match outcome.label:
        case Label.SOLVED:
            return _End.RIGHT
        case label if label in STOPS:
            return _End.STOPPED
        case Label.LOGIC_ERROR | Label.MALFORMED | Label.NO_ANSWER:
            return _End.WRONG
        case Label.TRUNCATED | Label.FILTERED if outcome.lost_at is not None:
            return _End.WRONG
        case Label.ERROR:
            return _End.PENDING
    return _End.CUT


class _Search:
    """One line while it is asked."""

    def __init__(self, state: LineState) -> None:
        self.state = state
        self.waiting: deque[Trial] = deque()
        """Trials that were decided on, and not yet asked."""
        self._ends = [Counter[_End]() for _ in state.rungs]

    @property
    def seen(self) -> list[Seen]:
        """What has come of its trials, by rung."""
        return [Seen(**{str(end): number for end, number in ends.items()}) for ends in self._ends]

    def count(self, rung: int, end: _End, number: int = 1) -> None:
        """Count trials of a rung."""
        self._ends[rung][end] += number

    def decide(self) -> RungChoice:
        """Decide where to go on."""
        chosen = self.state.line.chosen
        return decide(self.state.rungs, self.seen, Aim(chosen.width, chosen.max_trials))

    def placement(self, decision: RungChoice) -> Placement:
        """Return a decision as it is recorded."""
        line, rungs = self.state.line, self.state.rungs
        size = None if decision.rung is None else rungs[decision.rung].size
        known = zip(rungs, self._ends, strict=True)
        return Placement(
            line=line.key,
            model=line.at.who,
            puzzle=line.chosen.name,
            arm=line.way.arm.name,
            options=line.way.options,
            size=size,
            count=0 if size is None else BATCH,
            why=None if decision.why is None else str(decision.why),
            width=line.chosen.width,
            max_trials=line.chosen.max_trials,
            sizes=tuple(rung.size for rung in rungs),
            seen=tuple(
                SeenSize(size=rung.size, **{str(end): number for end, number in ends.items()})
                for rung, ends in known
                if ends.total()
            ),
        )


class Placer:
    """The lines of a run whose sizes are found while asking.

    No trial is waited for: as soon as the trials of a line that were decided on are all under way, the next
    are decided on from what has ended so far.
    """

    def __init__(
        self, spec: Spec, lines: Sequence[LineState], recorder: Recorder, log: PlacementLog, summary: Summary
    ) -> None:
        """Take up what was decided and answered in earlier runs.

        Args:
            spec: What is asked.
            lines: Its lines, with what was decided about each.
            recorder: The record of the run.
            log: Where decisions are recorded.
            summary: Where trials without a reply are counted, and models that are given up are named.
        """
        self._log, self._summary, self._recorder = log, summary, recorder
        self._pushing = [way.arm.name for way in spec.arm_choices() if way.pushes]
        self._homes: dict[str, tuple[_Search, int]] = {}
        self._searches: dict[str, list[_Search]] = {}
        self._recorded = self._ends_of(recorder.run) if lines and len(recorder.index) else {}
        for state in lines:
            search = _Search(state)
            self._searches.setdefault(state.line.at.who, []).append(search)
            for rung, trial in state.asked:
                self._enlist(search, rung, trial)

    def begun(self, who: str) -> tuple[int, int]:
        """Return how many trials a model will have had at most, and how many of them are over."""
        searches = self._searches.get(who, ())
        waiting = sum(len(search.waiting) for search in searches)
        asked = sum(len(search.state.asked) for search in searches)
        return sum(search.state.most for search in searches), asked - waiting

    def trials(self, who: str) -> Iterator[Trial]:
        """Yield the trials to ask a model next, alternating between its lines."""
        searches = list(self._searches.get(who, ()))
        while searches:
            for search in list(searches):
                if search.state.is_needed is None and who not in self._summary.stopped:
                    continue  # the line that it depends on goes on before it
                following = self._following(search)
                if following is None:
                    searches.remove(search)
                else:
                    yield following

    def ended(self, trial: Trial, outcome: Outcome | None) -> None:
        """Take note of how a trial ended; `None` if its answer could not be read."""
        home = self._homes.get(trial.id)
        end = _End.PENDING if outcome is None else _end(outcome)
        if home is not None and end is not _End.PENDING:
            search, rung = home
            search.count(rung, _End.PENDING, -1)
            search.count(rung, end)

    @property
    def undecided(self) -> int:
        """How many more trials there will be at least."""
        return sum(BATCH for search in self._all() if not search.state.why and search.state.is_needed)

    def told(self) -> Iterator[str]:
        """Yield what has been found, in a sentence for each line."""
        for search in self._all():
            state = search.state
            if state.line.is_push and not state.asked:
                continue
            sizes = len({rung for rung, _ in state.asked})
            asked = f"{trial_count(len(state.asked))} at {number_of(sizes, 'size')}"
            yield f"{state.line.words}: {asked}: {self._why(state)}"

    def _why(self, state: LineState) -> str:
        wide = state.line.chosen.width
        width = f"{wide:g} doubling{'' if wide == 1 else 's'}"
        push = self._push(state)
        words = {
            Why.REACHED: f"each horizon is known to within about {width}, or lies outside the sizes",
            Why.EDGE: "a horizon is known so closely, but near the end of the sizes: raise max_steps",
            Why.STOPS_FIRST: f"it stops so much sooner than it errs that ability is not seen; {push}",
            Why.CUT: "answers long enough to tell more are cut: raise max_tokens to learn more",
            Why.MAX_TRIALS: f"max_trials is reached, and not every horizon is known to within {width}",
            Why.NO_SIZE: "no size fits into max_tokens and the limits: raise them",
        }
        found = None if state.why is None else words.get(Why(state.why))
        return found or "it is not known enough yet, and goes on with the next run"

    def _push(self, state: LineState) -> str:
        others = [name for name in self._pushing if name != state.line.way.arm.name]
        push = state.line.chosen.push
        if others or (push is not None and not state.line.way.pushes):
            return f"it is asked with arm {others[0] if others else push} too, which tells more of that"
        return "an arm that pushes (insist, nudge) tells more of that"

    def _all(self) -> Iterator[_Search]:
        return (search for searches in self._searches.values() for search in searches)

    def _following(self, search: _Search) -> Trial | None:
        state = search.state
        while state.line.at.who not in self._summary.stopped:
            if search.waiting:
                return search.waiting.popleft()
            if state.why or not state.is_needed:
                return None
            self._go_on(search)
        return None

    def _go_on(self, search: _Search) -> None:
        state = search.state
        if not state.rungs:
            state.why = Why.NO_SIZE  # not recorded: limits may be raised
            return
        decision = search.decide()
        self._log.append(search.placement(decision))
        if decision.rung is None:
            state.why = decision.why
            return
        for trial in state.take(decision.rung, BATCH):
            self._enlist(search, decision.rung, trial)

    def _enlist(self, search: _Search, rung: int, trial: Trial) -> None:
        end = self._recorded.get(trial.id, _End.PENDING)
        search.count(rung, end)
        if end is _End.PENDING:
            self._homes[trial.id] = search, rung
            self._summary.left += 1
            search.waiting.append(trial)

    def _ends_of(self, run: RunDirectory) -> Mapping[str, _End]:
        """Return how the recorded trials ended."""
        index = self._recorder.index
        return {
            trial.id: end
            for trial, rows in derive.conversations(run)
            if is_over(trial, index)
            for end in [_end(derive.outcome(trial, rows))]
            if end is not _End.PENDING
        }

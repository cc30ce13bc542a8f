"""Whether today's arms and puzzles would still ask what was recorded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from operator import itemgetter

from evals.arms import Arm, arm_names, known_arm
from evals.plan.variants import recorded_variants
from evals.record.exchange import Exchange, Message
from evals.record.run import RunDirectory
from evals.record.trial import PROMPT, Trial
from evals.text import clip

_LONGEST = 160


@dataclass(frozen=True, slots=True)
class _Differing:
    """Trials of one puzzle and arm whose prompt is different today."""

    trial: str
    """The one shown as an example."""
    line: int
    recorded: str
    today: str
    trials: int = 1


class PromptCheck:
    """Compares the recorded first messages of trials with those that would be sent today."""

    def __init__(self, run: RunDirectory) -> None:
        # Imported answers were asked for with other prompts to begin with.
        self._ours = "asked" in run.manifest.spec
        self._today: dict[object, tuple[Message, ...]] = {}
        self._differing: dict[tuple[str, str], _Differing] = {}
        self._variants = recorded_variants(run.manifest) if self._ours else {}

    def see(self, trial: Trial, rows: Sequence[Exchange]) -> None:
        """Check one trial."""
        if not self._ours or (arm := self._arm(trial)) is None:
            return
        today = self._opening(trial, arm)
        if rows[0].messages == today:
            return
        self._note((trial.instance.puzzle, trial.arm), _first_difference(trial.id, rows[0].messages, today))

    def add(self, other: "PromptCheck") -> None:
        """Merge the findings of another check, made on other trials."""
        for key, found in other._differing.items():
            self._note(key, found)

    def describe(self) -> Iterator[str]:
        """Yield one line for each puzzle and arm whose prompt has changed."""
        for (puzzle, arm), found in sorted(self._differing.items(), key=itemgetter(0)):
            yield (
                f"{puzzle} is asked in other words by {arm} today ({found.trials:,} trials): "
                f"line {found.line} of the prompt was {found.recorded!r} and is {found.today!r}"
            )

    def _note(self, key: tuple[str, str], found: _Differing) -> None:
        known = self._differing.get(key)
        if known is not None:
            # Always show the same example, in whatever order the trials come.
            found = replace(min(known, found, key=_shown), trials=known.trials + found.trials)
        self._differing[key] = found

    def _arm(self, trial: Trial) -> Arm | None:
        """Return the arm of a trial; of a variant as the run's spec has it, if it does."""
        if trial.arm in arm_names():
            return known_arm(trial.arm)
        return self._variants.get((trial.arm, trial.options.get(PROMPT)))

    def _opening(self, trial: Trial, arm: Arm) -> tuple[Message, ...]:
        """Return today's first messages; all models and repeats share them, so they are composed once."""
        problem = trial.instance.restore()
        key = (problem.instance, trial.arm, *trial.options.items())
        if key not in self._today:
            self._today[key] = arm.open(problem, trial.options)
        return self._today[key]


def _shown(found: _Differing) -> str:
    return found.trial


def _first_difference(trial: str, recorded: Sequence[Message], today: Sequence[Message]) -> _Differing:
    sides = ("\n".join(message.content for message in side).split("\n") for side in (recorded, today))
    for line, (before, after) in enumerate(zip_longest(*sides, fillvalue=""), start=1):
        if before != after:
            return _Differing(trial, line, clip(before, _LONGEST), clip(after, _LONGEST))
    return _Differing(trial, 0, f"{len(recorded)} messages", f"{len(today)} messages")

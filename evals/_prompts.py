"""Whether today's arms and puzzles would still ask what was recorded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from evals.arms import ARMS
from evals.printable import clip
from evals.recording import Run
from evals.trials import Exchange, Message, Trial

_LONGEST = 160


@dataclass(slots=True)
class _Differing:
    """Trials of one puzzle and arm that would be asked otherwise."""

    line: int
    recorded: str
    today: str
    trials: int = 1


class Prompts:
    """Holds the recorded first messages of trials against those that would be sent today."""

    def __init__(self, run: Run) -> None:
        # Imported answers were asked for in other words from the start.
        self._ours = "asked" in run.manifest.spec
        self._today: dict[object, tuple[Message, ...]] = {}
        self._differing: dict[tuple[str, str], _Differing] = {}

    def see(self, trial: Trial, rows: Sequence[Exchange]) -> None:
        """Take note of one trial."""
        if not self._ours or trial.arm not in ARMS:
            return
        today = self._opening(trial)
        if rows[0].messages == today:
            return
        key = trial.instance.puzzle, trial.arm
        if key in self._differing:
            self._differing[key].trials += 1
        else:
            self._differing[key] = _first_difference(rows[0].messages, today)

    def in_words(self) -> Iterator[str]:
        """For each puzzle and arm what is no longer the same."""
        for (puzzle, arm), found in sorted(self._differing.items()):
            yield (
                f"{puzzle} is asked in other words by {arm} today ({found.trials:,} trials): "
                f"line {found.line} of the prompt was {found.recorded!r} and is {found.today!r}"
            )

    def _opening(self, trial: Trial) -> tuple[Message, ...]:
        """The same for every model and repeat, so it is composed once."""
        given = trial.instance
        key = (given.puzzle, *given.parameters.items(), given.seed, trial.arm, *trial.options.items())
        if key not in self._today:
            self._today[key] = ARMS[trial.arm].open(*given.restore(), trial.options)
        return self._today[key]


def _first_difference(recorded: Sequence[Message], today: Sequence[Message]) -> _Differing:
    sides = ("\n".join(message.content for message in side).split("\n") for side in (recorded, today))
    for line, (before, after) in enumerate(zip_longest(*sides, fillvalue=""), start=1):
        if before != after:
            return _Differing(line, clip(before, _LONGEST), clip(after, _LONGEST))
    return _Differing(0, f"{len(recorded)} messages", f"{len(today)} messages")

"""When to stop asking a model, whether it is the one under test or a judge."""

from dataclasses import dataclass

from evals.client.attempts import AskFailed

ALIKE = 3
"""After so many failures in a row without any reply, it is not asked again."""
_GONE = 10
"""After so many in a row at least, or thrice as many as are under way, a model that did reply is given up."""
_TOO_MANY = 429
"""A fatal one means that the account is spent."""
_AT_ONCE = frozenset({401, 403, 404})
"""Statuses after which one failure is enough: the key or the name of the model is wrong."""


@dataclass(slots=True)
class FailureStreak:
    """How a model has fared so far, and whether asking it more can still help."""

    replies: int = 0
    """Those of earlier runs too."""
    failures: int = 0
    """In a row."""

    def replied(self) -> None:
        """One more reply."""
        self.replies, self.failures = self.replies + 1, 0

    def failed(self, failed: AskFailed, wide: int) -> bool:
        """One more failure; whether it is the one after which the model is given up.

        Args:
            failed: what went wrong.
            wide: how many requests are under way at once.
        """
        self.failures += 1
        if failed.closed:
            return True
        if self.replies:
            # It has answered before: this many failures in a row mean that the server is gone.
            return self.failures >= max(_GONE, ALIKE * wide)
        status = failed.attempt.status
        at_once = status in _AT_ONCE or (failed.fatal and status == _TOO_MANY)
        return at_once or self.failures >= ALIKE

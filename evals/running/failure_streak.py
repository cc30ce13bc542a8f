"""When to stop asking a model, be it the model under test or a judge."""

from dataclasses import dataclass

from evals.client.attempts import AskFailed

ALIKE = 3
"""Failures in a row after which a model that has never replied is given up."""
_GONE = 10
"""Failures in a row after which a model that has replied is given up; at least 3 per request under way."""
_TOO_MANY = 429
"""If this status is fatal, the account has no quota left."""
_AT_ONCE = frozenset({401, 403, 404})
"""Statuses for which one failure is enough: the key or the name of the model is wrong."""


@dataclass(slots=True)
class FailureStreak:
    """A model's record so far, which decides whether to keep asking it."""

    replies: int = 0
    """Including replies in earlier runs."""
    failures: int = 0
    """Consecutive failures."""

    def replied(self) -> None:
        """Count a reply."""
        self.replies, self.failures = self.replies + 1, 0

    def failed(self, failed: AskFailed, wide: int) -> bool:
        """Count a failure; return whether the model should now be given up.

        Args:
            failed: the failure.
            wide: the number of requests under way at once.
        """
        self.failures += 1
        if failed.closed:
            return True
        if self.replies:
            # It has answered before, so this many failures in a row mean that the server is gone.
            return self.failures >= max(_GONE, ALIKE * wide)
        status = failed.attempt.status
        at_once = status in _AT_ONCE or (failed.fatal and status == _TOO_MANY)
        return at_once or self.failures >= ALIKE

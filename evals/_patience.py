"""How often and how long one question is asked again."""

from dataclasses import dataclass

from evals._attempts import AskFailed, Question


@dataclass(frozen=True, slots=True)
class Patience:
    """What a run allows."""

    max_retries: int
    max_retry_seconds: float
    retry_rate_limits: bool

    def outlasts(self, wait: float | None) -> bool:
        """Whether it is long enough for what a server asks to wait."""
        return wait is None or wait <= self.max_retry_seconds

    def obeys(self, failed: AskFailed) -> bool:
        """Whether there is to be any waiting after this."""
        return not failed.closed and (self.retry_rate_limits or not failed.rate_limited)

    def ends(self, attempts: int, failed: AskFailed, question: Question, next_at: float) -> bool:
        """Whether no further attempt is to be made, though one might help.

        Args:
            attempts: So many were made.
            failed: The last one.
            question: What is asked.
            next_at: When the next one would begin, by the clock of `question.failed_since`.
        """
        if not self.obeys(failed):
            return True
        since = next_at if question.failed_since is None else question.failed_since
        return attempts > self.max_retries or next_at > since + self.max_retry_seconds

"""How requests are adapted so that a model at an endpoint accepts them: learnt from its refusals, then kept.

Only what is sent changes: the request as asked, and with it every id and hash, stays the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from pydantic import Field, ValidationError

from evals.client.provider_errors import refused_parameters
from evals.errors import RunError
from evals.record.model import Closed, FieldFault

_BUDGETS = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
"""The two names of the token limit. It is never dropped: without it the answer could differ."""
_STREAMING = ("stream", "stream_options")


class Dialect(Closed):
    """How a request as asked is changed before it is sent, as `run.json` stores it for a model."""

    renamed: dict[str, str] = Field(default_factory=dict)
    """Parameters that are sent under another name."""
    dropped: tuple[str, ...] = ()
    """Parameters that are not sent; without `stream`, the answer is not streamed."""

    def put(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Return the body to send for the body asked, both without messages."""
        return {
            self.renamed.get(name, name): value for name, value in asked.items() if name not in self.dropped
        }

    def learn(self, asked: Mapping[str, Any], said: str) -> Self | None:
        """Return the dialect to try after a refusal; `None` if no other dialect would help.

        Args:
            asked: The body as asked, without the messages.
            said: The body of the refusal.
        """
        sent = self.put(asked)
        renamed, dropped = dict(self.renamed), list(self.dropped)
        for name in refused_parameters(said, sent):
            if name == "stream":
                dropped += (each for each in _STREAMING if each not in dropped)
            elif name not in _BUDGETS:
                dropped.append(name)
            elif name in asked and _BUDGETS[name] not in sent:
                renamed[name] = _BUDGETS[name]
        learnt = self.model_copy(update={"renamed": renamed, "dropped": tuple(dropped)})
        return None if learnt.put(asked) == sent else learnt

    def joined(self, other: Self) -> Self:
        """Return the union of both dialects; for a parameter renamed by both, `other` wins."""
        dropped = dict.fromkeys((*self.dropped, *other.dropped))
        return self.model_copy(
            update={"renamed": {**self.renamed, **other.renamed}, "dropped": tuple(dropped)}
        )

    def describe(self) -> str:
        """Describe the changes to a request, e.g. `'max_tokens' sent as 'max_completion_tokens'`."""
        renamed = [f"{name!r} sent as {other!r}" for name, other in self.renamed.items()]
        return ", ".join(renamed + [f"{name!r} not sent" for name in self.dropped])


@dataclass(frozen=True, slots=True)
class Adaptation:
    """A newly learnt dialect of a model, to be stored with the run."""

    endpoint: str
    model: str
    stored: dict[str, Any]
    """The dialect as plain JSON, as accepted by `Client(adaptations={model: stored})`."""
    told: str
    """How the model's requests are changed from now on, in one line."""


class Dialects:
    """The dialects of one endpoint's models."""

    def __init__(
        self,
        endpoint: str,
        stored: Mapping[str, Any] | None = None,
        on_adapt: Callable[[Adaptation], None] | None = None,
    ) -> None:
        """Start with the dialects already known.

        Args:
            endpoint: The endpoint's name.
            stored: The `Adaptation.stored` of each model.
            on_adapt: Called with each new adaptation.

        Raises:
            RunError: A stored dialect is invalid.
        """
        self._endpoint = endpoint
        self._on_adapt = on_adapt
        try:
            self._known = {model: Dialect.model_validate(given) for model, given in (stored or {}).items()}
        except ValidationError as error:
            fault = FieldFault.first_of(error)
            raise RunError(
                f"the adaptations to endpoint {endpoint!r} cannot be read "
                f"({fault.field!r}: {fault.message}): restore run.json"
            ) from None

    def of(self, model: str) -> Dialect:
        """Return the dialect of a model, as far as it is known."""
        return self._known.get(model, _PLAIN)

    def learn(self, model: str, spoken: Dialect, asked: Mapping[str, Any], said: str) -> Dialect | None:
        """Return the dialect to try after a refusal; `None` if no other dialect would help.

        Nothing is stored yet, since the refusal may have meant something else.

        Args:
            model: The model that refused.
            spoken: The dialect of the request it refused.
            asked: The body as asked, without the messages.
            said: The body of the refusal.
        """
        learnt = spoken.learn(asked, said)
        return None if learnt is None else self.of(model).joined(learnt)

    def keep(self, model: str, dialect: Dialect) -> None:
        """Store a dialect in which a request was answered; calls `on_adapt` if it is new."""
        known = self.of(model)
        if dialect is known:
            return
        joined = known.joined(dialect)
        if joined == known:
            return
        self._known[model] = joined
        if self._on_adapt is not None:
            told = f"{self._endpoint}/{model} turns some parameters down: {joined.describe()} from now on"
            self._on_adapt(Adaptation(self._endpoint, model, joined.model_dump(mode="json"), told))


_PLAIN = Dialect()

"""How requests are put so that a model at an endpoint takes them: learnt once from its refusals, then kept.

Only what is sent changes: the request as asked, and with it every id and hash, stays what it was.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from pydantic import Field, ValidationError

from evals.client.provider_errors import refused_parameters
from evals.errors import RunError
from evals.record.model import Closed, FieldFault

_BUDGETS = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
"""The two names of the token limit. It is never left out: an answer without it would be another one."""
_STREAMING = ("stream", "stream_options")


class Dialect(Closed):
    """What is sent in place of what was asked, as `run.json` keeps it for a model."""

    renamed: dict[str, str] = Field(default_factory=dict)
    """Parameters that go by another name."""
    dropped: tuple[str, ...] = ()
    """Parameters that are not sent; without `stream`, the answer comes in one piece."""

    def put(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """The body to send for the one asked, both without the messages."""
        return {
            self.renamed.get(name, name): value for name, value in asked.items() if name not in self.dropped
        }

    def learn(self, asked: Mapping[str, Any], said: str) -> Self | None:
        """The dialect after a refusal; `None` where putting the request otherwise is of no use.

        Args:
            asked: The body asked for, without the messages.
            said: The refusal's body.
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
        """Both together; where they differ in a name, `other` counts."""
        dropped = dict.fromkeys((*self.dropped, *other.dropped))
        return self.model_copy(
            update={"renamed": {**self.renamed, **other.renamed}, "dropped": tuple(dropped)}
        )

    def describe(self) -> str:
        """What becomes of a request, e.g. `'max_tokens' sent as 'max_completion_tokens'`."""
        renamed = [f"{name!r} sent as {other!r}" for name, other in self.renamed.items()]
        return ", ".join(renamed + [f"{name!r} not sent" for name in self.dropped])


@dataclass(frozen=True, slots=True)
class Adaptation:
    """A dialect that a model has just been found to need, to be kept with the run."""

    endpoint: str
    model: str
    stored: dict[str, Any]
    """Plain JSON: what `Client(adaptations={model: stored})` takes."""
    told: str
    """What becomes of its requests from now on, in one line."""


class Dialects:
    """The dialects of one endpoint's models."""

    def __init__(
        self,
        endpoint: str,
        stored: Mapping[str, Any] | None = None,
        on_adapt: Callable[[Adaptation], None] | None = None,
    ) -> None:
        """Start with what is known from earlier.

        Args:
            endpoint: The endpoint's name.
            stored: For each model what an `Adaptation` held; raises `RunError` where it is no such thing.
            on_adapt: Told of each change.
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
        """The dialect of a model, as far as it is known."""
        return self._known.get(model, _PLAIN)

    def learn(self, model: str, spoken: Dialect, asked: Mapping[str, Any], said: str) -> Dialect | None:
        """How to put a request after this refusal; `None` where to put it otherwise is of no use.

        Nothing is kept: the refusal may have meant something else.

        Args:
            model: Who refused.
            spoken: The dialect in which it was put.
            asked: Its body as asked for, without the messages.
            said: The refusal's body.
        """
        learnt = spoken.learn(asked, said)
        return None if learnt is None else self.of(model).joined(learnt)

    def keep(self, model: str, dialect: Dialect) -> None:
        """Note that a request put so was answered; tells of it where that is new."""
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

"""What the server of the soak does to each request: decided by the trial and the attempt, never by time.

Each trial has a number of faults, drawn from its id, and then one answer, which decides its label.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from evals.record.outcome import Label
from evals.simulated.trial_headers import TRIAL
from tests.servers.misbehaving import CHUNKED, END, Asked, Fault, Script, chunk, says, sse, streams, writes

SIZE = 12
"""Numbers to count, in every trial."""
MODELS = ("plain", "completion", "steady", "whole", "deaf")
"""One takes all; some turn down `max_tokens`, `temperature`, and `stream`; the last never streams."""
STORM = "429 to everybody, for a moment"
REFUSED = "connection refused, then up again"
RETRIES = 4
_MOST_FAULTS = 2
"""Of a trial that ends well; a storm and an outage may come on top."""
_STORM_SECONDS = 0.3
_COUNTED = "\n".join(map(str, range(1, SIZE + 1)))
_USAGE = {"prompt_tokens": 90, "completion_tokens": 30, "total_tokens": 120}
_OVERFLOWS = (
    "This model's maximum context length is 256 tokens. However, you requested 602 tokens.",
    "litellm.ContextWindowExceededError: the prompt does not fit the context window",
    "the request exceeds the available context size (256 tokens), try increasing it",
)


@dataclass(frozen=True, slots=True)
class Ending:
    """An answer, and the label that it must get."""

    name: str
    label: Label
    script: Callable[[bool], Script]
    """For a request that is to be streamed, or not."""


def _delta(**fields: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": fields}]}


def _stop(reason: str | None) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}


def _said(reason: str = "stop", **message: Any) -> Callable[[bool], Script]:
    """A message with these fields; streamed in pieces of some characters."""

    def script(stream: bool) -> Script:
        if not stream:
            choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": reason}
            return says(200, {"choices": [choice], "usage": _USAGE})
        pieces = [
            _delta(**{name: text[at : at + 5]})
            for name, text in message.items()
            for at in range(0, len(text or ""), 5)
        ]
        return streams(_delta(role="assistant"), *pieces, _stop(reason), {"choices": [], "usage": _USAGE})

    return script


def _odd(
    *chunks: dict[str, Any], edit: Callable[[bytes], bytes] = bytes, done: bool = True
) -> Callable[[bool], Script]:
    """A right answer in an unusual stream; for who does not stream, a plain one."""

    def script(stream: bool) -> Script:
        if not stream:
            return _said(content=_COUNTED)(False)
        return writes(CHUNKED, chunk(edit(sse(*chunks, done=done))), END)

    return script


def _trickled(stream: bool) -> Script:
    """Whole, and slower than the idle timeout allows for the whole of it."""
    if not stream:
        return _said(content=_COUNTED)(False)
    pieces = [chunk(sse(_delta(content=f"{number}\n"), done=False)) for number in range(1, SIZE + 1)]
    return writes(CHUNKED, *pieces, chunk(sse(_stop("stop"))), END, pause=0.04)


def _turned_down(status: int, **error: Any) -> Callable[[bool], Script]:
    return lambda _: says(status, {"error": error})


_WHOLE = (_delta(role="assistant", content=_COUNTED[:9]), _delta(content=_COUNTED[9:]))
_SOLVED = Label.SOLVED
ENDINGS: tuple[tuple[int, Ending], ...] = (
    (30, Ending("whole", _SOLVED, _said(content=_COUNTED))),
    (5, Ending("trickled, and whole", _SOLVED, _trickled)),
    (
        5,
        Ending(
            "lines that end in CR LF",
            _SOLVED,
            _odd(*_WHOLE, _stop("stop"), edit=lambda data: data.replace(b"\n", b"\r\n")),
        ),
    ),
    (
        5,
        Ending(
            "last chunks twice",
            _SOLVED,
            _odd(
                *_WHOLE,
                *[_stop("stop"), {"choices": [], "usage": _USAGE}] * 2,
                edit=lambda data: data + b"data: [DONE]\n\n",
            ),
        ),
    ),
    (5, Ending("no [DONE]", _SOLVED, _odd(*_WHOLE, _stop("stop"), done=False))),
    (5, Ending("no finish_reason", _SOLVED, _odd(*_WHOLE))),
    (
        5,
        Ending(
            "comments between",
            _SOLVED,
            _odd(
                *_WHOLE,
                _stop("stop"),
                edit=lambda data: b": ping\n\n" + data.replace(b"\n\n", b"\n\n: ping\n\n"),
            ),
        ),
    ),
    (5, Ending("thinks first", _SOLVED, _said(reasoning_content="one, two, ...", content=_COUNTED))),
    (
        5,
        Ending(
            "a choice more",
            _SOLVED,
            _odd(*_WHOLE, {"choices": [{"index": 1, "delta": {"content": "7"}}]}, _stop("stop")),
        ),
    ),
    (3, Ending("stops by its own choice", Label.GIVE_UP, _said(content="1\n2\n3\n... and so on"))),
    (3, Ending("`refusal`", Label.REFUSAL, _said(content=None, refusal="I can't help with that."))),
    (3, Ending("empty", Label.NO_ANSWER, _said(content=""))),
    (4, Ending("finish_reason length", Label.TRUNCATED, _said("length", content="1\n2\n3\n4"))),
    (2, Ending("all spent in thinking", Label.TRUNCATED, _said("length", reasoning_content="one, two"))),
    *(
        (2, Ending(f"context overflow {number}", Label.TRUNCATED, _turned_down(400, message=said)))
        for number, said in enumerate(_OVERFLOWS, 1)
    ),
    (3, Ending("finish_reason content_filter", Label.FILTERED, _said("content_filter", content="1\n2"))),
    (3, Ending("filtered, 400", Label.FILTERED, _turned_down(400, message="blocked", code="content_filter"))),
    (
        3,
        Ending(
            "400 for good", Label.ERROR, _turned_down(400, message="the conversation is not to our liking")
        ),
    ),
)
_DOWN = Ending(
    "fails every time",
    Label.ERROR,
    lambda _: says(500, {"error": {"message": "in trouble"}}, retry_after="0.01"),
)
_WEIGHTS = [0.5 if fault in {Fault.RATE_LIMIT, Fault.RATE_LIMIT_BARE} else 1 for fault in Fault]
"""Each 429 halves the number of requests at once, as it should: many of them, and nothing else happens."""
_DOWN_SHARE = 0.02


@dataclass(slots=True)
class Fate:
    """What is in store for a trial, and what has come of it."""

    faults: list[Fault]
    ending: Ending
    asked: int = 0
    """Requests, those apart that had only to be put otherwise and those in a storm."""
    met: list[Fault] = field(default_factory=list)
    """What was done to it, in order."""
    ended: int = 0
    """How often its answer was sent."""

    @classmethod
    def of(cls, trial: str) -> "Fate":
        """Drawn from the trial's id alone."""
        draw = Random(f"soak/{trial}")
        if draw.random() < _DOWN_SHARE:
            return cls(draw.choices(list(Fault), _WEIGHTS, k=_MOST_FAULTS), _DOWN)
        weights, endings = zip(*ENDINGS, strict=True)
        count = draw.choices(range(_MOST_FAULTS + 1), (52, 40, 8))[0]
        return cls(draw.choices(list(Fault), _WEIGHTS, k=count), draw.choices(endings, weights)[0])


class Fates:
    """The plan of the whole soak, for a `Misbehaving` endpoint."""

    def __init__(self) -> None:
        self.of: dict[str, Fate] = {}
        self.mended = False
        """Whether what fails for good does so no more."""
        self.storm_until = 0.0
        self.storms: Counter[str] = Counter()
        """How many requests of each trial a storm turned away."""

    def __call__(self, asked: Asked) -> Script:
        """What to do to a request."""
        if asked.method == "GET":
            return says(200, {"data": [{"id": model} for model in MODELS]})
        if (otherwise := _put_otherwise(asked.body)) is not None:
            return otherwise
        trial = asked.headers[TRIAL.lower()]
        if asyncio.get_running_loop().time() < self.storm_until:
            self.storms[trial] += 1
            return says(429, {"error": {"message": "slow down, all of you"}}, retry_after=str(_STORM_SECONDS))
        fate = self.of.setdefault(trial, Fate.of(trial))
        stream = bool(asked.body.get("stream")) and asked.body["model"] != "deaf"
        if self.mended and fate.ending.label is Label.ERROR:
            fate.ended += 1
            return _said(content=_COUNTED)(stream)
        fate.asked += 1
        if fate.asked <= len(fate.faults):
            fault = fate.faults[fate.asked - 1]
            fate.met.append(fault)
            return fault.script()
        fate.ended += 1
        return fate.ending.script(stream)

    def storm(self) -> None:
        """Turn everybody away for a moment, from now on."""
        self.storm_until = asyncio.get_running_loop().time() + _STORM_SECONDS


def _put_otherwise(body: dict[str, Any]) -> Script | None:
    """The refusal of a parameter that this model does not take."""
    unsupported = "Unsupported parameter: '{}' is not supported with this model."
    refused = {
        "completion": ("max_tokens", " Use 'max_completion_tokens' instead."),
        "steady": ("temperature", ""),
        "whole": ("stream", ""),
    }
    name, more = refused.get(body["model"], ("", ""))
    if not body.get(name):
        return None
    error = {"message": unsupported.format(name) + more, "code": "unsupported_parameter", "param": name}
    return says(400, {"error": error})

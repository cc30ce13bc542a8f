"""What rows of many formats have in common: our own object in them, messages, turns, numbers of tokens."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from evals.importers.importer import OURS, RecordedAnswer, RecordedTurn
from evals.record.completion import REASONING, reasoning_of, texts_of
from evals.record.finish_reasons import reason_text
from evals.record.model import FieldFault
from evals.text import clip

_PUZZLE = ("puzzle", "task")
_VARIANT = ("variant", "prompt_variant", "arm")
_ID = ("id", "uid", "uuid", "request_id", "sample_id")
SAMPLING = ("max_tokens", "temperature", "top_p", "seed", "reasoning_effort")
_SAMPLING_TOO = {
    "max_tokens": ("max_completion_tokens", "max_new_tokens", "max_gen_toks", "max_output_tokens"),
}
_SAMPLING_NAMES = frozenset(SAMPLING).union(*_SAMPLING_TOO.values())
_LARGEST = 1 << 53


def name_of(value: object) -> str | None:
    """Return a text that is not empty, or a whole number as one; `None` for anything else."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, int) and not isinstance(value, bool) and -_LARGEST < value < _LARGEST:
        return str(value)
    return None


def object_of(value: object) -> dict[str, Any] | None:
    """Return an object, also one that is written as JSON in a text; `None` for anything else."""
    if isinstance(value, str) and value[:1] == "{":
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, dict) else None


def first_fault(error: ValidationError) -> str:
    """Return the first fault in one line, with the field and its value."""
    fault = FieldFault.first_of(error)
    told = "it is missing" if fault.kind == "missing" else fault.message
    if fault.kind not in ("missing", "value_error"):
        told += f", not {fault.given}"
    return f"field {fault.field!r}: {told}" if fault.field else told


def dict_or_empty(value: object) -> dict[str, Any]:
    """Return an object as it is; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def list_or_empty(value: object) -> list[Any]:
    """Return a list as it is; an empty one for anything else."""
    return value if isinstance(value, list) else []


def find_instance(answer: RecordedAnswer, *places: object) -> None:
    """Fill in the instance, and what stands with it, from the first of these objects that has one.

    It is an object `cantwont` with `puzzle` and `instance`, or fields of these names.
    """
    for place in places:
        if not isinstance(place, dict):
            continue
        ours = object_of(place[OURS]) if OURS in place else None
        if ours is not None:
            _from_ours(answer, ours)
            return
        instance = object_of(place["instance"]) if "instance" in place else None
        if instance is not None and (puzzle := _puzzle_in(place)) is not None:
            answer.puzzle, answer.instance = puzzle, instance
            _note_variant(answer, place)
            return


def _puzzle_in(place: Mapping[str, Any]) -> str | None:
    for name in _PUZZLE:
        if name in place and isinstance(place[name], str):
            return str(place[name])
    return None


def _from_ours(answer: RecordedAnswer, ours: Mapping[str, Any]) -> None:
    answer.puzzle, answer.instance = _puzzle_in(ours), object_of(ours.get("instance"))
    _note_variant(answer, ours)
    if isinstance(options := ours.get("options"), dict):
        answer.options = options
    if (named := name_of(ours.get("id"))) is not None:
        answer.id = named
    if (model := name_of(ours.get("model"))) is not None:
        answer.model = model
    if (repeat := ours.get("repeat")) is not None and is_count(repeat):
        answer.repeat = repeat
    if isinstance(sampling := ours.get("sampling"), dict):
        answer.sampling = sampling_of(sampling)
    if isinstance(turns := ours.get("answers"), list) and turns and all(isinstance(t, dict) for t in turns):
        answer.turns = [_turn_of(turn) for turn in turns]


def _turn_of(turn: Mapping[str, Any]) -> RecordedTurn:
    texts = (turn.get(name) for name in ("content", "reasoning", "refusal", "finish_reason"))
    content, reasoning, refusal, finish = (text if isinstance(text, str) else None for text in texts)
    usage, context = turn.get("usage"), turn.get("context")
    return RecordedTurn(
        messages=messages_of(turn.get("messages")) or (),
        content=content,
        reasoning=reasoning,
        refusal=refusal,
        finish_reason=finish,
        usage=usage if isinstance(usage, dict) else None,
        context=context if is_count(context) else None,
    )


def _note_variant(answer: RecordedAnswer, place: Mapping[str, Any]) -> None:
    for name in _VARIANT:
        if name in place and isinstance(place[name], str) and place[name]:
            answer.variant = place[name]
            return


def id_in(row: Mapping[str, Any], otherwise: str) -> str:
    """Return what a row gives as its id; if nothing, one made of the file's name and the row's number."""
    for name in _ID:
        if name in row and (found := name_of(row[name])) is not None:
            return found
    return otherwise


def is_count(value: object) -> bool:
    """Return whether this is a whole number from 0 on."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LARGEST


def sampling_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the sampling parameters of a request's body that make sense."""
    found: dict[str, Any] = {}
    if _SAMPLING_NAMES.isdisjoint(body):
        return found
    for name in SAMPLING:
        value = body.get(name)
        if value is None:
            for other in _SAMPLING_TOO.get(name, ()):
                value = body.get(other) if value is None else value
        if value is None:
            continue
        if name == "reasoning_effort":
            fits = isinstance(value, str)
        else:
            fits = isinstance(value, int | float) and not isinstance(value, bool)
            if fits and name in ("max_tokens", "seed"):
                fits = value == int(value) and (name == "seed" or value >= 1) and abs(value) < _LARGEST
                value = int(value) if fits else value
            elif fits:
                fits = value >= 0 and (name != "top_p" or 0 < value <= 1)
        if fits:
            found[name] = value
    return found


def text_in(content: object) -> str:
    """Return the text of a message's content: a string, a list of parts, an object."""
    return content if isinstance(content, str) else texts_of(content)[0] if content else ""


def messages_of(value: object) -> list[dict[str, str]] | None:
    """Return the role and text of each message of a list; `None` if it is no list of messages.

    A text is one message of the user, unless it is JSON of such a list.
    """
    if isinstance(value, str):
        if value[:1] == "[" and '"role"' in value[:200]:
            try:
                inner = messages_of(json.loads(value))
            except (ValueError, RecursionError):
                inner = None
            if inner:
                return inner
        return [{"role": "user", "content": value}]
    if not isinstance(value, list):
        return None
    messages: list[dict[str, str]] = []
    for item in value:
        if not isinstance(item, dict):
            return None
        role = item.get("role", item.get("from"))
        if not isinstance(role, str):
            return None
        content = item.get("content", item.get("value"))
        messages.append({"role": _ROLES.get(role, role), "content": text_in(content)})
    return messages


_ROLES = {"human": "user", "gpt": "assistant", "ai": "assistant", "model": "assistant", "bot": "assistant"}


_THOUGHTS = frozenset({*REASONING, "reasoning_details"})


def turn_of_message(message: Mapping[str, Any], sent: Sequence[Mapping[str, str]]) -> RecordedTurn:
    """Return the turn that an assistant's message answers."""
    content = message.get("content", message.get("value"))
    if len(message) == 2 and isinstance(content, str):
        return RecordedTurn(sent, content)
    said, thought = (content, "") if isinstance(content, str) else texts_of(content)
    refusal, calls = message.get("refusal"), message.get("tool_calls")
    return RecordedTurn(
        messages=sent,
        content=said if said or content is not None else None,
        reasoning=(None if _THOUGHTS.isdisjoint(message) else reasoning_of(message)) or thought or None,
        refusal=refusal if isinstance(refusal, str) and refusal else None,
        finish_reason=reason_text(message.get("finish_reason", message.get("stop_reason"))),
        tool_calls=calls if isinstance(calls, list) and calls else None,
    )


def turns_of(conversation: Sequence[Mapping[str, Any]]) -> Iterator[RecordedTurn]:
    """Yield the turns of a conversation, one for each message of the assistant with what was sent before it.

    Answers that follow each other directly are one answer. What was sent after the last one has no answer.
    """
    sent: list[dict[str, str]] = []
    held: RecordedTurn | None = None
    for message in conversation:
        role = message.get("role", message.get("from"))
        if role != "assistant" and _ROLES.get(str(role)) != "assistant":
            if held is not None:
                yield held
                sent, held = [{"role": "assistant", "content": held.content or held.refusal or ""}], None
            sent.append({"role": str(role), "content": text_in(message.get("content", message.get("value")))})
            continue
        turn = turn_of_message(message, sent)
        if held is None:
            held = turn
        else:
            held.content = "\n".join(part for part in (held.content, turn.content) if part)
            held.finish_reason = turn.finish_reason
    if held is not None:
        yield held


_PROMPT_TOKENS = ("prompt_tokens", "input_tokens", "promptTokens", "inputTokens")
_ANSWER_TOKENS = ("completion_tokens", "output_tokens", "completionTokens", "outputTokens")


def usage_of(value: object) -> dict[str, Any] | None:
    """Return numbers of tokens as a chat completion has them; `None` if there are none."""
    if not isinstance(value, dict):
        return None
    if "prompt_tokens" in value or "completion_tokens" in value or "output_tokens" in value:
        return value
    found: dict[str, Any] = {}
    for ours, names in (("prompt_tokens", _PROMPT_TOKENS), ("completion_tokens", _ANSWER_TOKENS)):
        count = next((value[name] for name in names if is_count(value.get(name))), None)
        if count is not None:
            found[ours] = count
    return found or None


def shown(value: object, length: int = 80) -> str:
    """Return a value for a message, in one line."""
    return clip(repr(value), length)

"""Plain chat in JSON lines: `messages` whose last is the answer, or a `prompt` beside a `response`."""

from collections.abc import Iterable

from evals.importers._fields import (
    find_instance,
    id_in,
    is_count,
    messages_of,
    name_of,
    sampling_of,
    turn_of_message,
    turns_of,
    usage_of,
)
from evals.importers._rows import Row, RowImporter
from evals.importers.importer import RecordedAnswer, RecordedTurn, Refused, Sample, Source
from evals.record.finish_reasons import reason_text

_CONVERSATION = ("messages", "conversation", "conversations")
_ASKED = ("prompt", "question", "input", "query", "instruction")
_ANSWERED = ("response", "completion", "answer", "output", "generated_text", "prediction", "model_output")
_ASKING = frozenset({"user", "human", "tool"})
_REASONING = ("reasoning", "reasoning_content", "thinking")


class ChatImporter(RowImporter):
    """Reads conversations."""

    name = "chat"
    summary = "JSON lines with messages, or with prompt and response"
    rank = 8

    def recognises(self, sample: Sample) -> bool:
        """Return whether the first row has messages, or a prompt and a response."""
        row = sample.first
        if not isinstance(row, dict):
            return False
        return any(isinstance(row.get(name), list) for name in _CONVERSATION) or (
            any(name in row for name in _ASKED) and any(name in row for name in _ANSWERED)
        )

    def read(self, line: int, row: Row, source: Source) -> Iterable[RecordedAnswer | Refused]:
        """Return the answer of one row."""
        if row.get("error"):
            yield Refused(
                line, "an error in place of an answer", f"field 'error': {str(row['error'])[:200]!r}"
            )
            return
        turns = conversation(row)
        if turns is None:
            yield Refused(line, "no answer", "has no message of an assistant, and no response")
            return
        yield answer_of(line, row, source, turns)


def conversation(row: Row) -> list[RecordedTurn] | None:
    """Return the turns of a row; `None` if there is no answer in it."""
    for name in _CONVERSATION:
        messages = row.get(name)
        if not isinstance(messages, list):
            continue
        if not all(isinstance(message, dict) for message in messages):
            return None
        turns = list(turns_of(messages))
        asked_last = not turns or messages[-1].get("role", messages[-1].get("from")) in _ASKING
        if asked_last and (reply := _reply(row)) is not None:
            reply.messages = _open_end(messages, turns)
            return [*turns, reply]
        return turns or None
    reply = _reply(row)
    if reply is None:
        return None
    asked = next((row[name] for name in _ASKED if name in row), None)
    reply.messages = messages_of(asked) or ()
    if isinstance(system := row.get("system"), str) and system:
        reply.messages = [{"role": "system", "content": system}, *reply.messages]
    return [reply]


def _open_end(messages: list[Row], turns: list[RecordedTurn]) -> list[dict[str, str]]:
    """Return the messages since the last answer, that one among them."""
    plain = messages_of(messages) or []
    if not turns:
        return plain
    last = max(at for at, message in enumerate(plain) if message["role"] == "assistant")
    return plain[last:]


def _reply(row: Row) -> RecordedTurn | None:
    for name in _ANSWERED:
        given = row.get(name)
        if isinstance(given, str):
            return RecordedTurn((), given)
        if isinstance(given, dict):
            choices = given.get("choices")
            if isinstance(choices, list) and choices and isinstance(choices[0], dict):
                message = choices[0].get("message")
                turn = turn_of_message(message if isinstance(message, dict) else {}, ())
                turn.finish_reason = reason_text(choices[0].get("finish_reason"))
                turn.usage = usage_of(given.get("usage"))
                return turn
            if "content" in given:
                turn = turn_of_message(given, ())
                turn.usage = usage_of(given.get("usage")) or usage_of(given)
                return turn
        if isinstance(given, list) and len(given) == 1 and isinstance(given[0], str):
            return RecordedTurn((), given[0])
    return None


def answer_of(line: int, row: Row, source: Source, turns: list[RecordedTurn]) -> RecordedAnswer:
    """Return the answer with what the fields beside the conversation say of it."""
    last = turns[-1]
    if last.finish_reason is None:
        last.finish_reason = reason_text(row.get("finish_reason", row.get("stop_reason")))
    if last.usage is None:
        last.usage = usage_of(row.get("usage"))
    for name in _REASONING:
        if last.reasoning is None and name in row and isinstance(row[name], str):
            last.reasoning = row[name] or None
    named = id_in(row, f"{source.label}:{line}")
    repeat = row.get("repeat", row.get("epoch"))
    answer = RecordedAnswer(
        line=line,
        id=named,
        puzzle=None,
        instance=None,
        model=name_of(row.get("model")),
        turns=turns,
        variant=name_of(row.get("variant", row.get("prompt_variant"))),
        sampling=sampling_of(row),
        repeat=repeat if is_count(repeat) else None,
        source={"file": source.label, "line": line, "id": named},
    )
    find_instance(answer, row, row.get("metadata"))
    return answer


IMPORTER = ChatImporter()

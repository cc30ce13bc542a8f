"""Our own format: one JSON object a line, whose fields docs/importing.md lists. It is read strictly."""

from collections.abc import Iterable
from typing import Any

from evals.importers._rows import Row, RowImporter
from evals.importers.formats._own_record import checked, told_of_error
from evals.importers.importer import RecordedAnswer, RecordedTurn, Refused, Sample, Source

_TEXTS = ("content", "reasoning", "refusal")
_TOKENS = ("prompt_tokens", "completion_tokens")
FAULTY = "a faulty record"
"""The kind of a record that has not the fields of one."""


class OwnImporter(RowImporter):
    """Reads records in our own format; one that is faulty fails the whole import."""

    name = "own"
    summary = "our own JSON lines: id, task, instance, model, request, response"
    strict = True

    def recognises(self, sample: Sample) -> bool:
        """Return whether the first row is a record, or nearly one."""
        row = sample.first
        if not isinstance(row, dict) or "task" not in row:
            return False
        return "request" in row or ("messages" not in row and isinstance(row.get("response"), dict))

    def read(self, line: int, row: Row, source: Source) -> Iterable[RecordedAnswer | Refused]:
        """Return the answer of one record."""
        del source
        if not _is_plain(row):
            found = checked(row)
            if isinstance(found, str):
                return (Refused(line, FAULTY, found),)
            row = found
        response: dict[str, Any] = row["response"]
        if response.get("error"):
            return (Refused(line, "an error in place of an answer", told_of_error(response["error"])),)
        return (_answer(line, row, response),)


def _answer(line: int, row: Row, response: dict[str, Any]) -> RecordedAnswer:
    request = row["request"]
    usage = {name: value for name in _TOKENS if (value := response.get(name)) is not None}
    turn = RecordedTurn(
        messages=request["messages"],
        content=response.get("content"),
        reasoning=response.get("reasoning"),
        refusal=response.get("refusal"),
        finish_reason=response.get("finish_reason"),
        usage=usage or None,
    )
    sampling = {
        name: value for name in ("max_tokens", "temperature") if (value := request.get(name)) is not None
    }
    return RecordedAnswer(
        line=line,
        id=row["id"],
        puzzle=row["task"],
        instance=row["instance"],
        model=row["model"],
        turns=(turn,),
        variant=row.get("prompt_variant"),
        sampling=sampling,
        source=row.get("source"),
    )


def _is_plain(row: Row) -> bool:  # noqa: PLR0911 - one look a field
    """Return whether every field has exactly the type that it should: nearly every record, at a glance."""
    request, response = row.get("request"), row.get("response")
    if (
        type(row.get("id")) is not str
        or type(row.get("task")) is not str
        or type(row.get("model")) is not str
    ):
        return False
    if type(row.get("instance")) is not dict or type(request) is not dict or type(response) is not dict:
        return False
    if type(row.get("prompt_variant")) not in _STRING:
        return False
    messages = request.get("messages")
    if type(messages) is not list:
        return False
    for message in messages:
        if type(message) is not dict or message.keys() != _MESSAGE:
            return False
        if type(message["role"]) is not str or type(message["content"]) is not str:
            return False
    for name, value in response.items():
        kinds = _KINDS.get(name)
        if kinds is not None and type(value) not in kinds:
            return False
    return _is_plain_request(request)


def _is_plain_request(request: dict[str, Any]) -> bool:
    most, temperature = request.get("max_tokens"), request.get("temperature")
    if most is not None and (type(most) is not int or most < 1):
        return False
    return temperature is None or (type(temperature) in (int, float) and temperature >= 0)


_STRING, _NUMBER = frozenset({str, type(None)}), frozenset({int, type(None)})
_KINDS = dict.fromkeys((*_TEXTS, "finish_reason"), _STRING) | dict.fromkeys(_TOKENS, _NUMBER)
_MESSAGE = {"role", "content"}


IMPORTER = OwnImporter()

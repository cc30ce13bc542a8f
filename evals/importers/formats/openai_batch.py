"""Batches of OpenAI, and of those who took over its format: an output file, beside the input that it answers.

The requests are joined by `custom_id`, in whatever order both files are given or written. Anthropic's
batches, which have `params` and `result` in place of `body` and `response`, are read as well.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from evals.errors import ImportFailed
from evals.importers._fields import (
    find_instance,
    messages_of,
    name_of,
    sampling_of,
    shown,
    text_in,
    turn_of_message,
    usage_of,
)
from evals.importers._files import json_lines, parsed, sample
from evals.importers._files import lines as file_lines
from evals.importers._joined import KeyedRows
from evals.importers._rows import Row, RowImporter
from evals.importers.importer import RecordedAnswer, RecordedTurn, Refused, Sample, Source
from evals.record.completion import texts_of
from evals.record.finish_reasons import reason_text

REQUEST = "request"
"""The name under which a row of the output holds its row of the input."""


class OpenAIBatchImporter(RowImporter):
    """Reads the output (and the error file) of a batch beside its input."""

    name = "openai_batch"
    summary = "the output of an OpenAI batch, given together with its input"

    def recognises(self, sample: Sample) -> bool:
        """Return whether it is an output or an input of a batch."""
        return _is_output(sample.first) or _is_input(sample.first)

    def rows(self, source: Source) -> Iterator[tuple[int, Row | Refused]]:
        """Yield the rows of an output, each with its request; an input has none of its own."""
        if _is_input(sample(source.path).first):
            if not any(_is_output(sample(other).first) for other in source.beside):
                raise ImportFailed(
                    f"{str(source.path)!r} holds the requests of a batch and no answers: "
                    "give the batch's output file together with it"
                )
            return
        with KeyedRows() as requests:
            for other in source.beside:
                if _is_input(sample(other).first):
                    requests.update(_requests(other))
            for line, row in json_lines(source.path):
                if not isinstance(row, Refused):
                    custom = name_of(row.get("custom_id"))
                    request = requests.get(custom) if custom is not None else None
                    if request is not None:
                        row[REQUEST] = request
                yield line, row

    def read(self, line: int, row: Row, source: Source) -> Iterable[RecordedAnswer | Refused]:
        """Return the answers of one row: more than one, if the request asked for several."""
        custom = name_of(row.get("custom_id"))
        if custom is None:
            yield Refused(
                line, "no custom_id", f"field 'custom_id': {shown(row.get('custom_id'))} is no name"
            )
            return
        failed = _failure(row)
        if failed is not None:
            yield Refused(line, *failed)
            return
        request = row.get(REQUEST)
        request = request if isinstance(request, dict) else {}
        asked = request.get("body", request.get("params"))
        asked = asked if isinstance(asked, dict) else {}
        body = _body(row)
        turns = _turns(body, _messages(asked))
        if not turns:
            yield Refused(line, "no answer", "its body holds no answer")
            return
        for place, turn in enumerate(turns):
            answer = RecordedAnswer(
                line=line,
                id=custom if len(turns) == 1 else f"{custom}/{place}",
                puzzle=None,
                instance=None,
                model=name_of(asked.get("model")) or name_of(body.get("model")),
                turns=[turn],
                sampling=sampling_of(asked),
                source={"file": source.label, "line": line, "custom_id": custom},
            )
            metadata = (place.get("metadata") for place in (request, asked, row, body))
            find_instance(answer, request, row, *metadata)
            if len(turns) > 1 and answer.id != f"{custom}/{place}":
                answer.id = f"{answer.id}/{place}"
            yield answer


def _is_output(row: object) -> bool:
    return (
        isinstance(row, dict)
        and "custom_id" in row
        and ("response" in row or "error" in row or "result" in row)
    )


def _is_input(row: object) -> bool:
    return (
        isinstance(row, dict)
        and "custom_id" in row
        and not _is_output(row)
        and ("body" in row or "params" in row)
    )


def _requests(path: Path) -> Iterator[tuple[str, bytes]]:
    for number, line in file_lines(path):
        row = parsed(number, line)
        if not isinstance(row, Refused) and (custom := name_of(row.get("custom_id"))) is not None:
            yield custom, line


def _failure(row: Row) -> tuple[str, str] | None:
    """Return the kind and the words of what came in place of an answer."""
    response, error = row.get("response"), row.get("error")
    result = row.get("result")
    if isinstance(result, dict) and result.get("type") != "succeeded":
        kind = str(result.get("type"))
        error = result.get("error") or {"code": kind, "message": f"the request was {kind}"}
    if not error and isinstance(response, dict):
        body, status = response.get("body"), response.get("status_code")
        error = body.get("error") if isinstance(body, dict) else None
        if not error and isinstance(status, int) and status >= 400:
            error = {"message": f"the server answered with status {status}"}
    if error:
        inner = error.get("error") if isinstance(error, dict) else None
        error = inner if isinstance(inner, dict) else error
        code, message = (
            (error.get("code"), error.get("message")) if isinstance(error, dict) else (None, error)
        )
        if "expired" in f"{code} {message}":
            return "expired before it was answered", f"field 'error': {shown(message or code, 200)}"
        return "an error in place of an answer", f"field 'error': {shown(message or code, 200)}"
    if not isinstance(response, dict) and not isinstance(result, dict):
        return "no answer", f"field 'response': {shown(response)} is no response"
    return None


def _body(row: Row) -> Row:
    response, result = row.get("response"), row.get("result")
    body = response.get("body") if isinstance(response, dict) else None
    if body is None and isinstance(result, dict):
        body = result.get("message")
    return body if isinstance(body, dict) else {}


def _messages(asked: Row) -> list[dict[str, str]]:
    messages = messages_of(asked.get("messages", asked.get("input", asked.get("prompt")))) or []
    before = asked.get("instructions", asked.get("system"))
    return [{"role": "system", "content": text_in(before)}, *messages] if before else messages


def _turns(body: Row, sent: list[dict[str, str]]) -> list[RecordedTurn]:
    """Return the choices of a completion, a chat completion, a response or a message."""
    usage = usage_of(body.get("usage"))
    if isinstance(choices := body.get("choices"), list):
        found = []
        for choice in choices:
            if not isinstance(choice, dict):
                continue
            message = choice.get("message")
            turn = turn_of_message(
                message if isinstance(message, dict) else {"content": choice.get("text")}, sent
            )
            turn.finish_reason = reason_text(choice.get("finish_reason"))
            turn.usage = usage if len(choices) == 1 else None
            found.append(turn)
        return found
    if isinstance(output := body.get("output"), list):
        return [_of_response(body, output, sent, usage)]
    if "content" in body:
        turn = turn_of_message(body, sent)
        turn.usage = usage
        return [turn]
    return []


def _of_response(
    body: Row, output: list[Any], sent: list[dict[str, str]], usage: dict[str, Any] | None
) -> RecordedTurn:
    """Return the answer of OpenAI's other protocol, `/v1/responses`."""
    said, thought, declined = [], [], []
    for item in output:
        if not isinstance(item, dict):
            continue
        if item.get("type") == "reasoning":
            thought.append("".join(texts_of(item.get("summary") or [])))
        parts = item.get("content") if item.get("type") == "message" else None
        for part in parts if isinstance(parts, list) else ():
            if isinstance(part, dict) and isinstance(part.get("refusal"), str):
                declined.append(part["refusal"])
            else:
                said.append(text_in([part]))
    details = body.get("incomplete_details")
    finish = reason_text(details.get("reason")) if isinstance(details, dict) else None
    return RecordedTurn(
        messages=sent,
        content="".join(said),
        reasoning="\n".join(filter(None, thought)) or None,
        refusal="".join(declined) or None,
        finish_reason=finish or reason_text(body.get("status")),
        usage=usage,
    )


IMPORTER = OpenAIBatchImporter()

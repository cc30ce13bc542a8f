"""Results of promptfoo, as `promptfoo eval --output` writes them: JSON, JSON lines, YAML; any version."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from evals.importers._fields import (
    find_instance,
    messages_of,
    name_of,
    object_of,
    sampling_of,
    shown,
    usage_of,
)
from evals.importers._files import Document, json_lines, sample
from evals.importers._rows import Row, RowImporter
from evals.importers.formats._yaml import YamlDocument
from evals.importers.importer import RecordedAnswer, RecordedTurn, Refused, Sample, Source
from evals.record.finish_reasons import reason_text

_LONGEST_LABEL = 60
_ROW = frozenset({"vars", "prompt", "provider"})


class PromptfooImporter(RowImporter):
    """Reads the results of an evaluation: one answer a test, prompt and provider."""

    name = "promptfoo"
    summary = "promptfoo results: JSON, JSON lines, YAML"
    rank = 1

    def recognises(self, sample: Sample) -> bool:
        """Return whether it begins as such results do."""
        first = sample.first
        if isinstance(first, dict):
            if "vars" in first and ("provider" in first or "response" in first) and "prompt" in first:
                return True
            if "evalId" in first and "results" in first:
                return True
            inner = first.get("results")
            inner = inner.get("results") if isinstance(inner, dict) else inner
            return isinstance(inner, list) and any(isinstance(r, dict) and "vars" in r for r in inner[:1])
        head = sample.head
        if head.lstrip()[:1] == b"{":
            return b'"results"' in head and (b'"evalId"' in head or b'"vars"' in head or b'"prompts"' in head)
        return _is_yaml(head)

    def rows(self, source: Source) -> Iterator[tuple[int, Row | Refused]]:
        """Yield the results, whatever the file's format."""
        begun = sample(source.path)
        head = begun.head.lstrip()
        if _is_yaml(head):
            yield from YamlDocument(source.path, ("results", "results")).rows()
        elif isinstance(begun.first, dict) and "vars" in begun.first and "results" not in begun.first:
            yield from json_lines(source.path)
        elif head[:1] == b"[":
            yield from Document(source.path, ()).rows()
        else:
            document = Document(source.path, ("results", "results"))
            yield from document.rows()
            if not document.found:
                yield from Document(source.path, ("results",)).rows()

    def read(self, line: int, row: Row, source: Source) -> Iterable[RecordedAnswer | Refused]:
        """Return the answer of one result."""
        answer = _answer(line, row, source)
        test = row.get("testCase")
        test = test if isinstance(test, dict) else {}
        metadata = (row.get("metadata"), test.get("metadata"))
        find_instance(answer, row.get("vars"), test.get("vars"), *metadata)
        response = row.get("response")
        error = row.get("error") if response is None or _is_empty(response) else None
        if isinstance(response, dict) and response.get("error"):
            error = response["error"]
        if error:
            told = error.get("message", error) if isinstance(error, dict) else error
            yield Refused(line, "an error in place of an answer", f"field 'error': {shown(told, 200)}")
            return
        turn = _turn(response)
        if turn is None:
            yield Refused(line, "no answer", f"field 'response': {shown(response)} holds no output")
            return
        turn.messages = _messages(row.get("prompt"))
        if len(answer.turns) == 0:
            answer.turns = [turn]
        yield answer


def _is_yaml(head: bytes) -> bool:
    lines = head.lstrip().splitlines()[:400]
    tops = {line.partition(b":")[0] for line in lines if line[:1].isalpha() and b":" in line}
    return bool({b"evalId", b"results"} & tops) and any(line.startswith(b"results:") for line in lines)


def _is_empty(response: object) -> bool:
    return isinstance(response, dict) and response.get("output") in (None, "")


def _answer(line: int, row: Row, source: Source) -> RecordedAnswer:
    provider, prompt = row.get("provider"), row.get("prompt")
    model = provider
    if isinstance(provider, dict):
        model = provider.get("label") or provider.get("id")
    places = [name_of(row.get(name)) for name in ("testIdx", "promptIdx")]
    plain = f"{source.label}:{line}"
    named = name_of(row.get("id")) or plain
    back = {"file": source.label, "row": line}
    back |= {name: row[name] for name in ("id", "testIdx", "promptIdx") if row.get(name) is not None}
    return RecordedAnswer(
        line=line,
        id=named,
        puzzle=None,
        instance=None,
        model=name_of(model),
        turns=(),
        variant=_variant(row, prompt, places[1]),
        sampling=_sampling(provider, prompt),
        source=back,
    )


def _variant(row: Row, prompt: object, place: str | None) -> str | None:
    """Return the name that the test gives, or else the prompt's label if it is a name, or else its number."""
    given = row.get("vars")
    if isinstance(given, dict):
        for name in ("variant", "prompt_variant"):
            if isinstance(given.get(name), str) and given[name]:
                return str(given[name])
    label = prompt.get("label") if isinstance(prompt, dict) else None
    if (
        isinstance(label, str)
        and 0 < len(label) <= _LONGEST_LABEL
        and "\n" not in label
        and "{{" not in label
    ):
        return label
    return f"prompt-{place}" if place is not None else None


def _sampling(provider: object, prompt: object) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for place in (provider, prompt):
        config = place.get("config") if isinstance(place, dict) else None
        if isinstance(config, dict):
            found |= sampling_of(config)
    return found


def _messages(prompt: object) -> list[dict[str, str]]:
    raw = prompt.get("raw") if isinstance(prompt, dict) else prompt
    return messages_of(raw) or []


def _turn(response: object) -> RecordedTurn | None:
    if isinstance(response, str):
        return RecordedTurn((), response)
    if not isinstance(response, dict) or "output" not in response or response["output"] is None:
        return None
    output = response["output"]
    if not isinstance(output, str):
        message = object_of(output)
        if message is not None and isinstance(message.get("content"), str):
            output = message["content"]
        else:
            output = json.dumps(output, ensure_ascii=False)
    reasoning = response.get("reasoning")
    declined = response.get("isRefusal") is True
    return RecordedTurn(
        messages=(),
        content=None if declined else output,
        reasoning=reasoning if isinstance(reasoning, str) and reasoning else None,
        refusal=output or "refused" if declined else None,
        finish_reason=reason_text(response.get("finishReason", response.get("finish_reason"))),
        usage=_usage(response.get("tokenUsage")),
    )


def _usage(value: object) -> dict[str, Any] | None:
    """Return the numbers of tokens; of an answer from promptfoo's cache only the total is known."""
    if not isinstance(value, dict):
        return None
    names = {"prompt": "prompt_tokens", "completion": "completion_tokens"}
    found: dict[str, Any] = {ours: value[theirs] for theirs, ours in names.items() if value.get(theirs)}
    details = value.get("completionDetails")
    if isinstance(details, dict) and details.get("reasoning"):
        found["completion_tokens_details"] = {"reasoning_tokens": details["reasoning"]}
    return usage_of(found) if found else None


IMPORTER = PromptfooImporter()

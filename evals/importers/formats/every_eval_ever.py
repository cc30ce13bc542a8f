"""Samples in the shared schema of Every Eval Ever: `UUID_samples.jsonl`."""

from collections.abc import Iterable

from evals.importers._fields import dict_or_empty, find_instance, name_of, turns_of
from evals.importers._rows import Row, RowImporter
from evals.importers.importer import RecordedAnswer, RecordedTurn, Refused, Sample, Source


class EveryEvalEverImporter(RowImporter):
    """Reads samples of one turn or several."""

    name = "every_eval_ever"
    summary = "samples in the schema of Every Eval Ever"

    def recognises(self, sample: Sample) -> bool:
        """Return whether the first row names that schema."""
        first = sample.first
        schema = first.get("schema_version") if isinstance(first, dict) else None
        return isinstance(schema, str) and schema.startswith("instance_level_eval")

    def read(self, line: int, row: Row, source: Source) -> Iterable[RecordedAnswer | Refused]:
        """Return the answer of one sample."""
        if row.get("interaction_type") == "agentic":
            yield Refused(line, "an agent's conversation", "has calls of tools, which none of our arms makes")
            return
        turns = _turns(row)
        if not turns:
            yield Refused(line, "no answer", "has neither an output nor a message of the model")
            return
        label = source.label or source.path.name
        named = name_of(row.get("sample_id"))
        answer = RecordedAnswer(
            line=line,
            id=named or f"{label}:{line}",
            puzzle=None,
            instance=None,
            model=name_of(row.get("model_id")),
            turns=turns,
            variant=name_of(row.get("evaluation_name")),
            source={
                "file": label,
                "line": line,
                "sample_id": named,
                "evaluation_id": row.get("evaluation_id"),
            },
        )
        find_instance(answer, row.get("metadata"))
        yield answer


def _turns(row: Row) -> list[RecordedTurn]:
    messages = row.get("messages")
    if isinstance(messages, list):
        return list(turns_of([_plain(each) for each in messages if isinstance(each, dict)]))
    given, output = dict_or_empty(row.get("input")), dict_or_empty(row.get("output"))
    said, asked = _first(output.get("raw")), given.get("formatted") or given.get("raw")
    if said is None:
        return []
    turn = RecordedTurn([{"role": "user", "content": asked}] if isinstance(asked, str) else [], said)
    turn.reasoning = _first(output.get("reasoning_trace"))
    usage = dict_or_empty(row.get("token_usage"))
    if isinstance(usage.get("input_tokens"), int):
        turn.usage = {"prompt_tokens": usage["input_tokens"], "completion_tokens": usage.get("output_tokens")}
    return [turn]


def _plain(message: Row) -> Row:
    content, thought = message.get("content"), message.get("reasoning_trace")
    plain = {"role": message.get("role"), "content": content if isinstance(content, str) else ""}
    return plain | {"reasoning_content": thought} if isinstance(thought, str) else plain


def _first(value: object) -> str | None:
    """Return the first text; earlier versions of the schema have it in place of a list."""
    if isinstance(value, list):
        value = value[0] if value else None
    return value if isinstance(value, str) else None


IMPORTER = EveryEvalEverImporter()

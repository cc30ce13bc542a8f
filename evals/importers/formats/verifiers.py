"""Episodes of verifiers, as `vf-eval` writes them: `traces.jsonl`."""

from collections.abc import Iterable
from typing import Any

from evals.importers._fields import (
    dict_or_empty,
    find_instance,
    list_or_empty,
    name_of,
    sampling_of,
    shown,
    turn_of_message,
)
from evals.importers._rows import Row, RowImporter
from evals.importers.importer import RecordedAnswer, RecordedTurn, Refused, Sample, Source


class VerifiersImporter(RowImporter):
    """Reads episodes; each trace without tools is an answer."""

    name = "verifiers"
    summary = "traces.jsonl of verifiers"

    def recognises(self, sample: Sample) -> bool:
        """Return whether the first row is an episode."""
        return isinstance(sample.first, dict) and {"traces", "task", "ok"} <= sample.first.keys()

    def read(self, line: int, row: Row, source: Source) -> Iterable[RecordedAnswer | Refused]:
        """Return the answers of one episode, one a trace."""
        traces = row.get("traces")
        if not isinstance(traces, list) or not traces:
            yield Refused(line, "no answer", f"field 'traces': {shown(traces)} holds no trace")
            return
        for number, trace in enumerate(traces):
            yield _answer(line, number, trace if isinstance(trace, dict) else {}, row, source)


def _answer(line: int, number: int, trace: Row, row: Row, source: Source) -> RecordedAnswer | Refused:
    if errors := [*list_or_empty(row.get("errors")), *list_or_empty(trace.get("errors"))]:
        return Refused(line, "an error in place of an answer", f"field 'errors': {shown(errors[-1], 200)}")
    nodes = [node for node in list_or_empty(trace.get("nodes")) if isinstance(node, dict)]
    messages = [dict_or_empty(node.get("message")) for node in nodes]
    if trace.get("tools") or any(each.get("role") == "tool" or each.get("tool_calls") for each in messages):
        return Refused(line, "an agent's conversation", "has calls of tools, which none of our arms makes")
    turns = _turns(nodes, list_or_empty(trace.get("calls")))
    if not turns:
        return Refused(line, "no answer", "has no message that the model wrote")
    agent = dict_or_empty(dict_or_empty(trace.get("agent")).get("config"))
    data = dict_or_empty(dict_or_empty(trace.get("task")).get("data"))
    label = source.label or source.path.name
    answer = RecordedAnswer(
        line=line,
        id=name_of(trace.get("id")) or f"{label}:{line}:{number}",
        puzzle=None,
        instance=None,
        model=name_of(agent.get("model")),
        turns=turns,
        sampling=sampling_of(dict_or_empty(agent.get("sampling"))),
        source={"file": label, "line": line, "episode": row.get("id"), "trace": trace.get("id")},
    )
    find_instance(answer, data, trace.get("info"))
    return answer


def _turns(nodes: list[Row], calls: list[Any]) -> list[RecordedTurn]:
    """Return the turns: what the model wrote, and what was sent since the turn before."""
    by_node = {call["node"]: call for call in calls if isinstance(call, dict) and "node" in call}
    turns: list[RecordedTurn] = []
    sent: list[dict[str, str]] = []
    for number, node in enumerate(nodes):
        message = dict_or_empty(node.get("message"))
        if node.get("sampled") is not True:
            content = message.get("content")
            sent.append(
                {"role": str(message.get("role")), "content": content if isinstance(content, str) else ""}
            )
            continue
        turn = turn_of_message(message, sent)
        call = dict_or_empty(by_node.get(number))
        reason = call.get("finish_reason")
        turn.finish_reason = reason if isinstance(reason, str) else None
        turn.usage = _usage(call.get("usage"))
        turns.append(turn)
        sent = [{"role": "assistant", "content": turn.content or ""}]
    return turns


def _usage(given: object) -> dict[str, Any] | None:
    """Return numbers of tokens as a chat completion has them; verifiers counts cached ones apart."""
    usage = dict_or_empty(given)
    cached, prompt = usage.get("cached_input_tokens") or 0, usage.get("prompt_tokens")
    if not isinstance(prompt, int) or not isinstance(cached, int):
        return None
    made: dict[str, Any] = {
        "prompt_tokens": prompt + cached,
        "completion_tokens": usage.get("completion_tokens"),
    }
    if cached:
        made["prompt_tokens_details"] = {"cached_tokens": cached}
    return made


IMPORTER = VerifiersImporter()

"""Samples of Inspect's logs, as its interface gives them; tests_interop has its own logs."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from evals.errors import ImportFailed
from evals.importers import importer
from evals.importers.formats.inspect import InspectImporter, _check_file
from evals.importers.importer import RecordedAnswer, Refused, Sample, Source
from tests.program import complaint, inside

SOURCE = Source(Path("logs/first.eval"), label="first.eval")
OURS = {"puzzle": "hanoi", "instance": {"parameters": {"size": 2}}, "variant": "list"}
USAGE = {
    "input_tokens": 5, "output_tokens": 9, "total_tokens": 20, "input_tokens_cache_read": 4,
    "input_tokens_cache_write": 2, "reasoning_tokens": 3,
}  # fmt: skip


def sample(**changes: Any) -> dict[str, Any]:
    """A sample of one question and one answer."""
    answer = {"role": "assistant", "content": "moves = [[1, 0, 1]]"}
    row = {
        "id": 7,
        "epoch": 2,
        "uuid": "u",
        "input": "Solve it.",
        "target": "",
        "messages": [{"role": "user", "content": "Solve it."}, answer],
        "output": {"choices": [{"message": answer, "stop_reason": "stop"}], "usage": USAGE},
        "metadata": {"cantwont": OURS},
        "store": {},
        "model_usage": {},
        "error": None,
        "limit": None,
        "invalidated": False,
        "model": "openai/gpt-4.1",
        "task": "longlists",
        "sampling": {"max_tokens": 100, "temperature": 0.5, "max_connections": 3},
    }
    return row | changes


def read(**changes: Any) -> RecordedAnswer | Refused:
    [found] = InspectImporter().read(3, sample(**changes), SOURCE)
    return found


def answered(**changes: Any) -> RecordedAnswer:
    found = read(**changes)
    assert isinstance(found, RecordedAnswer), found
    return found


def test_a_sample() -> None:
    answer = answered()
    [turn] = answer.turns
    assert (answer.puzzle, answer.variant, answer.model) == ("hanoi", "list", "openai/gpt-4.1")
    assert (answer.repeat, answer.sampling) == (1, {"max_tokens": 100, "temperature": 0.5})
    assert answer.source["log"] == "first"
    assert (answer.source["sample"], answer.source["epoch"]) == (7, 2)
    assert (turn.content, turn.finish_reason) == ("moves = [[1, 0, 1]]", "stop")
    assert turn.messages == [{"role": "user", "content": "Solve it."}]
    assert turn.usage is not None
    assert (turn.usage["prompt_tokens"], turn.usage["completion_tokens"]) == (11, 9)
    assert turn.usage["completion_tokens_details"] == {"reasoning_tokens": 3}


@pytest.mark.parametrize(
    ("reason", "finish"),
    [
        ("max_tokens", "length"),
        ("model_length", "length"),
        ("content_filter", "content_filter"),
        ("unknown", None),
    ],
)
def test_why_it_stopped(reason: str, finish: str | None) -> None:
    choice = sample()["output"]["choices"][0] | {"stop_reason": reason}
    assert answered(output={"choices": [choice]}).turns[0].finish_reason == finish


def test_a_limit_of_the_sample_is_a_cut() -> None:
    assert answered(limit="token").turns[0].finish_reason == "length"


def test_thinking_is_kept_apart() -> None:
    parts = [{"type": "reasoning", "reasoning": "hm"}, {"type": "text", "text": "moves = []"}]
    message = {"role": "assistant", "content": parts}
    [turn] = answered(messages=[{"role": "user", "content": "x"}, message]).turns
    assert (turn.content, turn.reasoning) == ("moves = []", "hm")


def test_a_conversation_has_turns() -> None:
    said = [("system", "s"), ("user", "a"), ("assistant", "1"), ("user", "b"), ("assistant", "2")]
    messages = [{"role": role, "content": text} for role, text in said]
    kept = [
        {"choices": [{"finish_reason": "length"}]},
        {"choices": [{"finish_reason": "stop"}], "usage": {"a": 1}},
    ]
    turns = answered(messages=messages, store={"cantwont:replies": kept}).turns
    assert [(turn.content, turn.finish_reason) for turn in turns] == [("1", "length"), ("2", "stop")]
    assert turns[1].messages == [{"role": "assistant", "content": "1"}, {"role": "user", "content": "b"}]
    assert turns[1].usage == {"a": 1}


def test_an_output_without_messages() -> None:
    [turn] = answered(messages=[]).turns
    assert turn.messages == [{"role": "user", "content": "Solve it."}]
    assert turn.content == "moves = [[1, 0, 1]]"


@pytest.mark.parametrize(
    ("changes", "reason", "told"),
    [
        ({"error": "Timeout: no reply"}, "an error in place of an answer", "no reply"),
        ({"invalidated": True}, "a sample that was invalidated", "7"),
        ({"messages": [], "output": {}}, "no answer", "no message"),
        ({"messages": [{"role": "tool", "content": "x"}]}, "an agent's conversation", "tools"),
    ],
)
def test_what_is_refused(changes: Mapping[str, Any], reason: str, told: str) -> None:
    refused = read(**changes)
    assert isinstance(refused, Refused)
    assert (refused.line, refused.reason) == (3, reason)
    assert told in refused.told


HEAD = b'{\n  "version": 2,\n  "status": "success",\n  "eval": {\n    "eval_id": "x",'


@pytest.mark.parametrize(
    ("head", "name", "is_one"),
    [
        (b"PK\x03\x04" + bytes(26) + b"_journal/start.json", "a.zip", True),
        (b"PK\x03\x04" + bytes(26) + b"word/document.xml", "a.docx", False),
        (b"PK\x03\x04" + bytes(26), "a.eval", True),
        (HEAD, "a.json", True),
        (b'{"eval": 1}', "a.json", False),
        (b"", "a.eval", False),
    ],
)
def test_how_a_log_is_known(head: bytes, name: str, is_one: bool) -> None:
    assert importer("inspect").recognises(Sample(name, head, None)) is is_one


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.eval"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file, file.open("samples/1.json", "w") as entry:
        for _ in range(300):
            entry.write(bytes(1_000_000))
    with pytest.raises(ImportFailed, match="in it has more than"):
        _check_file(path)


def test_a_path_that_would_lead_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "http::a.eval"
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(ImportFailed, match="rename it"):
        _check_file(path)


def test_without_the_extra_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evals.importers.formats.inspect.find_spec", lambda _: None)
    (tmp_path / "a.json").write_bytes(HEAD + b"}}")
    told = complaint(inside("import", "a.json", "--out", "run", cwd=tmp_path), 2)
    assert "pip install 'cantwont[inspect]'" in told
    assert not (tmp_path / "run").exists()

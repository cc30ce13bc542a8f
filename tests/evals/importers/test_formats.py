"""Logs of other tools, in their own formats, become answers with the right labels."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from evals.errors import ImportFailed
from evals.importers import _files, importer, importer_names
from evals.importers._files import sample
from tests.evals.importers.samples import DECLINED, OURS, SOLVED, WRONG, Imported, document, lines_file

USER = {"role": "user", "content": "Move the tower."}


def lm_eval(doc_id: int, *responses: str, **changes: Any) -> dict[str, Any]:
    """A sample, as versions from 0.4.3 on write it."""
    arguments = {"arg_0": "Move.", "arg_1": {"until": ["\n\n"], "max_gen_toks": 100, "do_sample": False}}
    return {
        "doc_id": doc_id,
        "doc": {"cantwont": OURS},
        "target": "",
        "arguments": {"gen_args_0": arguments},
        "resps": [list(responses)],
        "filtered_resps": [responses[0]],
        "filter": "none",
        "metrics": ["exact_match"],
        "doc_hash": "0",
        "exact_match": 0.0,
    } | changes


def test_lm_eval(tmp_path: Path) -> None:
    """Every repeat is an answer; tasks that generate nothing are told; results beside it name the model."""
    folder = tmp_path / "out" / "org__model"
    file = lines_file(
        folder / "samples_towers_2025-01-01T10-00-00.123456.jsonl",
        lm_eval(0, SOLVED, WRONG),
        lm_eval(1, DECLINED, arguments=[["Move.", {"until": []}]], resps=[[DECLINED]]),
        lm_eval(2, "", arguments=[["Move.", " yes"]], resps=[[[-1.5, False]]]),
        lm_eval(3, SOLVED, doc={"question": "?"}),
        lm_eval(0, SOLVED, WRONG, filter="strict"),
    )
    document(folder / "results_2025-01-01T10-00-00.123456.json", {"model_name": "org/model", "config": {}})
    made = Imported(tmp_path, file)
    assert made.labels == ["solved", "logic_error", "refusal"]
    assert dict(made.summary.refused) == {"no generated text": 1, "no instance": 1}
    assert {outcome.model for outcome in made.outcomes} == {"org/model"}
    assert made.outcomes[0].trial == "org/model/towers/0/0"
    first = made.rows[0]
    assert first.what is not None
    assert (first.what.sampling.max_tokens, first.what.sampling.temperature) == (100, 0)
    assert (first.reply or {})["source"]["doc_id"] == 0


def test_lm_eval_chat(tmp_path: Path) -> None:
    """A prompt that the chat template was applied to later is a list of messages in a text."""
    asked = json.dumps([{"role": "system", "content": "Be brief."}, USER])
    row = lm_eval(0, SOLVED, arguments={"gen_args_0": {"arg_0": asked, "arg_1": {"until": []}}})
    made = Imported(tmp_path, lines_file(tmp_path / "samples.jsonl", row))
    assert [message.role for message in made.rows[0].messages] == ["system", "user"]


def promptfoo(number: int, **changes: Any) -> dict[str, Any]:
    """A result of version 3."""
    usage = {"total": 20, "prompt": 12, "completion": 8, "completionDetails": {"reasoning": 3}}
    return {
        "id": f"r{number}",
        "testIdx": number,
        "promptIdx": 0,
        "provider": {"id": "openai:gpt-4o", "label": ""},
        "prompt": {"raw": json.dumps([USER]), "label": "neutral"},
        "vars": {"cantwont": OURS},
        "testCase": {"vars": {}},
        "response": {"output": SOLVED, "tokenUsage": usage, "cached": False, "finishReason": "stop"},
        "success": True,
    } | changes


RESULTS = [
    promptfoo(0),
    promptfoo(1, response={"error": "429"}, error="429"),
    promptfoo(2, response={"output": DECLINED, "isRefusal": True}),
    promptfoo(3, response=None, error="no connection"),
    promptfoo(4, response={"output": SOLVED, "cached": True, "tokenUsage": {"cached": 20, "total": 20}}),
]
VERSION_3 = {"evalId": "eval-1", "results": {"version": 3, "prompts": [], "results": RESULTS, "stats": {}}}


def check_promptfoo(tmp_path: Path, file: Path) -> None:
    made = Imported(tmp_path, file)
    assert made.labels == ["solved", "refusal", "solved"]
    assert dict(made.summary.refused) == {"an error in place of an answer": 2}
    first, _, cached = made.outcomes
    assert (first.model, first.arm, first.finish_reason) == ("openai:gpt-4o", "neutral", "stop")
    assert (first.prompt_tokens, first.completion_tokens, first.reasoning_tokens) == (12, 8, 3)
    assert (cached.completion_tokens, cached.finish_reason) == (None, None)
    assert (made.rows[0].reply or {})["source"]["testIdx"] == 0


def test_promptfoo(tmp_path: Path) -> None:
    """Results of version 3 as JSON; errors are told, and what came from a cache has no numbers of tokens."""
    check_promptfoo(tmp_path, document(tmp_path / "results.json", VERSION_3))


def test_promptfoo_lines(tmp_path: Path) -> None:
    """The same as JSON lines."""
    check_promptfoo(tmp_path, lines_file(tmp_path / "results.jsonl", *RESULTS))


def test_promptfoo_yaml(tmp_path: Path) -> None:
    """The same as YAML, in which the objects that stand there twice are aliases."""
    yaml = pytest.importorskip("yaml")
    shared = {"version": 3, "results": RESULTS, "config": RESULTS[0]["vars"]}
    text = yaml.safe_dump({"evalId": "eval-1", "results": shared})
    assert "&id001" in text
    (tmp_path / "results.yaml").write_text(text)
    check_promptfoo(tmp_path, tmp_path / "results.yaml")


def test_yaml_that_grows(tmp_path: Path) -> None:
    """Aliases of aliases would fill the memory once they are written out."""
    pytest.importorskip("yaml")
    text = "evalId: e\nresults:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for depth in range(1, 9):
        text += f"  a{depth}: &a{depth} [{', '.join([f'*a{depth - 1}'] * 10)}]\n"
    (tmp_path / "results.yaml").write_text(text + "  results: [*a8]\n")
    with pytest.raises(ImportFailed, match=r"results.yaml' is not YAML \(.*values in it"):
        Imported(tmp_path, tmp_path / "results.yaml")


def test_promptfoo_before_version_3(tmp_path: Path) -> None:
    """Older files have the results one level higher, the provider as a text, and no ids."""
    old = {
        "version": 1,
        "results": [
            {
                "vars": OURS | {"instance": json.dumps(OURS["instance"])},
                "prompt": {"raw": "Move.", "display": "Move."},
            }
            | {"provider": "openai:x", "response": {"output": said, "tokenUsage": {}}, "success": True}
            for said in (SOLVED, WRONG)
        ],
        "table": {"head": {}, "body": []},
    }
    made = Imported(tmp_path, document(tmp_path / "old.json", old))
    assert [(outcome.trial, outcome.model) for outcome in made.outcomes] == [
        ("old.json:1", "openai:x"),
        ("old.json:2", "openai:x"),
    ]


def asked(number: int, **changes: Any) -> dict[str, Any]:
    """A line of a batch's input."""
    body = {"model": "gpt", "max_tokens": 50, "messages": [USER], "metadata": {"cantwont": json.dumps(OURS)}}
    return {
        "custom_id": f"c{number}",
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": body,
    } | changes


def answered(number: int, body: object = None, status: int = 200, error: object = None) -> dict[str, Any]:
    """A line of its output."""
    response = {"status_code": status, "request_id": "r", "body": body} if body is not None else None
    return {"id": f"b{number}", "custom_id": f"c{number}", "response": response, "error": error}


def completion(*said: str) -> dict[str, Any]:
    """A chat completion."""
    choices = [
        {"index": at, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        for at, text in enumerate(said)
    ]
    return {
        "object": "chat.completion",
        "model": "gpt-1",
        "choices": choices,
        "usage": {"completion_tokens": 9},
    }


EXPIRED = {
    "code": "batch_expired",
    "message": "This request could not be executed before the window expired.",
}


@pytest.mark.parametrize("input_first", [False, True])
def test_openai_batch(input_first: bool, tmp_path: Path) -> None:
    """Answers find their requests by `custom_id`, in either order; errors and expiry are told."""
    requests = lines_file(tmp_path / "in.jsonl", *map(asked, range(6)))
    output = lines_file(
        tmp_path / "out.jsonl",
        answered(3, completion(SOLVED)),
        answered(1, completion(WRONG, DECLINED)),
        answered(0, error=EXPIRED),
        answered(2, {"error": {"message": "bad request"}}, status=400),
        answered(9, completion(SOLVED)),
        answered(4),
    )
    made = Imported(tmp_path, *((requests, output) if input_first else (output, requests)))
    labels = {outcome.trial: str(outcome.label) for outcome in made.outcomes}
    assert labels == {"c3": "solved", "c1/0": "logic_error", "c1/1": "refusal"}
    assert dict(made.summary.refused) == {
        "expired before it was answered": 1,
        "an error in place of an answer": 1,
        "no instance": 1,
        "no answer": 1,
    }
    assert made.rows[0].messages[0].content == "Move the tower."
    assert {outcome.max_tokens for outcome in made.outcomes} == {50}


def test_batches_of_other_protocols(tmp_path: Path) -> None:
    """OpenAI's responses, and Anthropic's batches."""
    body = {
        "model": "gpt",
        "input": "Move.",
        "instructions": "Be brief.",
        "metadata": {"cantwont": json.dumps(OURS)},
    }
    params = {"model": "claude", "max_tokens": 50, "messages": [USER]}
    requests = lines_file(
        tmp_path / "in.jsonl",
        asked(0, url="/v1/responses", body=body),
        {"custom_id": "c1", "params": params, "cantwont": OURS},
        {"custom_id": "c2", "params": params, "cantwont": OURS},
    )
    message = {"type": "message", "content": [{"type": "output_text", "text": SOLVED}]}
    thought = {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm."}]}
    response = {
        "object": "response",
        "status": "completed",
        "output": [thought, message],
        "usage": {"output_tokens": 9},
    }
    reply = {
        "type": "message",
        "content": [{"type": "text", "text": SOLVED}],
        "stop_reason": "end_turn",
        "usage": {},
    }
    output = lines_file(
        tmp_path / "out.jsonl",
        answered(0, response),
        {"custom_id": "c1", "result": {"type": "succeeded", "message": reply}},
        {"custom_id": "c2", "result": {"type": "expired"}},
    )
    made = Imported(tmp_path, output, requests)
    assert made.labels == ["solved", "solved"]
    assert [outcome.finish_reason for outcome in made.outcomes] == ["completed", "end_turn"]
    assert [message.role for message in made.rows[0].messages] == ["system", "user"]
    assert made.rows[0].completion.reasoning == "Hm."


def test_batch_without_answers(tmp_path: Path) -> None:
    """An input alone has none."""
    with pytest.raises(ImportFailed, match=r"in.jsonl' holds the requests of a batch and no answers: give"):
        Imported(tmp_path, lines_file(tmp_path / "in.jsonl", asked(0)))


def chat(*said: str, **fields: Any) -> dict[str, Any]:
    """A conversation, in which these answers stand."""
    messages = [USER]
    for text in said:
        messages += [{"role": "assistant", "content": text}, {"role": "user", "content": "Go on."}]
    return {"messages": messages[:-1] if said else messages, "metadata": {"cantwont": OURS}} | fields


def test_chat(tmp_path: Path) -> None:
    """Messages whose last is the answer, pairs of prompt and response, and what stands beside them."""
    pair = {"prompt": "Move.", "response": WRONG, "puzzle": "hanoi", "instance": {"parameters": {"size": 2}}}
    file = lines_file(
        tmp_path / "chat.jsonl",
        chat(SOLVED, id="x", model="m", finish_reason="stop", usage={"output_tokens": 7}, prompt_variant="v"),
        pair | {"model": "m"},
        chat(),
        pair | {"error": "timeout"},
        {
            "conversations": [{"from": "human", "value": "Move."}, {"from": "gpt", "value": DECLINED}],
            "cantwont": OURS,
        },
    )
    made = Imported(tmp_path, file)
    labels = {outcome.trial: str(outcome.label) for outcome in made.outcomes}
    assert labels == {"x": "solved", "chat.jsonl:2": "logic_error", "chat.jsonl:5": "refusal"}
    assert dict(made.summary.refused) == {"no answer": 1, "an error in place of an answer": 1}
    first = made.outcomes[-1]
    assert (first.trial, first.model, first.arm, first.completion_tokens) == ("x", "m", "v", 7)
    assert made.summary.without_model == 1
    assert made.summary.without_finish_reason == 2


def table(path: Path, *rows: list[Any]) -> Path:
    """A CSV file."""
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def test_csv(tmp_path: Path) -> None:
    """Columns are named as the fields of a chat; long cells are read, and a row of another length is told."""
    instance = json.dumps(OURS["instance"])
    file = table(
        tmp_path / "answers.csv",
        [
            "puzzle",
            "instance",
            "prompt",
            "response",
            "model",
            "finish_reason",
            "completion_tokens",
            "variant",
        ],
        ["hanoi", instance, "Move.", f"{'Well. ' * 40_000}\n{SOLVED}", "m", "stop", "12", "base"],
        ["hanoi", instance, "Move.", DECLINED, "", "", "", ""],
        ["hanoi", "", "Move.", SOLVED, "m", "", "", ""],
        ["hanoi", "{", "Move.", SOLVED, "m", "", "", ""],
        ["hanoi"],
    )
    before = csv.field_size_limit()
    made = Imported(tmp_path, file)
    assert csv.field_size_limit() == before
    assert made.labels == ["solved", "refusal"]
    assert dict(made.summary.refused) == {
        "no instance": 1,
        "a cell that cannot be read": 1,
        "another number of columns": 1,
    }
    assert (made.outcomes[0].completion_tokens, made.outcomes[0].arm) == (12, "base")


def test_csv_by_columns(tmp_path: Path) -> None:
    """An instance may be given in columns of its own, and the delimiter be another."""
    text = "puzzle;parameters.size;seed;prompt;response\nhanoi;2;0;Move.;" + SOLVED + "\n"
    (tmp_path / "a.csv").write_text(text)
    (tmp_path / "b.tsv").write_text(f"puzzle\tsize\tprompt\tresponse\nhanoi\t2\tMove.\t{DECLINED}\n")
    assert Imported(tmp_path, tmp_path / "a.csv", tmp_path / "b.tsv").labels == ["solved", "refusal"]


def test_parquet(tmp_path: Path) -> None:
    """The same as Parquet, in which lists and objects are real."""
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    columns = {
        "puzzle": ["hanoi", "hanoi"],
        "instance": [OURS["instance"], OURS["instance"]],
        "messages": [[USER, {"role": "assistant", "content": said}] for said in (SOLVED, DECLINED)],
        "model": ["m", None],
    }
    columns |= {"usage": [{"prompt_tokens": float("nan")}, {"prompt_tokens": 7.0}]}
    parquet.write_table(arrow.table(columns), tmp_path / "a.parquet")
    made = Imported(tmp_path, tmp_path / "a.parquet")
    assert made.labels == ["solved", "refusal"]
    assert [outcome.prompt_tokens for outcome in made.outcomes] == [None, 7]
    (tmp_path / "b.parquet").write_bytes((tmp_path / "a.parquet").read_bytes()[:-20])
    with pytest.raises(ImportFailed, match=r"b.parquet' cannot be read as Parquet"):
        Imported(tmp_path / "torn", tmp_path / "b.parquet")


def test_several_formats_in_one_run(tmp_path: Path) -> None:
    """Files of different formats make one run, and the same id in two of them is told apart by the file."""
    one = lines_file(tmp_path / "a" / "log.jsonl", chat(SOLVED, id="x"))
    other = lines_file(tmp_path / "b" / "log.jsonl", chat(WRONG, id="x"), chat(WRONG, id="x"))
    made = Imported(tmp_path, one, other, document(tmp_path / "results.json", VERSION_3))
    assert [outcome.trial for outcome in made.outcomes if outcome.label != "refusal"] == [
        "r0", "r4", "x", "x/b/log.jsonl/unnamed/unnamed"
    ]  # fmt: skip
    assert made.summary.refused["an id that stands in an earlier record"] == 1


def test_whole_instances(tmp_path: Path) -> None:
    """Data of an instance given whole go to the puzzle; what it does not take is told."""
    data = {
        "blocks": ["a", "b"],
        "start": ["on a b", "ontable b", "clear a", "handempty"],
        "goal": ["on b a"],
    }
    ours = {"puzzle": "blocks_world", "instance": data}
    plan = "(unstack a b)\n(put-down a)\n(pick-up b)\n(stack b a)"
    file = lines_file(
        tmp_path / "chat.jsonl",
        chat(plan, metadata={"cantwont": ours}),
        chat(plan, metadata={"cantwont": ours | {"instance": data | {"goal": ["on z a"]}}}),
        chat(plan, metadata={"cantwont": {"puzzle": "nope", "instance": data}}),
    )
    made = Imported(tmp_path, file)
    assert made.labels == ["solved"]
    assert dict(made.summary.refused) == {"an instance that cannot be taken": 2}
    assert made.rows[0].schema_version == 3


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b'{"evalId": "e", "results": {"results": [{"vars": {}, "prompt"', "is not JSON (it breaks off)"),
        (b'{"evalId": "e", "results": {"results": []}}', "there are no records"),
        (b'{"evalId": "e", "results": {"results": [1, "x", null]}}', "none of the 3 rows"),
        (b'{"evalId": "e", "results": {"results": [{}]}} trailing', "something follows the document"),
        (b'{"evalId": "e", "results": ' + b"[" * 3000, "is not JSON"),
        (b'{"messages": []}\n{"messages": [1]}\n', "none of the 2 rows"),
        (b'{"messages": [{"role": "assistant", "content": "x"}]}\n{"messa', "none of the 2 rows"),
        (b'{"a": 1}\n', "is in no known format (its first row has the fields a)"),
        (b"\x00\x01\x02\x03", "line 1: is not JSON"),
        (b'puzzle,response\n"hanoi","x', "is not CSV (line 2: unexpected end of data)"),
        (b"puzzle,response,puzzle\n1,2,3\n", "two columns are called 'puzzle'"),
        (b"puzzle,response\n\xff\xfe,2\n", "is not UTF-8"),
        (b"PAR1 and nothing more", "cannot be read as Parquet"),
    ],
)
def test_faulty_files(data: bytes, told: str, tmp_path: Path) -> None:
    """A file that is torn, empty, of wrong types or hostile ends in one line, and leaves nothing behind."""
    (tmp_path / "a.log").write_bytes(data)
    with pytest.raises(ImportFailed) as caught:
        Imported(tmp_path, tmp_path / "a.log")
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.log"]


def test_large_documents_are_read_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever a piece of the file ends, the rows are the same."""
    file = document(tmp_path / "results.json", {"config": {"a": [1.5, {"b": []}]}, **VERSION_3})
    for size in (1, 7, 64, 1000):
        monkeypatch.setattr(_files, "_BLOCK", size)
        monkeypatch.setattr(_files, "_WIDE", size)
        rows = _files.Document(file, ("results", "results")).rows()
        assert [row for _, row in rows] == RESULTS


def test_registry() -> None:
    """Every file of the folder is an importer with the name of its file; an unknown one is told."""
    for name in importer_names():
        assert importer(name).name == name
        assert importer(name).summary
    with pytest.raises(ImportFailed, match="there is no importer 'nope'; known are chat, csv"):
        importer("nope")


def test_only_one_recognises_a_file(tmp_path: Path) -> None:
    """Of the formats that are not general ones, one at most takes a file for its own."""
    files = {
        "lm_eval": lines_file(tmp_path / "a.jsonl", lm_eval(0, SOLVED)),
        "promptfoo": document(tmp_path / "b.json", VERSION_3),
        "openai_batch": lines_file(tmp_path / "c.jsonl", asked(0)),
    }
    for name, file in files.items():
        begun = sample(file)
        special = [
            each for each in map(importer, importer_names()) if each.rank < 5 and each.recognises(begun)
        ]
        assert [each.name for each in special] == [name]

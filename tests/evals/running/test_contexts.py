"""Before the first request a run says what will not fit into a local server's context, and it keeps that."""

import json
from pathlib import Path
from typing import Any

import pytest

from evals.record.outcome import Label, Outcome
from evals.record.run import RunDirectory
from evals.replay.finish import describe_tallies, finish
from evals.replay.open_runs import outcomes_of
from evals.running.run import make_or_continue
from tests.program import recorded
from tests.samples.runs import Watcher, asked, counting
from tests.servers.local import listed, llamacpp, lmstudio, ollama, serving
from tests.servers.misbehaving import Asked, Body, Misbehaving, Script, in_thread, streams

LONG = [{"name": "counting", "sizes": [50, 2000, 9000]}]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


def answer(prompt: int = 100, completion: int = 50, text: str = "1\n2\n3", reason: str = "stop") -> Script:
    usage = {"prompt_tokens": prompt, "completion_tokens": completion}
    said = {"choices": [{"delta": {"content": text}, "finish_reason": reason}]}
    return streams(said, {"choices": [], "usage": usage})


def paths(server: Misbehaving) -> list[str]:
    return [asked.path for asked in server.asked]


def test_what_does_not_fit_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    """Once a model, in one line: the first task that does not fit, the longest, and what to do."""
    watcher = Watcher()
    seen: list[int] = []

    def plan(request: Asked) -> Script:
        if request.path.endswith("/chat/completions"):
            seen.append(len(watcher.notes))
        return serving(ollama(4096), answer())(request)

    with in_thread(plan) as server:
        spec = counting(server.endpoint.base_url, puzzles=LONG, arms=["list", "insist"])
        _, summary = asked(spec, tmp_path / "run", watcher)
    assert summary.asked == 6
    assert set(seen) == {1}
    [(who, told)] = watcher.notes
    assert who == "mine/m"
    assert told.startswith("warning: its context is 4,096 tokens (/api/ps): counting size 2000 (about ")
    assert "is the first that does not fit, counting size 9000 (about " in told
    assert "start Ollama with OLLAMA_CONTEXT_LENGTH=" in told
    assert "\n" not in told


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"puzzles": LONG, "sampling": {"max_tokens": 500}},
        {"puzzles": LONG, "arms": ["window:m=8"]},
        {"puzzles": LONG, "arms": ["code"]},
    ],
)
def test_nothing_is_told_where_all_fits(tmp_path: Path, changes: dict[str, Any]) -> None:
    watcher = Watcher()
    with in_thread(serving(ollama(4096), answer())) as server:
        asked(counting(server.endpoint.base_url, **changes), tmp_path / "run", watcher)
    assert watcher.notes == []


def test_a_conversation_fits_only_with_the_whole_list_in_it(tmp_path: Path) -> None:
    """Parts of 100 steps are short; the last request holds all that were written before."""
    watcher = Watcher()
    with in_thread(serving(llamacpp(1024), answer())) as server:
        puzzles = [{"name": "counting", "sizes": [500]}]
        spec = counting(server.endpoint.base_url, puzzles=puzzles, arms=["chunked:p=100"])
        asked(spec, tmp_path / "run", watcher)
    [(_, told)] = watcher.notes
    assert "(/props): counting size 500 (about " in told
    assert "does not fit; start llama-server with -c " in told


def test_what_may_be_is_told_as_such(tmp_path: Path) -> None:
    """Ollama that will not load the model now says only what it does by default."""
    watcher = Watcher()
    with in_thread(serving(ollama(None), answer())) as server:
        run, _ = asked(counting(server.endpoint.base_url, puzzles=LONG), tmp_path / "run", watcher)
    [(_, told)] = watcher.notes
    assert told.startswith("warning: its context may be 4,096 tokens (Ollama's default; the model is not")
    assert run.manifest.contexts["mine/m"]["used"] is False
    assert all("cantwont" not in row["reply"] for row in recorded(tmp_path / "run"))


def test_the_context_is_kept_with_the_run_and_with_each_reply(tmp_path: Path) -> None:
    with in_thread(serving(ollama(4096), answer())) as server:
        spec = counting(server.endpoint.base_url)
        asked(spec, tmp_path / "run")
        before = len(server.asked)
        asked(spec, tmp_path / "run")
        assert len(server.asked) == before, "a run that lacks nothing asks nothing"
    stored = json.loads((tmp_path / "run" / "run.json").read_text())
    assert stored["contexts"] == {
        "mine/m": {"tokens": 4096, "used": True, "source": "/api/ps", "server": "Ollama", "most": 131_072}
    }
    assert [row["reply"]["cantwont"] for row in recorded(tmp_path / "run")] == [{"context": 4096}] * 2


def test_a_run_without_contexts_is_read_and_an_extended_one_keeps_them(tmp_path: Path) -> None:
    with in_thread(serving(llamacpp(), answer())) as server:
        spec = counting(server.endpoint.base_url)
        run, _ = asked(spec, tmp_path / "run")
        kept = run.manifest.contexts
        assert kept["mine/m"]["tokens"] == 1024
        other = counting(server.endpoint.base_url, repeats=2)
        assert make_or_continue(other, tmp_path / "run", extend=True).manifest.contexts == kept
    file = tmp_path / "run" / "run.json"
    stored = json.loads(file.read_text())
    del stored["contexts"]
    file.write_text(json.dumps(stored))
    assert RunDirectory.open(tmp_path / "run").manifest.contexts == {}


def test_a_server_that_loads_with_the_first_request_is_asked_again(tmp_path: Path) -> None:
    """What could not be known before is known for the replies that come after it."""
    chats: list[Asked] = []

    def plan(request: Asked) -> Script:
        if request.path.endswith("/chat/completions"):
            chats.append(request)
        return serving(lmstudio(4096 if chats else None), answer())(request)

    with in_thread(plan) as server:
        spec = counting(server.endpoint.base_url, repeats=20, concurrency=1)
        run, _ = asked(spec, tmp_path / "run")
        assert paths(server).count("/api/v0/models") == 2
    assert run.manifest.contexts["mine/m"]["source"] == "/api/v0/models"
    rows = [row["reply"].get("cantwont") for row in recorded(tmp_path / "run")]
    assert rows[0] is None
    assert rows[-1] == {"context": 4096}


def test_a_server_that_tells_nothing_is_asked_twice_at_most(tmp_path: Path) -> None:
    watcher = Watcher()
    with in_thread(serving(listed("someone"), answer())) as server:
        spec = counting(server.endpoint.base_url, puzzles=LONG, repeats=10)
        run, summary = asked(spec, tmp_path / "run", watcher)
        assert paths(server).count("/api/ps") <= 2
    assert summary.asked == 30
    assert watcher.notes == []
    assert run.manifest.contexts == {}


# --- what fills the context


def ending(tmp_path: Path, script: Script, bodies: dict[str, Body] | None = None, **changes: Any) -> Outcome:
    """What comes of one answer in a context of 4,096 tokens."""
    with in_thread(serving(ollama(4096) if bodies is None else bodies, script)) as server:
        puzzles = [{"name": "counting", "sizes": [16]}]
        run, _ = asked(counting(server.endpoint.base_url, puzzles=puzzles, **changes), tmp_path / "run")
    finish(run)
    [outcome] = outcomes_of(run)
    return outcome


SOME = "\n".join(map(str, range(1, 9)))
ALL = "\n".join(map(str, range(1, 17)))


@pytest.mark.parametrize(
    ("prompt", "completion", "text", "label", "full"),
    [
        (193, 3903, SOME, Label.TRUNCATED, True),
        (193, 3899, SOME, Label.TRUNCATED, True),
        (193, 18_290, SOME, Label.TRUNCATED, True),
        (193, 3903, "", Label.TRUNCATED, True),
        (193, 3800, SOME, Label.LOGIC_ERROR, False),
        (193, 3903, ALL, Label.SOLVED, True),
    ],
)
def test_an_answer_that_fills_the_context_is_cut_whatever_its_finish_reason(
    *, tmp_path: Path, prompt: int, completion: int, text: str, label: Label, full: bool
) -> None:
    outcome = ending(tmp_path, answer(prompt, completion, text))
    assert (outcome.label, "context_full" in outcome.flags) == (label, full)


def test_without_a_context_that_is_in_use_nothing_of_that_is_known(tmp_path: Path) -> None:
    assert ending(tmp_path, answer(193, 3903, SOME), listed("someone")).label is Label.LOGIC_ERROR


def test_the_run_says_by_what_its_answers_were_cut(tmp_path: Path) -> None:
    with in_thread(serving(ollama(4096), answer(193, 3903, SOME))) as server:
        puzzles = [{"name": "counting", "sizes": [16, 32]}]
        run, _ = asked(counting(server.endpoint.base_url, puzzles=puzzles), tmp_path / "run")
    [told] = [line for line in describe_tallies(finish(run)) if line.startswith("warning")]
    assert "2 of 2 answers were cut by a limit (100%), 2 of them by the context of the server" in told
    assert "raise it there" in told

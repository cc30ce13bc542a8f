"""What holds of every server."""

from pathlib import Path

import pytest

from tests.program import cantwont
from tests_servers.asking import TRIALS, ask, spec
from tests_servers.serving import Server

SANE = {
    "litellm": [
        {"solved"},
        {"logic_error", "malformed", "no_answer"},
        {"logic_error", "malformed", "no_answer"},
    ],
    # Random bytes up to the limit: cut, or ended by chance.
    "transformers": [{"truncated", "no_answer", "malformed", "logic_error"}] * TRIALS,
    # It repeats the prompt up to the limit.
    "llamacpp": [{"truncated"}] * TRIALS,
}
"""The labels that may be, of counting and of two sizes of Hanoi."""
EXACT = {"llamacpp": "extra = { cache_prompt = false }"}
"""What makes an answer the same each time: what is kept of a prompt changes the last digits."""
HALF = "\N{REPLACEMENT CHARACTER}"


def test_the_doctor_finds_it_sound(server: Server, tmp_path: Path) -> None:
    """It answers, it streams, and it reports its usage."""
    file = spec(server, tmp_path)
    done = cantwont("doctor", f"there/{server.model}", "--spec", file, cwd=tmp_path, **server.secrets)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "it streams" in done.stdout
    assert "it reports its usage" in done.stdout


def test_the_doctor_says_that_a_model_is_not_there(choosy: Server, tmp_path: Path) -> None:
    """In the server's own words, with exit code 1."""
    done = cantwont(
        "doctor", "there/nobody", "--spec", spec(choosy, tmp_path), cwd=tmp_path, **choosy.secrets
    )
    assert done.returncode == 1
    assert "problem" in done.stdout
    assert "nobody" in done.stdout


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "plain"])
def test_a_run_is_done(server: Server, tmp_path: Path, stream: bool) -> None:
    """Each trial has exactly one reply, and a label that fits; replay finds the same."""
    made = ask(server, tmp_path, stream=stream)
    assert made.done.returncode == 0, made.done.stderr
    assert len({reply["trial"] for reply in made.replies}) == len(made.replies) == TRIALS
    assert not made.attempts
    assert all(reply["sent"].get("stream", False) is stream for reply in made.replies)
    assert len(made.labels) == TRIALS
    assert all(label in sane for label, sane in zip(made.labels, SANE[server.name], strict=True)), made.labels
    for reply in made.replies:
        assert reply["reply"]["object"] == "chat.completion"
        assert reply["reply"]["choices"][0]["finish_reason"] in {"stop", "length"}
        assert reply["reply"]["usage"]["completion_tokens"] > 0
    assert cantwont("replay", tmp_path / "run", "--check", cwd=tmp_path).returncode == 0


def test_the_answer_is_the_same_streamed_and_plain(server: Server, tmp_path: Path) -> None:
    """The pieces make the text that comes whole; half a character at its end is not always streamed."""
    texts = []
    for stream in (True, False):
        folder = tmp_path / str(stream)
        folder.mkdir()
        exact = EXACT.get(server.name, "")
        for reply in ask(server, folder, stream=stream, concurrency=1, sampling=exact).replies:
            content = reply["reply"]["choices"][0]["message"]["content"]
            texts.append((reply["trial"], content.rstrip(HALF)))
    assert len(texts) == 2 * TRIALS
    assert len(set(texts)) == TRIALS


def test_a_finished_run_asks_nothing_again(server: Server, tmp_path: Path) -> None:
    """The same command a second time adds no row."""
    ask(server, tmp_path)
    again = ask(server, tmp_path)
    assert again.done.returncode == 0
    assert len(again.replies) == TRIALS


def test_a_wrong_model_ends_the_run_early(choosy: Server, tmp_path: Path) -> None:
    """It is bad input, found out by a few requests, and no trial has a reply."""
    made = ask(choosy, tmp_path, model="nobody")
    assert made.done.returncode == 2, made.done.stderr
    assert not made.replies
    assert set(made.labels) == {"error"}


def test_a_key_is_nowhere(server: Server, tmp_path: Path) -> None:
    """Neither in what is written, nor in what is said."""
    made = ask(server, tmp_path)
    written = b"".join(path.read_bytes() for path in (tmp_path / "run").rglob("*") if path.is_file())
    for secret in server.secrets.values():
        assert secret.encode() not in written
        assert secret not in made.done.stdout + made.done.stderr

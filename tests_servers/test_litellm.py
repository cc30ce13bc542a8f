"""What LiteLLM's proxy does when its provider is not well."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.program import cantwont
from tests_servers.asking import TRIALS, ask, spec
from tests_servers.serving import Server

WAYS = pytest.mark.parametrize("stream", [True, False], ids=["streamed", "plain"])


@WAYS
@pytest.mark.parametrize(("model", "label"), [("declines", "refusal"), ("overflows", "truncated")])
def test_what_ends_in_an_answer(
    litellm: Server, tmp_path: Path, model: str, label: str, stream: bool
) -> None:
    """A decline, and a context that is too short: no error, and one request a trial."""
    made = ask(litellm, tmp_path, model=model, stream=stream)
    assert made.labels == [label] * TRIALS, [*made.labels, made.attempts]
    assert made.done.returncode == 0
    assert not made.attempts


@WAYS
@pytest.mark.parametrize(("model", "status"), [("limits", 429), ("breaks", 500), ("is_full", 529)])
def test_what_fails_is_tried_again(
    litellm: Server, tmp_path: Path, model: str, status: int, stream: bool
) -> None:
    """With the status that the proxy gives; in the end it is an error, and the run unfinished."""
    made = ask(litellm, tmp_path, model=model, stream=stream)
    assert made.labels == ["error"] * TRIALS
    assert made.done.returncode == 3
    assert {attempt["status"] for attempt in made.attempts} == {status}
    assert len(made.attempts) == TRIALS * 2


def test_a_parameter_that_a_provider_does_not_take(litellm: Server, tmp_path: Path) -> None:
    """The seed is left out from the second request on, and `run.json` says so."""
    made = ask(litellm, tmp_path, model="seedless", sampling="seed = 3")
    assert made.done.returncode == 0
    assert made.labels[0] == "solved"
    assert made.manifest["adaptations"]["there"]["seedless"]["dropped"] == ["seed"]
    assert all("seed" not in reply["sent"] for reply in made.replies)


def test_a_wrong_key(litellm: Server, tmp_path: Path) -> None:
    """The doctor says so, and not the key. Without a data base, the proxy has no better words."""
    other = replace(litellm, secrets={"LITELLM_KEY": "sk-wrong-0123456789"})
    done = cantwont("doctor", "there/counts", "--spec", spec(other, tmp_path), cwd=tmp_path, **other.secrets)
    assert done.returncode == 1
    assert "No connected db" in done.stdout
    assert "0123456789" not in done.stdout + done.stderr

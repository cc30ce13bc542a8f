"""A key that was put in the wrong place is not printed, and is not recorded."""

from pathlib import Path

import pytest

from evals.key_shapes import key_in, looks_like_key, unkeyed
from evals.plan.secret_fields import secret_fields
from tests.program import complaint, inside

KEYS = (
    "sk-proj-0123456789abcdefABCDEF",
    "sk-ant-api03-Zm9vYmFyMTIz",
    "0123456789abcdef0123456789abcdef",
    "a123456789abcdef0123456789abcdef",
    "AKIAIOSFODNN7EXAMPLE",
    "hf_aBcDeFgHiJkLmNoPqRsTuVwX",
    "550e8400-e29b-41d4-a716-446655440000",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0x.c2lnbmF0dXJlLTAx",
    "QwErTyUiOpAsDfGhJkLzXcVb",
    "xai-01234567890abcdef",
)
NAMES = (
    "OPENAI_API_KEY",
    "MY_SERVER_KEY_2024",
    "KEY",
    "my_key",
    "~/keys/openai.txt",
    "/home/me/.config/llm/key-2024-11-05",
    "http://gpu-box.example.internal:8000/v1",
    "openai/gpt-4o-2024-08-06",
    "deepseek-ai/DeepSeek-R1-Distill-Qwen-32B",
    "mistralai/Mixtral-8x22B-Instruct-v0.1",
    "hanoi:3-7",
)


@pytest.mark.parametrize("key", KEYS)
def test_keys(key: str) -> None:
    assert looks_like_key(key)
    assert unkeyed(f"the value '{key}' is none") == f"the value '{key[:3]}***' is none"


@pytest.mark.parametrize("name", NAMES)
def test_names(name: str) -> None:
    assert unkeyed(name) == name


RANDOM = {
    "0123456789abcdef0123456789abcdef",
    "a123456789abcdef0123456789abcdef",
    "550e8400-e29b-41d4-a716-446655440000",
    "QwErTyUiOpAsDfGhJkLzXcVb",
}
"""Keys that a task may be about: hashes, and words without a meaning."""


def test_keys_in_a_prompt() -> None:
    """What begins as a provider's key or stands behind a scheme is one; a random word alone is none."""
    for key in KEYS:
        told = key_in(f"Log in with TOKEN={key}, and then write the list.")
        assert told == (None if key in RANDOM else f"{key[:3]}***")
        assert key_in(f"Authorization: Bearer {key}.") == f"{key[:3]}***"
    words = (
        "skateboarding2024",
        "npm-package-json-2024-guide",
        "sk-learn-version-1.2.3",
        "Basic arithmetic-2024",
    )
    assert [key_in(f"Mind {word} first.") for word in (*NAMES, *words)] == [None] * len((*NAMES, *words))


def spec(tmp_path: Path, endpoint: str = "", more: str = "") -> Path:
    base = "" if "base_url" in endpoint else 'base_url = "http://127.0.0.1:9/v1"'
    (tmp_path / "spec.toml").write_text(
        f"""
        models = ["mine/m"]
        {more}
        [[puzzles]]
        name = "hanoi"
        sizes = [2]
        [endpoints.mine]
        {base}
        {endpoint}
        """
    )
    return tmp_path


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "endpoint",
    [
        'key_variable = "{}"',
        'key_file = "{}"',
        'key_file = "/keys/{}"',
        'key_file = "{}/key"',
        'base_url = "{}"',
        'base_url = "http://h/v1?key={}"',
        'base_url = "http://h/v1?{}"',
        'base_url = "http://h/v1#{}"',
        'base_url = "http://me:{}@h/v1"',
        'base_url = "http://{}@h/v1"',
        'header_variables = {{ Authorization = "{}" }}',
        'header_variables = {{ Authorization = "Bearer {}" }}',
        'concurrency = "{}"',
        'headers = "{}"',
    ],
)
@pytest.mark.parametrize("command", ["run", "doctor"])
def test_a_key_in_the_wrong_place(key: str, endpoint: str, command: str, tmp_path: Path) -> None:
    spec(tmp_path, endpoint.format(key))
    asked = ["mine/m"] if command == "doctor" else []
    ended = inside(command, *asked, "--spec", "spec.toml", cwd=tmp_path)
    assert ended.returncode in (1, 2)
    told = ended.stdout + ended.stderr
    for start in range(len(key) - 7):
        assert key[start : start + 8] not in told
    assert not (tmp_path / "runs").exists()


def test_it_is_said_what_to_do(tmp_path: Path) -> None:
    told = complaint(inside("run", "--spec", "spec.toml", cwd=spec(tmp_path, 'key_variable = "sk-1 2"')), 2)
    assert "field 'endpoints.mine.key_variable': 'sk-***' is not the name of a variable: put the key" in told
    where = spec(tmp_path, 'base_url = "http://h/sk-0123456789abcdef/v1"')
    told = complaint(inside("run", "--spec", "spec.toml", cwd=where), 2)
    assert "address 'http://h/sk-***/v1' holds a key, which would be recorded: use key_variable" in told


@pytest.mark.parametrize("option", [("--model", "{}"), ("--model", "{}", "--puzzle", "hanoi:3")])
def test_a_key_as_an_option(option: tuple[str, ...], tmp_path: Path) -> None:
    ended = inside("run", *(part.format(KEYS[0]) for part in option), cwd=tmp_path)
    assert KEYS[0][:8] not in ended.stdout + ended.stderr


def test_a_key_for_the_simulated_server(tmp_path: Path) -> None:
    told = complaint(inside("simulate", "--key-variable", KEYS[2], cwd=tmp_path), 2)
    assert told.startswith("--key-variable: '012***' is not the name of a variable")


# --- among the parameters of a request


@pytest.mark.parametrize(
    "extra",
    [
        'api_key = "x"',
        'apiKey = "x"',
        'APIKEY = "x"',
        '"X-Api-Key" = "x"',
        'token = "x"',
        'access_token = "x"',
        'hf_token = "x"',
        'client_secret = "x"',
        'password = "x"',
        'extra_headers = { Authorization = "Bearer x" }',
        'extra_headers = { authorization = "x" }',
        'tools = [{ server = { headers = { "x-goog-api-key" = "x" } } }]',
        'headers = { "X-Custom" = "Bearer 0123456789" }',
        'user = "sk-proj-0123456789abcdefABCDEF"',
        'list = ["a", ["sk-proj-0123456789abcdefABCDEF"]]',
        'keys = ["x"]',
    ],
)
def test_a_key_that_would_be_recorded_is_refused(extra: str, tmp_path: Path) -> None:
    where = spec(tmp_path, more=f"[sampling.extra]\n{extra}")
    ended = inside("run", "--spec", "spec.toml", cwd=where)
    told = complaint(ended, 2)
    assert "field 'sampling': extra." in told
    assert told.endswith("send it by the endpoint's key_variable or header_variables")
    assert "0123456789" not in told
    assert not (tmp_path / "runs").exists()


def test_fields_that_are_no_secrets() -> None:
    fields = {
        "max_tokens": 5,
        "min_tokens": 1,
        "stop_token_ids": [1, 2],
        "skip_special_tokens": True,
        "eos_token": "</s>",
        "bos_token": "<s>",
        "prompt_cache_key": "run-1",
        "tokenizer": "mistral",
        "logit_bias": {"50256": -100},
        "top_k": 5,
        "chat_template_kwargs": {"enable_thinking": False},
        "keyboard": "x",
        "author": "me",
        "return_tokens_as_token_ids": True,
        "token": None,
        "response_format": {"type": "json_schema", "json_schema": {"name": "moves"}},
        "user": "me",
    }
    assert list(secret_fields(fields)) == []

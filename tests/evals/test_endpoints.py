"""A model's name says where it is asked; keys are read where they lie, and are held and shown nowhere."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from evals.client.secrets import key_of, secret_headers
from evals.endpoints import EndpointSettings, Timeouts, resolve
from evals.errors import EndpointError

VARIABLES = ("OPENAI_API_KEY", "OPENROUTER_API_KEY", "VLLM_API_KEY", "OPENAI_BASE_URL", "OLLAMA_HOST")


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("model", "base_url", "name"),
    [
        ("openai/gpt-5", "https://api.openai.com/v1", "gpt-5"),
        ("openrouter/meta-llama/llama-4", "https://openrouter.ai/api/v1", "meta-llama/llama-4"),
        ("ollama/qwen3:8b", "http://localhost:11434/v1", "qwen3:8b"),
        ("vllm/Qwen/Qwen3-8B", "http://localhost:8000/v1", "Qwen/Qwen3-8B"),
        ("llamacpp/any", "http://localhost:8080/v1", "any"),
        ("lmstudio/any", "http://localhost:1234/v1", "any"),
    ],
)
def test_short_names_are_known(model: str, base_url: str, name: str) -> None:
    at = resolve(model, {})
    assert (at.endpoint.name, at.endpoint.base_url, at.model) == (model.partition("/")[0], base_url, name)


def test_an_address_is_an_endpoint_of_its_own() -> None:
    at = resolve("http://10.0.0.7:8000/v1/#org/model#2", {})
    assert at.endpoint.name == at.endpoint.base_url == "http://10.0.0.7:8000/v1"
    assert at.model == "org/model#2"
    assert key_of(at.endpoint) is None
    assert resolve("http://h:1/v1#m@2", {}).model == "m@2"


def test_a_defined_endpoint_is_found_by_its_name() -> None:
    settings = EndpointSettings(
        base_url="https://llm.example/v1/", idle_seconds=5, total_seconds=None, stream=False
    )
    endpoint = resolve("mine/a/b", {"mine": settings}).endpoint
    assert (endpoint.name, endpoint.base_url, endpoint.stream) == ("mine", "https://llm.example/v1", False)
    assert endpoint.timeouts == Timeouts(10, 5, None)
    assert not endpoint.simulated
    assert key_of(endpoint) is None


def test_a_defined_endpoint_may_adjust_a_known_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k-1")
    endpoint = resolve("openai/m", {"openai": EndpointSettings(idle_seconds=900)}).endpoint
    assert (endpoint.base_url, endpoint.timeouts.idle) == ("https://api.openai.com/v1", 900)
    assert key_of(endpoint) == "k-1"


@pytest.mark.parametrize("model", ["gpt-5", "openai/", "/gpt-5", ""])
def test_a_model_without_an_endpoint_is_refused(model: str) -> None:
    with pytest.raises(EndpointError, match=r"names no endpoint: write it as endpoint/model"):
        resolve(model, {})


def test_an_unknown_endpoint_is_named_with_those_known_and_the_way_to_define_it() -> None:
    with pytest.raises(
        EndpointError, match=r"'nope' is not known \(anthropic, .*mine.*vllm are\): define it in the spec"
    ):
        resolve("nope/m", {"mine": EndpointSettings(base_url="http://h/v1")})


def test_the_simulated_server_needs_an_address() -> None:
    with pytest.raises(EndpointError, match="give its address with --sim"):
        resolve("sim/m", {})
    assert resolve("sim/m", {"sim": EndpointSettings(base_url="http://127.0.0.1:9/v1")}).endpoint.simulated


def test_a_defined_endpoint_without_an_address_is_refused() -> None:
    with pytest.raises(EndpointError, match="endpoint 'mine' has no address: give it a base_url"):
        resolve("mine/m", {"mine": EndpointSettings()})


def test_openai_may_be_elsewhere_and_then_need_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:9000/v1/")
    endpoint = resolve("openai/m", {}).endpoint
    assert endpoint.base_url == "http://localhost:9000/v1"
    assert key_of(endpoint) is None
    monkeypatch.setenv("OPENAI_API_KEY", "k-1")
    assert key_of(endpoint) == "k-1"


@pytest.mark.parametrize(
    ("host", "base_url"),
    [
        ("", "http://localhost:11434/v1"),
        ("10.0.0.7", "http://10.0.0.7:11434/v1"),
        ("10.0.0.7:99", "http://10.0.0.7:99/v1"),
        ("0.0.0.0", "http://localhost:11434/v1"),
        ("0.0.0.0:99", "http://localhost:99/v1"),
        ("[::]:99", "http://localhost:99/v1"),
        (":99", "http://localhost:99/v1"),
        ("http://box:99/", "http://box:99/v1"),
        ("http://box", "http://box:80/v1"),
        ("https://box/ollama", "https://box:443/ollama/v1"),
    ],
)
def test_the_host_of_ollama_is_read_as_ollama_does(
    host: str, base_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", host)
    assert resolve("ollama/m", {}).endpoint.base_url == base_url


# --- addresses


@pytest.mark.parametrize(
    "address",
    [
        "ftp://h/v1",
        "http:///v1",
        "http://h:x/v1",
        "http://h:99999/v1",
        "http://h h/v1",
        "http://h\n/v1",
        "://h",
        "http://[h/v1",
        "http://h..h/v1",
        f"http://{'h' * 300}/v1",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(EndpointError, match="is none: write it as http://host:port/v1"):
        resolve(f"{address}#m", {})
    with pytest.raises(ValidationError, match="is none"):
        EndpointSettings(base_url=address)


def test_an_address_needs_a_model_and_ends_with_its_path() -> None:
    with pytest.raises(EndpointError, match="names no model: write it as 'http://h/v1#model'"):
        resolve("http://h/v1", {})
    with pytest.raises(EndpointError, match="ends with its path"):
        resolve("http://h/v1?key=x#m", {})


@pytest.mark.parametrize("address", ["http://me:s3cret@h/v1", "http://s3cret@h/v1", "http://me:s3#cret@h/v1"])
def test_an_address_with_a_password_is_refused_without_showing_it(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", address)
    for attempt in (
        lambda: resolve(f"{address}#m", {}),
        lambda: resolve("openai/m", {}),
        lambda: EndpointSettings(base_url=address),
    ):
        with pytest.raises((EndpointError, ValidationError), match="holds a password") as caught:
            attempt()
        assert "s3" not in str(caught.value)
        assert "***@h" in str(caught.value)


def test_settings_know_their_fields() -> None:
    with pytest.raises(ValidationError) as caught:
        EndpointSettings.model_validate({"base_url": "http://h/v1", "api_key": "s3cret"})
    assert "api_key" in str(caught.value)
    assert "s3cret" not in str(caught.value)
    with pytest.raises(ValidationError):
        EndpointSettings(base_url="http://h/v1", idle_seconds=0)


# --- secrets


@pytest.mark.parametrize(
    ("model", "variable"), [("openai/m", "OPENAI_API_KEY"), ("openrouter/m", "OPENROUTER_API_KEY")]
)
def test_a_missing_key_is_told_by_its_variable(model: str, variable: str) -> None:
    endpoint = resolve(model, {}).endpoint
    with pytest.raises(EndpointError, match=rf"needs a key: put it into the environment variable {variable}"):
        key_of(endpoint)


def test_a_local_server_may_have_a_key_and_need_none(monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint = resolve("vllm/m", {}).endpoint
    assert key_of(endpoint) is None
    monkeypatch.setenv("VLLM_API_KEY", " k-1\n")
    assert key_of(endpoint) == "k-1"
    assert key_of(resolve("ollama/m", {}).endpoint) is None


def test_a_key_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    settings = EndpointSettings(base_url="http://h/v1", key_file=file)
    endpoint = resolve("mine/m", {"mine": settings}).endpoint
    with pytest.raises(EndpointError, match=r"cannot read the key file '.*key': No such file"):
        key_of(endpoint)
    file.write_text("\n")
    with pytest.raises(EndpointError, match=r"needs a key: put it into the file '.*key'"):
        key_of(endpoint)
    file.write_text("k-1\n")
    assert key_of(endpoint) == "k-1"


def test_a_named_variable_must_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MINE", raising=False)
    settings = EndpointSettings(base_url="http://h/v1", key_variable="MINE")
    with pytest.raises(EndpointError, match="MINE"):
        key_of(resolve("mine/m", {"mine": settings}).endpoint)


def test_a_key_that_no_header_can_carry_is_refused_unshown(monkeypatch: pytest.MonkeyPatch) -> None:
    for key in ("k\n1", "kéy", "k\x00"):
        monkeypatch.setattr("os.environ", {"OPENAI_API_KEY": key})
        with pytest.raises(EndpointError, match="OPENAI_API_KEY holds cannot be sent") as caught:
            key_of(resolve("openai/m", {}).endpoint)
        assert key not in str(caught.value)


def test_header_values_are_neither_stored_nor_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE", "s3cret")
    settings = EndpointSettings(
        base_url="http://h/v1", headers={"X-Title": "s3cret"}, header_variables={"api-key": "AZURE"}
    )
    assert "s3cret" not in settings.model_dump_json() + repr(settings)
    endpoint = resolve("mine/m", {"mine": settings}).endpoint
    assert "s3cret" not in repr(endpoint)
    assert endpoint.headers == {"X-Title": "s3cret"}
    assert secret_headers(endpoint) == {"api-key": "s3cret"}
    monkeypatch.delenv("AZURE")
    with pytest.raises(EndpointError, match=r"sends the header 'api-key': put its value into .* AZURE"):
        secret_headers(endpoint)


@pytest.mark.parametrize("headers", [{"a b": "1"}, {"": "1"}, {"a": "s3cret\n"}, {"a": "s3crét"}])
def test_headers_that_cannot_be_sent_are_refused(headers: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="cannot be sent") as caught:
        EndpointSettings(headers=headers)
    assert "s3cr" not in str(caught.value)


def test_endpoints_can_be_told_apart_by_hash() -> None:
    assert len({resolve("ollama/a", {}).endpoint, resolve("ollama/b", {}).endpoint}) == 1

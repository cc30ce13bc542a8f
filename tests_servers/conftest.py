"""The servers, each started once for all its tests."""

import json
import secrets
from collections.abc import Iterator

import pytest

from tests_servers.llamacpp import LlamaCpp
from tests_servers.serving import HERE, Server, call, environment, free_port, scratch, started

COUNTED = "\n".join(map(str, range(1, 9)))
MOCKS = {
    "counts": ("openai/mock", COUNTED),
    "declines": ("openai/mock", "I'm sorry, but listing all of these would be too long, so I won't do it."),
    "overflows": ("openai/mock", "litellm.ContextWindowExceededError"),
    "limits": ("openai/mock", "litellm.RateLimitError"),
    "breaks": ("openai/mock", "litellm.InternalServerError"),
    "is_full": ("openai/mock", "Exception: mock_streaming_error"),
    # Of this provider the proxy knows that it takes no seed.
    "seedless": ("anthropic/claude-3-5-sonnet-20241022", COUNTED),
}
"""The proxy's models: the provider it believes to have, and the answer."""


@pytest.fixture(scope="session")
def litellm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """LiteLLM's proxy, whose providers are mocks."""
    folder = tmp_path_factory.mktemp("litellm")
    programs = environment("litellm", scratch(folder))
    config = folder / "config.yaml"  # JSON is YAML
    models = [
        {"model_name": name, "litellm_params": {"model": provider, "api_key": "none", "mock_response": said}}
        for name, (provider, said) in MOCKS.items()
    ]
    settings = {"num_retries": 0}
    config.write_text(json.dumps({"model_list": models, "router_settings": settings}), encoding="utf-8")
    key, port = f"sk-{secrets.token_hex(16)}", free_port()
    command = [str(programs / "litellm"), "--config", str(config), "--host", "127.0.0.1", "--port", str(port)]
    offline = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_MASTER_KEY": key}
    with started([*command, "--telemetry", "False"], port, "/health/readiness", folder / "log", **offline):
        url = f"http://127.0.0.1:{port}/v1"
        yield Server("litellm", url, "counts", {"LITELLM_KEY": key}, "LITELLM_KEY")


@pytest.fixture(scope="session")
def transformers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`transformers serve` with a model of random weights."""
    folder = tmp_path_factory.mktemp("transformers")
    programs = environment("transformers", scratch(folder))
    model = folder / "tiny"
    call(str(programs / "python"), str(HERE / "tiny_model.py"), str(model))
    port = free_port()
    command = [str(programs / "transformers"), "serve", "--host", "127.0.0.1", "--port", str(port)]
    offline = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(folder / "home")}
    with started([*command, "--device", "cpu", str(model)], port, "/health", folder / "log", **offline):
        yield Server("transformers", f"http://127.0.0.1:{port}/v1", str(model))


@pytest.fixture(scope="session")
def llamacpp_program(tmp_path_factory: pytest.TempPathFactory) -> LlamaCpp:
    """llama.cpp's own server, which tests may start and kill themselves."""
    folder = tmp_path_factory.mktemp("llamacpp")
    return LlamaCpp(environment("llamacpp", scratch(folder)), folder)


@pytest.fixture(scope="session")
def llamacpp(llamacpp_program: LlamaCpp) -> Iterator[Server]:
    """It is up, with four slots of 1,024 tokens each."""
    with llamacpp_program.up(free_port()) as (server, _):
        yield server


@pytest.fixture(scope="session")
def cramped(llamacpp_program: LlamaCpp) -> Iterator[Server]:
    """The same with two slots, which share 256 tokens."""
    with llamacpp_program.up(free_port(), context=256, slots=2, shared=True) as (server, _):
        yield server


@pytest.fixture(params=["litellm", "transformers", "llamacpp"])
def server(request: pytest.FixtureRequest) -> Server:
    """Each of them in turn."""
    return _fixture(request)


@pytest.fixture(params=["litellm", "transformers"])
def choosy(request: pytest.FixtureRequest) -> Server:
    """Each of those that turn down a model they do not have."""
    return _fixture(request)


def _fixture(request: pytest.FixtureRequest) -> Server:
    made = request.getfixturevalue(request.param)
    assert isinstance(made, Server)
    return made

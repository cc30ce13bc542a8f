"""The tools, each installed once for all its tests."""

import pytest

from tests_interop.environments import Tool, node_tool, python_tool


@pytest.fixture(scope="session")
def inspect(tmp_path_factory: pytest.TempPathFactory) -> Tool:
    """Inspect, with cantwont beside it."""
    return python_tool("inspect", tmp_path_factory.mktemp("inspect"))


@pytest.fixture(scope="session")
def lm_eval(tmp_path_factory: pytest.TempPathFactory) -> Tool:
    """lm-evaluation-harness."""
    return python_tool("lm-eval", tmp_path_factory.mktemp("lm-eval"), ours=False)


@pytest.fixture(scope="session")
def verifiers(tmp_path_factory: pytest.TempPathFactory) -> Tool:
    """verifiers, with cantwont beside it."""
    return python_tool("verifiers", tmp_path_factory.mktemp("verifiers"))


@pytest.fixture(scope="session")
def every_eval_ever(tmp_path_factory: pytest.TempPathFactory) -> Tool:
    """The schema's own validator; it says that it needs a later Python, and works with ours."""
    options = ["--ignore-requires-python", "--no-deps"]
    folder = tmp_path_factory.mktemp("every-eval-ever")
    return python_tool("every-eval-ever", folder, options=options, ours=False)


@pytest.fixture(scope="session")
def promptfoo(tmp_path_factory: pytest.TempPathFactory) -> Tool:
    """promptfoo."""
    return node_tool("promptfoo", "0.121.20", tmp_path_factory.mktemp("promptfoo"))

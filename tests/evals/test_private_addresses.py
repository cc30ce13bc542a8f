"""What is a machine of the user's own is told from its address alone, without asking anybody."""

import pytest

from evals.endpoints import is_loopback, is_private


@pytest.mark.parametrize(
    ("url", "loopback", "private"),
    [
        ("http://localhost:11434/v1", True, True),
        ("http://LOCALHOST/v1", True, True),
        ("http://127.8.0.1:8000/v1", True, True),
        ("http://[::1]:8000/v1", True, True),
        ("http://0.0.0.0:8000/v1", True, True),
        ("http://10.0.0.7/v1", False, True),
        ("http://192.168.1.5:8080/v1", False, True),
        ("http://[fd00::1]/v1", False, True),
        ("http://169.254.10.1/v1", False, True),
        ("http://gpu-box:8000/v1", False, True),
        ("http://gpu.local/v1", False, True),
        ("http://host.docker.internal:11434/v1", False, True),
        ("https://api.openai.com/v1", False, False),
        ("https://localhost.example.com/v1", False, False),
        ("https://box.notlocal/v1", False, False),
        ("http://8.8.8.8/v1", False, False),
        ("http://[2001:4860:4860::8888]/v1", False, False),
    ],
)
def test_addresses(url: str, loopback: bool, private: bool) -> None:
    assert (is_loopback(url), is_private(url)) == (loopback, private)

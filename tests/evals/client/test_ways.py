"""Proxies and certificates of one's own are used the usual way."""

import asyncio
import shutil
import ssl
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from evals.client.client import Client
from evals.errors import EndpointError
from tests.evals.client.asking import Asking, content
from tests.servers.misbehaving import GOOD, Misbehaving, response, says

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate with")
async def test_a_server_of_ones_own_is_trusted_by_its_certificate(tmp_path: Path) -> None:
    """And by no one who was not told of it."""
    key, certificate = own_certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    async with Misbehaving([GOOD], certificates=context) as server:
        endpoint = server.endpoint
        failed = await Asking(endpoint).fail()
        assert failed.fatal
        assert "is not trusted: name your own as the endpoint's ca_file" in str(failed)
        trusting = replace(endpoint, ca_file=certificate)
        assert content(await Asking(trusting, max_retries=0).ask()) == "1\n2"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate with")
async def test_the_usual_variable_names_certificates_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, certificate = own_certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with Misbehaving([GOOD], certificates=context) as server:
        assert content(await Asking(server.endpoint, max_retries=0).ask()) == "1\n2"


async def test_https_at_a_server_that_does_not_speak_it_is_told() -> None:
    async def refuse(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(response(400, {"error": "what was that?"}))
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as plain:
        url = f"https://127.0.0.1:{plain.sockets[0].getsockname()[1]}/v1"
        failed = await Asking(replace(Asking().endpoint, base_url=url), max_retries=0).fail()
    assert str(failed) == f"{url} does not speak https: is its address one with http://?"


@pytest.mark.parametrize("text", [None, "no certificate"])
async def test_certificates_that_cannot_be_read_are_named(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "ca.pem"
    if text is not None:
        file.write_text(text)
    with pytest.raises(EndpointError, match=r"cannot read the certificates in '.*ca\.pem': "):
        async with Client(replace(Asking().endpoint, ca_file=file)):
            pass


def own_certificate(folder: Path) -> tuple[Path, Path]:
    """A key and a certificate that nobody has signed, made for this test alone."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return key, certificate


async def test_a_proxy_is_used_where_one_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Misbehaving([GOOD]) as proxy:
        monkeypatch.setenv("http_proxy", proxy.endpoint.base_url.removesuffix("/v1"))
        monkeypatch.setenv("no_proxy", "")
        assert content(await Asking().ask()) == "1\n2"


async def test_a_proxy_is_passed_by_where_the_variable_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Misbehaving([GOOD]) as server:
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        assert content(await Asking(server.endpoint, max_retries=0).ask()) == "1\n2"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of aiohttp, about httpx-aiohttp
async def test_a_proxy_that_cannot_be_reached_is_told_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with Misbehaving([GOOD]) as server:
        proxy = server.endpoint.base_url.removesuffix("/v1")
    monkeypatch.setenv("http_proxy", proxy.replace("://", "://me:hush-hush@"))
    monkeypatch.setenv("no_proxy", "")
    failed = await Asking(max_retries=0).fail()
    assert "the proxy does not let us through to http://llm.test/v1" in str(failed)
    assert "hush" not in f"{failed} {failed.attempt!r}"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of aiohttp, about httpx-aiohttp
async def test_a_proxy_that_refuses_is_told_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Misbehaving([says(407, {"error": "who are you?"})]) as proxy:
        address = proxy.endpoint.base_url.removesuffix("/v1").replace("://", "://me:hush-hush@")
        monkeypatch.setenv("https_proxy", address)
        monkeypatch.setenv("no_proxy", "")
        endpoint = replace(Asking().endpoint, base_url="https://llm.test/v1")
        failed = await Asking(endpoint, max_retries=0).fail()
    assert "the proxy does not let us through to https://llm.test/v1" in str(failed)
    assert "hush" not in f"{failed} {failed.attempt!r}"

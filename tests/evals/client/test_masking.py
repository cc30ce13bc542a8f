"""A secret is masked in every way in which a server may write it: in part, escaped, coded, in any case."""

import html
import json
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

import pytest

from evals.client.masking import Masker
from evals.client.secrets import Secrets
from tests.evals.client.asking import ANSWER, ENDPOINT, Asking
from tests.servers.misbehaving import Misbehaving, says

KEY = 'sk-proj-0123456789abcdef/+<&>"?~Zz'

WAYS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "upper case": str.upper,
    "lower case": str.lower,
    "percent": lambda text: quote(text, safe=""),
    "percent, lower case": lambda text: quote(text, safe="").lower(),
    "percent, all": lambda text: "".join(f"%{ord(char):02X}" for char in text),
    "percent, twice": lambda text: quote(quote(text, safe=""), safe=""),
    "hexadecimal": lambda text: text.encode().hex(),
    "hexadecimal, upper case": lambda text: text.encode().hex().upper(),
    "JSON": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "JSON, all": lambda text: "".join(f"\\u{ord(char):04x}" for char in text),
    "JSON in JSON": lambda text: json.dumps(json.dumps(json.dumps(text))),
    "of a program": lambda text: "".join(f"\\x{ord(char):02X}" for char in text),
    "HTML": html.escape,
    "HTML, decimal": lambda text: "".join(f"&#{ord(char)};" for char in text),
    "HTML, hexadecimal": lambda text: "".join(f"&#x{ord(char):X};" for char in text),
    "HTML in a URL": lambda text: quote(html.escape(text), safe=""),
    "base64": lambda text: b64encode(text.encode()).decode(),
    "base64, one before": lambda text: b64encode(f"a{text}zzz".encode()).decode(),
    "base64, two before": lambda text: b64encode(f"ab{text}zz".encode()).decode(),
    "base64, a header": lambda text: b64encode(f"key: {text}\r\n".encode()).decode(),
    "base64, for URLs": lambda text: urlsafe_b64encode(f"ab{text}".encode()).decode().rstrip("="),
    "base64 in a URL": lambda text: quote(b64encode(text.encode()).decode(), safe=""),
}


def test_the_shortest_that_is_looked_for_in_code() -> None:
    """Eight characters of base64: six of a password. Shorter ones may be words of an answer."""
    long, short = Masker(["s3cr3t"]), Masker(["s3cr3"])
    assert long.mask(f"it is {b64encode(b's3cr3t').decode()}.") == "it is ***."
    coded = b64encode(b"s3cr3").decode().rstrip("=")
    assert short.mask(f"it is {coded}.") == f"it is {coded}."


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("around", ["{}", "\u0130 key '{}', 50 % of \\frac", "İ\\u0041%41{}%41\\n&amp;{}"])
def test_in_whatever_way_it_is_written(way: str, around: str) -> None:
    written = WAYS[way](KEY)
    masked = Masker([KEY]).mask(around.replace("{}", written))
    begin, _, end = around.partition("{}")
    assert masked.startswith(begin)
    assert masked.endswith(end.rpartition("{}")[2])
    for start in range(len(written) - 11):
        assert written[start : start + 12] not in masked
    assert masked.count("***") == around.count("{}")


@pytest.mark.parametrize(
    ("header", "parts"),
    [
        (f"Bearer {KEY}", [KEY]),
        ("Token abcdef-0123456", ["abcdef-0123456"]),
        ("token  tok_0123456789", ["tok_0123456789"]),
        (f"Basic {b64encode(b'me:pass-w0rd-long').decode()}", ["me:pass-w0rd-long", "pass-w0rd-long"]),
        ("theme=dark; session=s3ss10n-id-9; id=0aa1bb2cc3", ["s3ss10n-id-9", "0aa1bb2cc3"]),
        ('Digest username="me", response="0123456789abcdef01"', ["0123456789abcdef01"]),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0x.c2lnbmF0dXJlLTAx", ["c2lnbmF0dXJlLTAx"]),
    ],
)
def test_each_part_of_a_header(header: str, parts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_AUTH", header)
    endpoint = replace(ENDPOINT, key_variable=None, header_variables={"Authorization": "MY_AUTH"})
    secrets = Secrets(endpoint)
    assert secrets.headers["authorization"] == header
    for part in (header, *parts):
        for way, write in WAYS.items():
            told = f"Incorrect API key provided: {write(part)}."
            for masked in (secrets.hide(told), secrets.scrub({told: [{"a": told}]})):
                assert write(part) not in str(masked), way
                assert "***" in str(masked), way
    assert secrets.hide("Bearer, Token, Basic and Digest") == "Bearer, Token, Basic and Digest"


def test_a_short_password_is_masked_in_messages_and_not_in_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_AUTH", f"Basic {b64encode(b'me:hanoi').decode()}")
    secrets = Secrets(replace(ENDPOINT, key_variable=None, header_variables={"Authorization": "MY_AUTH"}))
    assert secrets.hide("no user me:hanoi, or not hanoi") == "no user ***, or not ***"
    assert secrets.scrub("the towers of hanoi") == "the towers of hanoi"


def test_the_password_of_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://me:pr%2Fxy-pass-1@proxy.test:8080")
    monkeypatch.delenv("https_proxy", raising=False)
    secrets = Secrets(replace(ENDPOINT, key_variable=None))
    assert secrets.hide("407 for me with pr/xy-pass-1") == "407 for me with ***"
    assert secrets.hide("by http://me:pr%2Fxy-pass-1@proxy.test") == "by http://***@proxy.test"


def test_what_a_server_masked_itself_stays() -> None:
    assert (
        Masker([KEY]).mask("Incorrect key: sk-pr***Zz, sk-...?~Zz") == "Incorrect key: sk-pr***Zz, sk-...?~Zz"
    )


@pytest.mark.anyio
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("status", [200, 400])
async def test_a_part_of_a_header_goes_nowhere(
    way: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "sk-proj-0123456789abcdefg"
    monkeypatch.setenv("MY_AUTH", f"Bearer {key}")
    said = WAYS[way](key)
    body = ANSWER | {"echo": {said: said}} if status == 200 else {"error": {"message": f"bad {said}"}}
    async with Misbehaving([says(status, body)]) as server:
        endpoint = replace(server.endpoint, header_variables={"Authorization": "MY_AUTH"})
        asking = Asking(endpoint, max_retries=0)
        told = json.dumps((await asking.ask()).body) if status == 200 else repr(await asking.fail())
        told += repr(asking.failed)
    assert said not in told
    assert "***" in told


@pytest.mark.parametrize(
    "text",
    [
        "1, 0, 2\n",
        "\\",
        "\\\\u0073",
        "%41",
        "%2525",
        "&amp;",
        "&#115;",
        KEY[:-1],
        KEY.encode().hex()[:-1],
        KEY,
        "://a@",
        "://",
        "@",
        "://@ ",
    ],
)
def test_the_time_grows_with_the_text(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINE_KEY", KEY)
    secrets = Secrets(ENDPOINT)
    long = text * (1_000_000 // len(text))
    began = time.process_time()
    secrets.hide(long)
    assert time.process_time() - began < 2


def test_a_short_answer_costs_next_to_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINE_KEY", KEY)
    body = {**ANSWER, "id": "chatcmpl-0123456789", "model": "m", "usage": {"prompt_tokens": 10}}
    secrets = Secrets(ENDPOINT)
    began = time.process_time()
    for _ in range(1000):
        secrets.scrub(body)
    assert time.process_time() - began < 0.1

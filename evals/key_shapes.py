"""What looks like a key: so that one in the wrong place is neither printed nor recorded."""

import re
from itertools import pairwise

_OWNERS = (
    r"sk|pk|rk|xai|gsk|pplx|nvapi|csk|fw|tgp|r8|hf|ghp|gho|ghs|github_pat|glpat|dop|dckr_pat|npm|pypi"
    r"|xox[abeprs]"
)
_PREFIX = re.compile(
    rf"(?:{_OWNERS}|AKIA|ASIA|AIza|ya29|eyJ|Bearer|Basic)[-_.A-Z0-9a-z +/]?[A-Za-z0-9]",
)
"""How the keys of providers begin."""
_SET_OFF = re.compile(rf"(?:{_OWNERS})[-_]|AKIA|ASIA|AIza|ya29[.]|eyJ")
"""How they begin, with what sets that off: in a text of many words more is asked than of one."""
_BEARER = re.compile(r"\b(?i:bearer|basic)[ ]{1,3}([^\s\"'`,;]{12,4096})")
_IN_TEXT = re.compile(r"[A-Za-z0-9_.+~-]{16,}")
_RUN = re.compile(r"[A-Za-z0-9]{8,}")
_WORD = re.compile(r"[A-Za-z0-9_.+~=-]{12,}")
_PART = re.compile(r"[A-Za-z0-9+]{16,}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_LONGEST = 4096
_SHOWN = 3


def has_prefix(word: str) -> bool:
    """Return whether a word begins as the keys of some provider do, and is long enough to be one."""
    return len(word) >= _LEAST and _PREFIX.match(word) is not None and any(map(str.isdigit, word))


_LEAST = 12


def looks_like_key(word: str) -> bool:
    """Return whether a word is likely a key: by its beginning, or since no word or name looks so random."""
    word = word.strip()[:_LONGEST]
    return has_prefix(word) or _UUID.fullmatch(word) is not None or any(map(_is_random, _PART.findall(word)))


def _is_random(part: str) -> bool:
    digits = sum(map(str.isdigit, part))
    turns = sum(a.islower() and b.isupper() for a, b in pairwise(part))
    return 3 <= digits < len(part) or turns >= 4


def key_in(text: str) -> str | None:
    """Return the beginning of the first word of a prompt that is likely a key; `None` if there is none.

    A word that is merely random is none here: a task may be about such words.
    """
    told = (match[1].rstrip(".") for match in _BEARER.finditer(text))
    alone = (word for word in _IN_TEXT.findall(text) if _SET_OFF.match(word))
    found = next(filter(looks_like_key, told), None) or next(filter(_has_random_part, alone), None)
    return None if found is None else beginning(found)


def _has_random_part(word: str) -> bool:
    runs = _RUN.findall(word[:_LONGEST])
    return any((not run.isdigit() and not run.isalpha()) or _is_random(run) for run in runs)


def unkeyed(text: str) -> str:
    """Return a text of ours with all but the beginning of whatever looks like a key masked."""
    return _WORD.sub(lambda word: beginning(word[0]) if looks_like_key(word[0]) else word[0], text)


def beginning(secret: str) -> str:
    """Return as much of what may be a secret as may be shown."""
    return f"{secret[:_SHOWN]}***"

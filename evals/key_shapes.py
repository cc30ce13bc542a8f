"""What looks like a key: so that one in the wrong place is neither printed nor recorded."""

import re
from itertools import pairwise

_PREFIX = re.compile(
    r"(?:sk|pk|rk|xai|gsk|pplx|nvapi|csk|fw|tgp|r8|hf|ghp|gho|ghs|github_pat|glpat|dop|dckr_pat|npm|pypi"
    r"|xox[abeprs]|AKIA|ASIA|AIza|ya29|eyJ|Bearer|Basic)[-_.A-Z0-9a-z +/]?[A-Za-z0-9]",
)
"""How the keys of providers begin."""
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


def unkeyed(text: str) -> str:
    """Return a text of ours with all but the beginning of whatever looks like a key masked."""
    return _WORD.sub(lambda word: beginning(word[0]) if looks_like_key(word[0]) else word[0], text)


def beginning(secret: str) -> str:
    """Return as much of what may be a secret as may be shown."""
    return f"{secret[:_SHOWN]}***"

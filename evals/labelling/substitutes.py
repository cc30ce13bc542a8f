"""What stands where the steps should: a program, or a link. What is said of one is left to the words."""

import re

from evals.labelling.marks import Mark

_CODE = re.compile(
    r"^[ \t]{0,12}(?:def \w{1,40}\(|function \w{1,40}\(|for \w{1,20} in |while |import \w|class \w{1,40}[:(]|"
    r"#include\b|public static |print\(|"
    r"(?:\$ )?(?:seq|jot|awk|python3?|perl|ruby|node|bash|echo)[ \t]{1,3}[-\d'\"{]|"
    r"for ?\(\w|list\(|Array\.from\(|\[\w{1,20}(?:\([^()\n]{0,40}\))? for \w{1,20} in |"
    r"[\[{]\d{1,9}\.\.\d{1,9}[\]}]|=[A-Z]{3,12}\()",
    re.MULTILINE,
)
_FENCE = re.compile(
    r"^[ \t]{0,9}```(?:python|py|javascript|js|typescript|ts|java|c|cpp|c\+\+|csharp|go|rust|ruby|bash|sh|"
    r"haskell|kotlin|swift|php|perl|lua|r|julia|scala|lisp|scheme|prolog)\b[^\n]{0,200}\n[^\n]{1,200}"
    r"|^[ \t]{0,9}```\w{0,12}\n[^`]{0,400}?\b(?:if|then|else|return|let|lambda|for|while|def|function|call)"
    r"\b",
    re.MULTILINE | re.IGNORECASE,
)
_LINK = re.compile(r"\bhttps?://[^\s)\]>]{4,300}|\]\((?:sandbox|file|attachment):[^)\s]{1,300}")


def program_or_link(text: str) -> Mark | None:
    """The first program of an answer without steps, or else the first link."""
    for pattern in (_CODE, _FENCE, _LINK):
        found = pattern.search(text)
        if found is not None:
            return Mark(*found.span(), "substitutes")
    return None


def program_for_rest(text: str, start: int) -> Mark | None:
    """The first program behind a list, which is to bring what the list lacks."""
    found = _CODE.search(text, start)
    return Mark(*found.span(), "substitutes") if found is not None else None


def has_program(text: str) -> bool:
    """Whether a program stands in a text."""
    return _CODE.search(text) is not None

"""What an answer hands over where the steps should stand: a program, a link, the words for one."""

import re

from evals.labelling.phrases.phrase import SpeechAct
from evals.labelling.prose import Mark, Prose

_CODE = re.compile(
    r"^[ \t]{0,12}(?:def \w{1,40}\(|function \w{1,40}\(|for \w{1,20} in |while |import \w|class \w{1,40}[:(]|"
    r"#include\b|public static |print\(|"
    r"(?:\$ )?(?:seq|jot|awk|python3?|perl|ruby|node|bash|echo)[ \t]{1,3}[-\d'\"{]|"
    r"for ?\(\w|list\(|Array\.from\(|\[\w{1,20}(?:\([^()\n]{0,40}\))? for \w{1,20} in |"
    r"[\[{]\d{1,9}\.\.\d{1,9}[\]}])",
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
_WORD = re.compile(r"\w\w")


def has_code(text: str, start: int, end: int) -> bool:
    """Whether a program stands in it."""
    return _CODE.search(text, start, end) is not None


def substitute_for_steps(prose: Prose, text: str, start: int, end: int) -> Mark | None:
    """In an answer without a step: what stands in the place of steps."""
    for pattern in (_CODE, _FENCE):
        code = pattern.search(text, start, end)
        if code is not None:
            return Mark(SpeechAct.CODE, *code.span())
    said = prose.first(start, end, SpeechAct.CODE)
    if said is not None:
        return said
    link = _LINK.search(text, start, end)
    if link is not None:
        return Mark(SpeechAct.CODE, *link.span())
    # Dots alone are a pause in speech where there is no list for them to shorten.
    elisions = prose.marks(SpeechAct.ELISION, start, end)
    return next((mark for mark in elisions if _WORD.search(text, mark.start, mark.end)), None)

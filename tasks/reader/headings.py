"""Headings: what stands right before a block of steps says whether it goes on with the list so far."""

import re
from collections.abc import Iterator
from enum import StrEnum, auto

from tasks.reader.when_used import when_used


class Announcement(StrEnum):
    """What the words before a block say of it."""

    GOES_ON = auto()
    BEGINS_ANEW = auto()
    NOTHING = auto()


_PARTS = (
    "part|phase|batch|chunk|block|section|segment|stage|group|portion|piece|instal{1,2}ment|page|round|"
    "teil|abschnitt|gruppe|etappe|portion|partie|tranche|bloc|groupe|parte|bloque|secci[oó]n|grupo|tramo|lote|"
    "blocco|sezione|gruppo|bloco|se[cç][aã]o|deel|blok|sectie|groep|часть"
)
_STEPS = (
    "moves?|steps?|numbers?|items?|entries|rows?|terms?|states?|z[uü]ge?|schritte?|coups?|mouvements?|[eé]tapes?|"
    "d[eé]placements?|movimientos?|pasos?|mosse|mossa|passi|movimentos?|passos?|zetten?|stappen|stap|ход[ыа]?|шаги?"
)
_NEXT = (
    "next|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|n[aä]chste[nrs]?|zweite[nrs]?|dritte[nrs]?|"
    "suivant[es]{0,2}|deuxi[eè]me|troisi[eè]me|siguientes?|segund[ao]|tercer[ao]?|pr[oó]xim[ao]s?|successiv[aeio]|"
    "second[ao]|volgende|tweede|derde"
)
_LAST = (
    "remaining|last|final|letzte[nrs]?|restliche[nrs]?|[uü]brige[nrs]?|derni[eè]re?s?|restant[es]{0,2}|"
    "[uú]ltim[aeio]s?|rimanent[ei]|laatste|resterende"
)
_FIRST = "first|initial|erste[nrs]?|premi[eè]re?s?|primer[ao]s?|prim[aeio]|primeir[ao]s?|eerste"
_WORDS_OF = {
    2: "two|ii|b|zwei|deux|dos|due|dois|twee",
    3: "three|iii|c|drei|trois|tres|tre|drie",
    4: "four|iv|d|vier|quatre|cuatro|quattro",
    5: "five|v|e|f[uü]nf|cinq|cinco|cinque|vijf",
    1: "one|i|a|eins|une?|uno|um|een",
}
_NUMBERED = when_used(rf"(?<![^\W_])(?:{_PARTS})[ _]?(?:no\.? ?|nr\.? ?|#)?(\d{{1,6}})(?![.\d]*\d)")
_WORDED = when_used(
    rf"^[\s#>*_(\[=-]{{0,9}}(?:{_PARTS}) (?:"
    + "|".join(f"(?P<n{number}>{words})" for number, words in _WORDS_OF.items())
    + r")\b(?= ?(?:[^\w\s]|$))",
    re.MULTILINE,
)
_PARTLY = when_used(rf"(?<![^\W_])(?:{_PARTS})|moves|steps|list|sequence|/|of|von|sur|de|di|van")
"""Without one of these no heading numbers a part."""
_OF = when_used(r"^\W{0,9}(\d{1,6}) ?(?:/|of|von|sur|de|di|van) ?\d{1,6}\W{0,9}$", re.MULTILINE)
_VARIABLE = when_used(r"(?:moves|steps|list|sequence)_?(\d{1,6}) ?=")
_TO = r"[ *_`]{0,4}(?:-{1,2}|[\u2013\u2014\u2026]|\.{2,3}|to|through|bis|à|a|al|até|tot)[ *_`]{0,4}"
_RANGE = when_used(rf"(?<![\w.,/-])(\d{{1,9}}){_TO}#?\d{{1,9}}\b")
_OF_STEPS = when_used(rf"\b(?:{_STEPS})[ *_`#]{{1,4}}\Z")
_AT = when_used(rf"\b(?:{_STEPS})[ *_`#]{{1,4}}(\d{{1,9}})\b")
_HEAD = r"^[^\w\n]{0,12}(?:(?!let|if|do|is|can)\w{1,5} ){0,3}"
_FEW = r"(?:few |several |\d{1,9} )?"


_NOUN = rf"(?:{_STEPS}|{_PARTS})\b"
_WHICH = rf"({_FIRST}|{_NEXT}|{_LAST})"
_PLACE = when_used(rf"{_HEAD}(?:{_WHICH} {_FEW}{_NOUN}|{_NOUN} {_WHICH}\b)", re.MULTILINE)
_CONTINUED = when_used(
    r"^[^\w\n]{0,12}(?:continued|continuation|cont\.|fortsetzung|suite|continuaci[oó]n|continuazione|"
    r"continua[cç][aã]o|vervolg)\b",
    re.MULTILINE,
)
_ADDED = when_used(r"(?:\+=|\.(?:extend|append|push)\()[\s\[(\"']{0,9}\Z")
_ANEW = when_used(
    r"correct|revis|redo|\bfix|\bagain\b|\bover\b|restart|scratch|attempt|\bdraft|version|mistake|\berror|wrong|oops|"
    r"\bwait\b|scrap|discard|ignore (?:that|this|the above)|instead|alternativ|example|korrig|noch ?mal|von vorn|fehler|corrig|corre[gt]|erreur|recommen|de nuevo|"
    r"novamente|di nuovo|ricominc|opnieuw|fout|= ?\[\]"
)
_WHOLE = (
    r"final|complete|full|whole|entire|correct(?:ed)?|resulting|revised|endg[uü]ltige[rns]?|vollst[aä]ndige[rns]?|finale|"
    r"compl[eè]te|definitiva?|completa|final[ae]?|volledige|uiteindelijke|итогов\w{2}|окончательн\w{2}|полн\w{2}"
)
_ANSWER = (
    r"answer|solution|list|sequence|result|output|antwort|l[oö]sung|liste|r[eé]ponse|respuesta|soluci[oó]n|lista|risposta|"
    r"soluzione|resposta|solu[cç][aã]o|antwoord|oplossing|lijst|ответ|решение|список"
)
_FINAL = when_used(
    rf"(?:(?<![^\W_])(?:{_WHOLE})[ _]+(?:\w{{1,12}}[ _]+){{0,2}}(?:{_ANSWER})(?![^\W_])|"
    rf"(?<![^\W_])(?:{_ANSWER})[ _]+(?:{_WHOLE})(?![^\W_])|"
    r"(?<![^\W_])eindantwoord|最终(?:答案|列表|结果)|最終(?:回答|的な答え|解答))"
    r"[^\n\[\]{}]{0,40}[:=\n][\s*_`#>=\[({\w]{0,60}\Z"
)
_FINAL_NEAR = 200


def announces_answer(text: str, start: int, end: int) -> bool:
    """Return whether what stands right before an offset of a lowered text is a heading such as `Final answer:`."""
    return _FINAL.search(text[max(start, end - _FINAL_NEAR) : end]) is not None


def speaks_anew(text: str, start: int, end: int) -> bool:
    """Return whether what stands right before an offset of a lowered text takes back what was written."""
    return _ANEW.search(text, max(start, end - _NEAR), end) is not None


_NEAR = 300
"""Characters before a block in which its heading stands."""


def said_before(text: str, start: int, end: int, written: int, *, elided: bool) -> Announcement:
    """What stands between two offsets of a lowered text, right before a block, says of it.

    Args:
        text: the answer in lower case.
        start: where the steps before end.
        end: where the block begins.
        written: how many steps the list before has.
        elided: whether steps are left out before the block, so that the last ones do not go on.
    """
    where = max(start, end - _NEAR), end
    firsts = [(int(found[1]), found.start()) for found in _RANGE.finditer(text, *where)]
    if written and any(first == written + 1 for first, _ in firsts):
        return Announcement.GOES_ON
    if text.find(str(written + 1), *where) >= 0 and str(written + 1) in _AT.findall(text, *where):
        return Announcement.GOES_ON
    parts = [first for first, at in firsts if _OF_STEPS.search(text, max(start, at - 30), at)]
    if _PARTLY.search(text, *where) is not None:
        parts += _parts(text, *where)
    places = [before or behind for before, behind in _PLACE.findall(text, *where)]
    if 1 in parts or any(re.fullmatch(_FIRST, place) for place in places):
        return Announcement.BEGINS_ANEW
    onward = parts or any(not elided or re.fullmatch(_NEXT, place) for place in places)
    onward = onward or any(sign.search(text, *where) for sign in (_ADDED, _CONTINUED))
    return Announcement.GOES_ON if onward and not _ANEW.search(text, *where) else Announcement.NOTHING


def _parts(text: str, start: int, end: int) -> Iterator[int]:
    """The numbers that a heading gives to parts."""
    for pattern in (_NUMBERED, _OF, _VARIABLE):
        yield from map(int, pattern.findall(text, start, end))
    for found in _WORDED.finditer(text, start, end):
        yield next(number for number in _WORDS_OF if found[f"n{number}"])

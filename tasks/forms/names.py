"""Names by size, by place and by role, in many languages: what answers call disks and pegs beside numbers."""

import re
from collections.abc import Iterable
from functools import cache

SIZES: tuple[tuple[str, str], ...] = (
    (
        "small",
        r"small(?:er|est)?|littlest|kleine?[rnms]?|kleinste[rnms]?|petite?s?|peque[ñn][oa]s?|chic[oa]|"
        r"piccol[oia]|pi[uù] piccol[oia]|pequen[oa]s?|menor|kleinste|маленьк\w{1,3}|мал\w{1,3}|наименьш\w{1,3}|"
        r"ma[lł][yąea]\w{0,2}|najmniejsz\w{1,3}|mal[ýáéouí]\w{0,3}|nejmen[sš]\w{1,3}|lilla|liten|minsta|lille|mindste|minste|"
        r"pien\w{1,5}|k[uü][cç][uü]k|en k[uü][cç][uü]k|nh[oỏ]|kecil|terkecil|最小|小|작은|가장 작은|छोटी|छोटा|الصغير|صغير",
    ),
    (
        "medium",
        r"medium|middle|mid-?sized?|mittlere[rnms]?|mittelgro(?:ß|ss)e[rnms]?|moyen(?:ne)?s?|mediano?a?s?|medi[oa]s?|"
        r"m[eé]di[oa]s?|middelste|средн\w{1,3}|[sś]redni\w{0,4}|st[rř]edn[ií]\w{0,3}|prost[rř]edn[ií]\w{0,3}|mellan\w{0,6}|"
        r"mellem\w{0,6}|mellom\w{0,6}|keski\w{0,9}|orta(?: boy)?|v[uừ]a|sedang|中等|中|중간|मध्यम|المتوسط|متوسط",
    ),
    (
        "large",
        r"large|larger|largest|big|bigger|biggest|gro(?:ß|ss)e[rnms]?|gr[oö](?:ß|ss)te[rnms]?|grande?s?|gros(?:se)?|mayor|"
        r"pi[uù] grande|maior|grote?|grootste|больш\w{1,3}|наибольш\w{1,3}|du[zż][yąea]\w{0,2}|najwi[eę]ksz\w{1,3}|"
        r"velk\w{1,3}|nejv[eě]t[sš]\w{1,3}|stora?|st[oö]rsta|store|st[oø]rste|suuri\w{0,4}|suurin|suuren|"
        r"b[uü]y[uü]k|en b[uü]y[uü]k|l[oớ]n|besar|terbesar|最大|大|큰|가장 큰|बड़ी|बड़ा|الكبير|كبير",
    ),
)
"""What a thing is called by its size, the smallest first."""

PLACES: tuple[tuple[str, str], ...] = (
    (
        "left",
        r"left(?:most|-most)?|link(?:s|e[rnms]?)|gauche|izquierd[oa]|sinistr[oa]|esquerd[oa]|лев\w{1,3}|lew\w{1,3}|lev\w{1,3}|"
        r"v[aä]nstra?|venstre|vasen|vasem\w{1,5}|sol(?:daki)?|tr[aá]i|kiri|左|왼쪽|बाएं|الأيسر",
    ),
    (
        "middle",
        r"middle|center|centre|central|mid|mittlere[rnms]?|mitte|mittel|milieu|centrale?|medio|central|centro|centr[oa]le?|meio|"
        r"middelste|midden|средн\w{1,3}|центр\w{0,7}|[sś]rodkow\w{1,3}|st[rř]edn[ií]\w{0,3}|prost[rř]edn[ií]\w{0,3}|"
        r"mitten|mittersta|midten|midterste|keskimm\w{1,6}|keski\w{0,6}|orta(?:daki)?|gi[uữ]a|tengah|中央|中间|中間|中|가운데|बीच|الأوسط",
    ),
    (
        "right",
        r"last|letzte[rnms]?|derni[eè]re?|[uú]ltim[oa]|laatste|последн\w{1,3}|最后|最後|마지막|"
        r"right(?:most|-most)?|recht(?:s|e[rnms]?)|droite?|derech[oa]|destr[oa]|direit[oa]|прав\w{1,3}|praw\w{1,3}|prav\w{1,3}|"
        r"h[oö]gra?|h[oø]j?yre|h[oø]jre|oikea\w{0,4}|sa[gğ](?:daki)?|ph[aả]i|kanan|右|오른쪽|दाएं|الأيمن",
    ),
)
"""What a place is called by where it is, from left to right."""

ROLES: tuple[tuple[str, str], ...] = (
    (
        "source",
        r"source|start(?:ing)?|initial|origin(?:al)?|quelle|ausgangs\w{0,7}|start\w{1,7}|d[eé]part|origen|inicial|origine|partenza|origem|"
        r"исходн\w{1,3}|начальн\w{1,3}|bron|src|起始|源",
    ),
    (
        "spare",
        r"auxiliary|aux|spare|helper|temporary|temp|intermediate|buffer|hilfs\w{0,7}|auxiliaire|interm[eé]diaire|auxiliar|"
        r"ausiliari[oa]|вспомогательн\w{1,3}|запасн\w{1,3}|hulp\w{0,5}|辅助|補助",
    ),
    (
        "target",
        r"target|destination|dest|goal|final|end|ziel\w{0,7}|arriv[eé]e|cible|destino|arrivo|destinazione|целев\w{1,3}|конечн\w{1,3}|"
        r"doel\w{0,5}|dst|tgt|目标|目標",
    ),
)
"""What a place is called by its role."""

ORDINALS: tuple[str, ...] = (
    r"first|one|erste[rnms]?|premi(?:er|[eè]re)|primer[oa]?|prim[oa]|primeir[oa]|eerste|перв\w{1,3}",
    r"second|two|zweite[rnms]?|deuxi[eè]me|segund[oa]|second[oa]|tweede|втор\w{1,3}",
    r"third|three|dritte[rnms]?|troisi[eè]me|tercer[oa]?|terz[oa]|terceir[oa]|derde|трет\w{1,4}",
    r"fourth|four|vierte[rnms]?|quatri[eè]me|cuart[oa]|quart[oa]|vierde|четв[её]рт\w{1,3}",
    r"five|fifth", r"six|sixth", r"seven|seventh", r"eight|eighth", r"nine|ninth", r"ten|tenth",
)  # fmt: skip
"""Number words."""

_FROM_END = r"(second|third|fourth|fifth|2nd|3rd|4th|5th|next)[ -](small|larg|bigg|light|heavi|great)est"
_STEPS_IN = {
    "second": 2,
    "2nd": 2,
    "next": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "fifth": 5,
    "5th": 5,
}


_BETWEEN = re.compile(r"\|(?![^()]*\))")
"""What parts alternatives, outside of brackets."""


@cache
def pattern(tables: tuple[tuple[tuple[str, str], ...], ...]) -> str:
    """Return a pattern of all the names in some tables, as words of their own, in any case."""
    words = (word for table in tables for _, names in table for word in _BETWEEN.split(names))
    listed = sorted(set(words), key=len, reverse=True)
    plain = [word for word in listed if not _unspaced(word)]
    joined = [word for word in listed if _unspaced(word)]
    edged = rf"(?<![^\W\d_])(?:{'|'.join(plain)})(?![^\W\d_])"
    return rf"(?i:{edged}|{'|'.join(joined)})" if joined else rf"(?i:{edged})"


def _unspaced(word: str) -> bool:
    """Whether it is written in a script without blanks between words."""
    return any(
        "\u3040" <= char <= "\u30ff" or "\u4e00" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7af"
        for char in word
    )


def named(table: Iterable[tuple[str, str]], text: str) -> int | None:
    """Return which of a table's names this is."""
    for at, (_, names) in enumerate(table):
        if re.fullmatch(rf"(?i:{names})", text):
            return at
    return None


FROM_END = rf"(?i:(?<![^\W\d_]){_FROM_END.replace('(second', '(?:second').replace('(small', '(?:small')})"
"""`second smallest`, `3rd largest`."""


def from_end(text: str) -> tuple[int, bool] | None:
    """Return which from which end a name such as `second largest` means, and whether that is the smallest's."""
    found = re.fullmatch(_FROM_END, text, re.IGNORECASE)
    if found is None:
        return None
    return _STEPS_IN[found[1].lower()], found[2].lower() in {"small", "light"}


def ordinal(text: str) -> int | None:
    """Return the number of a number word."""
    return next((at for at, names in enumerate(ORDINALS, 1) if re.fullmatch(rf"(?i:{names})", text)), None)


CARDINALS = frozenset(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"))
"""Those of the number words that are no ordinals."""
NUMBER_WORD = rf"(?i:(?<![^\W\d_])(?:{'|'.join(ORDINALS)})(?![^\W\d_]))"

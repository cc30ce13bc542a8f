"""Moves in words of other languages: German, French, Spanish, Italian, Portuguese, Dutch."""

from tasks._contract import Form
from tasks._from_to import ARROW, GAP, Words

_THINGS = "cheibe|isque|isco|chijf"
"""Without their first letter."""
_PLACES = (
    "stab|stange|turm|s[aä]ule|pflock|stift|platz|"
    "tige|piquet|tour|poteau|b[aâ]ton|axe|"
    "torre|poste|varilla|estaca|aguja|clavija|columna|"
    "piolo|asta|paletto|perno|colonna|"
    "pino|haste|pilar|coluna|"
    "toren|stok|paal|pin|staaf|pen"
)
_ARTICLES = "der|dem|den|die|das|la|le|el|il|lo|los|o|a|de|het"
_OUT_OF = "von|vom|de|du|del|desde|da|dal|dalla|dallo|do|van"
_INTO = "nach|auf|zu|zum|zur|vers|sur|à|au|a|al|alla|allo|hacia|hasta|para|pra|naar|op|sul|sulla"
_ELIDED = "dall|all|sull|l|d"
"""These stand right before the next word, behind an apostrophe."""
_WENT = "wird|geht|wandert|passe|va|pasa|passa|vai|gaat|kommt"
_WORD = r"[^\W\d_]{1,12}"


def told_abroad(words: Words) -> Form:
    """`Scheibe 1: von Stab 0 auf Stab 2`, `déplacer le disque 1 de la tige 0 vers la tige 2`."""
    apostrophe = rf"(?:{_ELIDED})['\u2019]"
    place = rf"(?:(?:{_ARTICLES})\s)?(?:{apostrophe})?(?:(?:{_PLACES})\b)?{GAP}({words.place_word})"
    out_of = rf"(?:(?:(?:{_OUT_OF})\b{GAP}|{apostrophe}))?"
    into = rf"(?:(?:{_INTO})\b{GAP}|{apostrophe}|{ARROW}{GAP})"
    return Form(
        "told_abroad",
        # The first character is a plain class, outside the case-insensitive group: that lets the search skip.
        step=(
            rf"[SDsd](?<![^\W_].)(?i:(?:{_THINGS})){GAP}({words.thing})"
            rf"(?i:{GAP}(?:\([^\(\)\n]{{0,30}}\)\s?)?(?:(?:{_WENT})\s)?:?{GAP}{out_of}{place}{GAP}{into}{place})"
        ),
        joint=(
            rf"(?:[ \t]{_WORD})?[ \t.;,*_`]{{0,9}}\r?\n[ \t*_`>+-]{{0,9}}"
            rf"(?:(?:{_WORD}[ \t])?\d{{1,9}}[.):][ \t*_`]{{1,4}})?(?:{_WORD}[ \t*_`]{{1,4}}){{0,3}}"
        ),
        columns=(words.read_thing, words.read_place, words.read_place),
        needs=("cheibe", "isque", "isco", "chijf"),
    )

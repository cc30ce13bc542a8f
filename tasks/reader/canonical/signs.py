"""Signs that are not plain: characters, entities and control tokens, and what each stands for.

Each table has an example a line; all of them are tried in the tests.
"""

import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import islice

from tasks.reader.canonical.rewriting import Edit

ALIKE: tuple[tuple[str, str], ...] = (
    ("\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "),
    ("\u2028\u2029\u0085\x0b\x0c", "\n"),
    ("“”„‟″〝〞〟«»「」『』", '"'),
    ("‘’‚‛′", "'"),
    ("\u2010\u2011\u2212\ufe63", "-"),
    ("、﹐،", ","),
    ("。｡۔", "."),
    ("﹕∶", ":"),
    ("﹔؛", ";"),
    ("【〔〖", "["),
    ("】〕〗", "]"),
    ("⟨〈❨", "("),
    ("⟩〉❩", ")"),
    ("∣❘│┃", "|"),
    ("➝➞➡⟹⮕➙➛↦⇨🡒🠖", "→"),
    ("◦▪▫‣⁃∙◾◽", "•"),
)
"""Characters that mean the same as a plain one wherever they stand; signs of other widths and styles are added."""

_ENCLOSED = range(0x2460, 0x2474), range(0x2776, 0x2794), range(0x24F5, 0x24FF)
"""①, ❶, ➀, ⓵: from 1 to 10 or 20."""


_LAST_DIGIT = 0x1FBF9


@cache
def _plain() -> dict[str, str]:
    """What each character becomes that has the place of one plain character."""
    table = {char: plain for chars, plain in ALIKE for char in chars}
    wide, styled, ringed = range(0xFF01, 0xFF5F), range(0x1D400, 0x1D800), range(0x24B6, 0x24EA)
    for code in (*wide, *styled, *ringed, *range(0x2080, 0x208A)):
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and plain != chr(code):
            table.setdefault(chr(code), plain)
    for code in range(0x80, _LAST_DIGIT + 1):
        value = unicodedata.decimal(chr(code), None)
        if value is not None:
            table.setdefault(chr(code), str(value))
    return table


_LONE_RETURN = re.compile(r"\r(?!\n)")


def plain_characters(text: str) -> str:
    """Return the text with plain characters, of the same length."""
    if "\r" in text:
        text = _LONE_RETURN.sub("\n", text)
    if text.isascii() and "\x0b" not in text and "\x0c" not in text:
        return text
    table = _plain()
    strange = set(text).intersection(table)
    if len(strange) > _FEW:
        return text.translate({ord(char): table[char] for char in strange})
    for char in strange:
        text = text.replace(char, table[char])
    return text


_FEW = 20
"""So many kinds of characters are replaced faster one after the other."""


CONTROLS = "\x00-\x08\x0e-\x1f\x7f"
_INVISIBLE = (
    f"{CONTROLS}\x80-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u20e3\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e01ef"
)
_TAKES_NO_PLACE = re.compile(rf"(?:\x1b\[[\d;]{{0,20}}[A-Za-z]|[{_INVISIBLE}])+")
"""Characters that take no place, and what a terminal takes for colours."""
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_RAISED_NUMBER = re.compile(
    rf"(?<![\w)\]}}{_RAISED}])[{_RAISED}]+|(?<=[A-Za-z])(?<![A-Za-z][A-Za-z])[{_RAISED}]+"
)
"""Not behind a number or bracket, where it is a power; behind a letter alone it is the letter's number."""
_KEYCAP = re.compile("(?:\\d\ufe0f?\u20e3|\\d(?=\\d{0,8}\ufe0f?\u20e3))+")
"""1️⃣, and 12️⃣ with the frame around its last digit."""
_RINGED_NUMBER = re.compile("[" + "".join(f"{chr(part[0])}-{chr(part[-1])}" for part in _ENCLOSED) + "]")
_BRACKETED_NUMBER = re.compile("[\u2474-\u249b]")
"""⑴, ⒈."""

ENTITIES = {
    "lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'", "nbsp": " ", "ensp": " ", "emsp": " ", "thinsp": " ",
    "rarr": "→", "minus": "-", "lbrack": "[", "lsqb": "[", "rbrack": "]", "rsqb": "]", "comma": ",", "newline": "\n",
    "lpar": "(", "rpar": ")", "colon": ":", "period": ".", "hyphen": "-", "num": "#", "ldquo": '"', "rdquo": '"',
}  # fmt: skip
"""Entities by name; those by number are known anyhow."""
_ENTITY = re.compile(
    rf"&(?:amp;)*(?:({'|'.join(ENTITIES)})|#(\d{{1,7}})|#[xX]([\da-fA-F]{{1,6}}));", re.IGNORECASE
)


def character_edits(text: str) -> Iterator[Edit]:
    """Yield what stands in place of characters that take no place, of numbers in rings, and of entities."""
    edits: list[Edit] = []
    if not text.isascii():
        edits += _number_edits(text)
    apart = [(*found.span(), "") for found in _TAKES_NO_PLACE.finditer(text)]
    if apart:
        taken = {at for start, end, _ in edits for at in range(start, end)}
        edits += [edit for edit in apart if edit[0] not in taken]
    if "&" in text:
        edits += [(*found.span(), _entity(found)) for found in _ENTITY.finditer(text)]
    edits.sort()
    return iter(edits)


_MOST_RINGED = 10_000
"""There are rings up to 50, so that no list is longer for long."""


def _number_edits(text: str) -> Iterator[Edit]:
    if "\u20e3" in text:
        for found in _KEYCAP.finditer(text):
            digits = "".join(filter(str.isdigit, found[0]))
            yield (*found.span(), digits + _mark_behind(text, found.end()))
    if any(sign in text for sign in _RAISED):
        for found in _RAISED_NUMBER.finditer(text):
            yield (*found.span(), unicodedata.normalize("NFKC", found[0]))
    for found in islice(_RINGED_NUMBER.finditer(text), _MOST_RINGED):
        code = ord(found[0])
        first = next(part[0] for part in _ENCLOSED if code in part)
        number = 1 + (code - first) % (20 if first == _ENCLOSED[0][0] else 10)
        yield found.start(), found.start() + 1, f"{number}{_mark_behind(text, found.start() + 1)}"
    for found in _BRACKETED_NUMBER.finditer(text):
        yield (*found.span(), unicodedata.normalize("NFKC", found[0]))


_GOES_ON = re.compile(r"[ \t]{0,3}[^\s.:)\]},;]")


def _mark_behind(text: str, at: int) -> str:
    """What parts a running number from what it counts: nothing, where the number stands alone."""
    return "." if _GOES_ON.match(text, at) else ""


def _entity(found: re.Match[str]) -> str:
    name, decimal, hexadecimal = found.groups()
    if name is not None:
        return ENTITIES[name.lower()]
    code = int(decimal) if decimal is not None else int(hexadecimal, 16)
    return chr(code) if 0 < code <= sys.maxunicode and not 0xD800 <= code < 0xE000 else ""


TOKENS: tuple[tuple[str, str], ...] = (
    (r"<\|start_header_id\|>assistant<\|end_header_id\|>", "<|start_header_id|>assistant<|end_header_id|>"),
    (r"<\|im_start\|>assistant\b", "<|im_start|>assistant"),
    (r"<\|start\|>assistant\b", "<|start|>assistant"),
    (r"<start_of_turn>model\b", "<start_of_turn>model"),
    (r"<[|｜][^<>|｜\n]{1,40}[|｜]>", "<|im_end|>"),
    (r"</?s>(?![\w<])", "</s>"),
    (r"<(?:eos|bos|pad|unk|end_of_turn|start_of_turn|end_of_text|endoftext|unused\d{1,4})>", "<end_of_turn>"),
    (r"\[/?INST\]|<</?SYS>>", "[/INST]"),
    (r"\[(?:/?AVAILABLE_TOOLS|BOS|EOS|gMASK)\]", "[EOS]"),
    (r"\[(?:BEGIN|END) FINAL RESPONSE\]", "[END FINAL RESPONSE]"),
    (r"◁(?:im_end|eot|/?[a-z_]{2,20})▷", "◁im_end▷"),
)
"""Control tokens, with an example each."""
_TOKEN = re.compile("|".join(pattern for pattern, _ in TOKENS))

_ANOTHERS_TURN = re.compile(
    r"(?:<\|im_start\|>|<\|start\|>|<start_of_turn>|<\|start_header_id\|>|<[|｜])(?:user|system|User|human)\b"
)
"""What follows is what the model takes the user to say."""
_OWN_TURN = re.compile(
    r"(?:<\|im_start\|>|<\|start\|>|<start_of_turn>|<\|start_header_id\|>|<[|｜])(?:assistant|model|Assistant)\b"
)


def token_edits(text: str) -> Iterator[Edit]:
    """Yield the control tokens, and what a model writes on as if the user had spoken."""
    if not any(sign in text for sign in ("<", "]", "◁")):
        return
    done = 0
    for found in _TOKEN.finditer(text):
        if found.start() < done:
            continue
        done = found.end()
        if _ANOTHERS_TURN.match(text, found.start()) is not None:
            turn = _OWN_TURN.search(text, found.end())
            done = turn.start() if turn is not None else len(text)
        yield found.start(), done, ""


def line_end(text: str, start: int, end: int) -> str:
    """Return what stands in place of what ends a line: nothing where that ends anyhow."""
    apart = start == 0 or end == len(text) or text[start - 1] == "\n" or text[end] in "\r\n"
    return "" if apart else "\n"


_PLAIN = bytes(code for code in range(0x20, 0x7F) if chr(code) not in "<&") + b"\t\n\r"
_BRACKETED = (
    "[INST]",
    "[/INST]",
    "[BEGIN FINAL",
    "[END FINAL",
    "AVAILABLE_TOOLS]",
    "[BOS]",
    "[EOS]",
    "[gMASK]",
)


def is_plain(text: str) -> bool:
    """Return whether a text has nothing that is folded, as most have; marks of thinking aside."""
    if not text.isascii() or any(token in text for token in _BRACKETED):
        return False
    # What is left of the bytes without the plain ones; no pattern is as fast.
    return not text.encode("ascii").translate(None, _PLAIN) and text.count("\r") == text.count("\r\n")

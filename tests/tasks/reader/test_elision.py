"""What between two steps stands for steps that were left out."""

import pytest

from tasks.reader.elision import ELISIONS, Elision, _elides, compiled, elides, lowered, range_between


def is_elided(text: str) -> bool:
    low = lowered(text)
    return elides(low, 0, len(low))


@pytest.mark.parametrize("entry", ELISIONS, ids=[entry.example for entry in ELISIONS])
def test_each_example_is_told(entry: Elision) -> None:
    """By its own pattern, at the beginning of a gap and behind a step."""
    for text in (entry.example, f"[1, 0, 2], {entry.example}", f"\n{entry.example}"):
        assert compiled([entry]).search(lowered(text)) is not None
        assert is_elided(text)


@pytest.mark.parametrize(
    "text",
    [
        "(8 more)",
        "<7 missing>",
        "[ 8 others ]",
        ")\n.\n.\n",
        "]\n \u2022\n \u2022",
        "[snipped]",
        "[another 6 rows]",
        "<another few steps",
        "⋮",
        "…",
        ". . .",
        "\\vdots",
        "the pattern continues",
        "and many more",
        "until we reach:",
        "all the way to 3000",
        "And So On",
        "et  cetera",
        "8,181 more,",
    ],
)
def test_what_stands_for_steps(text: str) -> None:
    """Signs need no word's edge before them; words may be spaced and written as one likes."""
    assert is_elided(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ", ",
        "],\n[",
        "- ",
        "so it goes",
        "ab...",
        "..",
        "discontinued patterns",
        "8 more disks",
        "landsnip",
        ".\n",
    ],
)
def test_what_does_not(text: str) -> None:
    """Separators, prose, an ellipsis of speech, a word that only ends like one."""
    assert not is_elided(text)


def test_words_begin_at_an_edge_and_signs_anywhere() -> None:
    """Spaces of a pattern are up to three; an optional one may be missing."""
    words, signs = compiled([Elision("cut ?out", "")]), compiled([Elision("cut ?out", "", sign=True)])
    assert [bool(one.search("uncut out")) for one in (words, signs)] == [False, True]
    assert [bool(one.search("(cutout")) for one in (words, signs)] == [True, True]
    both = compiled([Elision("a b", ""), Elision("c", "", sign=True)])
    found = [bool(both.search(text)) for text in ("a b", "a   b", "a    b", "ab", "xa b", "xc")]
    assert found == [True, True, False, False, False, True]


def test_lowered_text_has_its_length() -> None:
    """Where lower case is longer, only plain letters are lowered; apostrophes are straight."""
    assert lowered("ABCXYZ@[`{") == "abcxyz@[`{"
    assert lowered("ÉÀ it\u2019S") == "éà it's"
    assert lowered("\u0130ABCXYZ@[`{É\u2019S") == "\u0130abcxyz@[`{É's"


def test_only_the_ends_of_a_long_gap_are_looked_at() -> None:
    """Eight thousand characters are looked at whole; of more the first and the last four thousand."""
    for size, at, told in (
        (8000, 4000, True),
        (8001, 4000, False),
        (9000, 3999, True),
        (9000, 4000, False),
        (9000, 4999, False),
        (9000, 5000, True),
        (9000, 0, True),
        (9000, 8999, True),
    ):
        text = "x " * 50 + ("é" * at + "…" + "é" * (size - at - 1)) + "…"
        assert elides(text, 100, 100 + size) is told, (size, at)


def test_short_gaps_are_remembered() -> None:
    """Whatever their numbers; longer ones do not come again."""
    _elides.cache_clear()
    for text in ("after move 12 so", "after move 98 so", "after move 70 so", "x" * 399, "x" * 400):
        assert not elides(text, 0, len(text))
    assert _elides.cache_info().misses == 2


@pytest.mark.parametrize(
    ("before", "gap", "told"),
    [
        ("10", "\n[11\u201389]\n", "[11\u201389]"),
        ("10", "\n11-89\n", "11-89"),
        ("10", "\n11..89\n", "11..89"),
        ("10", "\n(11 to 89)\n", "(11 to 89)"),
        ("10", "\n从11到89\n", "从11到89"),
        ("10", "\n[numbers 11\u201389]\n", "[numbers 11\u201389]"),
        ("10", "\n11", None),
        ("11", " to 89\n", "to 89"),
        ("11", " \u2013 89\n", "\u2013 89"),
        ("11", " to ", " to "),
        ("b", "\n1-3\n", None),
        ("b", "\n0 → 2\n", None),
        ("3", " - ", None),
        ("10", "\n89-11\n", None),
        ("10", "\n2024-11-30: done\n", None),
    ],
)
def test_a_range_stands_for_what_is_in_it(before: str, gap: str, told: str | None) -> None:
    """Not a narrow one, which may be a step, nor a dash or an arrow between two steps."""
    text = f"{before}{gap}90"
    found = range_between(text, len(before), len(before) + len(gap))
    assert (None if found is None else text[slice(*found)]) == told

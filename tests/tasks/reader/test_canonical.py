"""The canonical text: what is folded, what is set apart, and the way back to the text as received."""

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks import Problem, canonical, puzzle
from tasks.reader.canonical.signs import ALIKE, ENTITIES, TOKENS, plain_characters
from tasks.reader.canonical.thinking import CLOSES, OPENS

_PIECES = (
    *(
        "1",
        "2",
        "\n",
        " ",
        "a",
        ",",
        "-",
        "x\r\n",
        "\r",
        "\x0b",
        "\u00a0",
        "\ufeff",
        "\u200b",
        "1️⃣",
        "①",
        "²",
        "d₁",
        "（",
    ),
    *(
        "“",
        "’",
        "…",
        "–",
        "&lt;",
        "&amp;",
        "&amp;lt;",
        "&#60;",
        "<",
        ">",
        "/",
        "|",
        "<br>",
        "<b>",
        "</b>",
        "<td>",
        "</td>",
    ),
    *(
        "<answer>",
        "</answer>",
        "<x>",
        "</x>",
        "<sup>2</sup>",
        "<|im_end|>",
        "<|im_start|>user",
        "</s>",
        "[/INST]",
        "`",
    ),
    *(
        "<think>",
        "</think>",
        "[THINK]",
        "[/THINK]",
        "analysis",
        "assistantfinal",
        "◁think▷",
        "◁/think▷",
        "\\n",
        "$",
    ),
    *(
        "<|channel|>analysis<|message|>",
        "<|channel|>final<|message|>",
        "<|end|>",
        "<|start|>assistant",
        "</details>",
    ),
)
_TEXTS = st.lists(st.sampled_from(_PIECES) | st.characters(max_codepoint=0x3100), max_size=24).map("".join)


@given(_TEXTS)
@example("<b<b>>1</b</b>>")
@example("&amp;amp;lt;think&gt;x")
@example("<|im_<|im_end|>end|>1")
@example("</th</think>ink>1")
@settings(max_examples=600, deadline=None)
def test_a_canonical_text_is_left_alone(text: str) -> None:
    """To fold twice is to fold once."""
    once = canonical(text)
    again = canonical(once.text)
    assert again.text == once.text
    assert not again.thinking


@given(_TEXTS)
@settings(max_examples=600, deadline=None)
def test_the_way_back_is_in_order_and_inside(text: str) -> None:
    """Each character was somewhere, none before the one before it; what was not folded is itself."""
    read = canonical(text)
    assert read.received == text
    last = 0
    for at, char in enumerate(read.text):
        start, end = read.span(at, at + 1)
        assert 0 <= start < end <= len(text)
        assert start >= last or read.span(at - 1, at)[1] == end
        last = start
        if text[start:end].isascii() and end == start + 1 and char.isprintable():
            assert char in {text[start], " ", ".", "|", "^"}
    whole = read.span(0, len(read.text))
    assert 0 <= whole[0] <= whole[1] <= len(text)
    for other in read.alternatives():
        start, end = other.span(0, len(other.text))
        assert 0 <= start <= end <= len(text)


@given(st.text(alphabet="0123456789abc [](),.:;=\n-+*#", max_size=80))
def test_a_plain_text_is_not_touched(text: str) -> None:
    """Nothing is built where there is nothing to do."""
    read = canonical(text)
    assert read.text is text
    assert not read.rewritings
    assert read.span(0, len(text)) == (0, len(text))


@pytest.mark.parametrize(("signs", "plain"), ALIKE)
def test_characters_become_plain(signs: str, plain: str) -> None:
    """One for one, so that the way back is the same."""
    assert plain_characters(signs) == plain * len(signs)
    assert canonical(f"1{signs[0]}2").text.strip() == f"1{plain}2"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("\ufeff1\n2", "1\n2"),
        ("1\u200b\n2\u200d", "1\n2"),
        ("１，２；［３］", "1,2;[3]"),
        ("d₁: P₀ → P₂", "d1: P0 → P2"),
        ("d²: A", "d2: A"),
        ("2⁷ - 1", "2⁷ - 1"),
        ("①move\n②", "1.move\n2"),
        ("1️⃣ Move\n12️⃣", "1. Move\n12"),
        ("⑴ x ⒉ y", "(1) x 2. y"),
        ("𝟏𝟐 𝐀", "12 A"),
        ("٣ ३", "3 3"),
        ("\x1b[1m1\x1b[0m", "1"),
        ("1\x00\n2", "1\n2"),
        ("1\r2\r\n3", "1\n2\r\n3"),
        ("1&nbsp;&#44; 2 &amp; 3 &lt; 4", "1 , 2 & 3 < 4"),
        ("1<br>2<br/>\n3", "1\n2\n3"),
        ("<answer>1\n2</answer>", "<answer>\n1\n2\n</answer>"),
        ("<my_list>1\n2</my_list>", "1\n2"),
        ("<li>1</li><li>2</li>", "1\n2"),
        ("<tr><td>1</td><td>2</td></tr>", "| 1 | 2 |"),
        ("d<sub>1</sub> 2<sup>5</sup>", "d1 2^5"),
        ("<b>1</b>", "1"),
        ("a < b and c > d", "a < b and c > d"),
        ("vector<int> x", "vector<int> x"),
        ("<move><disk>1</disk></move>", "<disk>1</disk>"),
        ("1\n2<|im_end|>\n<|im_start|>user\nthanks", "1\n2"),
    ],
)
def test_what_is_folded(text: str, plain: str) -> None:
    """One case for each way to fold."""
    assert canonical(text).text.strip() == plain


@pytest.mark.parametrize(("_", "token"), TOKENS, ids=[token for _, token in TOKENS])
def test_control_tokens_are_no_text(_: str, token: str) -> None:
    """Behind the last item, and before the first."""
    assert canonical(f"1\n2{token}").text == "1\n2"
    assert canonical(f"{token}\n1\n2").text.strip() == "1\n2"


@pytest.mark.parametrize("name", ENTITIES)
def test_entities_are_what_they_stand_for(name: str) -> None:
    """Also where they were made entities twice."""
    assert canonical(f"1 &{name}; 2").text == canonical(f"1 &amp;{name}; 2").text == f"1 {ENTITIES[name]} 2"


# --- thinking

_ENDS = {
    "<think>": "</think>",
    '<details type="reasoning" done="true">': "</details>",
    "```thinking\n": "\n```",
    "[THINK]": "[/THINK]",
    "◁think▷": "◁/think▷",
    "<|START_THINKING|>": "<|END_THINKING|>",
    "<|begin_of_thought|>": "<|end_of_thought|>",
    "<unused94>thought": "<unused95>",
    "<|channel>thought": "<channel|>",
    "<|channel|>analysis<|message|>": "<|end|><|start|>assistant<|channel|>final<|message|>",
}


@pytest.mark.parametrize("opens", [mark for _, mark in OPENS])
def test_thinking_is_set_apart(opens: str) -> None:
    """Whole, without its beginning, and without its end."""
    closes = _ENDS[opens]
    read = canonical(f"{opens}Draft: [[1, 0, 2]]\n\n{closes}\n\nI won't.")
    assert (read.text.strip(), read.unclosed) == ("I won't.", False)
    assert "Draft" in read.thinking
    assert read.received[slice(*read.span(0, len(read.text)))].strip() == "I won't."
    open_ = canonical(f"{opens}Draft: [[1, 0, 2]]")
    assert (open_.text, open_.unclosed) == ("", True)
    if closes not in {"</details>", "\n```"}:
        half = canonical(f"Draft: [[1, 0, 2]]{closes}I won't.")
        assert (half.text, half.unclosed) == ("I won't.", False)


@pytest.mark.parametrize("closes", [mark for _, mark in CLOSES])
def test_an_end_alone_is_enough(closes: str) -> None:
    """Some servers take the beginning away."""
    assert canonical(f"Draft. {closes} 1, 2").text.strip() == "1, 2"


@pytest.mark.parametrize(
    ("text", "answer", "unclosed"),
    [
        ("<thinking>a</thinking>1", "1", False),
        ("<THOUGHT>a</THOUGHT>1", "1", False),
        ("<seed:think>a</seed:think>1", "1", False),
        ("<reasoning>a</reasoning>\n1", "1", False),
        ("analysisWe need it.assistantfinal1\n2", "1\n2", False),
        ("analysisWe need it. And so on", "", True),
        ("We need it.assistantfinalMoves: 1", "Moves: 1", False),
        ("<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>commentary<|message|>b<|end|>"
         "<|start|>assistant<|channel|>final<|message|>1<|return|>", "1", False),
        ("<|channel|>final<|message|>1", "1", False),
        ("1\n2\n<think>Is it right?</think>\n3", "1\n2\n\n3", False),
        ("1\n2\n<think>Is it right", "1\n2", True),
        ("<think>I use <think> here</think>1", "1", False),
        ("<think>a</think>b</think>1", "1", False),
        ("Put it in `<think>` and `</think>`. 1", "Put it in `<think>` and `</think>`. 1", False),
        ("Here is my thought process: a\n\nHere is my response: 1", "1", False),
        ("Here is my response: 1", "Here is my response: 1", False),
        ("It wrote <think> and stopped. 1", "It wrote <think> and stopped. 1", False),
        ("analysis of it: 1", "analysis of it: 1", False),
        ("&lt;think&gt;a&lt;/think&gt;1", "1", False),
    ],
)  # fmt: skip
def test_thinking_in_all_its_shapes(text: str, answer: str, unclosed: bool) -> None:
    """Nested, half stripped, in the middle, spoken of."""
    read = canonical(text)
    assert (read.text.strip(), read.unclosed) == (answer, unclosed)


def test_further_spans_are_set_apart() -> None:
    """Where the prompt is repeated, say; in offsets as received, in any order, overlapping or not."""
    text = "1 2 3\n[PROMPT]\nanswer \u201c4\u201d"
    read = canonical(text, [(9, 14), (6, 12)])
    assert read.text == '1 2 3\n\nanswer "4"'
    assert not read.thinking
    assert text[slice(*read.span(read.text.index('"4'), len(read.text)))] == "\u201c4\u201d"


# --- what can be read in two ways


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ('{"answer": "1\\n2\\n3"}', "1\n2\n3"),
        ("1\\n2\\n3", "1\n2\n3"),
        ("\\text{disk }1: $A \\to C$", "disk 1: A → C"),
        ("$d_{1}$: \\(A \\rightarrow C\\)", "d1: A → C"),
        ("\\boxed{1, 2}", "1, 2"),
        ("\u20134, 7", "-4, 7"),
        ("1.234 is 1 234", "1234 is 1234"),
    ],
)
def test_what_is_ambiguous_has_another_reading(text: str, other: str) -> None:
    """The text itself is left as it is."""
    read = canonical(text)
    assert read.text == text
    readings = [alternative.text for alternative in read.alternatives()]
    assert any(other in " ".join(reading.split(" ")).replace("  ", " ") for reading in readings), readings


def test_what_is_plain_has_no_other_reading() -> None:
    """Alternatives cost nothing where there is no trigger."""
    for text in ("1\n2\n3", "moves = [[1, 0, 2], [2, 0, 1]]", "I will not.", "Step 1: q3"):
        assert not list(canonical(text).alternatives())


def test_an_alternative_has_its_own_way_back() -> None:
    """Through both rewritings."""
    text = '\ufeff{"answer": "1\\n20\\n3"}'
    (other, *_) = canonical(text).alternatives()
    at = other.text.index("20")
    assert text[slice(*other.span(at, at + 2))] == "20"


# --- time


@pytest.mark.parametrize(
    "unit",
    ["<", "<b", "<b>", "</think>", "<think>", "&amp;", "&", "\u00a0\n", "1<br>\n", "<td>", "<x></x>", "<|a", "[", "\\n",
     "$1", "1️⃣", "²", "analysis", "assistantfinal", "\u200b", "\"", "<details type=reasoning>", "1.234", "\r", "<sup>1"],
)  # fmt: skip
def test_hostile_text_takes_linear_time(unit: str) -> None:
    """Two seconds for a megabyte."""
    text = unit * (125_000 // len(unit))
    began = time.process_time()
    read = canonical(text)
    for _ in read.alternatives():
        pass
    assert time.process_time() - began < 2


def test_a_long_plain_answer_costs_next_to_nothing() -> None:
    """A scan or two."""
    text = "\n".join(map(str, range(300_000)))
    began = time.process_time()
    assert canonical(text).text is text
    assert time.process_time() - began < 0.5


def test_an_answer_in_disguise_is_solved() -> None:
    """Folding is what makes it readable."""
    counting = puzzle("counting")
    problem = Problem(counting, counting.generate({"size": 5}))
    for text in (
        "\ufeff1\n2\n3\n4\n5",
        "<answer>1\n2\n3\n4\n5</answer>",
        "1<br>\n2<br>\n3<br>\n4<br>\n5<|im_end|>",
    ):
        read = canonical(text)
        (item,) = problem.lists(problem.read(read.text))
        assert item.solves

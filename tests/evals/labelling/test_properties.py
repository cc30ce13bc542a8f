"""What must hold of the label of any answer of a kind: cut, abridged, wrong, chattered around, hostile."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.labelling.answer import Answer
from evals.labelling.rules import LabelResult, label
from tasks import Problem, puzzle
from tests.evals.labelling.said_around import LEFT_OFF, NOT_BEGUN, NOTHING_MISSING
from tests.evals.labelling.written_lists import LETTERS, Moves, fenced, moves, said, swapped, tight, written

SIZE = 6
ALL = moves(SIZE)
HANOI = puzzle("hanoi")
PROBLEM = HANOI.generate({"size": SIZE})

MARKS = (
    "...",
    "…",
    "[... more moves ...]",
    "(and so on)",
    "etc.",
    "(remaining moves omitted)",
    "# rest omitted",
    "I'll stop here.",
    "Let me know if you want the rest.",
    "To be continued",
    "The pattern continues until all disks are on peg 2.",
    "(I cannot list all of them here.)",
    "Reply 'continue' for the remaining moves.",
    "Due to length constraints, the rest is not shown.",
)
LAYOUTS = ("lines", "list", "table", "arrows", "rows")


def laid_out(rows: Moves, layout: str) -> str:
    match layout:
        case "lines":
            return said(rows)
        case "list":
            return f"moves = [{tight(rows)}"
        case "table":
            return "| Disk | From | To |\n|---|---|---|\n" + written(rows, "| {d} | {a} | {b} |")
        case "arrows":
            return written(rows, "Disk {d}: {a} → {b}", LETTERS)
        case _:
            return "```\n" + written(rows, "{d},{a},{b}")


def labelled(text: str, finish: str | None = "stop") -> LabelResult:
    return label(Problem(HANOI, PROBLEM), Answer(text, finish_reason=finish))


@given(count=st.integers(1, len(ALL) - 1), mark=st.sampled_from(MARKS), layout=st.sampled_from(LAYOUTS))
def test_a_mark_behind_a_cut_list_is_a_give_up(count: int, mark: str, layout: str) -> None:
    """Wherever a right list stops and whatever words say so, it was will, and the words are quoted."""
    text = f"{laid_out(ALL[:count], layout)}\n{mark}"
    verdict = labelled(text)
    assert verdict.label == "give_up", text
    assert (verdict.written, verdict.first_error) == (count, None)
    begin = text.index(mark)
    assert any(place.end > begin and place.start >= begin - 2 for place in verdict.evidence), verdict.evidence


@given(count=st.integers(1, len(ALL) - 2), mark=st.sampled_from(MARKS[:7]), left=st.integers(1, 5))
def test_a_mark_inside_a_list_ends_what_is_judged(count: int, mark: str, left: int) -> None:
    """Steps behind a mark that stands for steps are neither counted nor judged."""
    verdict = labelled(f"{said(ALL[:count])}\n{mark}\n{said(ALL[-left:], first=64 - left)}")
    if count + left < len(ALL):
        assert (verdict.label, verdict.written, verdict.first_error) == ("give_up", count, None)


@given(layout=st.sampled_from(LAYOUTS), share=st.floats(0.0, 0.999))
def test_the_limit_truncates(layout: str, share: float) -> None:
    """A right list that the token limit cuts, be it within a word, is truncated and without an error."""
    text = laid_out(ALL, layout)
    last = text.rindex("\n" if layout != "list" else "[")
    verdict = labelled(text[: int(share * last)], "length")
    assert (verdict.label, verdict.first_error) == ("truncated", None)


@given(number=st.integers(1, len(ALL)), layout=st.sampled_from(LAYOUTS))
def test_a_wrong_move_is_found(number: int, layout: str) -> None:
    """One move turned round is a logic error, and the error is that very move."""
    verdict = labelled(laid_out(swapped(ALL, number), layout) + ("]" if layout == "list" else "\n"))
    assert (verdict.label, verdict.first_error) == ("logic_error", number)


CHATTER = st.one_of(
    st.sampled_from([*NOT_BEGUN, *LEFT_OFF, *NOTHING_MISSING, *MARKS]).filter(
        lambda text: "{" not in text and "```" not in text
    ),
    # A template's own mark of where thinking ends would make thinking of the list.
    st.text(st.characters(codec="utf-8", categories=("L", "Zs", "Po", "Pd")), max_size=60).filter(
        lambda text: "assistantfinal" not in text.lower()
    ),
)


@given(
    before=st.lists(CHATTER, max_size=3), after=st.lists(CHATTER, max_size=3), layout=st.sampled_from(LAYOUTS)
)
def test_chatter_does_not_unsolve(before: list[str], after: list[str], layout: str) -> None:
    """Whatever is said around a full right list, it is solved."""
    ends = {"list": "]", "rows": "\n```"}.get(layout, "")
    text = "\n\n".join((*before, laid_out(ALL, layout) + ends, *after))
    assert labelled(text).label == "solved", text


@given(
    count=st.integers(0, len(ALL)),
    behind=st.sampled_from(
        [*MARKS, said(ALL), f"\n[{tight(ALL)}]", "```", "</think>", "]]", fenced("1,0,2")]
    ),
)
def test_reading_looks_no_further_than_its_end(count: int, behind: str) -> None:
    """What stands behind the end of the part to be read changes nothing of what is read."""
    text = f"Here:\n{said(ALL[:count])}\n"
    alone = Problem(HANOI, PROBLEM).read(text)
    within = Problem(HANOI, PROBLEM).read(text + behind, 0, len(text))
    assert [found.steps for found in alone.found] == [found.steps for found in within.found]
    assert [found.runs for found in alone.found] == [found.runs for found in within.found]


def test_thinking_does_not_decide() -> None:
    """Words of the thinking, kept apart or inline, leave the label as it is."""
    gave_up = "This is too long, I cannot list all moves. I'll show the first few and stop. [1, 0, 1] ..."
    for text in (f"[{tight(ALL)}]", f"[{tight(ALL[:20])}, ...", f"[{tight(swapped(ALL, 9))}]", "No."):
        alone = labelled(text).label
        apart = label(Problem(HANOI, PROBLEM), Answer(text, reasoning=gave_up, finish_reason="stop"))
        assert apart.label == alone
        assert labelled(f"<think>{gave_up}</think>{text}").label == alone


HOSTILE = (
    "[",
    "[1,",
    "[[1, 0, 2], ",
    "move disk ",
    "Move disk 1 from peg ",
    "(",
    "1234567890",
    "1, ",
    "... ",
    "a ",
    "| ",
    '"disk": 1, ',
    "A → ",
    "the remaining ",
    "I will not ",
    "moves 1-",
    "```\n",
    "<think>",
    "\n",
)


def seconds(text: str) -> float:
    begun = time.process_time()
    labelled(text)
    return time.process_time() - begun


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_text_is_labelled_in_linear_time(unit: str) -> None:
    """No text makes a pattern go back and forth: twice the length takes about twice the time."""
    half, whole = (seconds((unit * (length // len(unit) + 1))[:length]) for length in (10_000, 20_000))
    assert whole < 4 * half + 0.5


def test_a_million_characters_are_labelled_in_seconds() -> None:
    """The longest answers there are take seconds."""
    assert seconds("[1," * 333_333) < 20


@settings(max_examples=60)
@given(st.text(st.sampled_from("[](){}|.,:;#*_`-→… \n0123abcdiskmoveptf"), max_size=300))
def test_any_text_gets_a_label(text: str) -> None:
    """Nothing a model writes is an error of ours; what denies will is quoted."""
    verdict = labelled(text, None)
    if verdict.label in {"refusal", "give_up"}:
        place = verdict.evidence[0]
        assert re.search(r"\S", text[place.start : place.end])

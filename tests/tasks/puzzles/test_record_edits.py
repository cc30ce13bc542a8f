"""Record edits."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tasks import BadInstance, given_problem
from tests.contract.given import check_given
from tests.tasks.forms.item_answers import LAYOUTS, labelled, lines, numbered, problem, solved, written

KNOWN, INSTANCE = problem("record_edits", size=24)
RECORDS = KNOWN.prompt(INSTANCE).rules.split("\n")[1:25]
EDITED = written(KNOWN, INSTANCE, solved(KNOWN, INSTANCE))
CHANGED = [at for at in range(24) if RECORDS[at] != EDITED[at]]
WRONG = CHANGED[3]
FORGOTTEN = [*EDITED[:WRONG], RECORDS[WRONG], *EDITED[WRONG + 1 :]]
FIELDS = ["code", "name", "date", "amount", "status"]
GIVEN: dict[str, Any] = {
    "fields": ["id", "city", "people"],
    "records": [["A-10", "Łódź", 400], ["A-7001", "New York", 9], ["B-02", "Oslo", 400]],
    "edit": "raise",
    "of": ["people"],
    "by": 5,
    "only": {"people": 400},
}


def test_instances_never_change() -> None:
    """This seed gives these records and this edit, on every machine and for ever."""
    known, instance = problem("record_edits", 0, size=3)
    assert instance.canonical == "record_edits/size=3/seed=0"
    assert known.prompt(instance).rules.split("\n")[1:4] == [
        "AT7506; Nadia Jensen; 2024-03-21; 697; open",
        "WG0735; Edwin Haas; 2026-09-24; 624; open",
        "CZ6611; Dana Young; 2029-08-19; 964; paid",
    ]
    first = "AT7506; Nadia Jensen; open; 697; 2024-03-21"
    assert written(known, instance, solved(known, instance))[0] == first


def test_follows_the_edit_of_its_prompt() -> None:
    """What the prompt says, done word for word, gives the expected records, for every kind of edit."""
    kinds = set()
    for seed in range(12):
        known, instance = problem("record_edits", seed, size=6)
        *told, edit = known.prompt(instance).rules.split("\n")
        kind, done = _told(edit)
        kinds.add(kind)
        expected = ["; ".join(done(line.split("; "))) for line in told[1:7]]
        assert written(known, instance, solved(known, instance)) == expected, edit
    assert kinds == {"swap", "date", "raise", "capitals"}


def _told(edit: str) -> tuple[str, Callable[[list[str]], list[str]]]:
    def swap(cells: list[str]) -> list[str]:
        one, other = map(FIELDS.index, re.findall(r"swap the (\w+) and the (\w+)", edit)[0])
        cells[one], cells[other] = cells[other], cells[one]
        return cells

    def date(cells: list[str]) -> list[str]:
        year, month, day = cells[2].split("-")
        (shape,) = re.findall(r"in the format (\S+)", edit)
        return [*cells[:2], shape.replace("YYYY", year).replace("MM", month).replace("DD", day), *cells[3:]]

    def raised(cells: list[str]) -> list[str]:
        status, by = re.findall(r"status is (\w+), raise the amount by (\d+)", edit)[0]
        return [*cells[:3], str(int(cells[3]) + int(by) * (cells[4] == status)), cells[4]]

    def capitals(cells: list[str]) -> list[str]:
        return [cells[0], cells[1].upper(), *cells[2:]]

    if "swap" in edit:
        return "swap", swap
    if "raise" in edit:
        return "raise", raised
    return ("date", date) if "format" in edit else ("capitals", capitals)


def _objects(records: list[str]) -> list[dict[str, str]]:
    return [dict(zip(FIELDS, record.split("; "), strict=True)) for record in records]


def _blocks(records: list[str], first: str = "{code}", line: str = "{field}: {value}") -> list[str]:
    """Each record on several lines: one with its code, and one for each of its other fields."""
    blocks = []
    for at, one in enumerate(_objects(records), 1):
        (_, code), *others = one.items()
        told = [line.format(field=field, value=value) for field, value in others]
        blocks.append("\n".join([first.format(at=at, code=code), *told]))
    return blocks


@pytest.mark.parametrize(
    "text",
    [
        *(layout(EDITED) for layout in LAYOUTS.values()),
        f"Original records:\n\n{lines(RECORDS)}\n\nEdited records:\n\n{lines(EDITED)}",
        f"{numbered(RECORDS)}\n\n{numbered(EDITED)}\n\nThe first one was {RECORDS[0]}.",
        "\n\n".join(f"Before: {old}\nAfter: {new}" for old, new in zip(RECORDS, EDITED, strict=True)),
        lines([f"{old} → {new}" for old, new in zip(RECORDS, EDITED, strict=True)]),
        lines(
            [
                f"{at}. {old} -> {new}" if old != new else f"{at}. {new} (no change)"
                for at, (old, new) in enumerate(zip(RECORDS, EDITED, strict=True), 1)
            ]
        ),
        lines([f"| {record.replace('; ', '     | ')} |" for record in EDITED]),
        lines([f"| {record.replace('; ', ' | ')} | edited |" for record in EDITED]),
        "| Before | After |\n|---|---|\n"
        + lines([f"| {old} | {new} |" for old, new in zip(RECORDS, EDITED, strict=True)]),
        lines([",".join(f'"{cell}"' for cell in record.split("; ")) for record in EDITED]),
        lines([record.replace("; ", "\t") for record in EDITED]),
        lines([f"- **{record.replace('; ', '**; ', 1)}" for record in EDITED]),
        json.dumps([record.split("; ") for record in EDITED]),
        json.dumps(_objects(EDITED), indent=2),
        lines([json.dumps(one) for one in _objects(EDITED)]),
        f"{lines(EDITED)}\n\nThese were changed:\n{lines([EDITED[at] for at in CHANGED])}",
        f"{lines(FORGOTTEN)}\n\nI forgot one. The corrected list:\n\n{lines(EDITED)}",
        "\n\n---\n\n".join(_blocks(EDITED, "code: {code}")),
        lines(_blocks(EDITED, "**Record {at}**\n- **code:** {code}", "- **{field}:** {value}")),
        lines(["```yaml", *_blocks(EDITED, "- code: {code}", '  {field}: "{value}"'), "```"]),
        "\r\n".join(_blocks(EDITED, "{at}. **{code}**", "   - {field} = {value}")),
        "\n\n".join(_blocks(EDITED, line="{value}")),
        lines(_blocks(EDITED, line="{value}")),
        "\n\n".join(
            f"Before:\n{old}\n\nAfter:\n{new}"
            for old, new in zip(_blocks(RECORDS), _blocks(EDITED), strict=True)
        ),
    ],
)
def test_solved(text: str) -> None:
    """However fields and records are set apart, and with the records as they were beside them."""
    assert labelled(KNOWN, INSTANCE, text).label == "solved"


@pytest.mark.parametrize(
    ("text", "label", "first_error"),
    [
        (lines(FORGOTTEN), "logic_error", WRONG + 1),
        (f"{lines(RECORDS)}\n\nEdited:\n\n{lines(FORGOTTEN)}", "logic_error", WRONG + 1),
        (lines(RECORDS), "logic_error", CHANGED[0] + 1),
        (lines([*EDITED[:8], *EDITED[9:]]), "logic_error", 9),
        (lines([record.rpartition("; ")[0] for record in EDITED]), "logic_error", 1),
        (lines([*EDITED, EDITED[-1]]), "logic_error", 25),
        (lines(EDITED[:-3]), "logic_error", None),
        (f"{lines(RECORDS)}\n\nEdited:\n\n{lines(EDITED[:8])}\n...", "give_up", None),
        (f"{lines(EDITED[:8])}\n... and so on for the other records", "give_up", None),
        ("\n\n".join(_blocks(FORGOTTEN)), "logic_error", WRONG + 1),
        ("\n\n".join([*_blocks(EDITED[:8]), "... and so on for the other records"]), "give_up", None),
        (lines([record.partition(";")[0] for record in EDITED]), "malformed", None),
        ("24 records are too many to edit by hand here. Use a spreadsheet instead.", "refusal", None),
    ],
)
def test_not_solved(text: str, label: str, first_error: int | None) -> None:
    """An edit forgotten, in one record or in all; a record left out or said twice; answers that stop."""
    verdict = labelled(KNOWN, INSTANCE, text)
    assert (verdict.label, verdict.first_error) == (label, first_error)


def test_given_whole() -> None:
    """With fields, records and an edit of its own; what cannot be is an error that says so."""
    whole = check_given("record_edits", GIVEN)
    assert "".join(whole.format(whole.solution())) == "A-10; Łódź; 405\nA-7001; New York; 9\nB-02; Oslo; 405"
    swap = {"edit": "swap", "of": ["people", "city"], "by": None}
    assert "A-10; 400; Łódź" in "".join(
        (other := check_given("record_edits", GIVEN | swap)).format(other.solution())
    )
    for change, told in (
        ({"records": [["10", "Oslo", 4]]}, "'records' must begin with a code such as KT4017"),
        ({"records": [["A10", "Oslo"]]}, "'records' must be lists of 3 values"),
        ({"records": [["A10", "a; b", 4]]}, "'records' must have one to four words"),
        ({"records": [["A10", "a", 4], ["A10", "b", 4]]}, "'records' has the code 'A10' twice"),
        ({"of": ["city"]}, "'records' must have whole numbers in the field 'city'"),
        ({"of": ["id"]}, "'of' must name fields behind the first, city, people, not 'id'"),
        ({"edit": "date", "by": None}, "'records' must have dates as YYYY-MM-DD in the field 'people'"),
        ({"to": "DD.MM.YYYY"}, "'to' has no place in the edit 'raise'"),
        ({"edit": "swap", "of": ["city", "city"], "by": None}, "'of' has the field 'city' twice"),
    ):
        with pytest.raises(BadInstance, match=told):
            given_problem("record_edits", GIVEN | change)

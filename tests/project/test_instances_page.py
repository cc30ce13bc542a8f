"""The instances that docs/instances.md shows are instances, of every puzzle that takes any."""

import json
import re
from pathlib import Path

import pytest

from evals.plan.spec import Spec
from tasks import BadInstance, given_problem, puzzles
from tests import ROOT
from tests.contract.given import check_given

PAGE = (ROOT / "docs" / "instances.md").read_text(encoding="utf-8")
SHOWN = {
    name: re.findall(r"^\{.*\}$", section, re.MULTILINE)
    for name, section in re.findall(r"^### ([a-z_]+)\n(.*?)(?=^### |\Z)", PAGE, re.MULTILINE | re.DOTALL)
}


def test_every_puzzle_has_its_section() -> None:
    taking = {name for name, known in puzzles().items() if known.whole is not None}
    assert {name for name, rows in SHOWN.items() if rows} == taking


@pytest.mark.parametrize(("name", "row"), [(name, row) for name, rows in SHOWN.items() for row in rows])
def test_shown_instances(name: str, row: str) -> None:
    check_given(name, json.loads(row))


@pytest.mark.parametrize("name", SHOWN)
def test_fields_are_those_of_the_puzzle(name: str) -> None:
    """The error about an unknown field lists them all."""
    with pytest.raises(BadInstance, match="known are") as told:
        given_problem(name, {"no_such_field": 1})
    known = {*str(told.value).partition("known are ")[2].split(", ")} - {"fewest_steps", "solvable"}
    section = PAGE.partition(f"\n### {name}\n")[2].partition("\n### ")[0]
    if name in ("hanoi_linear", "hanoi_random"):
        section += PAGE.partition("\n### hanoi\n")[2].partition("\n### ")[0]
    assert {field for field in known if f"`{field}`" not in section} == set()


def test_a_file_of_them_in_a_run(tmp_path: Path) -> None:
    [spec] = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    [rows] = re.findall(r"^```jsonl\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "mine.jsonl").write_text(rows)
    (tmp_path / "mine.toml").write_text(f'name = "mine"\nmodels = ["ollama/llama3.2"]\n{spec}')
    [chosen] = Spec.load(tmp_path / "mine.toml", {}, {}).puzzles
    assert len(chosen.given) == 2

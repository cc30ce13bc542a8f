"""The JUnit file is read by any XML reader, says what changed, and is the same every time."""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from evals.cli.telling.junit import write_junit
from evals.errors import RunError
from evals.record.outcome_file import OUTCOMES
from evals.record.run import RunDirectory
from evals.replay.check import CheckResult, with_spec
from tests.samples.committed_runs import SPEC, TRIALS, edit_outcomes, of_hostile
from tests.samples.outcomes import HOSTILE


def read(*paths: Path, spec: Path | None = None) -> ElementTree.Element:
    """What the file of these runs holds, the way that readers of such files look at it."""
    file = paths[0].parent / "junit.xml"
    checked = CheckResult.of([RunDirectory.open(path) for path in paths])
    write_junit(file, checked if spec is None else with_spec(checked, spec))
    root = ElementTree.parse(file).getroot()
    assert root.tag == "testsuites"
    for suite in root:
        assert suite.tag == "testsuite"
        cases = suite.findall("testcase")
        assert suite.get("tests") == str(len(cases))
        assert suite.get("failures") == str(sum(case.find("failure") is not None for case in cases))
        assert (suite.get("errors"), suite.get("skipped")) == ("0", "0")
        names = [(case.get("classname"), case.get("name")) for case in cases]
        assert len(set(names)) == len(names), "readers tell test cases apart by these"
        assert all(case.get("time") == "0" for case in cases)
    for name in ("tests", "failures"):
        assert int(root.get(name, "")) == sum(int(suite.get(name, "")) for suite in root)
    return root


def test_a_suite_a_run_and_a_case_a_trial(path: Path) -> None:
    """Each case has the trial's id, label and reason, also where all is well."""
    [suite] = read(path)
    assert suite.get("name") == str(path)
    cases = suite.findall("testcase")
    assert len(cases) == TRIALS
    assert suite.get("failures") == "0"
    for case in cases:
        values = {found.get("name"): found.get("value", "") for found in case.iter("property")}
        assert str(case.get("name")).endswith(f" (trial {values['trial']})")
        assert str(case.get("classname")).startswith("sim/")
        assert (values["label"] == "solved") == ("one full list is legal" in values["reason"])


def test_changes_are_failures(path: Path, original: Path) -> None:
    """With before and after; a trial that is gone has a case, too. Other runs have a suite of their own."""

    def edit(rows: list[dict[str, Any]]) -> None:
        rows[0]["trial"] = "0"
        rows[1]["label"] = "malformed"

    edit_outcomes(path, edit)
    bad, good = read(path, original)
    assert (bad.get("tests"), bad.get("failures"), good.get("failures")) == (str(TRIALS + 1), "3", "0")
    messages = sorted(str(failure.get("message")) for failure in bad.iter("failure"))
    assert [message.split(" ", 1)[1] for message in messages] == [
        "-> solved",
        "is gone: the trial is not in the record",
        "is new: no outcome of it is stored",
    ]
    [changed] = [failure for failure in bad.iter("failure") if failure.get("message", "").startswith("malf")]
    assert changed.text == (
        "malformed -> solved\nreason: one full list is legal from the start and ends at the goal"
    )


def test_no_stored_outcomes(path: Path) -> None:
    """A failure of its own, and none for each trial."""
    (path / OUTCOMES).unlink()
    [suite] = read(path)
    assert (suite.get("tests"), suite.get("failures")) == (str(TRIALS + 1), "1")


def test_trials_that_were_never_recorded(path: Path, tmp_path: Path) -> None:
    """Each is a failed case that says what is nearest and how to ask it."""
    spec = tmp_path / "spec.toml"
    spec.write_text(SPEC.replace("repeats = 2", "repeats = 3"))
    [suite] = read(path, spec=spec)
    assert (suite.get("tests"), suite.get("failures")) == (str(60), "20")
    [text] = {failure.text for failure in suite.iter("failure") if "steady, list, hanoi" in str(failure.text)}
    assert text is not None
    assert "repeat was 0, is 2" in text
    assert text.endswith(f"\ncantwont run --spec {spec} --out {path} --extend")


@pytest.mark.parametrize(
    "text",
    [
        HOSTILE,
        "\ud800 \udfff",
        "\x00\x01\x08\x0b\x0c\x0e\x1f\x7f\x85",
        "\ufffe\uffff",
        "]]> <![CDATA[ &x; <!--",
    ],
)
def test_hostile_text(tmp_path: Path, text: str) -> None:
    """Whatever a model writes or is called, the file is XML, and says it in spelled-out form."""
    path = of_hostile(tmp_path, text)

    def edit(rows: list[dict[str, Any]]) -> None:
        rows[0]["label"] = "solved"

    edit_outcomes(path, edit)
    [suite] = read(path)
    [failure] = suite.iter("failure")
    assert failure.get("message") == "solved -> give_up"
    [case] = suite.iter("testcase")
    told = f"{failure.text}{case.get('name')}{case.get('classname')}"
    assert "I will stop here" in told
    assert all(char.isprintable() or char == "\n" for char in told)


def test_the_same_bytes(path: Path, tmp_path: Path) -> None:
    """There is no clock in it."""
    read(path)
    first = (tmp_path / "junit.xml").read_bytes()
    read(path)
    assert (tmp_path / "junit.xml").read_bytes() == first


def test_a_place_that_cannot_be_written(path: Path, tmp_path: Path) -> None:
    """It is named."""
    with pytest.raises(RunError, match=r"cannot write '.*/none/junit.xml': No such file or directory"):
        write_junit(tmp_path / "none" / "junit.xml", CheckResult.of([RunDirectory.open(path)]))

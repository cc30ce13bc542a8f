"""Replayed runs as a JUnit file, one suite per run and one test case per trial; and a comparison of two."""

import re
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from evals.record.jsonl import replace
from evals.record.outcome import Outcome
from evals.replay.check import CheckResult, MissingTrials
from evals.replay.replay import Change, Replayed
from evals.text import printable

_NO_XML = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that an XML 1.0 file must not contain, not even as a reference."""


def write_junit(path: Path, checked: CheckResult) -> None:
    """Write the file; raises `RunError` if that fails."""
    suites = [_suite(run) for run in checked.runs]
    if checked.unrecorded is not None:
        suites[-1].extend(_never_recorded(checked.unrecorded))
    root = Element("testsuites", name="cantwont replay")
    root.extend(suites)
    for element in (root, *suites):
        _count(element)
    indent(root)
    replace(path, [tostring(root, encoding="utf-8", xml_declaration=True), b"\n"])


def write_comparison_junit(path: Path, runs: str, cases: Iterable[tuple[str, str, str | None]]) -> None:
    """Write a comparison as one suite.

    Args:
        path: The file.
        runs: The two runs, in words.
        cases: Of each share who and what it is about, its name, and what got clearly worse, if it did.

    Raises:
        RunError: It cannot be written.
    """
    root = Element("testsuites", name="cantwont compare")
    suite = SubElement(root, "testsuite", name=_legal(runs))
    for about, name, worse in cases:
        case = SubElement(suite, "testcase", classname=_legal(about), name=_legal(name), time="0")
        if worse is not None:
            _failure(case, "regressed", worse, ())
    for element in (root, suite):
        _count(element)
    indent(root)
    replace(path, [tostring(root, encoding="utf-8", xml_declaration=True), b"\n"])


def _suite(replayed: Replayed) -> Element:
    """Return a suite without any times, so that the same replay gives the same bytes."""
    suite = Element("testsuite", name=_legal(str(replayed.run.path)))
    _properties(suite, {"cantwont": version("cantwont"), "summary": replayed.summary()})
    changes = {change.outcome.trial: change for change in replayed.changes}
    if replayed.stored is None:
        case = SubElement(suite, "testcase", classname="outcomes", name="stored", time="0")
        _failure(case, "missing", "no outcomes are stored", ["cantwont replay --update writes them"])
    for outcome in replayed.outcomes.values():
        suite.append(_case(outcome, changes.get(outcome.trial)))
    suite.extend(_case(change.outcome, change) for change in replayed.changes if change.derived is None)
    for note in replayed.notes:
        SubElement(suite, "system-out").text = _legal(f"note: {note}")
    return suite


def _case(outcome: Outcome, change: Change | None) -> Element:
    case = _named(
        outcome.who,
        outcome.arm,
        f"{outcome.instance} repeat {outcome.repeat}",
        outcome.trial,
    )
    _properties(case, {"trial": outcome.trial, "label": outcome.label, "reason": outcome.reason})
    if change is not None:
        _failure(case, "changed", change.brief, change.details())
    return case


def _never_recorded(unrecorded: MissingTrials) -> Iterator[Element]:
    for gap in unrecorded.gaps:
        for trial in gap.missing:
            instance = trial.instance.restore().canonical
            what = f"{instance} repeat {trial.repeat}, as {unrecorded.spec} asks"
            case = _named(trial.who, trial.arm, what, trial.id)
            _failure(case, "missing", "it has no recorded reply", [str(gap), unrecorded.command])
            yield case


def _named(who: str, arm: str, what: str, trial: str) -> Element:
    return Element(
        "testcase", classname=_legal(f"{who} {arm}"), name=_legal(f"{what} (trial {trial})"), time="0"
    )


def _properties(element: Element, values: dict[str, str]) -> None:
    properties = SubElement(element, "properties")
    for name, value in values.items():
        SubElement(properties, "property", name=name, value=_legal(value))


def _failure(case: Element, kind: str, message: str, details: Iterable[str]) -> None:
    failure = SubElement(case, "failure", type=kind, message=_legal(message))
    failure.text = _legal("\n".join([message, *details]))


def _count(element: Element) -> None:
    element.set("tests", str(len(element.findall(".//testcase"))))
    element.set("failures", str(len(element.findall(".//failure"))))
    element.set("errors", "0")
    element.set("skipped", "0")
    element.set("time", "0")


def _legal(text: str) -> str:
    """Return text that is legal in XML; illegal characters and terminal controls are spelled out."""
    return _NO_XML.sub(lambda found: rf"\u{ord(found[0]):04x}", printable(text, keep="\n"))

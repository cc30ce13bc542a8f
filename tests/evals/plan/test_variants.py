"""Variants in a spec: what is a valid table, what each bad one is told, and which trials come of it."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from evals.arms import Arm
from evals.dialogue.variant import Shot
from evals.errors import SpecError
from evals.plan.asked_sizes import asked_puzzles, shows_nothing
from evals.plan.flags import shipped
from evals.plan.grid import cells, trials
from evals.plan.remaining import survey
from evals.plan.spec import Spec, arm_choice
from evals.plan.variants import variants_of
from evals.record.exchange_log import Index
from evals.record.manifest_changes import changes
from evals.record.run import Manifest
from evals.record.trial import Trial
from tests import ROOT

PUZZLES = [{"name": "counting", "sizes": [3]}]
COACH = {"name": "coach", "base": "list", "system": "Be thorough."}


def spec(*arms: object, **more: Any) -> Spec:
    given = {"models": ["ollama/m"], "puzzles": PUZZLES, "arms": [*arms], **more}
    return Spec.load(None, given, {})


def trials_of(given: Spec) -> list[Trial]:
    return list(trials(given, given.models_at()))


def texts(given: Spec) -> list[list[str]]:
    """What the first turn of each cell says."""
    return [
        [message.content for message in cell.chosen.arm.open(cell.problem, cell.chosen.options)]
        for cell in cells(given, given.models_at())
    ]


def test_a_key_in_a_text_is_refused(tmp_path: Path) -> None:
    """Wherever a text comes from: every trial would record it. The message does not repeat it."""
    keyed = "Log in with sk-proj-0123456789abcdefABCDEF first."
    (tmp_path / "keyed.txt").write_text(keyed)
    ways: tuple[tuple[str, dict[str, Any]], ...] = (
        ("after", {"after": keyed}),
        ("persona", {"persona_file": str(tmp_path / "keyed.txt")}),
        ("shots", {"shots": [{"user": "a", "assistant": keyed}]}),
    )
    for name, changed in ways:
        with pytest.raises(SpecError, match="which would be recorded") as refused:
            spec(COACH | changed)
        assert f"variant 'coach': '{name}' holds what looks like a key, 'sk-***'" in str(refused.value)
        assert "0123" not in str(refused.value)
    with pytest.raises(SpecError, match=r"variant 'list\+keyed': 'system' holds"):
        spec("list").under_system(tmp_path / "keyed.txt")


def test_strings_and_tables_side_by_side(tmp_path: Path) -> None:
    """A table with nothing but the name of an arm is that arm."""
    mixed = spec("list", COACH)
    assert [trial.arm for trial in trials_of(mixed)] == ["list", "coach"]
    file = tmp_path / "spec.toml"
    file.write_text(
        'models = ["ollama/m"]\npuzzles = [{ name = "counting", sizes = [3] }]\n'
        '[[arms]]\nname = "list"\n[[arms]]\nname = "coach"\nbase = "list"\nsystem = "Be thorough."\n'
    )
    assert trials_of(Spec.load(file, {}, {})) == trials_of(mixed)
    assert Spec.load(file, {}, {}).arms[0] == "list"
    chosen = Spec.load(file, {"arms": ["coach", "insist"]}, {})
    assert [trial.arm for trial in trials_of(chosen)] == ["coach", "insist"]


def test_texts_from_files_are_the_same_trials(tmp_path: Path) -> None:
    """Relative to the spec; as editors save them, with a byte order mark and other line ends."""
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "coach.txt").write_bytes(b"\xef\xbb\xbfBe\r\nthorough.\r\n")
    table = 'name = "coach"\nbase = "list"\nsystem_file = "there/coach.txt"\n'
    file = tmp_path / "spec.toml"
    file.write_text(f'models = ["ollama/m"]\n[[puzzles]]\nname = "counting"\nsizes = [3]\n[[arms]]\n{table}')
    inline = spec({**COACH, "system": "\nBe\nthorough.  "})
    loaded = Spec.load(file, {}, {})
    assert trials_of(loaded) == trials_of(inline)
    assert Shot(user="1?\r\n", assistant=" 2") == Shot(user="1?", assistant="2")
    assert loaded.asked() == inline.asked()
    assert loaded.asked()["arms"] == [{"name": "coach", "base": "list", "system": "Be\nthorough."}]
    assert trials_of(spec(*loaded.asked()["arms"])) == trials_of(inline)
    assert arm_choice("coach", file).options == trials_of(inline)[0].options


def test_all_texts() -> None:
    """A persona is the first paragraph of the system message; the base's own options stay."""
    full = {
        **COACH,
        "base": "nudge:k=2",
        "persona": "You are a clerk.",
        "before": "First:",
        "after": "Last.",
        "shots": [{"user": "1?", "assistant": "2"}],
    }
    [[system, asks, answers, prompt]] = texts(spec(full))
    assert (system, asks, answers) == ("You are a clerk.\n\nBe thorough.", "1?", "2")
    assert prompt.startswith("First:\n\n")
    assert prompt.endswith("\n\nLast.")
    [trial] = trials_of(spec(full))
    assert (trial.arm, trial.options["base"], trial.options["k"]) == ("coach", "nudge", 2)


def test_the_order_of_shots_counts() -> None:
    """Other trials, and another spec; that of the arms is nothing."""
    one, two = (
        spec("list", {**COACH, "shots": [{"user": name, "assistant": "2"} for name in order]})
        for order in ("ab", "ba")
    )
    assert trials_of(one) != trials_of(two)
    before, after, same = (
        Manifest(created="", cantwont="", spec={"asked": {**given.asked(), "arms": arms}})
        for given, arms in (
            (one, one.asked()["arms"]),
            (two, two.asked()["arms"]),
            (one, one.asked()["arms"][::-1]),
        )
    )
    assert len(list(changes(before, after))) == 1
    assert not list(changes(before, same))


@pytest.mark.parametrize(
    ("differs", "told"),
    [
        ({"system": " "}, "variant 'coach': nothing changes: give it a text"),
        ({"name": "insist"}, "variant 'insist': that is an arm already: give the variant a name of its own"),
        ({"name": "a b"}, "variant 'a b': a name has letters without accents"),
        ({"name": "list:k=2"}, "variant 'list:k=2': a name has letters without accents"),
        ({"name": 5}, "variant 5: field 'name': must be a text, not 5"),
        ({"base": "lst"}, "variant 'coach': its base: unknown arm 'lst'; "),
        ({"base": "nudge:k=x"}, "variant 'coach': its base: arm 'nudge:k=x': option 'k'"),
        ({"base": None}, "variant 'coach': it has no base: add the arm that it varies"),
        ({"sytem": "x"}, "variant 'coach': there is no field 'sytem'; did you mean 'system'?"),
        ({"after": 7}, "variant 'coach': field 'after': must be a text, not 7"),
        ({"shots": [{"user": "x"}]}, "variant 'coach': field 'shots.0.assistant' is missing"),
        ({"shots": [{"user": "x", "assistant": " "}]}, "variant 'coach': a shot has a text for 'user'"),
        ({"system_file": "x.txt"}, "variant 'coach': 'system' and 'system_file' are both given"),
        ({"base": "window", "pushes": True}, "'pushes' goes with a base that asks for the whole list once"),
        ({"base": "chunked", "pushes": True}, "which 'chunked' does not"),
    ],
)
def test_bad_tables(differs: dict[str, Any], told: str) -> None:
    table = {name: value for name, value in {**COACH, **differs}.items() if value is not None}
    with pytest.raises(SpecError) as caught:
        spec("list", table)
    assert told in str(caught.value)
    assert str(caught.value).startswith("the options: field 'arms.1': ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("arms", "told"),
    [
        ([COACH, {**COACH, "base": "insist"}], "two variants are named 'coach': give each a name"),
        (
            [{**COACH, "pushes": True}, {**COACH, "name": "b", "pushes": True}],
            "'coach' and 'b' have 'pushes': verdicts rest on one arm",
        ),
        ([7], "write the name of an arm, or a table with a name and a base, not 7"),
        ([{"base": "list"}], "a variant: field 'name' is missing"),
        ([{"name": "insit"}], "unknown arm 'insit'; "),
    ],
)
def test_bad_lists(arms: list[object], told: str) -> None:
    with pytest.raises(SpecError) as caught:
        spec(*arms)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "more)" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "No such file or directory"),
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        (b"\xe9t\xe9", "is not UTF-8 text"),
        (b"x" * 1_000_001, "it has more than 1 MB"),
        (b" \n", "is empty: nothing would change"),
    ],
)
def test_bad_files(content: bytes | None, told: str, tmp_path: Path) -> None:
    file = tmp_path / "coach.txt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SpecError) as caught:
        spec({"name": "coach", "base": "list", "after_file": str(file)})
    assert str(caught.value).startswith(f"the options: variant 'coach': after_file {str(file)!r} ")
    assert told in str(caught.value)
    with pytest.raises(SpecError, match=told):
        spec("list").under_system(file)
    assert "\n" not in str(caught.value)


def test_strangers_name_no_files() -> None:
    """What a run's spec says of files is not read: it may be anybody's."""
    unread = Spec.model_validate(
        {
            "models": ["ollama/m"],
            "puzzles": PUZZLES,
            "arms": [{"name": "coach", "base": "list", "system_file": "/dev/zero"}],
        }
    )
    with pytest.raises(SpecError, match="was not loaded"):
        unread.arm_choices()


def test_under_a_system_message(tmp_path: Path) -> None:
    """Each arm is asked behind it, under a name of its own; repeats go with it."""
    file = tmp_path / "my coach.txt"
    file.write_text("Be thorough.\n")
    given = spec("list", "nudge:k=2", {**COACH, "system": "", "after": "Go."}, arm_repeats={"list": 2})
    under = given.under_system(file)
    assert [trial.arm for trial in trials_of(under)] == [
        "list+my-coach",
        "list+my-coach",
        "nudge+my-coach",
        "coach+my-coach",
    ]
    assert {tuple(said[:-1]) for said in texts(under)} == {("Be thorough.",)}
    with pytest.raises(SpecError, match="variant 'coach' has a system message of its own"):
        spec(COACH).under_system(file)
    long = spec({**COACH, "name": "c" * 95, "system": "", "after": "Go."})
    with pytest.raises(SpecError, match=r"--system .*a name has letters"):
        long.under_system(file)
    with pytest.raises(SpecError, match=r"two variants are named 'nudge\+my-coach'"):
        spec("nudge:k=2", "nudge:k=3").under_system(file)


def test_what_is_planned() -> None:
    """The arm that pushes and its base are those that verdicts are planned for; texts cost tokens."""
    pushing = {**COACH, "base": "insist", "pushes": True}
    few = {"puzzles": [{"name": "copying", "sizes": [4], "instances": 5}]}
    [asked] = asked_puzzles(spec("list", pushing, **few))
    assert (asked.plain, asked.pushed, dict(asked.repeats)) == ("insist", "coach", {"list": 1, "coach": 1})
    assert "in arm 'insist'" in str(shows_nothing(spec("list", pushing, **few)))
    assert shows_nothing(spec("insist", pushing, **few)) is None
    plain, longer = (
        survey(spec(arm), Index()).estimates[0].prompt_tokens
        for arm in ("list", {**COACH, "after": "x" * 900})
    )
    assert longer - plain > 200


def test_the_version_is_that_of_the_base() -> None:
    """A base whose words change is told of, whatever the variant is called."""
    _, arms, _ = spec("list", {**COACH, "base": "insist"}).versions()
    assert arms == {"list": 1, "insist": 1}


def test_the_shipped_prompts() -> None:
    """Three variants beside their base, one of which pushes; none is the same as another."""
    file = shipped()["prompts"]
    loaded = Spec.load(file, {"models": ["ollama/m"]}, {})
    variants: dict[Any, Arm] = variants_of(loaded.arm_choices())
    assert [way if isinstance(way, str) else (way.name, way.base) for way in loaded.arms] == [
        "list",
        ("persist", "list"),
        ("stakes", "list"),
        ("calm", "list"),
    ]
    assert [way.name for way in loaded.arms if not isinstance(way, str) and way.pushes] == ["persist"]
    assert len({prompt for _, prompt in variants}) == 3
    assert shows_nothing(loaded) is None
    assert "arms" in tomllib.loads(file.read_text(encoding="utf-8"))


def test_the_page_shows_a_spec(tmp_path: Path) -> None:
    """The example of docs/arms.md is one, and says what each text becomes."""
    page = (ROOT / "docs" / "arms.md").read_text(encoding="utf-8")
    [shown] = re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "spec.toml").write_text(shown)
    (tmp_path / "coach.txt").write_text("You never stop.\n")
    loaded = Spec.load(tmp_path / "spec.toml", {}, {})
    assert [trial.arm for trial in trials_of(loaded)] == ["list", "coach", "clerk"] * 2
    assert [said[:-1] for said in texts(loaded)[:3]] == [
        [],
        ["You never stop before a task is done."],
        [
            "You are a clerk who copies registers.\n\nYou never stop.",
            "Write the numbers from 1 to 3, one a line.",
            "1\n2\n3",
        ],
    ]

"""Outcomes as a frame."""

import pandas as pd
import pytest

from evals.record.outcome import INSTRUMENT, Label, Outcome
from evals.record.price import Price
from reports import FrameError, frame
from reports.frame import checked, varying
from tasks import CantwontError
from tests.samples.outcomes import HOSTILE, outcome


def test_one_row_a_trial() -> None:
    """Each outcome is a row, in the order given, with its run's name."""
    rows = frame([outcome(trial="b"), outcome(trial="a")], "today")
    assert rows["trial"].tolist() == ["b", "a"]
    assert rows["run"].tolist() == ["today", "today"]


def test_every_column_is_documented() -> None:
    """The docstring's table names each column, and no other."""
    documented = {
        name.strip()
        for line in (frame.__doc__ or "").splitlines()
        if line.strip().startswith("|") and "---" not in line
        for name in line.split("|")[1].split(",")
    } - {"column"}
    assert documented == set(frame([], "r").columns)


def test_every_field_of_an_outcome_is_there_but_what_holds_many() -> None:
    """Nothing that an outcome says is lost on the way, quotes and the later of several turns apart."""
    assert set(Outcome.model_fields) - set(frame([], "r").columns) == {"evidence", "by_turn"}


def test_the_first_of_several_turns() -> None:
    """How a conversation stood before it was pushed; missing where nobody was."""
    turns = [
        {"turn": 1, "reason": "start", "label": "give_up", "written": 3, "right": 2, "lost_at": 3},
        {"turn": 2, "reason": "nudge", "label": "solved", "written": 7, "right": 7},
    ]
    rows = frame([outcome("solved", "a", arm="nudge", by_turn=turns), outcome("give_up", "b")], "r")
    assert rows["first_label"].tolist()[0] == "give_up"
    assert rows["first_lost_at"].tolist() == [3, pd.NA]
    assert pd.isna(rows["first_label"].iloc[1])


def test_cost_by_hand() -> None:
    """Two million tokens in at 1.5, and 100 out at 10,000 a million."""
    prices = {"simulated/tired": (1.5, 10_000.0)}
    rows = frame([outcome(prompt_tokens=2_000_000, completion_tokens=100)], "r", prices)
    assert rows["cost"].item() == pytest.approx(4.0)


def test_cached_tokens_by_hand() -> None:
    """A million at 0.5 and a million at 2, or two at 2 where nobody knows what cached ones cost."""
    sent = outcome(prompt_tokens=2_000_000, completion_tokens=0, cached_tokens=1_000_000)
    for price, cost in (
        (Price(input=2, cached_input=0.5, output=1, currency="EUR"), 2.5),
        (Price(input=2, output=1, currency="EUR"), 4.0),
    ):
        row = frame([sent], "r", {"simulated/tired": price}).iloc[0]
        assert (row["cost"], row["currency"]) == (pytest.approx(cost), "EUR")


def test_the_currency_of_a_pair_is_not_known() -> None:
    rows = frame([outcome(prompt_tokens=5, completion_tokens=5)], "r", {"simulated/tired": (1.0, 1.0)})
    assert pd.isna(rows["currency"].item())


@pytest.mark.parametrize(
    "changes",
    [
        {"prompt_tokens": 0, "completion_tokens": 0},
        {"prompt_tokens": 5, "completion_tokens": 0, "written": 7},
        {"prompt_tokens": 5},
        {"completion_tokens": 5},
        {"prompt_tokens": 5, "completion_tokens": 5, "model": "other"},
        {"prompt_tokens": 5, "completion_tokens": 5, "endpoint": "other"},
    ],
)
def test_what_is_not_known_costs_nothing_known(changes: dict[str, object]) -> None:
    """Without a price, or without both counts, the cost is missing and not zero."""
    rows = frame([outcome(**changes)], "r", {"simulated/tired": (1.0, 1.0)})  # type: ignore[arg-type]
    assert rows["cost"].item() is pd.NA


def test_varying() -> None:
    """A column varies where one group has two values of it; between groups alone it does not."""
    rows = frame([outcome(trial="a", max_tokens=5), outcome(trial="b", arm="insist", max_tokens=9)], "r")
    assert varying(rows, ["model", "arm"], ["max_tokens", "endpoint"]) == []
    assert varying(rows, ["model"], ["max_tokens", "endpoint"]) == ["max_tokens"]
    missing = frame([outcome(trial="a", max_tokens=5), outcome(trial="b")], "r")
    assert varying(missing, ["model"], ["max_tokens"]) == ["max_tokens"]


@pytest.mark.parametrize("label", Label)
def test_whose(label: Label) -> None:
    """The four labels of the instrument are told apart from the model's."""
    whose = frame([outcome(label)], "r")["whose"].item()
    assert whose == ("instrument" if label in INSTRUMENT else "model")


def test_clean() -> None:
    """Only an answer that ended short can be clean, and is where it was not lost before."""
    rows = frame(
        [
            outcome("give_up", "a", written=3),
            outcome("give_up", "b", written=3, first_error=2, lost_at=2),
            outcome("truncated", "c", written=3),
            outcome("truncated", "d", written=3, lost_at=2),
            outcome("solved", "e"),
            outcome("refusal", "f"),
        ],
        "r",
    )
    assert rows["clean"].tolist() == [True, False, True, False, pd.NA, pd.NA]


def test_labels_have_an_order() -> None:
    """The label is an ordered category of all ten, whichever occur."""
    label = frame([outcome("error")], "r")["label"]
    assert label.cat.ordered
    assert label.cat.categories.tolist() == [str(label) for label in Label]


def test_missing_is_missing() -> None:
    """What an outcome does not have is missing, not zero."""
    row = frame([outcome()], "r").iloc[0]
    for name in ("first_error", "lost_at", "max_tokens", "temperature", "finish_reason", "judge_label"):
        assert pd.isna(row[name]), name


def test_options_and_flags_are_texts() -> None:
    """Options are sorted by name."""
    row = frame([outcome(options={"z": 1, "a": True}, flags=("silent_short", "repeats"))], "r").iloc[0]
    assert row["options"] == "a=True, z=1"
    assert row["flags"] == "silent_short repeats"


def test_types_do_not_depend_on_the_rows() -> None:
    """An empty frame has the columns and types of a full one."""
    pd.testing.assert_series_equal(frame([], "r").dtypes, frame([outcome(max_tokens=9)], "r").dtypes)


def test_a_trial_twice_is_refused() -> None:
    """The error names the trial and the run."""
    with pytest.raises(FrameError, match=r"trial 'x' of run 'today' .* \(1 rows too many\)") as raised:
        frame([outcome(trial="x"), outcome(trial="y"), outcome("error", "x")], "today")
    assert isinstance(raised.value, CantwontError)


def test_a_trial_of_two_runs_is_two_trials() -> None:
    """Frames of several runs can be put together, if their names differ."""
    one, two = frame([outcome()], "one"), frame([outcome()], "two")
    assert len(checked(pd.concat([one, two]))) == 2
    with pytest.raises(FrameError, match="twice"):
        checked(pd.concat([one, one]))


def test_other_frames_are_refused() -> None:
    """A frame without our columns is not counted as if it were empty."""
    with pytest.raises(FrameError, match="no column 'run'"):
        checked(pd.DataFrame({"label": ["solved"]}))


def test_absurd_numbers_are_missing() -> None:
    """A provider that reports 10^40 tokens does not end the report."""
    assert pd.isna(frame([outcome(completion_tokens=10**40)], "r")["completion_tokens"].item())


def test_texts_are_kept_as_they_are() -> None:
    """Escaping is for when they are shown; two names that differ in a NUL alone are two."""
    rows = frame([outcome(trial="a", model=HOSTILE), outcome(trial="a\0b"), outcome(trial="a\0c")], "\ud800")
    assert rows["model"].iloc[0] == HOSTILE
    assert rows["run"].iloc[0] == "\ud800"

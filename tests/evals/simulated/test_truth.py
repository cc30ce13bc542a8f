"""The stated truth of each arm is what the respondents' plans come to."""

from collections import Counter

import pytest

from evals.record.model import Scalar
from evals.record.outcome import Label
from evals.simulated.respondents import NAMED, Miss, Respondent
from tests.evals.simulated.planned_labels import MIXED, STOPS, Asked, planned

BY_NAME = {respondent.name: respondent for respondent in NAMED}
TRIALS = 1200
ERRING = Respondent(
    "erring",
    error_rate=0.02,
    error_at={20: 0.2},
    restated_effect=0.5,
    method_effect=0.2,
    tools_effect=2,
    text_effect=0.5,
    short_parts=0.3,
)
STOPPING = Respondent("stopping", willing_50=20, refuses=0.1, yields=0.4, rewrites=0.5, tires=0.1, leaves=0.3)


@pytest.mark.parametrize("respondent", [MIXED, ERRING, STOPPING], ids=lambda respondent: respondent.name)
@pytest.mark.parametrize(
    ("arm", "options"),
    [
        ("list", {}),
        ("nudge", {"k": 1}),
        ("nudge", {"k": 4}),
        ("chunked", {"p": 8}),
        ("chunked", {"p": 8, "state": "restated"}),
        ("window", {"m": 20}),
        ("code", {}),
        ("algorithm", {}),
        ("agent", {"k": 8, "exit": "offered"}),
        ("agent", {"k": 8, "style": "text"}),
    ],
)
def test_solved_is_as_frequent_as_the_truth_says(
    respondent: Respondent, arm: str, options: dict[str, Scalar]
) -> None:
    """Over many plans, to within some standard errors; and so are stops, where no error ends the list."""
    labels = Counter(planned(Asked(respondent, "hanoi", 5, arm, options, repeat)) for repeat in range(TRIALS))
    truth = respondent.truth(31, arm, options)
    assert labels[Label.SOLVED] / TRIALS == pytest.approx(truth.solved, abs=0.05)
    if arm not in ("chunked", "agent") or respondent is STOPPING:
        stopped = sum(labels[label] for label in STOPS)
        unread = respondent.malformed + respondent.empty  # such answers to a nudge leave the stop as it was
        slack = 0.05 if arm != "nudge" else 0.05 + unread
        assert 1 - stopped / TRIALS == pytest.approx(truth.willing, abs=slack)


def test_truths_of_the_arms() -> None:
    """Each in its own closed form."""
    tired = Respondent("x", willing_50=60, yields=0.5, error_rate=0.01, refuses=0.2)
    assert tired.truth(60, "nudge", {"k": 2}).willing == pytest.approx(0.8 * 0.875)
    assert tired.truth(60, "nudge", {"k": 2}).solved == pytest.approx(0.8 * 0.875 * 0.99**60)
    assert tired.truth(500, "window", {"m": 60}) == tired.truth(60)
    assert tired.truth(30, "window", {"m": 60}) == tired.truth(30)
    parts = Respondent("x", tires=0.1, error_rate=0.02, restated_effect=0.5, malformed=0.5)
    restated = parts.truth(50, "chunked", {"p": 16, "state": "restated"})
    assert restated.willing == pytest.approx(0.9**3)
    assert restated.able == pytest.approx(0.98**16 * 0.99**34)
    assert restated.solved == pytest.approx(restated.willing * restated.able / 2)
    assert parts.truth(50, "chunked", {"p": 16}).able == pytest.approx(0.98**50)
    code = Respondent("x", codes=0.4, willing_50=60, misses={Miss.BUG: 1, Miss.DECLINE: 1, Miss.LIST: 2})
    assert code.truth(60, "code").willing == pytest.approx(1 - 0.6 * (0.25 + 0.5 * 0.5))
    assert (code.truth(60, "code").able, code.truth(60, "code").solved) == (0.4, 0.4)


def test_coder_and_lister_are_each_others_opposite() -> None:
    """One knows the program and will not list, nudged or not; one lists and cannot program."""
    coder, lister = BY_NAME["coder"], BY_NAME["lister"]
    for arm, options in (("list", {}), ("insist", {}), ("nudge", {"k": 9})):
        assert coder.truth(255, arm, options).solved < 0.01
        assert lister.truth(255, arm, options).solved == 1
    assert (coder.truth(255, "code").solved, lister.truth(255, "code").solved) == (1, 0)
    assert (coder.truth(255).able, lister.truth(255, "chunked").solved) == (1, 1)


def test_truths_of_conditions() -> None:
    """Factors on the errors, and a way out that is taken only where it is offered."""
    minding = Respondent("x", error_rate=0.01, method_effect=0, tools_effect=3, text_effect=2, leaves=0.25)
    told = {
        "algorithm": (1, 1),
        "agent": (1, 0.97**30),
        "agent:text": (1, 0.98**30),
        "agent:out": (0.75, 0.97**30),
    }
    options: dict[str, dict[str, Scalar]] = {
        "agent:text": {"style": "text"},
        "agent:out": {"exit": "offered"},
    }
    for name, (willing, able) in told.items():
        truth = minding.truth(30, name.partition(":")[0], options.get(name, {}))
        assert (truth.willing, truth.able) == pytest.approx((willing, able)), name

"""What one sentence does: the learnt model as it is shipped, and how right it is on authors it never read."""

import hashlib
import math
import subprocess
import sys
import time
from collections import Counter
from functools import cache

import pytest

from evals.labelling.acts import Act, Acts, acts_of, model_hash
from evals.labelling.acts.features import LONGEST, features
from evals.labelling.acts.model import Model, shipped_bytes, shipped_model
from tests import ROOT
from tests.acts.sentences import FOLDER, KEPT_BACK, Sentence, authors, fingerprint, sentences

pytestmark = pytest.mark.slow

HELD = ("a2", "a3", "a4")
"""One author who writes English, one of European languages, one of others."""
STOPS = (Act.OMITS, Act.DECLINES, Act.OFFERS, Act.SUBSTITUTES)
LARGEST = 2_000_000
"""Bytes of the file."""


def test_the_file() -> None:
    assert len(shipped_bytes()) < LARGEST
    assert hashlib.sha256(shipped_bytes()).hexdigest() == model_hash()
    assert shipped_model().head["acts"] == list(Act)
    assert shipped_model().head["sha256"] == fingerprint(sentences()), "run `make train`"
    assert shipped_model().head["sentences"] == len(sentences())


def test_a_damaged_file_is_refused() -> None:
    with pytest.raises(ValueError, match="damaged"):
        Model.load(b"ACTS\x63" + shipped_bytes()[5:])


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("... and so on for the remaining 943 moves.", Act.OMITS),
        ("I'm sorry, but I can't write out all 1,023 moves.", Act.DECLINES),
        ("Would you like me to continue with the next 100?", Act.OFFERS),
        ("Here is a Python program that prints every move instead.", Act.SUBSTITUTES),
        ("That is the complete list of all 127 moves.", Act.CLAIMS_WHOLE),
        ("I hope this helps!", Act.CLOSES),
        ("This puzzle has no solution.", Act.IMPOSSIBLE),
        ("Voulez-vous que je continue avec la suite ?", Act.OFFERS),
        ("其余步骤省略。", Act.OMITS),
    ],
)
def test_plain_ones(text: str, act: Act) -> None:
    assert acts_of(text).best is act


@pytest.mark.parametrize("text", ["", " ", "\ud800", "\0", "🎉" * 900, "ﷺ" * 400, "²³", "٣ ٤", "İ" * 400])
def test_anything_has_probabilities(text: str) -> None:
    acts = acts_of(text)
    each = [getattr(acts, act) for act in Act]
    assert all(0 <= probability <= 1 for probability in each)
    assert math.isclose(sum(each), 1)
    assert 0 <= acts.stops <= 1


def test_stops_and_best() -> None:
    acts = Acts(0.1, 0.2, 0.3, 0.15, 0.05, 0.1, 0.06, 0.04)
    assert acts.stops == pytest.approx(0.75)
    assert acts.best is Act.OFFERS


def signed(row: int, width: int) -> list[int]:
    """The columns of a row."""
    columns = []
    for _ in range(width):
        low = row & 0xFFFFFFFF
        columns.append(low - (1 << 32) if low >= 1 << 31 else low)
        row = (row - columns[-1]) >> 32
    return columns


def test_whole_numbers_sum_as_floats_do() -> None:
    """The lanes of one integer do not run into each other, in the longest sentence either."""
    model = shipped_model()
    for text in (
        "The rest follows the same pattern.",
        "moves omitted " * 40,
        "".join(map(chr, range(97, 497))),
    ):
        width = len(model.scales)
        found = [signed(model.rows[feature], width) for feature in features(text) if feature in model.rows]
        sums = [sum(column) for column in zip(*found, strict=True)]
        norm = math.sqrt(sums[-1] * model.scales[-1])
        scores = [
            (units * scale / norm + bias) / model.temperature
            for units, scale, bias in zip(sums, model.scales, model.biases, strict=False)
        ]
        assert model.scores(text) == pytest.approx(scores)


def test_what_stands_behind_the_400th_character_is_not_looked_at() -> None:
    begin = ("Move disk 1 from peg 0 to peg 2, then go on. " * 20)[:LONGEST]
    assert acts_of(begin) == acts_of(begin + " I refuse to write the rest.")


@pytest.mark.parametrize("unit", ["a", "a ", "1,", "1 2 ", "(", "ﷺ", "é", "字", "\ud83d", "🎉"])
def test_hostile_text_takes_no_longer(unit: str) -> None:
    """A megabyte costs what `LONGEST` characters do: far less than a tenth of a second."""
    features(unit)
    begun = time.perf_counter()
    features(unit * 1_000_000)
    assert time.perf_counter() - begun < 0.1


def test_it_is_standard_library_only() -> None:
    """Asking it loads no package of others."""
    code = (
        "import sys; before = set(sys.modules); from evals.labelling.acts import acts_of; acts_of('so on'); "
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}; "
        "print(sorted(new - set(sys.stdlib_module_names) - {'evals', 'tasks'}))"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


def test_the_same_in_any_process() -> None:
    """The order of sets, which differs between processes, changes nothing."""
    code = "from evals.labelling.acts import acts_of; print(acts_of('The rest follows the same pattern.'))"
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert said == {f"{acts_of('The rest follows the same pattern.')}\n"}


def test_the_sentences() -> None:
    """Every author of the folder is trained on or kept back; texts stand once in each, with a known act."""
    assert {file.stem for file in FOLDER.glob("*.jsonl")} == {*authors(), *KEPT_BACK}
    for author in (*authors(), *KEPT_BACK):
        of = sentences([author])
        assert {sentence.act for sentence in of} <= set(Act)
        [(text, most)] = Counter(sentence.text for sentence in of).most_common(1)
        assert most == 1, text


@cache
def held_out() -> list[tuple[Sentence, Acts]]:
    """What a model of all other authors says of the sentences of three."""
    train = pytest.importorskip(
        "tests.acts.train", reason="training needs scikit-learn: pip install '.[dev]'"
    )
    read = train.table(sentences(author for author in authors() if author not in HELD))
    model = Model.load(train.trained(read, shipped_model().temperature))
    return [(sentence, Acts(*model.probabilities(sentence.text))) for sentence in sentences(HELD)]


FLOORS = {
    Act.OMITS: (0.72, 0.75),
    Act.DECLINES: (0.79, 0.85),
    Act.OFFERS: (0.91, 0.78),
    Act.SUBSTITUTES: (0.83, 0.75),
    Act.CLAIMS_WHOLE: (0.73, 0.68),
    Act.CLOSES: (0.65, 0.64),
    Act.ELSEWHERE: (0.55, 0.73),
    Act.IMPOSSIBLE: (0.91, 0.52),
}
"""Precision and recall of each act, on authors that were held out; docs/acts.md has all authors."""


def check(true: list[bool], said: list[bool], floors: tuple[float, float]) -> None:
    """Precision and recall are no less."""
    both = sum(one and other for one, other in zip(true, said, strict=True))
    precision, recall = both / sum(said), both / sum(true)
    assert precision >= floors[0], f"precision {precision:.3f}"
    assert recall >= floors[1], f"recall {recall:.3f}"


@pytest.mark.parametrize("act", Act)
def test_each_act_on_unseen_authors(act: Act) -> None:
    of = held_out()
    check([sentence.act == act for sentence, _ in of], [acts.best is act for _, acts in of], FLOORS[act])


LANGUAGES = {
    "ar": (0.89, 0.70),
    "de": (0.93, 0.90),
    "en": (0.87, 0.90),
    "es": (0.84, 0.77),
    "fr": (0.86, 0.90),
    "hi": (0.85, 0.76),
    "it": (0.88, 0.79),
    "ja": (0.88, 0.89),
    "ko": (0.91, 0.84),
    "nl": (0.86, 0.71),
    "pl": (0.96, 0.77),
    "pt": (0.86, 0.93),
    "ru": (0.90, 0.85),
    "sv": (0.87, 0.85),
    "tr": (0.75, 0.70),
    "vi": (0.79, 0.77),
    "zh": (0.86, 0.91),
}
"""Precision and recall of stopping in each language, likewise."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_on_unseen_authors(language: str) -> None:
    of = [(sentence, acts) for sentence, acts in held_out() if sentence.language == language]
    check(
        [sentence.act in STOPS for sentence, _ in of],
        [acts.stops > 0.5 for _, acts in of],
        LANGUAGES[language],
    )


def test_every_language_of_theirs_has_floors() -> None:
    assert {sentence.language for sentence, _ in held_out()} == set(LANGUAGES)


def test_the_sure_ones_on_unseen_authors() -> None:
    """Where stopping is more probable than nine tenths, or less than one tenth."""
    right = [
        (acts.stops > 0.5) == (sentence.act in STOPS)
        for sentence, acts in held_out()
        if abs(acts.stops - 0.5) > 0.4
    ]
    assert len(right) > len(held_out()) / 4
    assert sum(right) / len(right) >= 0.95

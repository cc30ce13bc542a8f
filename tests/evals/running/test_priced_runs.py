"""A run keeps the prices that it was asked at, whoever knew them, and every cost has its currency."""

import json
from pathlib import Path
from typing import Any

import pytest

from evals.endpoints import ModelAt
from evals.plan import list_prices
from evals.plan.spec import Spec
from evals.record.price import Price, RecordedPrice, recorded_prices
from evals.record.run import RunDirectory
from evals.replay.finish import finish
from evals.replay.replay import check
from reports.load import load
from tests.program import complaint, done, inside
from tests.samples.runs import Watcher, asked, counting
from tests.servers.scripted import Body, completion, scripted

PRICE = {"input": 1_000_000, "cached_input": 500_000, "output": 2_000_000, "currency": "EUR"}
"""One for each token of a prompt, a half for one that was kept, two for one of an answer."""
LISTED = RecordedPrice(input=3, cached_input=1, output=9, currency="USD", source="lists 1.0")


def count(body: Body) -> tuple[int, Body]:
    """Counts as far as it is asked to; of ten tokens of each prompt it had kept four."""
    last = int(body["messages"][0]["content"].partition(" to ")[2].split()[0])
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 4}}
    return 200, {**completion("\n".join(map(str, range(1, last + 1)))), "usage": usage}


def written(path: Path, address: str, price: dict[str, Any]) -> str:
    """A spec file for one model."""
    prices = "\n".join(f"{name} = {json.dumps(value)}" for name, value in price.items())
    path.write_text(
        f'models = ["mine/m"]\nconcurrency = 1\n[[puzzles]]\nname = "counting"\nsizes = [3, 4]\n'
        f'[endpoints.mine]\nbase_url = "{address}"\n[prices."mine/m"]\n{prices}\n'
    )
    return str(path)


def test_prices_of_the_spec(tmp_path: Path) -> None:
    """They are told before, in the summary and in the reports, and are kept with the run."""
    with scripted(count) as address:
        command = ("run", "--spec", written(tmp_path / "spec.toml", address, PRICE), "--out", "run")
        before = done(inside(*command, "--dry-run", cwd=tmp_path))
        summary = done(inside(*command, cwd=tmp_path))
        limited = inside(*command[:3], "--max-cost", "1", "--out", "other", cwd=tmp_path)
    assert " EUR" in before
    assert (
        "A million tokens of mine/m: input 1,000,000, cached input 500,000, output 2,000,000 EUR (spec)"
        in " ".join(before.split())
    )
    assert "20 prompt (8 cached) and 10 completion tokens in 2 replies; cost 36.00 EUR" in summary
    assert "the cost limit of 1.00 EUR is reached" in complaint(limited, 3)
    kept = recorded_prices(RunDirectory.open(tmp_path / "run"))
    assert kept == {"mine/m": RecordedPrice(**PRICE, source="spec")}
    done(inside("report", "run", "--format", "md", "--out", "report.md", cwd=tmp_path))
    report = (tmp_path / "report.md").read_text()
    assert "cost, EUR" in report
    assert "price of mine/m" in report
    rows = load(tmp_path / "run")
    assert (rows["cost"].tolist(), rows["currency"].tolist()) == ([18.0, 18.0], ["EUR", "EUR"])
    assert load(tmp_path / "run", prices={"mine/m": (0.0, 0.0)})["cost"].tolist() == [0, 0]


def test_a_currency_that_is_none(tmp_path: Path) -> None:
    spec = written(tmp_path / "spec.toml", "http://127.0.0.1:1/v1", {**PRICE, "currency": "euro"})
    told = complaint(inside("run", "--spec", spec, "--out", "run", cwd=tmp_path), 2)
    assert "field 'prices.mine/m.currency': 'euro' is no currency: write its three capital letters" in told


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> list[RecordedPrice | None]:
    """What the list says today: the last one."""
    today: list[RecordedPrice | None] = [LISTED]

    def price(at: ModelAt) -> RecordedPrice | None:
        assert at.who == "mine/m"
        return today[-1]

    monkeypatch.setattr(list_prices, "list_price", price)
    return today


def test_a_list_price_is_kept_as_it_was(listed: list[RecordedPrice | None], tmp_path: Path) -> None:
    """A run costs the same years later: read, replayed, continued or extended."""
    with scripted(count) as address:
        run, summary = asked(counting(address), tmp_path / "run")
        finish(run)
        assert summary.spent[0].endswith("USD by the list prices of lists 1.0")
        assert recorded_prices(RunDirectory.open(run.path)) == {"mine/m": LISTED}
        cost = load(run.path)["cost"].sum()
        assert cost == pytest.approx(2 * (6 * 3 + 4 * 1 + 5 * 9) / 1e6)
        listed.append(LISTED.model_copy(update={"input": 100.0, "source": "lists 2.0"}))
        assert check(run.path) == ()
        for extend, repeats in ((False, 1), (True, 2)):
            run, _ = asked(counting(address, repeats=repeats), tmp_path / "run", extend=extend)
            assert recorded_prices(RunDirectory.open(run.path)) == {"mine/m": LISTED}
    assert load(run.path)["cost"].sum() == pytest.approx(2 * cost)


def test_the_spec_corrects_a_list_price(listed: list[RecordedPrice | None], tmp_path: Path) -> None:
    """Nothing is asked for that again."""
    del listed
    with scripted(count) as address:
        asked(counting(address), tmp_path / "run")
        spec: Spec = counting(address, prices={"mine/m": PRICE})
        run, summary = asked(spec, tmp_path / "run")
    assert summary.asked == 0
    assert recorded_prices(RunDirectory.open(run.path))["mine/m"] == RecordedPrice(**PRICE, source="spec")
    assert load(run.path)["cost"].tolist() == [18.0, 18.0]


def test_a_price_that_nobody_knows(listed: list[RecordedPrice | None], tmp_path: Path) -> None:
    listed.append(None)
    with scripted(count) as address:
        run, _ = asked(counting(address), tmp_path / "run")
    assert "prices" not in RunDirectory.open(run.path).manifest.spec
    assert load(run.path)["cost"].isna().all()


def uncounted(body: Body) -> tuple[int, Body]:
    """Reports that nothing was used, as some servers do."""
    status, made = count(body)
    return status, {**made, "usage": {"prompt_tokens": 0, "completion_tokens": 0}}


@pytest.mark.parametrize("limit", [{"max_tokens_total": 100}, {"max_cost": 100.0}])
def test_a_server_that_counts_nothing_meets_the_limits(limit: dict[str, Any], tmp_path: Path) -> None:
    """By the length of the texts; which is told once."""
    price = {"mine/m": Price(input=1e6, output=1e6).model_dump()}
    with scripted(uncounted) as address:
        watcher, sizes = Watcher(), list(range(20, 30))
        asking: dict[str, Any] = {"puzzles": [{"name": "counting", "sizes": sizes}], "concurrency": 1}
        spec = counting(address, **asking, prices=price, limits=limit)
        run, summary = asked(spec, tmp_path / "run", watcher)
    assert summary.limit is not None
    assert "is reached" in summary.limit
    assert "without usage" in summary.limit
    assert 0 < summary.left < len(sizes)
    assert [what for _, what in watcher.notes if "reports no usage" in what] == [
        "it reports no usage: its tokens are estimated from the length of the texts (told once)"
    ]
    assert load(run.path)["cost"].isna().all()

"""5,000 trials against a server with every fault there is: each must end exactly once, with the right label.

The server decides by a trial's id what it does to each attempt (see `tests.servers.fates`); on top come
moments in which it turns everybody away, and moments in which it is not there at all. Then it mends, and the
same command again must ask the failed trials, and no others. Goals: under 3 minutes, and under 150 MiB.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.run_memory import _PEAK
from evals.record.outcome import Label
from tests.servers.fates import MODELS, REFUSED, RETRIES, SIZE, STORM, Fates
from tests.servers.misbehaving import Fault, Misbehaving

TRIALS = 5000
WIDTH = 64
MOST_SECONDS, MOST_MEBIBYTES = 180, 150
_OUTAGES, _STORMS = (0.25, 0.5, 0.75), (0.15, 0.4, 0.65, 0.9)
"""After these shares of the trials have begun."""
_OUTAGE_SECONDS = 0.3
_SPEC = """
name = "soak"
models = [{models}]
repeats = {repeats}
concurrency = {width}
max_retries = {retries}

[[puzzles]]
name = "counting"
sizes = [{size}]

[sampling]
max_tokens = 64
temperature = 0.5

[endpoints.loop]
base_url = "{base_url}"
simulated = true # so that each request says which trial it is of
connect_seconds = 2
idle_seconds = 0.3
total_seconds = 1.2
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of one run of the command."""

    code: int
    said: str
    seconds: float
    mebibytes: float
    """The peak of its memory."""


@dataclass(frozen=True, slots=True)
class Row:
    """What the record holds of a trial."""

    replies: int
    attempts: tuple[tuple[int | None, str], ...]
    """Status and error of each failed one."""


def main() -> None:
    problems = asyncio.run(soak(TRIALS))
    sys.exit(f"{len(problems)} problems:\n" + "\n".join(problems[:20]) if problems else None)


async def soak(trials: int) -> list[str]:
    """Run it, print its table and figures, and say what was not as it must be."""
    fates = Fates()
    with tempfile.TemporaryDirectory() as folder:
        run, spec = Path(folder) / "run", Path(folder) / "soak.toml"
        async with Misbehaving(fates) as server:
            spec.write_text(_spec(server.endpoint.base_url, trials), encoding="utf-8")
            weather = asyncio.create_task(_weather(server, fates, trials))
            first = await _cantwont("run", "--spec", str(spec), "--out", str(run))
            weather.cancel()
            rows, labels = _rows(run), _labels(run)
            problems = [*_wrong(fates, rows, labels, trials), *_unexpected("first run", first, 3)]
            _print_table(fates, rows, labels)
            _print_figures("soaked", first, trials)
            lost = {trial for trial, label in labels.items() if label is Label.ERROR}
            before, fates.mended = len(server.asked), True
            second = await _cantwont("run", "--spec", str(spec), "--out", str(run))
            problems += _not_mended(_rows(run), _labels(run), len(server.asked) - before, len(lost))
            problems += _unexpected("second run", second, 0)
            _print_figures("went on", second, len(lost))
        problems += _unexpected("replay", await _cantwont("replay", str(run), "--check"), 0)
    return problems


async def _weather(server: Misbehaving, fates: Fates, trials: int) -> None:
    """Storms and outages, each once enough trials have begun."""
    events = sorted([(share, False) for share in _OUTAGES] + [(share, True) for share in _STORMS])
    for share, storm in events:
        while len(fates.of) < share * trials:
            await asyncio.sleep(0.05)
        if storm:
            fates.storm()
        else:
            await server.down()
            await asyncio.sleep(_OUTAGE_SECONDS)
            await server.up()


async def _cantwont(*arguments: str) -> Ran:
    begun = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _PEAK,
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = (data.decode() for data in await process.communicate())
    peak, _ = out.rpartition("PEAK ")[2].split()
    assert process.returncode is not None
    mebibytes = int(peak) / (2**20 if sys.platform == "darwin" else 2**10)
    return Ran(process.returncode, err.strip(), time.perf_counter() - begun, mebibytes)


def _spec(base_url: str, trials: int) -> str:
    models = ", ".join(f'"loop/{model}"' for model in MODELS)
    repeats = trials // len(MODELS)
    return _SPEC.format(
        base_url=base_url, models=models, repeats=repeats, width=WIDTH, retries=RETRIES, size=SIZE
    )


# --- what is on disk, read without cantwont's own code


def _rows(run: Path) -> dict[str, Row]:
    replies: Counter[str] = Counter()
    attempts: defaultdict[str, list[tuple[int | None, str]]] = defaultdict(list)
    for row in _lines(run / "exchanges.jsonl"):
        replies[row["trial"]] += row["kind"] == "reply"
        if row["kind"] == "attempt":
            attempts[row["trial"]].append((row.get("status"), row["error"]))
    return {trial: Row(replies[trial], tuple(attempts[trial])) for trial in replies}


def _labels(run: Path) -> dict[str, Label]:
    _, *outcomes = _lines(run / "outcomes.jsonl")
    labels = {outcome["trial"]: Label(outcome["label"]) for outcome in outcomes}
    assert len(labels) == len(outcomes), "a trial has two outcomes"
    return labels


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


# --- what must be so


_CLOSED = (Fault.CLOSE_BEFORE, Fault.RESET_BEFORE, Fault.STALL_BEFORE)


def _wrong(fates: Fates, rows: dict[str, Row], labels: dict[str, Label], trials: int) -> Iterator[str]:
    if not len(labels) == len(rows) == len(fates.of) == trials:
        yield f"{trials} trials; {len(rows)} recorded, {len(labels)} labelled, {len(fates.of)} seen"
    for trial, fate in fates.of.items():
        row, label, wanted = rows[trial], labels.get(trial), fate.ending.label
        story = f"trial {trial}: {fate.met} then {fate.ending.name!r}; recorded {row}"
        if label is not wanted:
            yield f"{story}; labelled {label}, not {wanted}"
        if row.replies != (wanted is not Label.ERROR):
            yield f"{story}; {row.replies} replies"
        surplus = len(_told(row)) - _known(fates, trial) - _refused(row)
        # On a connection that had been used before, a close is one that the server made meanwhile; so is
        # that of an outage.
        silent = sum(fault in _CLOSED for fault in fate.met)
        if not -silent <= surplus <= len(_OUTAGES):
            yield f"{story}; {surplus} attempts too many"


def _not_mended(rows: dict[str, Row], labels: dict[str, Label], asked: int, lost: int) -> Iterator[str]:
    if not lost <= asked <= lost + 1:  # one for the list of models
        yield f"{lost} trials had no reply, and {asked} requests were made for them"
    for trial, row in rows.items():
        if row.replies != 1 or labels[trial] is Label.ERROR:
            yield f"trial {trial} has {row.replies} replies in the end, and the label {labels[trial]}"


def _unexpected(what: str, ran: Ran, code: int) -> Iterator[str]:
    if ran.code != code:
        yield f"the {what} ended with {ran.code}, not {code}: {ran.said[-1000:]}"


def _told(row: Row) -> list[tuple[int | None, str]]:
    """The failed attempts that were more than a request to be put otherwise."""
    return [attempt for attempt in row.attempts if "; asked again with " not in attempt[1]]


def _known(fates: Fates, trial: str) -> int:
    """The failed attempts that the server knows of; an outage may have cut more of them short."""
    fate = fates.of[trial]
    return len(fate.met) + fates.storms[trial] + (fate.ended if fate.ending.label is Label.ERROR else 0)


def _refused(row: Row) -> int:
    return sum("Connection refused" in error for _, error in row.attempts)


# --- what is shown


def _print_table(fates: Fates, rows: dict[str, Row], labels: dict[str, Label]) -> None:
    """What was met, by how many trials, how these ended, and in how many requests."""
    met: defaultdict[str, list[str]] = defaultdict(list)
    for trial, fate in fates.of.items():
        row = rows[trial]
        storm, refused = [STORM] * (fates.storms[trial] > 0), [REFUSED] * (_refused(row) > 0)
        name = f"{fate.ending.label}: {fate.ending.name}"
        for fault in {*fate.met, *storm, *refused} or {"no fault"}:
            met[fault].append(trial)
        met[name].append(trial)
    kinds = [label for label in Label if label in set(labels.values())]
    print(f"{'':48} {'trials':>6} {'requests':>8} " + " ".join(f"{kind[:9]:>9}" for kind in kinds))
    for what, trials in sorted(met.items(), key=lambda item: (": " in item[0], item[0])):
        ended = Counter(labels[trial] for trial in trials)
        requests = sum(len(_told(rows[trial])) + rows[trial].replies for trial in trials) / len(trials)
        counts = " ".join(f"{ended[kind] or '':>9}" for kind in kinds)
        print(f"{what:48} {len(trials):6,} {requests:8.2f} {counts}")


def _print_figures(what: str, ran: Ran, trials: int) -> None:
    print(
        f"{what}: {trials:,} trials in {ran.seconds:.0f} s (at most {MOST_SECONDS}), "
        f"peak {ran.mebibytes:.0f} MiB (at most {MOST_MEBIBYTES}), exit code {ran.code}"
    )


if __name__ == "__main__":
    main()

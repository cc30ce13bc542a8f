"""Replaying and checking 2,000 one-turn trials: against Inspect, and against one bare regular expression.

Goals: as a whole process at least 15 times faster than Inspect scores a finished log of 2,000 samples with
the same prompts and answers again; and, imports aside, at most 6 times the time of parsing the same record
as JSON and running one regular expression over the answers. All is wall time in processes of their own that
take turns; medians are shown.

Inspect is no dependency: CANTWONT_INSPECT names the Python of an environment that has `inspect_ai`.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from evals.arms import arm
from evals.endpoints import EndpointSettings
from evals.plan.grid import trials
from evals.plan.spec import PuzzleChoice, Spec
from evals.record.exchange import Exchange, RowKind, request_digest
from evals.record.exchange_log import Recorder
from evals.record.run import Manifest, RunDirectory
from evals.record.trial import Sampling, Trial
from evals.replay.finish import finish
from evals.simulated.answers import answer
from evals.simulated.decisions import Call
from evals.simulated.replies import MessageField, Reply
from evals.simulated.respondents import NAMED

TRIALS = 2000
ROUNDS = 7
INSPECT_ROUNDS = 3
LEAST, MOST = 15, 6
LIMIT = 32_000

SPEC = Spec(
    models=("sim/steady", "sim/tired", "sim/careless"),
    puzzles=(PuzzleChoice(name="hanoi", sizes=tuple(range(3, 11))),),
    arms=("list", "insist"),
    repeats=42,
    sampling=Sampling(max_tokens=LIMIT),
    endpoints={"sim": EndpointSettings(base_url="http://127.0.0.1:1/v1", simulated=True)},
)

REPLAY = """
import sys, time
import evals.replay.check, evals.cli.console, evals.cli.telling.github_actions, evals.cli.main
import tasks.puzzles.hanoi
sys.argv = ["cantwont", "replay", sys.argv[1], "--check"]
begun = time.perf_counter()
try:
    evals.cli.main.main()
except SystemExit as end:
    assert not end.code, end.code
print(time.perf_counter() - begun)
"""
FLOOR = r"""
import json, re, sys, time
triple = re.compile(r"\[\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\]")
begun = time.perf_counter()
with open(sys.argv[1]) as lines:
    rows = [json.loads(line) for line in lines]
for row in rows:
    triple.findall(row["reply"]["choices"][0]["message"]["content"])
print(time.perf_counter() - begun)
"""
LOG = """
import json, sys
from inspect_ai import Task, eval
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import includes
from inspect_ai.solver import generate

def output(text):
    made = ModelOutput.from_content("mockllm/model", text)
    made.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)  # or it loads a tokenizer
    return made

with open(sys.argv[1]) as lines:
    rows = [json.loads(line) for line in lines]
answers = (output(row["reply"]["choices"][0]["message"]["content"]) for row in rows)
samples = [Sample(id=row["trial"], input=row["messages"][0]["content"], target="[1, 0, 2]") for row in rows]
task = Task(dataset=MemoryDataset(samples), solver=generate(), scorer=includes())
model = get_model("mockllm/model", custom_outputs=answers)
[log] = eval(task, model=model, log_dir=sys.argv[2], display="none", max_samples=1)
assert log.status == "success" and len(log.samples) == len(rows), log.error
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        run = made(Path(folder) / "run")
        record = run / "exchanges.jsonl"
        print(f"{TRIALS:,} trials, {record.stat().st_size / 1e6:.1f} MB")
        against_parsing(run, record)
        against_inspect(run, record)


def against_parsing(run: Path, record: Path) -> None:
    """Replay, and parse the record and search its answers."""
    pairs = [(said(REPLAY, run), said(FLOOR, record)) for _ in range(ROUNDS)]
    ours, floor = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(work / bare for work, bare in pairs)
    print(
        f"replay --check, imports aside, {ours:.3f} s; parse and findall {floor:.3f} s; "
        f"ratio {ratio:.1f} (at most {MOST})"
    )


def against_inspect(run: Path, record: Path) -> None:
    """Replay, and score a finished log of the same answers again, as whole processes."""
    replay = [sys.executable, "-m", "evals.cli.main", "replay", str(run), "--check"]
    python = os.environ.get("CANTWONT_INSPECT")
    if not python:
        ours = statistics.median(process(replay) for _ in range(ROUNDS))
        print(f"replay --check, the whole process, {ours:.2f} s")
        print("Inspect skipped: CANTWONT_INSPECT names no Python that has inspect_ai")
        return
    logs = record.parent / "logs"
    subprocess.run([python, "-c", LOG, str(record), str(logs)], check=True, cwd=record.parent)
    [log] = logs.glob("*.eval")
    scored = record.parent / "scored.eval"
    score = [python, "-m", "inspect_ai", "score", str(log), "--scorer", "includes", "--action", "overwrite"]
    pairs = []
    for _ in range(INSPECT_ROUNDS):
        scored.unlink(missing_ok=True)
        theirs = process([*score, "--output-file", str(scored), "--display", "none"])
        pairs.append((theirs, statistics.median(process(replay) for _ in range(INSPECT_ROUNDS))))
    theirs, ours = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(scoring / replaying for scoring, replaying in pairs)
    print(
        f"replay --check, the whole process, {ours:.2f} s; inspect score {theirs:.2f} s; "
        f"{ratio:.1f} times faster (at least {LEAST})"
    )


def process(command: list[str]) -> float:
    """Seconds that a whole process takes."""
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=Path(__file__).parents[1])
    return time.perf_counter() - begun


def said(code: str, argument: Path) -> float:
    """The seconds that a program of ours says it took."""
    ended = subprocess.run(
        [sys.executable, "-c", code, str(argument)],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[1],
    )
    return float(ended.stdout.splitlines()[-1])


def made(path: Path, spec: Spec = SPEC, most: int = TRIALS) -> Path:
    """A run of simulated answers, as a server would have given them."""
    puzzles, arms, _ = spec.versions()
    stored = spec.stored(spec.models_at(), path)
    manifest = Manifest(created="", cantwont="", spec=stored, puzzles=puzzles, arms=arms)
    run = RunDirectory.create(path, manifest)
    with Recorder(run, sync_every=3600) as recorder:
        for row in islice(rows(spec), most):
            recorder.append(row)
    finish(run)
    return path


def rows(spec: Spec = SPEC) -> Iterator[Exchange]:
    """What is recorded of each trial."""
    for trial in trials(spec, spec.models_at()):
        messages = arm(trial.arm).open(trial.instance.restore())
        asked = request_digest(trial.model, [message.model_dump() for message in messages], trial.sampling)
        yield Exchange(
            kind=RowKind.REPLY,
            trial=trial.id,
            turn=1,
            reason="start",
            what=trial,
            messages=messages,
            asked=asked,
            sent={"model": trial.model, "max_tokens": LIMIT, "stream": True},
            status=200,
            reply=replied(trial, len(messages[0].content)),
            at="2026-01-02T03:04:05+00:00",
            seconds=1.0,
        )


def replied(trial: Trial, prompt: int) -> dict[str, object]:
    """The body of one reply."""
    respondent = next(found for found in NAMED if found.name == trial.model)
    reply = Reply(answer(respondent, trial.instance.restore(), Call(trial.id, 1, trial.arm)), LIMIT, prompt)
    content = "".join(delta.text for delta in reply.deltas(1 << 16) if delta.part is MessageField.CONTENT)
    message = {"role": "assistant", "content": content}
    return {
        "id": f"chatcmpl-{trial.id}",
        "object": "chat.completion",
        "model": trial.model,
        "choices": [{"index": 0, "message": message, "finish_reason": reply.finish_reason}],
        "usage": reply.usage(),
    }


if __name__ == "__main__":
    main()

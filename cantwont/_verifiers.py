"""The puzzles as an environment of verifiers: `vf-eval cantwont-puzzles --env.taskset.puzzle hanoi`.

verifiers loads this through the module `cantwont_puzzles`, and nothing else does: it needs the extra
`verifiers`. Three rewards stand apart, so that each can be trained or only be watched.
"""

from collections.abc import Iterator
from typing import Any

import verifiers.v1 as vf
from openai import AsyncOpenAI

from evals.exporters._rewards import ability, walk, will
from evals.record.outcome import Label, Outcome
from reports.harnesses.asked import OURS, Asked, Reply, all_asked
from tasks import CantwontError


class PuzzleData(vf.TaskData):
    """One problem, in plain JSON."""

    cantwont: dict[str, Any]


class PuzzleTask(vf.Task[PuzzleData]):
    """One problem, asked by one arm."""

    def found(self, trace: vf.Trace) -> Outcome:
        """Return what came of it; the same for all rewards of a trace."""
        return Asked.of(self.data.cantwont).outcome(_replies(trace), "policy")

    @vf.reward(weight=1.0)
    async def walk(self, trace: vf.Trace) -> float:
        """The share of the steps that is right, from the start to the first error; 1 if it is solved."""
        found = self.found(trace)
        trace.info[OURS] = found.model_dump(mode="json", include={"label", "reason", "flags", "evidence"})
        return walk(found)

    @vf.reward(weight=0.0)
    async def will(self, trace: vf.Trace) -> dict[str, float]:
        """1 if it went on to its end, 0 if it stopped by choice; nothing if the instrument cut it."""
        return _seen("will", will(self.found(trace)))

    @vf.reward(weight=0.0)
    async def ability(self, trace: vf.Trace) -> dict[str, float]:
        """1 if no step that it wrote is wrong, 0 if one is; nothing if none was seen."""
        return _seen("ability", ability(self.found(trace)))

    @vf.metric
    async def solved(self, trace: vf.Trace) -> float:
        """Whether it is one full, legal list that ends at the goal."""
        return float(self.found(trace).label is Label.SOLVED)

    @vf.metric
    async def steps_written(self, trace: vf.Trace) -> float:
        """How many steps stand in the answer."""
        return float(self.found(trace).written)


def _seen(name: str, value: float | None) -> dict[str, float]:
    return {} if value is None else {name: value}


def _replies(trace: vf.Trace) -> list[Reply]:
    """Return what the model said, one reply a call."""
    said = {node: call for call in trace.calls if (node := call.node) is not None}
    replies = []
    for number, node in enumerate(trace.nodes):
        if not node.sampled:
            continue
        call = said.get(number)
        usage = call.usage if call is not None else None
        replies.append(
            Reply(
                node.message.content or "",
                node.message.reasoning_content,
                finish_reason=call.finish_reason if call is not None else None,
                prompt_tokens=None if usage is None else usage.input_tokens,
                completion_tokens=None if usage is None else usage.completion_tokens,
            )
        )
    return replies or [Reply("")]


class PuzzleConfig(vf.TasksetConfig):
    """What is asked, under `--env.taskset.*`."""

    puzzle: str = "hanoi"
    """A puzzle's name, as in `cantwont tasks`."""
    sizes: str | None = None
    """As in `3-5,8`."""
    steps: str | None = None
    """In place of sizes, numbers of steps: the sizes nearest to them; 7 to 127 if neither is given."""
    arm: str = "list"
    """How to ask, `name` or `name:option=value,option=value`."""
    instances: int = 1
    """Different instances a size."""
    seed: int = 0
    """Draws them."""


class PuzzleTaskset(vf.Taskset[PuzzleTask, PuzzleConfig]):
    """All problems of one puzzle that the config asks for."""

    def load(self) -> Iterator[PuzzleTask]:
        """Yield them by size; raises `ValueError` where the config makes no sense."""
        config = self.config
        try:
            asked = all_asked(
                config.puzzle,
                sizes=config.sizes,
                steps=config.steps,
                arm=config.arm,
                instances=config.instances,
                seed=config.seed,
            )
        except CantwontError as error:
            raise ValueError(str(error)) from None
        for each in asked:
            problem = each.problem
            yield PuzzleTask(
                PuzzleData(id=each.id, name=problem.canonical, prompt=each.prompt, cantwont=each.plain()),
                config.task,
            )


class PuzzleHarness(vf.Harness[vf.HarnessConfig]):
    """Asks as the arm does, without tools or programs: once, or as often as it goes on."""

    APPENDS_SYSTEM_PROMPT = True
    EXECUTES_CODE = False
    NEEDS_CONTAINER = False

    async def launch(  # noqa: PLR0913, PLR0917 - as verifiers calls it
        self,
        ctx: vf.ModelContext,
        trace: vf.Trace,
        runtime: vf.Runtime,
        endpoint: str,
        secret: str,
        mcp_urls: dict[str, str],
        data: PuzzleData,
    ) -> vf.ProgramResult:
        """Hold the conversation; what verifiers listens to at the endpoint becomes the trace."""
        del trace, runtime, mcp_urls
        asked, replies = Asked.of(data.cantwont), list[Reply]()
        system = [{"role": "system", "content": data.system_prompt}] if data.system_prompt else []
        async with AsyncOpenAI(base_url=endpoint, api_key=secret, max_retries=0) as client:
            while (said := asked.conversation(replies)) is not None:
                messages = [*system, *({"role": each.role, "content": each.content} for each in said)]
                body: Any = {"model": ctx.model, "messages": messages}
                answer = await client.chat.completions.create(**body)
                choice = answer.choices[0]
                replies.append(Reply(choice.message.content or "", finish_reason=choice.finish_reason))
        return vf.ProgramResult(0, "", "")


def load_environment(**config: Any) -> Any:
    """Return the environment for a program of your own.

    Args:
        **config: The fields of `PuzzleConfig`: `load_environment(puzzle="hanoi", sizes="3-7")`.
    """
    taskset = {"id": "cantwont-puzzles", **config}
    # Nothing of the model's is executed, so it may run here.
    given = {"taskset": taskset, "agent": {"runtime": {"type": "subprocess"}}}
    return vf.load_environment(vf.SingleAgentEnvConfig.model_validate(given))

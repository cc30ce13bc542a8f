"""The options of `cantwont run`, some shared with other commands. Nothing heavy is imported here."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperCommand, TyperOption


def many(help: str) -> Any:  # noqa: A002 - as typer calls it
    """Return an option that can be given several times."""
    return typer.Option(help=f"{help} Repeatable.", show_default=False, metavar="<str>")


def one(help: str, default: str | None = None) -> Any:  # noqa: A002
    """Return an option whose absence has a meaning, described by `default`."""
    told = f"{help}  [default: {default}]" if default is not None else help
    return typer.Option(help=told, show_default=False)


def run_path(text: str) -> Path:
    """Return the path of a run; one at an address such as `s3://bucket/run` is fetched."""
    if "://" not in text:
        return Path(text)
    from evals.replay.remote_runs import local_path

    return local_path(text)


def share(help: str) -> Any:  # noqa: A002
    """Return an optional number from 0 to 1."""
    return typer.Option(help=help, show_default=False, min=0, max=1, metavar="<float>")


class RunCommand(TyperCommand):
    """`cantwont run`, whose help lists all arms; they are loaded only when the help is requested."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help, with each arm and the defaults of its options."""
        from evals.arms import arm, arm_names

        told = []
        for name in arm_names():
            given = ",".join(f"{key}={value}" for key, value in arm(name).options().model_dump().items())
            told.append(f"{name}:{given}" if given else name)
        told[0] += " (the default)"
        for parameter in self.params:
            if parameter.name == "arm" and isinstance(parameter, TyperOption):
                parameter.help = (
                    f"How to ask: {', '.join(told[:-1])} or {told[-1]}, or a variant of the spec. Repeatable."
                )
        super().format_help(ctx, formatter)


SpecFile = Annotated[
    Path | None,
    one("A TOML file, or quick, illusion, prompts or traits, which are shipped. Options replace its fields."),
]
Models = Annotated[list[str] | None, many("endpoint/model, or http://host:port/v1#model.")]
Puzzles = Annotated[list[str] | None, many("name:sizes, e.g. hanoi:3-8, counting:16,64,256 or hanoi:auto.")]
Arms = Annotated[list[str] | None, many("How to ask.")]
System = Annotated[
    Path | None,
    one("A text file: each arm is asked behind this system message, as arm ARM+STEM, the file's name."),
]
Repeats = Annotated[int | None, one("Times each is asked.", "1")]
Steps = Annotated[
    str | None,
    one("Numbers of steps, e.g. 16,64,256: of each puzzle the sizes nearest; --puzzle then gives names."),
]
Instances = Annotated[int | None, one("Different instances a size, for --puzzle.", "1")]
Seed = Annotated[int | None, one("Draws the instances.", "0")]
Budgets = Annotated[
    list[str] | None,
    many("The same trials under each: a limit of tokens, or a reasoning effort in a word."),
]
MaxTokens = Annotated[int | None, one("Sent only when given.")]
Temperature = Annotated[float | None, one("Sent only when given.")]
Effort = Annotated[str | None, one("Sent only when given.")]
Concurrency = Annotated[int | None, one("Requests under way at once, an endpoint.", "8")]
MaxCost = Annotated[float | None, one("Stop asking at this cost, by the spec's prices or list prices.")]
MaxTokensTotal = Annotated[int | None, one("Stop asking at so many tokens, prompts included.")]
Deadline = Annotated[str | None, one("Stop asking after this time, e.g. 90m or 2h30m.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be asked, and what it would cost.")]
NoRetry429 = Annotated[bool, typer.Option("--no-retry-429", help="Take a rate limit for a failure.")]
Retries = Annotated[int | None, one("Tries after a failed request.", "4")]
Simulated = Annotated[str | None, one("Where `cantwont simulate` listens, for models sim/NAME.")]
Extend = Annotated[bool, typer.Option("--extend", help="Let a changed spec add trials to the run.")]
RequireSandbox = Annotated[
    bool,
    typer.Option(
        "--require-sandbox", help="Refuse if the operating system does not wall in models' programs."
    ),
]
Judge = Annotated[str | None, one("A second reader, endpoint/model, for outcomes that are not sure.")]
ShardOption = Annotated[
    str | None,
    typer.Option(
        "--shard",
        help="Ask one part of the trials, e.g. 3/16, in a run directory of its own below --out.  "
        "[default: that of a Slurm array or an indexed job, else whole]",
        show_default=False,
    ),
]
OnCluster = Annotated[
    Literal["ray"] | None,
    one("Use a cluster: the one in RAY_ADDRESS, or the processors of this machine."),
]
Shards = Annotated[
    int | None,
    typer.Option(
        "--shards",
        help="With --on ray, how many.  [default: four a processor]",
        show_default=False,
        min=1,
        metavar="<int>",
    ),
]
Out = Annotated[
    Path | None, one("The run directory.", "runs/NAME, as the spec is named, or by what is asked")
]
TrustedHashes = Annotated[
    list[str] | None,
    many("The SHA-256 of a puzzle file that the run may execute, beside those that you trust already."),
]
RunDirectory = Annotated[
    Path,
    typer.Argument(help="A run directory, or its address.", show_default=False, parser=run_path),
]

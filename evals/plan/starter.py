"""A spec to begin with, commented, and the JSON schema that editors complete and check it by."""

import json
from pathlib import Path
from typing import Any

from evals.errors import SpecError
from evals.plan.flags import found_spec
from evals.plan.spec import AUTO, Spec
from evals.record.files import exists, write

FILE, SCHEMA = "cantwont.toml", "cantwont.schema.json"
"""The names of both; `cantwont run` without a spec and without options takes the first."""

_SPEC = f"""\
#:schema ./{SCHEMA}
# What `cantwont run` asks here. All fields: the schema; what it can show: `cantwont plan`.
name = "first"
models = ["ollama/llama3.2"]        # endpoint/model, or "http://host:port/v1#model"
arms = ["list", "insist"]           # neutral words; the same with abridging forbidden
repeats = 1

[[puzzles]]
name = "hanoi_random"               # from a drawn start: the classic one is memorised
steps = [2, 6, 12, 24, 48, 96]      # the sizes nearest to these; or sizes = [3, 4, 5], or sizes = "auto"
instances = 10                      # different ones of each size

[[puzzles]]
name = "copying"                    # a control: nothing but length
steps = [8, 16, 32, 64, 128, 256]
instances = 10

[sampling]                          # only what stands here is sent
# max_tokens = 16000
# temperature = 0.7

[limits]                            # the same command goes on where one is reached
# max_cost = 5.0
# max_tokens_total = 2000000
# deadline = "90m"

# A server of your own:
# [endpoints.mine]
# base_url = "http://gpu-box:8000/v1"
# key_variable = "MY_SERVER_KEY"    # the key itself never stands in a file

# What tokens cost, per million:
# [prices."ollama/llama3.2"]
# input = 0.0
# output = 0.0
"""


def schema() -> dict[str, Any]:
    """Return the JSON schema of a spec as it is written in TOML."""
    made = Spec.model_json_schema()
    made["title"] = "A spec of cantwont"
    del made["properties"]["shard"]
    defined = made["$defs"]
    del defined["Shard"]
    fields = defined["PuzzleChoice"]["properties"]
    del fields["auto"]
    for name in ("sizes", "steps"):
        fields[name] = {"anyOf": [fields[name], {"const": AUTO}]}
    deadline = defined["Limits"]["properties"]["deadline"]
    deadline["anyOf"] = [{"type": "string", "examples": ["90m", "2h30m"]}, *deadline["anyOf"]]
    return made


def write_starter(folder: Path) -> list[Path]:
    """Write the spec and its schema; raises `SpecError` if there is one already, or none can be written."""
    spec, described = folder / FILE, folder / SCHEMA
    if exists(spec):
        raise SpecError(f"there is {str(spec)!r} already: edit it, or name another folder")
    try:
        write(described, [json.dumps(schema(), indent=2).encode(), b"\n"])
        write(spec, [_SPEC.encode()])
    except OSError as error:
        raise SpecError(f"cannot write in {str(folder)!r}: {error.strerror or error}") from None
    return [spec, described]


def spec_to_ask(given: Path | None, *options: object) -> Path | None:
    """Return the spec file that a command means: the one given, or that of the working directory.

    Args:
        given: What `--spec` names, if it is given.
        options: Options that say by themselves what is asked; with any of them no other file is looked for.
    """
    here = Path(FILE)
    if given is not None or any(option is not None for option in options):
        return found_spec(given)
    return here if exists(here) else None

"""Runs in Inspect's environment: let it write a log with its mock model.

Arguments: answers by prompt (JSON), the folder of the log, its format, the task, its arguments in JSON.
"""

import json
import sys
from pathlib import Path
from typing import Any

from inspect_ai import eval as run_eval
from inspect_ai.model import ModelOutput, ModelUsage, get_model


def main() -> None:
    """Write the log, and print where it is and what its scorer found."""
    answers = json.loads(Path(sys.argv[1]).read_text())
    folder, kind, task, arguments = sys.argv[2], sys.argv[3], sys.argv[4], json.loads(sys.argv[5])

    def answer(messages: list[Any], *_: Any) -> ModelOutput:
        text = answers[messages[0].text.strip()]
        if text == "raise":
            raise RuntimeError("the provider is not well")
        made = ModelOutput.from_content("mockllm/model", text)
        made.usage = ModelUsage(input_tokens=11, output_tokens=len(text), total_tokens=11 + len(text))
        return made

    [log] = run_eval(
        task,
        task_args=arguments,
        model=get_model("mockllm/model", custom_outputs=answer),
        log_dir=folder,
        log_format=kind,
        display="none",
        epochs=2,
        fail_on_error=False,
    )
    found = {f"{sample.id}/{sample.epoch}": _label(sample) for sample in log.samples or []}
    metrics: dict[str, Any] = {}
    for score in log.results.scores if log.results is not None else ():
        metrics |= {name: metric.value for name, metric in score.metrics.items()}
    print(json.dumps({"log": log.location, "labels": found, "metrics": metrics}))


def _label(sample: Any) -> str | None:
    return None if not sample.scores else next(iter(sample.scores.values())).answer


if __name__ == "__main__":
    main()

"""What servers really say when they turn a request down, by their names."""

import json
from typing import Any


def error(message: str, **more: Any) -> str:
    return json.dumps({"error": {"message": message, "type": "invalid_request_error", **more}})


def wrapped(body: str) -> str:
    """As OpenRouter hands on what its provider said."""
    metadata = {"raw": body, "provider_name": "Some"}
    return json.dumps({"error": {"message": "Provider returned error", "code": 400, "metadata": metadata}})


NO_OVERFLOWS = {
    "a budget above the model's": error(
        "max_tokens is too large: 32768. This model supports at most 16384 completion tokens, whereas you "
        "provided 32768.",
        param="max_tokens",
    ),
    "a budget out of range": error("Invalid max_tokens value, the valid range of max_tokens is [1, 8192]"),
    "another model": error("The model `gpt-9` does not exist or you do not have access to it."),
    "the rate": error("Rate limit reached for gpt-4o on tokens per min (TPM): Limit 30000, Used 29000."),
    "a temperature": error("Invalid 'temperature': decimal above maximum value. Expected a value <= 2."),
    "a parameter": error("Unsupported parameter: 'max_tokens' is not supported with this model."),
    "a proxy": "<html><h1>413 Request Entity Too Large</h1></html>",
    "a user's name": error("Invalid 'user': string too long. Expected a string with maximum length 64"),
    "memory": error("CUDA out of memory"),
    "nothing": "",
}


FILTERS = {
    "Azure": error(
        "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. "
        "Please modify your prompt and retry.",
        param="prompt",
        code="content_filter",
        status=400,
        innererror={"code": "ResponsibleAIPolicyViolation", "content_filter_result": {}},
    ),
    "Azure, code alone": error("The prompt was not taken.", code="content_filter"),
    "OpenAI": error(
        "Invalid prompt: your prompt was flagged as potentially violating our usage policy. Please try again "
        "with a different prompt",
        code="invalid_prompt",
    ),
    "OpenAI, safety": error(
        "Your request was rejected as a result of our safety system.", code="content_policy_violation"
    ),
    "LiteLLM": error(
        "litellm.BadRequestError: litellm.ContentPolicyViolationError: AzureException - The response was "
        "filtered",
        code="400",
    ),
    "OpenRouter": json.dumps(
        {
            "error": {
                "code": 403,
                "message": "Some model requires moderation on OpenRouter. Your input was flagged",
                "metadata": {"reasons": ["violence"], "flagged_input": "Move", "provider_name": "Some"},
            }
        }
    ),
    "xAI": json.dumps({"error": "Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_BIO"}),
    "DeepSeek": error("Content Exists Risk"),
    "DashScope": error("Input data may contain inappropriate content.", code="data_inspection_failed"),
}


ALL = (
    "model",
    "max_tokens",
    "temperature",
    "top_p",
    "seed",
    "reasoning_effort",
    "stream",
    "stream_options",
)

REFUSED: list[tuple[str, list[str]]] = [
    (  # OpenAI
        error(
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
            "'max_completion_tokens' "
            "instead.",
            param="max_tokens",
            code="unsupported_parameter",
        ),
        ["max_tokens"],
    ),
    (
        error(
            "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) "
            "value "
            "is supported.",
            param="temperature",
            code="unsupported_value",
        ),
        ["temperature"],
    ),
    (error("Unsupported parameter: 'top_p' is not supported with this model."), ["top_p"]),
    (error("Unrecognized request argument supplied: reasoning_effort"), ["reasoning_effort"]),
    (error("Unrecognized request argument supplied: stream_options. Please contact us"), ["stream_options"]),
    (error("Unknown parameter: 'stream_options'.", param="stream_options"), ["stream_options"]),
    (
        error(
            "Unsupported value: 'stream' does not support true with this model. Supported values are: false.",
            param="stream",
            code="unsupported_value",
        ),
        ["stream"],
    ),
    (
        error(
            "Your organization must be verified to stream this model. Please go to: https://platform.example "
            "and click on Verify Organization.",
            param="stream",
            code="unsupported_value",
        ),
        ["stream"],
    ),
    # LiteLLM
    (
        error(
            "litellm.UnsupportedParamsError: anthropic does not support parameters: ['seed'], for "
            "model=claude. To drop these, set `litellm.drop_params=True` or for "
            "proxy:\n\n`litellm_settings:\n "
            "drop_params: true`\n. \n If you want to use these params dynamically send "
            "allowed_openai_params=['seed'] in your request."
        ),
        ["seed"],
    ),
    (error("ollama does not support parameters: {'seed': 1, 'top_p': 1}, for model=x"), ["top_p", "seed"]),
    (
        error(
            "litellm.UnsupportedParamsError: gpt-5-nano doesn't support temperature=0.1 while reasoning is "
            "active. Only temperature=1 is supported unless reasoning.effort resolves to 'none'"
        ),
        ["temperature"],
    ),
    # Gemini
    (
        json.dumps(
            [
                {
                    "error": {
                        "code": 400,
                        "message": 'Invalid JSON payload received. Unknown name "stream_options": Cannot '
                        "find "
                        'field.\nInvalid JSON payload received. Unknown name "seed": Cannot find field.',
                        "status": "INVALID_ARGUMENT",
                    }
                }
            ]
        ),
        ["seed", "stream_options"],
    ),
    # xAI
    (
        json.dumps({"code": "invalid", "error": "Model grok-4 does not support parameter reasoningEffort."}),
        ["reasoning_effort"],
    ),
    (json.dumps({"error": "Argument not supported: stream_options"}), ["stream_options"]),
    # Groq, Kimi, Anthropic
    (error("`reasoning_effort` is not supported with this model"), ["reasoning_effort"]),
    (error("invalid temperature: only 1 is allowed for this model"), ["temperature"]),
    (error("`temperature` is deprecated for this model."), ["temperature"]),
    # Mistral, vLLM: what they validate with
    (
        json.dumps(
            {
                "object": "error",
                "message": {
                    "detail": [
                        {
                            "type": "extra_forbidden",
                            "loc": ["body", "seed"],
                            "msg": "Extra inputs are not permitted",
                            "input": 5,
                        }
                    ]
                },
            }
        ),
        ["seed"],
    ),
    (
        error(
            "[{'type': 'extra_forbidden', 'loc': ('body', 'stream_options'), 'msg': 'Extra inputs are not "
            "permitted', 'input': {'model': 'm', 'temperature': 0, 'seed': 1}}]"
        ),
        ["stream_options"],
    ),
    (error("Validation error at #/stream_options: Extra inputs are not permitted"), ["stream_options"]),
    # those that do not stream
    (json.dumps({"error": ["Error in `stream`: `stream` is not supported for this model"]}), ["stream"]),
    (
        json.dumps(
            {
                "message": "Streaming completion is not support yet, please remove 'stream' key value in the "
                "request payload."
            }
        ),
        ["stream"],
    ),
    (json.dumps({"message": "The model is unsupported for streaming"}), ["stream"]),
    (error("This model does not support streaming"), ["stream"]),
]

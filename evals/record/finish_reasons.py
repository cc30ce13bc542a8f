"""How servers say that an answer ended: one table of the finish reasons of all families."""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache


class Finish(StrEnum):
    """What a finish reason means."""

    STOPPED = "stopped"
    """The model ended its answer."""
    LENGTH = "length"
    """A limit of tokens, or the end of the context, cut it."""
    FILTERED = "filtered"
    """The provider's filter took it."""
    REFUSED = "refused"
    """The provider reports that the model declined."""
    TOOLS = "tools"
    """It ends in calls of tools."""
    FAILED = "failed"
    """The server broke it off: there is no answer."""


FINISH_REASONS: tuple[tuple[Finish, str, str], ...] = (
    (Finish.STOPPED, "stop stopped", "OpenAI and nearly all others"),
    (Finish.STOPPED, "eos eos_token eos_found end_of_text endoftext end_id", "TGI, Together, TensorRT-LLM"),
    (Finish.STOPPED, "end_turn stop_sequence pause_turn", "Anthropic, Bedrock"),
    (Finish.STOPPED, "complete completed finish finished done success normal natural", "Cohere, Responses"),
    (Finish.STOPPED, "stop_criteria stop_criteria_met stop_word stop_words stop_token stop_str", "watsonx"),
    (Finish.STOPPED, "end", "Friendli"),
    (Finish.LENGTH, "length max_length too_long truncated incomplete", "OpenAI, TGI"),
    (Finish.LENGTH, "max_tokens max_token max_new_tokens max_output_tokens", "Anthropic, Gemini, Responses"),
    (Finish.LENGTH, "max_completion_tokens max_tokens_reached reached_max_tokens", "gateways"),
    (Finish.LENGTH, "max_tokens_exceeded token_limit output_limit limit", "gateways"),
    (Finish.LENGTH, "model_length model_context_window_exceeded context_window_exceeded", "Mistral, z.ai"),
    (Finish.LENGTH, "context_length context_length_exceeded context_limit context_full", "LM Studio, mlx"),
    (Finish.LENGTH, "context_overflow error_limit user_limit num_predict", "Cohere, Ollama"),
    (Finish.FILTERED, "content_filter content_filtered filter filtered content_policy", "OpenAI, Azure"),
    (Finish.FILTERED, "safety recitation prohibited_content blocklist spii image_safety language", "Gemini"),
    (Finish.FILTERED, "sensitive risk_control censored", "z.ai, Baidu, MiniMax"),
    (Finish.FILTERED, "guardrail_intervened guardrails guardrail", "Bedrock"),
    (Finish.FILTERED, "error_toxic moderation moderated blocked block flagged", "Cohere, gateways"),
    (Finish.FILTERED, "violation policy_violation", "gateways"),
    (Finish.REFUSED, "refusal refused refuse", "Anthropic, OpenAI"),
    (Finish.TOOLS, "tool_calls tool_call tool_use function_call functions tools", "OpenAI, Anthropic"),
    (Finish.FAILED, "error abort aborted cancel cancelled canceled failed failure fail", "vLLM, SGLang"),
    (
        Finish.FAILED,
        "insufficient_system_resource network_error server_error internal_error",
        "DeepSeek, z.ai",
    ),
    (Finish.FAILED, "timeout timed_out time_limit deadline_exceeded interrupted interrupt", "gateways"),
    (Finish.FAILED, "disconnected connection_error unavailable overloaded engine_error oom", "gateways"),
    (Finish.FAILED, "model_error upstream_error provider_error exception crashed", "gateways"),
    (Finish.FAILED, "preempted shutdown killed terminated", "vLLM, gateways"),
)
"""What it means, the words for it (however they are spelled), and who sends them."""
_MEANS = {word: ending for ending, words, _ in FINISH_REASONS for word in words.split()}
_PARTS: tuple[tuple[Finish, re.Pattern[str]], ...] = tuple(
    (ending, re.compile(pattern))
    for ending, pattern in (
        (
            Finish.LENGTH,
            r"max\w{0,20}tok|max_?len|context|length|tok\w{0,20}_limit|limit_tok|too_long|truncat",
        ),
        (Finish.FILTERED, r"filter|safety|moderat|guardrail|sensitive|policy|blocked|prohibited|harm|toxic"),
        (Finish.REFUSED, r"refus"),
        (
            Finish.FAILED,
            r"error|abort|cancel|fail|timeout|timed_out|interrupt|disconnect|unavail|overload|crash",
        ),
        (Finish.TOOLS, r"tool|function"),
        (Finish.STOPPED, r"(?:^|_)(?:stop|stopped|eos|end|done|completed?|finish(?:ed)?)(?:_|$)"),
    )
)
"""What words mean that the table does not have; the first that fits."""
_LONGEST = 80
"""What is longer is no word for an ending."""
_HUMP = re.compile(r"(?<=[a-z\d])(?=[A-Z])")
_NO_WORD = re.compile(r"[^a-z\d]+")
_PREFIX = re.compile(r"^(?:finish_?reason|stop_?reason|reason|completion_?reason)_(?=.)")


@lru_cache(maxsize=1024)
def finish_of(reason: str | None) -> Finish | None:
    """Return what a finish reason means, in any spelling; `None` where there is none or nobody knows.

    `MAX_TOKENS`, `maxTokens`, `max-tokens` and `FinishReason.MAX_TOKENS` are the same.
    """
    if not reason or len(reason) > _LONGEST:
        return None
    plain = _NO_WORD.sub("_", _HUMP.sub("_", reason.strip()).lower()).strip("_")
    plain = _PREFIX.sub("", plain)
    if plain in _MEANS:
        return _MEANS[plain]
    return next((ending for ending, pattern in _PARTS if pattern.search(plain) is not None), None)


def reason_text(value: object) -> str | None:
    """Return a finish reason as text, whatever its shape: `"stop"`, `{"type": "stop"}`, `["stop"]`."""
    match value:
        case str():
            return value or None
        case [first, *_]:
            return reason_text(first)
        case Mapping():
            named = ("type", "reason", "finish_reason", "name", "value", "code")
            return next((text for name in named if (text := reason_text(value.get(name)))), None)
    return None

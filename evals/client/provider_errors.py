"""What servers mean when they refuse a request, recognised by the wording that each actually sends.

The whole body of the refusal is searched, since gateways embed the provider's message in theirs.
"""

import re
from collections.abc import Collection, Iterator

_ESCAPED = re.compile(r"(?<!\\)\\+(?=[\"'/`])")
_ESCAPED_SIGN = re.compile(r"(?<!\\)\\+u([\da-fA-F]{4})")
_ESCAPED_LINE = re.compile(r"(?<!\\)\\+[nr]")


def _plain(said: str) -> str:
    """Return the message in lower case, however many times it was wrapped in JSON."""
    said = _ESCAPED_LINE.sub("\n", _ESCAPED.sub("", said))
    said = _ESCAPED_SIGN.sub(lambda found: chr(int(found[1], 16)), said)
    return said.lower().replace("\u2019", "'")


# Few runs need these patterns; as plain strings they are compiled (by re, once) on the first refusal.

# --- a conversation that is longer than the model's context

_MORE = r"exceed\w{0,8}|larger than|longer than|greater than|more than|above|over"
_LIMITS = (
    r"(?:n_ctx|num_ctx|max_model_len|max_seq_len|max_seq_length|max_sequence_length|max_position_embeddings|"
    r"max_input_len(?:gth)?|max_input_tokens|max_num_tokens|max_context_length|context_size)\b"
)
_TEXTS = r"(?:prompt|inputs?|messages?|conversation|sequence|context|query)"
_TOKENS = r"(?<!max_)(?<!completion_)(?<!output_)\btokens?\b(?! per)"
_CHINESE = (
    "(?:\u8d85\u8fc7|\u8d85\u51fa).{0,16}(?:\u957f\u5ea6|\u4e0a\u9650|\u9650\u5236|\u4e0a\u4e0b\u6587)|"
    "\u8f93\u5165\u8fc7\u957f"
)
"""`Exceeds the length, the upper limit, the limit, the context`; `the input is too long`."""
_ROOM_WORDS = r"(?:limit|maximum|max\b|context|window|allowed|length)"
_HELD = r"(?:context|input|prompt|sequence)"
_OVERFLOW = "|".join(
    (
        r"maximum context (?:length|limit|size|window)",  # OpenAI, vLLM, OpenRouter, DeepSeek, Mistral
        r"context[_ ](?:length|window|size)[_ ](?:is |was |has been )?exceed",  # codes; LM Studio
        r"exceed_context_size",  # llama.cpp
        r"exceed\w{0,8} (?:\w{1,30} |\w{1,30}'s ){0,4}context (?:window|size|length|limit)",  # OpenAI
        r"context window exceeds",  # MiniMax
        r"(?:longer|greater) than (?:the |this )?(?:\w{1,30}'s |\w{1,30} )?(?:context|maximum model) length",
        r"greater than max_seq_len",  # TabbyAPI
        r"when (?:the )?context (?:the )?overflows",  # LM Studio
        r"(?:prompt|input) (?:\([^)]{0,80}\) )?is too long",  # Anthropic, Bedrock, Fireworks, vLLM
        r"prompt too long",  # Ollama
        r"input token count \D{0,3}\d{0,15} ?\D{0,3}exceeds the maximum",  # Gemini
        r"input tokens exceed the configured limit",  # OpenAI
        r"`inputs` tokens \+ `max_new_tokens` must be",  # TGI, Together
        r"`inputs` must have less than \d{1,15} tokens",  # TGI
        r"maximum prompt length is \d",  # xAI
        r"reduce the length of (?:the |your )?(?:input |messages|prompt)",  # Groq
        r"exceeded model token limit",  # Kimi
        r"current length is \d{1,15} while limit is \d",  # Cerebras
        r"(?:prompt|input) (?:length|token count) .{0,40}exceeds (?:the )?(?:maximum|limit|max_input)",
        r"range of input length should be",  # DashScope
        r"too many tokens: ",  # Cohere
        r"contextwindowexceedederror",  # LiteLLM
        r"messages\[\d{1,9}\].{0,20}string too long",  # OpenAI, of a single message
        r"reached (?:the )?(?:maximum )?context (?:length|limit|window|size)",  # LM Studio
        r"prompt exceeds (?:the )?max(?:imum)? length",  # Zhipu
        r"context (?:(?:length|window|size|limit|is|was|has been) ){0,2}(?:reached|full|exhausted|overflow)",
        r"context shift is disabled|kv[ _-]cache (?:is )?(?:full|exhausted)",  # llama.cpp
        r"(?:memory|kv) (?:cache )?slot|input is too large to process",  # llama.cpp, older
        rf"(?:{_MORE}) (?:\S{{1,60}} ){{0,4}}{_LIMITS}|{_LIMITS}\W.{{0,30}}(?:{_MORE})",  # SGLang
        rf"{_TEXTS} (?:\w{{1,30}} ){{0,3}}too (?:long|large|big)",
        r"too many (?:input |prompt )?tokens",
        rf"{_TOKENS}[^.]{{0,60}}(?:{_MORE})[^.]{{0,40}}{_ROOM_WORDS}",
        rf"(?:input|prompt|sequence|request) (?:token )?(?:length|size|count)[^.]{{0,40}}(?:{_MORE})",
        rf"(?:{_MORE}) (?:the )?(?:maximum|max|allowed)\w{{0,8}} (?:\w{{1,30}} ){{0,3}}{_HELD}",
        r"maximum (?:allowed )?(?:number of )?(?:input|prompt|sequence) (?:tokens|length)",
        _CHINESE,
    )
)
_PER_TIME = re.compile(r"per (?:minute|min|second|day|hour)\b|\b[tr]p[md]\b|rate[ _-]?limit|quota")
"""What speaks of an allowance, which passes, and not of a length."""
_ROOM = re.compile(
    r"maximum context (?:length|limit|size|window)(?: is| of)? (\d{1,15})"
    r"|`max_new_tokens` must be <= (\d{1,15})"
    r"|(?<!\d)\d{1,15} \+ \d{1,15} > (\d{1,15})"
)


def is_overflow(said: str, budget: int | None = None) -> bool:
    """Return whether a refusal says that the conversation is longer than the model's context.

    Args:
        said: The body of the refusal.
        budget: The number of tokens that the request asks for. If that alone fills the context that the
            refusal names, the request is wrong, whatever the conversation.
    """
    plain = _plain(said)
    if re.search(_OVERFLOW, plain) is None or _PER_TIME.search(plain) is not None:
        return False
    room = context_named(said)
    return budget is None or room is None or budget < room


def context_named(said: str) -> int | None:
    """Return the context length, in tokens, that a refusal names."""
    found = _ROOM.search(_plain(said))
    return None if found is None else int(next(filter(None, found.groups())))


# --- a conversation that the provider's filter stopped

_FILTERED = "|".join(
    (
        r"\"code\"\s*:\s*\"(?:content_filter|content_policy_violation|data_inspection_failed|moderation_blocked)",
        r"responsibleaipolicyviolation",  # Azure
        r"content management policy",  # Azure
        r"contentpolicyviolationerror",  # LiteLLM
        r"flagged as potentially violating",  # OpenAI
        r"rejected (?:as a result of|by) (?:our|the) safety system",  # OpenAI
        r"requires moderation\b.{0,40}flagged",  # OpenRouter
        r"\"flagged_input\"\s*:",  # OpenRouter
        r"content violates usage guidelines",  # xAI
        r"content exists risk",  # DeepSeek
        r"may contain (?:inappropriate|sensitive) content",  # DashScope
        r"blocked by (?:the )?(?:content|safety) filter",
    )
)


def is_filtered(said: str) -> bool:
    """Return whether a refusal says that the provider's filter stopped the request."""
    return re.search(_FILTERED, _plain(said)) is not None


# --- an allowance that is used up, however long one waits

_SPENT = re.compile(r"insufficient_quota|exceeded your current quota|insufficient (?:balance|credits)")
_TOO_LARGE = re.compile(r"request too large for .{0,200}(?:limit|tokens per)", re.DOTALL)


def is_spent(said: str) -> bool:
    """Return whether a rate limit is really an exhausted account or a request that never fits the limit."""
    plain = _plain(said)
    return _SPENT.search(plain) is not None or _TOO_LARGE.search(plain) is not None


# --- parameters that a model does not accept

_REFUSED = (
    r"unsupported|not (?:yet )?support|n't support|no longer support|unrecogni[sz]ed|"
    r"unknown (?:parameter|name|field|argument|key|option)|unexpected (?:keyword|parameter|field|argument)|"
    r"extra inputs|extra_forbidden|additional properties|not permitted|not allowed|cannot find field|"
    r"deprecated|only .{0,30} is (?:supported|allowed)|please remove|must be verified to stream"
)
_ECHO = re.compile(r"['\"]input['\"]\s*:\s*\{.*?(?=['\"]type['\"]\s*:|$)", re.DOTALL)
"""The request, as repeated in some validation errors."""
_CLAUSE = re.compile(r"[.;]\s+|\n")
_VALUE = re.compile(r"unsupported[_ ]value|supported values|must be one of")
_SPELLED = {
    name: rf"(?<!\w){name.replace('_', '_?')}(?!\w)"
    for name in (
        "max_tokens",
        "max_completion_tokens",
        "temperature",
        "top_p",
        "seed",
        "stream_options",
    )
} | {
    "stream": r"(?<![\w-])stream(?:ing)?(?!\w)",
    "reasoning_effort": (
        r"(?<!\w)(?:reasoning_?effort|output_config\.effort|reasoning\.effort(?=['\"] is not))(?!\w)"
    ),
}


def refused_parameters(said: str, sent: Collection[str]) -> Iterator[str]:
    """Yield those of the sent parameters that, according to a refusal, the model does not accept.

    An invalid value of `reasoning_effort` does not count: the model does accept the parameter.
    """
    plain = _ECHO.sub("", _plain(said))
    clauses = [clause for clause in _CLAUSE.split(plain) if re.search(_REFUSED, clause)]
    for name, spelled in _SPELLED.items():
        if name not in sent or (name == "reasoning_effort" and _VALUE.search(plain)):
            continue
        blind = ("stream_options",) if name == "stream" else ()
        if any(
            re.search(spelled, clause) and not any(other in clause for other in blind) for clause in clauses
        ):
            yield name

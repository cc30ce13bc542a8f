"""What servers really say of a conversation that is longer than their model can take, by their names."""

import json

from tests.evals.client.refusals import error

OVERFLOWS = {
    "OpenAI": error(
        "This model's maximum context length is 8192 tokens. However, your messages resulted in 8545 tokens. "
        "Please reduce the length of the messages.",
        param="messages",
        code="context_length_exceeded",
    ),
    "OpenAI, newer": error(
        "Your input exceeds the context window of this model. Please adjust your input and try again."
    ),
    "OpenAI, configured": error(
        "Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 282014 tokens."
    ),
    "OpenAI, one message": error(
        "Invalid 'messages[1].content': string too long. Expected a string with maximum length 10485760, but "
        "got a string with length 12540820 instead.",
        code="string_above_max_length",
    ),
    "Azure": error(
        "This model's maximum context length is 128000 tokens. However, you requested 130304 tokens "
        "(126208 in "
        "the messages, 4096 in the completion). Please reduce the length of the messages or completion.",
        code="context_length_exceeded",
    ),
    "OpenRouter": error(
        "This endpoint's maximum context length is 65536 tokens. However, you requested about 92208 tokens "
        "(70875 of text input, 21333 in the output). Please reduce the length of either one, or use the "
        '"middle-out" transform to compress your prompt automatically.',
        code=400,
        metadata={"provider_name": None},
    ),
    "vLLM": json.dumps(
        {
            "object": "error",
            "message": "This model's maximum context length is 16384 tokens. However, you requested 122946 "
            "tokens (112946 in the messages, 10000 in the completion). Please reduce the length.",
            "type": "BadRequestError",
            "param": None,
            "code": 400,
        }
    ),
    "vLLM, newer": error(
        "'max_tokens' or 'max_completion_tokens' is too large: 2000. This model's maximum context length is "
        "4096 tokens and your request has 2104 input tokens (2000 > 4096 - 2104).",
        type="BadRequestError",
        code=400,
    ),
    "vLLM, newest": error(
        "This model's maximum context length is 128000 tokens. However, you requested 65535 output tokens "
        "and "
        "your prompt contains at least 62466 input tokens, for a total of at least 128001 tokens."
    ),
    "vLLM, engine": error(
        "The decoder prompt (length 5000) is longer than the maximum model length of 4096. Make sure that "
        "`max_model_len` is no smaller than the number of text tokens."
    ),
    "llama.cpp": json.dumps(
        {
            "error": {
                "code": 400,
                "message": "the request exceeds the available context size, try increasing it",
                "type": "exceed_context_size_error",
                "n_prompt_tokens": 14429,
                "n_ctx": 8192,
            }
        }
    ),
    "llama-cpp-python": error("Requested tokens (2285) exceed context window of 2048", code=None),
    "Ollama": error("prompt too long; exceeded max context length by 120 tokens", type="api_error"),
    "Ollama, runner": error("the input length exceeds the context length", type="api_error"),
    "LM Studio": json.dumps(
        {
            "error": "Trying to keep the first 111490 tokens when context the overflows. However, the "
            "model is "
            "loaded with context length of only 32768 tokens, which is not enough. Try to load the model "
            "with "
            "a larger context length, or provide a shorter input"
        }
    ),
    "LM Studio, llama.cpp": json.dumps(
        {"error": "The number of tokens to keep from the initial prompt is greater than the context length"}
    ),
    "LM Studio, in mid-stream": json.dumps(
        {
            "error": {
                "message": "Reached context length of 4096 tokens with model (arch: llama) that does not "
                "currently support mid-generation context overflow. Try reloading with a larger "
                "context length."
            }
        }
    ),
    "Zhipu": json.dumps({"error": {"code": "1261", "message": "Prompt exceeds max length"}}),
    "SGLang, newer": error(
        "The input (5000 tokens) is longer than the model's context length (4096 tokens)."
    ),
    "SGLang, total": error(
        "Requested token count exceeds the model's maximum context length of 4096 tokens. You "
        "requested a total of 5100 tokens: 5000 tokens from the input messages and 100 tokens for "
        "the completion."
    ),
    "TensorRT-LLM": error("prompt length (5000) exceeds max_input_len (4096)", type="BadRequestError"),
    "TensorRT-LLM, batch": error("The sum of prompt length (5000) should not exceed max_num_tokens (4096)"),
    "llama.cpp, no shift": error("context shift is disabled", code=500, type="server_error"),
    "llama.cpp, older": error("input is too large to process. increase the physical batch size", code=500),
    "xinference": json.dumps({"detail": "[address] Requested tokens (5000) exceed context window of 4096"}),
    "mlx": json.dumps({"error": "context window is full"}),
    "Mistral, newer": json.dumps(
        {
            "object": "error",
            "message": "Prompt contains 40000 tokens, too large for model with 32768 maximum context length",
            "type": "invalid_request_prompt",
            "code": "3051",
        }
    ),
    "a gateway": error("The total number of tokens (5000) exceeds the limit of 4096."),
    "another gateway": error("Number of input tokens 5000 is greater than the maximum allowed 4096"),
    "Anthropic, sum": error("input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000"),
    "Gemini, newer": json.dumps(
        {
            "error": {
                "code": 400,
                "message": "The input token count (1100000) exceeds the maximum number of tokens "
                "allowed (1048576).",
                "status": "INVALID_ARGUMENT",
            }
        }
    ),
    "Baidu": json.dumps(
        {"error_code": 336007, "error_msg": "the max input characters is 20000, prompt is too long"}
    ),
    "in Chinese": json.dumps(
        {"error": {"message": "\u8f93\u5165\u957f\u5ea6\u8d85\u8fc7\u4e0a\u4e0b\u6587\u9650\u5236"}}
    ),
    "LM Studio, MLX": json.dumps({"error": "Context size has been exceeded."}),
    "LiteLLM": error(
        "litellm.ContextWindowExceededError: litellm.BadRequestError: AnthropicException - prompt is too "
        "long",
        code="400",
    ),
    "TGI": json.dumps(
        {
            "error": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 2048. Given: "
            "1244 "
            "`inputs` tokens and 1000 `max_new_tokens`",
            "error_type": "validation",
        }
    ),
    "TGI, input": json.dumps(
        {
            "error": "Input validation error: `inputs` must have less than 4096 tokens. Given: 4545",
            "error_type": "validation",
        }
    ),
    "SGLang": json.dumps(
        {
            "object": "error",
            "message": "The input (61709 tokens) is longer than the model's context length (40960 tokens).",
            "code": 400,
        }
    ),
    "SGLang, memory": error(
        "Input length (160062 tokens) exceeds the maximum allowed length (59862 tokens)."
    ),
    "Anthropic": json.dumps(
        {
            "type": "error",
            "error": {
                "type": "invalid_request_error",
                "message": "prompt is too long: 213462 tokens > 200000 maximum",
            },
        }
    ),
    "Anthropic, with its budget": error(
        "input length and `max_tokens` exceed context limit: 199759 + 8192 > 200000, decrease input length "
        "or "
        "`max_tokens` and try again"
    ),
    "Bedrock": json.dumps({"message": "Input is too long for requested model."}),
    "Gemini": json.dumps(
        [
            {
                "error": {
                    "code": 400,
                    "message": "The input token count (1200293) exceeds the maximum number of tokens allowed "
                    "(1048576).",
                    "status": "INVALID_ARGUMENT",
                }
            }
        ]
    ),
    "Mistral": json.dumps(
        {
            "object": "error",
            "message": "Prompt contains 65673 tokens and 0 draft tokens, too large for model with 32768 "
            "maximum "
            "context length",
            "type": "invalid_request_prompt",
        }
    ),
    "DeepSeek": error(
        "This model's maximum context length is 131072 tokens. However, you requested 131134 tokens "
        "(122942 in "
        "the messages, 8192 in the completion).",
        code="invalid_request_error",
    ),
    "Groq": error("Please reduce the length of the messages or completion.", code="context_length_exceeded"),
    "xAI": json.dumps(
        {
            "code": "Client specified an invalid argument",
            "error": "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
        }
    ),
    "Cerebras": error("Current length is 12000 while limit is 8192", code="context_length_exceeded"),
    "Together": error("`inputs` tokens + `max_new_tokens` must be <= 4097. Given: 4000 `inputs` tokens"),
    "Fireworks": error("The prompt is too long: 250000, model maximum context length: 131072"),
    "Cohere": json.dumps(
        {
            "message": "too many tokens: total number of tokens in the prompt cannot exceed 4081 - received "
            "9000. Try using a shorter prompt."
        }
    ),
    "Kimi": error("Invalid request: Your request exceeded model token limit: 131072 (requested: 200000)"),
    "MiniMax": error("invalid params, context window exceeds limit"),
    "DashScope": error("Range of input length should be [1, 129024]", code="invalid_parameter_error"),
    "GitHub": error("prompt token count of 137520 exceeds the limit of 128000"),
    "TabbyAPI": json.dumps({"detail": "Prompt length 9000 is greater than max_seq_len 8192"}),
}

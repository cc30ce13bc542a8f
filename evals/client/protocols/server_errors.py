"""Errors in a reply, named by words where an error before the reply would have an HTTP status."""

from collections.abc import Mapping

from evals.record.completion import MalformedReply, check_error

_STATUS = {
    # Anthropic, by type
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "conflict_error": 409,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
    # OpenAI, by code or type
    "invalid_prompt": 400,
    "context_length_exceeded": 400,
    "insufficient_quota": 429,
    "rate_limit_exceeded": 429,
    "server_error": 500,
}


def check(error: object) -> None:
    """Raise `MalformedReply` for an error that is not empty, with the HTTP status its code or type means."""
    try:
        check_error(error)
    except MalformedReply as raised:
        if raised.code is None and isinstance(error, Mapping):
            named = (_STATUS.get(str(error.get(name))) for name in ("code", "type"))
            raised.code = next(filter(None, named), None)
        raise

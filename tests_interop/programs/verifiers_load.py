"""Runs in verifiers' environment: load the environment as a program would, and print its tasks."""

import json

import cantwont_puzzles

environment = cantwont_puzzles.load_environment(puzzle="hanoi", sizes="3-5", arm="insist")
print(json.dumps([task.data.name for task in environment.taskset]))

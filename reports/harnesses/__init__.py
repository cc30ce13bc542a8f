"""Puzzles in the harnesses of others: what is asked there, and what the answers are. Needs none of them.

`cantwont._inspect` and `cantwont._verifiers` are the files that the harnesses load.
"""

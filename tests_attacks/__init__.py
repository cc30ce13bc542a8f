"""Attacks from outside, with other inputs for every seed: `python -m tests_attacks`; see docs/attacks.md.

`__main__` lists what is attacked; each area is a file with a function that carries out its attacks and notes
what came of them (`outcome`). Commands run in forks with bounds of time and memory (`command`).
"""

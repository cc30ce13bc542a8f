"""Asking models, recording what comes back, and labelling it; `evals.cli` is the command."""

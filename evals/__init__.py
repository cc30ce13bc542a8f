"""Asking models, recording what comes back, and labelling it; `evals.cli.main` is the command."""

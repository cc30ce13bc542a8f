"""Asking models: the run, its scheduler, judges, and the doctor."""

"""Code that asks models: runs and their scheduler, judges, and the doctor."""

"""Tests with the tools of others, each in an environment of its own: docs/exporting.md, docs/harnesses.md."""

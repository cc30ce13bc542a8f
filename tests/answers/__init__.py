"""Answers with labels by careful readers; `python -m tests.answers` writes down how well the rules agree."""

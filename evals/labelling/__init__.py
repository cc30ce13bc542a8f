"""The label of an answer. Start with `rules`: the decision table, and `label()`."""

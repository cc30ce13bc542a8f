"""The commands of `cantwont`, by what they are for; `evals.cli` puts them together."""

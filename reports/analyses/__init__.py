"""One question per module: verdicts, recovery, traits, pairs, repeats, cost, comparisons."""

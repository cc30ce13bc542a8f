"""One question per module: verdicts, recovery, pairs, repeats, cost, sensitivity, comparison of runs."""

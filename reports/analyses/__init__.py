"""One question a module: verdicts, recovery, pairs, repeats, cost, sensitivity, comparison of runs."""

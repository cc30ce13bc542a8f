"""The contents of a run directory: trials, exchanges, outcomes, and the files that hold them."""

"""What a run directory holds: trials, exchanges, outcomes, and the files they stand in."""

"""Second readers: human labels, and judges, held against the rules."""

"""Second readers: human labels and judges, compared with the rules."""

"""The command `cantwont`."""

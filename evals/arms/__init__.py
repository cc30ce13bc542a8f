"""Arms: the ways of asking."""

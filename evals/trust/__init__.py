"""Which programs may be executed that a run names: the user's own, and those that the user has looked at."""

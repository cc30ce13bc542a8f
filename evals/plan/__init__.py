"""What a run asks: its spec, its grid of trials, what is left of it, and what it will cost."""

"""What a run asks: its spec, its grid of trials, what remains to be asked, and the estimated cost."""

"""Programs written by models: finding them in an answer, running them in isolation, and their results."""

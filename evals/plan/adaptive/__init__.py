"""Sizes found while asking: the sizes there are, what is known of both horizons, and where to ask next."""

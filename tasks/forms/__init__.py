"""How steps are written: the `Form`s that puzzles share, one module a family of layouts."""

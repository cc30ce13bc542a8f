"""How steps are written: the `Form`s that puzzles share, one module per family of layouts."""

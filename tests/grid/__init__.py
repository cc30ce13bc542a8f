"""The README's table, figures and picture, from the committed outcomes of a grid of real answers."""

"""The puzzles, one file or folder each. The folder is the registry: a new file here is a new puzzle.

Names with an underscore are no puzzles: what several of them share.
"""

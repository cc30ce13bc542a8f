"""The puzzles, one file or folder each. This folder is the registry: a new file here is a new puzzle.

Modules whose names begin with an underscore are not puzzles, but code that several puzzles share.
"""

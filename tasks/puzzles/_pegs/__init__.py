"""Code shared by the puzzles with disks on pegs: `hanoi`, `hanoi_linear` and `hanoi_random`."""

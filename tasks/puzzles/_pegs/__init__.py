"""What the puzzles with disks on pegs share: `hanoi`, `hanoi_linear` and `hanoi_random`."""

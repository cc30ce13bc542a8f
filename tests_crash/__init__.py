"""What no crash may do, tried on real processes: lose a recorded row, ask or count one twice, change a label.

`python -m tests_crash` runs all kinds for many rounds (`make crash`); `python -m tests_crash --kind kill
--round 17` runs one round again.
"""

"""Print the README's table and figures of the grid, and draw its picture: `python -m tests.grid`.

With `--derive` the outcomes are first derived again from the recorded answers, where these are at hand.
"""

import sys

from tests.grid import outcomes, readme

if "--derive" in sys.argv[1:]:
    if not outcomes.RECORDED.exists():
        sys.exit(f"there is no {outcomes.RECORDED.name} at {outcomes.RECORDED.parent}: leave out --derive")
    outcomes.write()
rows = outcomes.rows()
readme.PICTURE.write_bytes(readme.picture(rows))
sys.stdout.write(f"{readme.table(rows)}\n\n{readme.recovered(rows)}\n{readme.PICTURE.name} written\n")

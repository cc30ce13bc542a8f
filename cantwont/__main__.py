"""`python -m cantwont` is the command `cantwont`."""

import sys

from cantwont import main

if __name__ == "__main__":
    # Python looks for modules and plugins in the working directory first, and that may be a stranger's.
    if not sys.flags.safe_path and __file__ != f"{sys.path[0]}/cantwont/__main__.py":
        del sys.path[0]
    main()

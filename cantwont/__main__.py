"""`python -m cantwont` is the command `cantwont`."""

from cantwont import main

if __name__ == "__main__":
    main()

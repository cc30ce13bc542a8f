"""Whether the tests beside a module notice that it says something else: `make mutants`, docs/mutants.md."""

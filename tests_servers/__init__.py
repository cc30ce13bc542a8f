"""cantwont against servers that nobody here wrote: `make test-servers`, see docs/test-servers.md."""

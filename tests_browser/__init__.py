"""`cantwont view` in a real browser, without a window: `make test-browser`, see docs/view.md."""

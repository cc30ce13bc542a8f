"""Runs on a real Ray cluster and at real S3 addresses: `make test-scale`, see docs/scale.md."""

"""Runs that outgrow one machine: shards, merged; and batches, asked by file."""

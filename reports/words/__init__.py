"""Sentences about the measures."""

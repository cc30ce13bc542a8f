"""Servers on this machine or near it: which they are, and what they say of themselves and of their models."""

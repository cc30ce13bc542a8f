"""Deriving outcomes from recorded exchanges. Nothing here can ask a model."""

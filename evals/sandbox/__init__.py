"""Programs of models: found in an answer, run behind walls, and what they return."""

"""The parts of an arm: its contract, its prompt, and the conversation that follows from it."""

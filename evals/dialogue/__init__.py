"""What arms are made of: the contract of an arm, its prompt, and the conversation that follows from it."""

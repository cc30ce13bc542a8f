"""What the commands print and write, made of what they have found."""

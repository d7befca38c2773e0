"""What the desk learns from its own confirmed outcomes."""

"""Time the desk promises: when it is open, and what is due by when."""

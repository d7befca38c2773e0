"""What the desk keeps about people: shown to them, let go with age, and erased when they ask."""

"""What looks after people: on both sides of the thread."""

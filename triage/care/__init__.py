"""What looks after people: load, rest, focus, tone. What is kept about one person is shown to that person alone."""

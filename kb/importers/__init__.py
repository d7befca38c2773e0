"""Ways to bring articles in from elsewhere. Each is one file that can be deleted without touching the others."""

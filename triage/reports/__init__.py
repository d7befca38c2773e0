"""What the desk can say about itself: honest figures, never a ranking of people."""

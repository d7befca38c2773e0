"""What can go wrong, one class each: how it comes over the desk, and how it goes away."""

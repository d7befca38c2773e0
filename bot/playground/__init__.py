"""A small, strict Slack of our own: for the demo, and for the journey tests that drive the same demo."""

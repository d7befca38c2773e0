"""The tour: plays the journeys against the running demo, and says what was observed when."""

"""Measures a desk that runs: real processes, real HTTP, a real database."""

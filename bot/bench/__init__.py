"""The search beside other ways to search, and at sizes that no example has: quality and time in one run."""

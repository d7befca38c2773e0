"""A database that grows to a million tickets, and what that does to the statements that are run most."""

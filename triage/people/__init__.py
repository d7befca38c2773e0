"""People of a workspace, their roles, and what each role may do."""

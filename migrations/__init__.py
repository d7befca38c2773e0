"""The database's history: one revision a change, without imports of the models."""

"""A ticket's life: opened, answered, handed over, claimed, resolved, closed."""

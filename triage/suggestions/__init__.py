"""Articles shown on a ticket, and what became of them."""

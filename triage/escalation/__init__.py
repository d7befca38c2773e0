"""A ticket asks for a person: who is paged, and who next."""

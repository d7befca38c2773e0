"""The classifier: what a question is about and how urgent it is, with reasons, or an honest "I don't know"."""

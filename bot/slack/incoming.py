"""What people typed, made fit to be stored."""


def storable(text: object) -> str:
    """The text without what no database takes: NUL characters and halves of characters. Nobody can see those."""
    return str(text or "").replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


# Where a body that came over HTTP carries what Slack signed it with. Socket Mode signs nothing.
SIGNATURE = "evenhand_signature"

"""Who is asked, in which order."""

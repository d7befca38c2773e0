"""What a text means, as a vector: a small sentence-embedding model that runs here, where its packages are installed."""

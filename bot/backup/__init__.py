"""A whole desk in one file: taken while it runs, and put back while it does not."""

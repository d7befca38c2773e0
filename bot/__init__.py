"""Everything that touches the world: Slack, the web, the command line, the worker, settings and the database."""

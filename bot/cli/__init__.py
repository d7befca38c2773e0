"""The command line: thin, the same domain calls as Slack and the console."""

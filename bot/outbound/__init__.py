"""Other people's servers: the only code, beside Slack's gateway, that calls them."""

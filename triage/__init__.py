"""The help desk: people, tickets, the classifier, on-call and learning. Knows nothing of Slack or the web."""

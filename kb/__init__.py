"""Articles and how to find them. Knows nothing of tickets, people or Slack."""

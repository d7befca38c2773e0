"""What the desk does when something happens in Slack. Importing this package registers all of it."""

from bot.slack.listeners import (
    answers,
    articles,
    asking,
    cards,
    care,
    home,
    oncall,
    pages,
    questions,
    reactions,
    reading,
    reviewing,
    workspace,
)

__all__ = [
    "answers",
    "articles",
    "asking",
    "cards",
    "care",
    "home",
    "oncall",
    "pages",
    "questions",
    "reactions",
    "reading",
    "reviewing",
    "workspace",
]

"""Names of buttons, forms, shortcuts and commands: what Slack sends back to us, and what tests press."""

from typing import Final

# Under the answer
SOLVED: Final = "answer.solved"
NOT_QUITE: Final = "answer.not_quite"
ASK_PERSON: Final = "answer.ask_person"
CANNOT_WAIT: Final = "answer.cannot_wait"
READ: Final = "answer.read"
WHICH_HELPED: Final = "answer.which_helped"
WHICH_OF_TWO: Final = "answer.which_of_two"
WHO_IS_AFFECTED: Final = "answer.who_is_affected"
CAN_YOU_WORK: Final = "answer.can_you_work"

# In the window with a whole article
HELPFUL: Final = "article.helpful"
NOT_HELPFUL: Final = "article.not_helpful"

# On the card, in pages and in App Home
CLAIM: Final = "card.claim"
RELEASE: Final = "card.release"
TRANSFER: Final = "card.transfer"
HOLD: Final = "card.hold"
RESUME: Final = "card.resume"
RESOLVE: Final = "card.resolve"
REOPEN: Final = "card.reopen"
MORE: Final = "card.more"
ACKNOWLEDGE: Final = "page.acknowledge"
PASS_ON: Final = "page.pass_on"
NOT_URGENT: Final = "page.not_urgent"
URGENT_AFTER_ALL: Final = "page.urgent_after_all"
OPEN_THREAD: Final = "card.open_thread"
SAVE_AS_ARTICLE: Final = "card.save_as_article"
OPEN_ARTICLE: Final = "card.open_article"

# After resolution
RATE: Final = "rating.rate"

# App Home
HOME_ASK: Final = "home.ask"
HOME_CONSOLE: Final = "home.console"
HOME_REVIEW: Final = "home.review"

# In the window of the label review
REVIEW_SAY: Final = "review.say"
REVIEW_SKIP: Final = "review.skip"

# On call: offers of shifts, cover, handoffs
SWAP_TAKE: Final = "swap.take"
SWAP_DECLINE: Final = "swap.decline"
SWAP_WITHDRAW: Final = "swap.withdraw"
SWAP_IN_RETURN: Final = "swap.in_return"
COVER_UNDO: Final = "cover.undo"
HANDOFF_TAKE_OVER: Final = "handoff.take_over"
HANDOFF_NOTES: Final = "handoff.notes"
HANDOFF_THANKS: Final = "handoff.thanks"
HOME_SWAP: Final = "home.swap"
HOME_OFF: Final = "home.off"

# Care: rest, breaks, how somebody works
TAKE_BREAK: Final = "care.break"
END_PAUSE: Final = "care.back"
MY_CARE: Final = "care.mine"
MY_CREDIT: Final = "care.credit"

# Forms
CARE_FORM: Final = "form.care"
CREDIT_FORM: Final = "form.credit"
SWAP_FORM: Final = "form.swap"
RETURN_FORM: Final = "form.in_return"
COVER_FORM: Final = "form.cover"
OFF_FORM: Final = "form.off"
HANDOFF_FORM: Final = "form.handoff"
HANDOFF_NOTES_FORM: Final = "form.handoff_notes"
RESOLVE_FORM: Final = "form.resolve"
TRANSFER_FORM: Final = "form.transfer"
HOLD_FORM: Final = "form.hold"
ASK_FORM: Final = "form.ask"
# A field in the form to resolve, which asks for what it offers
ARTICLE_CHOICE: Final = "resolve.article"
ARTICLE_FORM: Final = "form.article"

# Shortcuts and commands, as the manifest declares them
SHORTCUT_ASK: Final = "shortcut.ask"
SHORTCUT_MESSAGE: Final = "shortcut.message"
COMMAND_HELP: Final = "/help-me"
COMMAND_ONCALL: Final = "/oncall"

# The reaction that turns a message into a ticket
TICKET_REACTION: Final = "ticket"

"""Every sentence that people read in Slack. A desk that wants other words changes them here.

Calm, short, concrete; it says what was understood, what happens next and when, and who is a person.
"""

from typing import Final

from kb.models import ArticleStatus
from triage.vocabulary import Impact, TicketStatus, Urgency

URGENCY_NAME: Final = {
    Urgency.LOW: "Low",
    Urgency.MEDIUM: "Medium",
    Urgency.HIGH: "High",
    Urgency.CRITICAL: "Critical",
}
# A shape beside the word, so that a long list can be scanned; never the shape alone.
URGENCY_MARK: Final = {
    Urgency.LOW: "○",
    Urgency.MEDIUM: "◔",
    Urgency.HIGH: "◕",
    Urgency.CRITICAL: "●",
}
URGENCY_IN_WORDS: Final = {
    Urgency.LOW: "something that can wait a little",
    Urgency.MEDIUM: "something that slows you down",
    Urgency.HIGH: "something that stops you from working",
    Urgency.CRITICAL: "something that cannot wait",
}
# Nothing in the words tells: no claim about the asker's day.
URGENCY_UNKNOWN: Final = "of normal urgency"
STATUS_NAME: Final = {
    TicketStatus.NEW: "Just asked",
    TicketStatus.SUGGESTED: "Answered by the bot",
    TicketStatus.WAITING: "Waits for a person",
    TicketStatus.DEFERRED: "First in line at opening time",
    TicketStatus.CLAIMED: "Someone is on it",
    TicketStatus.ON_HOLD: "On hold",
    TicketStatus.RESOLVED: "Resolved",
    TicketStatus.CLOSED: "Closed",
}

# --- The answer -------------------------------------------------------------------------------------
UNDERSTOOD: Final = "I'm the desk's bot. I read this as *{category}*, {urgency}: “{quote}”"
UNDERSTOOD_URGENCY_ONLY: Final = "I'm the desk's bot. I read this as {urgency}: “{quote}”"
NOT_SURE_WHAT: Final = "I'm the desk's bot. I'm not sure yet what this is about: “{quote}”"
ONE_ARTICLE: Final = "This may help:"
SEVERAL_ARTICLES: Final = "These may help:"
NEXT_ARTICLE: Final = "Thanks, that helps me look again. This is the next best I have:"
FIXED_IT_FOR_ONE: Final = "This fixed it for somebody before:"
FIXED_IT_FOR: Final = "This fixed it for {count} people:"
WHY: Final = "Why: {reason}"
NOTHING_FITS: Final = "I have no article that fits this, so I would rather not guess. Want a person? {wait}"
NOTHING_FITS_NO_GUESS: Final = "I have no article that fits this, so I would rather not guess."
HUMAN_FIRST: Final = (
    "I'm the desk's bot. Thank you for telling us. This is for a person, so I won't guess at an answer."
)
IF_YOU_DO_NOT_ANSWER: Final = "If I don't hear from you within {time}, I'll ask a person anyway."
USUAL_WAIT: Final = "Usual wait at this hour: about {time}."
WAITS_FOR_PERSON: Final = "The desk has been asked."
FIRST_IN_LINE: Final = "First in line when the desk opens {opening} your time."
ASKED_DESK: Final = "I've asked the desk. Someone will answer here, usually within {time}."
ASKED_DESK_CRITICAL: Final = "I've asked the desk right away. Someone is being called now."
DESK_IS_CLOSED: Final = (
    "The desk opens {opening} your time, and this is first in line. "
    "If it stops work or safety, press *This can't wait* and a person is called now."
)
PERSON_IS_ON_IT: Final = "{person} is on it."
SOLVED_THANKS: Final = "Good to hear that it is solved."
WHICH_HELPED: Final = "Good to hear that it is solved. Which one helped?"
HELPED_BY: Final = "Good to hear that it is solved. “{title}” helped."
RESOLVED_BY_DESK: Final = "The desk resolved this."
RESOLVED_BY: Final = "{person} resolved this."
WITHDRAWN: Final = "You deleted the question, so I've closed it. Write again whenever you need us."
CLOSED: Final = "This is closed. Write a new message whenever you need us."
BUTTON_READ: Final = "Read it all"
ARTICLE_TITLE: Final = "How to fix it"
DID_IT_HELP: Final = "Did this article help you?"
VOTED_HELPFUL: Final = "Thanks, noted: it helped. You can still change your mind."
VOTED_NOT_HELPFUL: Final = (
    "Thanks, noted: it did not help. The desk sees that when it looks over its articles."
)
BUTTON_HELPFUL: Final = "Helpful"
BUTTON_NOT_HELPFUL: Final = "Not helpful"
ARTICLE_GONE: Final = "This article is not there any more."
CLOSE: Final = "Close"
BUTTON_SOLVED: Final = "That solved it"
BUTTON_OVER: Final = "It's over now"
BUTTON_NOT_QUITE: Final = "Not quite"
BUTTON_PERSON: Final = "Talk to a person"
BUTTON_CANNOT_WAIT: Final = "This can't wait"
WHICH_OF_TWO: Final = "Is it more about *{first}* or *{second}*?"
BUTTON_SOMETHING_ELSE: Final = "Something else"
HOW_BAD: Final = "If you like, say how far it reaches. It helps the desk to plan."
HOW_BAD_TOLD: Final = "The desk sees what you said: *{told}*. You can still change it."
WHO_IS_AFFECTED: Final = "Who is affected?"
CAN_YOU_WORK: Final = "Can you work?"
IMPACT_NAME: Final = {Impact.ONE_PERSON: "Just me", Impact.TEAM: "My team", Impact.EVERYONE: "Everyone"}
STUCK_NAME: Final = {False: "I can work", True: "I am stuck"}

# --- In the thread ----------------------------------------------------------------------------------
OPENING: Final = "You asked the desk: “{quote}”"
HANDED_OVER: Final = (
    "I've asked the desk. Someone will answer here, usually within {time}. "
    "I passed on what you tried, so you won't have to repeat it."
)
HANDED_OVER_NOTHING_TRIED: Final = (
    "I've asked the desk. Someone will answer here, usually within {time}. "
    "I passed on what you wrote, so you won't have to repeat it."
)
HANDED_OVER_CRITICAL: Final = (
    "I've asked the desk right away. Someone is being called now and will answer here."
)
CLAIMED: Final = "{person} is on it."
RELEASED: Final = "This is back in the queue. The desk has been asked again."
TRANSFERRED: Final = "{person} takes this over and has the whole story."
ON_HOLD: Final = "This is on hold for now: {reason}"
ON_HOLD_PLAIN: Final = "This is on hold for now. I'll tell you here when it goes on."
RESUMED: Final = "{person} is back on it."
RESOLVED: Final = "Fixed: {how}\nIf it comes back, just write here and I'll reopen it for {person}."
SOLVED: Final = "Glad that it's solved. If it comes back, just write here and I'll reopen it."
REOPENED: Final = "I've reopened this and asked the desk."
REOPENED_FOR: Final = "I've reopened this and asked {person} first."
RATING: Final = "How was the help?"
RATED: Final = "Thanks, noted: {rating}. It goes to the desk as a whole, not into anybody's score."
RATINGS: Final = {"good": "Good", "okay": "Okay", "not_good": "Not good"}

# --- To the desk ------------------------------------------------------------------------------------
CARD_TITLE: Final = "{mark} *{urgency}* · {category} · ticket {id}"
CARD_FALLBACK: Final = "{urgency}: {quote}"
NO_CATEGORY: Final = "no category yet"
LOOKS_LIKE: Final = "looks like {category}"
CARD_READS_LIKE: Final = "It reads like messages whose urgency was {urgency}; you decide."
CARD_ASKED: Final = "{person} asked {when} · <{link}|open the thread>"
CARD_ASKED_WITHOUT_LINK: Final = "{person} asked {when}"
CARD_TRIED: Final = "Tried: {articles}"
CARD_NOTHING_TRIED: Final = "Tried: nothing fitted, so nothing was suggested."
CARD_WHY: Final = "Why: {reasons}"
CARD_MOST_LIKE: Final = "Most like {likes}."
CARD_WHOLE_WHY: Final = "<{link}|see how it was decided>"
CARD_TOLD: Final = "They say: {told}"
CARD_WAITING: Final = "Waits for a person since {when}"
CARD_CLAIMED: Final = "{person} is on it since {when}"
CARD_ON_HOLD: Final = "On hold with {person}"
CARD_RESOLVED: Final = "Resolved by {person}: {how}"
CARD_SOLVED: Final = "Solved, says {person}"
CARD_CLOSED: Final = "Closed"
CARD_WITHDRAWN: Final = "The question was deleted before a person wrote back."
CARD_ONE_OPEN_LIKE: Final = "One open ticket like this since {when}: ticket {id}"
CARD_OPEN_LIKES: Final = "{count} open tickets like this since {when}"
CARD_SIMILAR: Final = "Like this, and solved:"
CARD_SIMILAR_ARTICLE: Final = "Solved by an article"
CARD_SIMILAR_BY: Final = "“{title}” helped"
CARD_WRITTEN_UP: Final = "Article from this: “{title}”"
CARD_REOPENED: Final = "Reopened {count} times"
CARD_REOPENED_ONCE: Final = "Reopened once"
EXHAUSTED: Final = (
    "Nobody has claimed this yet and everybody on the list was asked: {people}. "
    "Can one of you take it? I'll go through the list again in a while."
)
NOBODY_ON_CALL: Final = (
    "Nobody is on the on-call list, so I could ask nobody in person. "
    "An admin can change that with `/oncall set @name @name`."
)
PAGE: Final = "{mark} *{urgency}*, {time} your time. “{quote}”"
PAGE_WHY_KNOWN: Final = "You were asked first because you worked on this before."
PAGE_OVER: Final = "{mark} *{urgency}*. “{quote}”"
PAGE_DONE: Final = "This one is closed. Nothing to do for you."
PAGE_TAKEN: Final = "{person} is on it."
PASSED_TO_YOU: Final = "{person} passed ticket {id} to you: “{quote}”"
PASSED_REASON: Final = "They say: {reason}"
THREAD_LINK: Final = "<{link}|open the thread>"
BUTTON_CLAIM: Final = "Claim"
BUTTON_RESOLVE: Final = "Resolve"
BUTTON_HOLD: Final = "Hold"
BUTTON_RESUME: Final = "Go on"
BUTTON_RELEASE: Final = "Release to the queue"
BUTTON_TRANSFER: Final = "Pass to somebody"
BUTTON_REOPEN: Final = "Reopen"
BUTTON_SAVE_AS_ARTICLE: Final = "Save as article"
BUTTON_OPEN_ARTICLE: Final = "Open the article"
BUTTON_THREAD: Final = "Open the thread"
REST_IN_THREAD: Final = "<{link}|read the rest in the thread>"

# --- Refused, kindly --------------------------------------------------------------------------------
NOT_ALLOWED: Final = "Only the desk can do that. If you'd like to help, an admin can add you."
NOT_YOURS: Final = "Only the person who asked, or the desk, can do that."
ONLY_ADMINS: Final = "Only admins can change the on-call list."
ALREADY_CLAIMED: Final = "{person} was a moment quicker and is on it already. Thanks for offering."
ALREADY_CLAIMED_BY_SOMEBODY: Final = (
    "Somebody was a moment quicker and is on it already. Thanks for offering."
)
CANNOT_MOVE: Final = "That no longer fits: this ticket is now “{status}”."
TICKET_GONE: Final = "I can't find that ticket any more."
NOT_AN_AGENT: Final = "{person} does not answer tickets yet. An admin can add them with `/oncall set`."
LAST_ADMIN: Final = "{person} is the only admin. Make somebody else one first."
EMPTY_QUESTION: Final = "Tell me in a few words what is wrong, for example “my VPN drops on the train”."
EMPTY_RESOLUTION: Final = "Write in a sentence what it was and how it was solved."
UNKNOWN_CATEGORY: Final = "That category is gone. Pick another one."
NO_TITLE: Final = "Give it a title."
NO_BODY: Final = "Write what to do."
NOTHING_TO_WRITE_UP: Final = "Nobody wrote how this was solved, so there is nothing to make an article of."
UNKNOWN_ARTICLE: Final = "I can't find that among the published articles."
NOTHING_TO_RETRY: Final = "That was sent in the meantime, so there is nothing left to try again."
SIGN_IN_TOO_OFTEN: Final = "You asked for many links just now. Use the newest one, or try again in {time}."
WENT_WRONG: Final = "Something went wrong on our side, and nothing was changed. Please try once more."

# --- Forms ------------------------------------------------------------------------------------------
ASK_TITLE: Final = "Ask the desk"
ASK_LABEL: Final = "What do you need?"
ASK_HINT: Final = "What happens, since when, and what you tried. Error messages help."
ASK_SUBMIT: Final = "Ask"
RESOLVE_TITLE: Final = "Resolve"
RESOLVE_HOW: Final = "What it was, and how it was solved"
RESOLVE_HOW_HINT: Final = "The requester reads this, and the next agent with the same question."
RESOLVE_CATEGORY: Final = "Category"
RESOLVE_URGENCY: Final = "How urgent it really was"
RESOLVE_ARTICLE: Final = "Article that solved it"
RESOLVE_ARTICLE_TYPE: Final = "Type to look for one"
RESOLVE_SUBMIT: Final = "Resolve"
TRANSFER_TITLE: Final = "Pass to somebody"
TRANSFER_TO: Final = "To whom"
TRANSFER_WHY: Final = "What they should know"
TRANSFER_SUBMIT: Final = "Pass on"
HOLD_TITLE: Final = "Hold"
HOLD_WHY: Final = "What are you waiting for? The requester reads this."
HOLD_SUBMIT: Final = "Hold"
SAVE_TITLE: Final = "Save as article"
SAVE_INTRO: Final = (
    "Names, numbers and keys are taken out as far as I know them. Read it over before you save."
)
SAVE_NAME: Final = "Title, in the words of somebody who asks"
SAVE_ALIASES: Final = "Other ways to ask it, one a line"
SAVE_BODY: Final = "What to do"
SAVE_SUBMIT: Final = "Save as draft"
SAVED_TITLE: Final = "The article"
SAVED: Final = "Saved as a draft: “{title}”. Nobody is shown it until it is published."
SAVED_BEFORE: Final = "There is an article from this ticket already: “{title}”. It is {state}."
SAVED_WHERE: Final = "You find it in the console, under Articles."
ARTICLE_STATE: Final = {
    ArticleStatus.DRAFT: "a draft",
    ArticleStatus.PUBLISHED: "published",
    ArticleStatus.ARCHIVED: "in the archive",
}
CANCEL: Final = "Cancel"

# --- Commands and App Home --------------------------------------------------------------------------
HELP_ME_EMPTY: Final = "What is wrong? Write it behind the command: `/help-me my VPN drops on the train`."
HELP_ME_DONE: Final = "Thanks, I'm on it. The answer comes as a direct message."
MY_DATA: Final = (
    "All that the desk stores about you fits in one file. Ask an admin for it, or to have it erased."
)
MY_DATA_LINK: Final = (
    "All that the desk stores about you is one press away: <{link}|My data>. An admin can erase it."
)
GREETED: Final = "Hello. Tell me what you need and I'll look for a fix, or ask a person."
ONCALL_LIST: Final = (
    "On call: {people}. Whoever carried least is asked first, and this order only decides between equals."
)
ONCALL_EMPTY: Final = "Nobody is on the on-call list. An admin can set it with `/oncall set @name @name`."
ONCALL_SET: Final = (
    "Done. On call from now on: {people}. Whoever carried least is asked first, "
    "and this order only decides between equals."
)
ONCALL_SET_NOBODY: Final = "Name at least one person: `/oncall set @name @name`."
CONSOLE_LINK: Final = (
    "Here is your way into the console. It works once, for ten minutes: <{link}|open the console>"
)
CONSOLE_SENT: Final = "I've sent you a link as a direct message. It works once, for ten minutes."
CONSOLE_NO_URL: Final = "The console has no address yet. An admin can set `EVENHAND_PUBLIC_URL`."
HOME_TITLE: Final = "Your desk"
HOME_INTRO: Final = "Ask anything about your computer, accounts or tools. A person is always one press away."
HOME_ASK: Final = "Ask a question"
HOME_MINE: Final = "Your open questions"
HOME_NONE: Final = "Nothing open. Enjoy the quiet."
HOME_QUEUE: Final = "You are on it"
HOME_QUEUE_NONE: Final = "You have no tickets right now."
HOME_WAITING: Final = "Waits for a person"
HOME_WAITING_NONE: Final = "Nobody is waiting."
HOME_CONSOLE: Final = "Open the console"

# --- The label review -------------------------------------------------------------------------------
REVIEW_TITLE: Final = "Review labels"
BUTTON_REVIEW: Final = "Review labels ({count})"
REVIEW_SAID: Final = "Somebody put this under *{category}*."
REVIEW_SAID_NONE: Final = "Somebody said that none of them fits."
REVIEW_THOUGHT: Final = "I would have said *{category}*."
REVIEW_NOBODY_SAID: Final = "Nobody has said yet what this is about. My guess is *{category}*."
REVIEW_NO_GUESS: Final = "Nobody has said yet what this is about, and I can't tell."
REVIEW_WHY_AUDIT: Final = "New models are judged by this one, so a second look helps."
REVIEW_LEFT: Final = "{count} more after this one. Stop whenever you like."
REVIEW_LAST: Final = "This is the last one."
REVIEW_DONE: Final = "Nothing left to review. Thank you, that makes me better."
REVIEW_OTHER: Final = "Another category"
REVIEW_NONE_OF_THEM: Final = "None of these"
REVIEW_QUICKER: Final = "Somebody was a moment quicker with that one. Here is the next."
REVIEW_OWN: Final = "You labelled that one yourself, so a colleague looks at it."
BUTTON_REVIEW_SKIP: Final = "Skip"

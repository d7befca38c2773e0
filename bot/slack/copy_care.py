"""What an agent reads about their own rest, breaks and limits. Nobody else is told any of it."""

from typing import Final

from triage.vocabulary import CreditChoice

# --- Rest -------------------------------------------------------------------------------------------
REST: Final = (
    "You worked at night, so you rest until {until} now. "
    "Nobody asks you before that, but for a last resort, and your calendar shows it."
)
REST_AFTER_SHIFT: Final = (
    "You worked at night, so you rest from {since} until {until}. "
    "Nobody asks you in that time, but for a last resort, and your calendar shows it."
)

# --- Breaks and focus -------------------------------------------------------------------------------
BREAK_AFTER_HOSTILE: Final = "That was a rough one. Take {time}?"
BREAK_AFTER_LONG: Final = "You have been at it for a good while. Take {time}?"
BUTTON_BREAK: Final = "Take a break"
BUTTON_BACK: Final = "I'm back"
BREAK_STARTED: Final = "Enjoy your break. Nobody asks you until {until}, but for something critical."
FOCUS_STARTED: Final = "You have the time to yourself until {until}. Only something critical gets through."
BACK: Final = "Welcome back. You are asked again from now on."
NOT_AWAY: Final = "You had no break or focus time to end."
NOBODY_ELSE_BEFORE: Final = "Nobody else can be asked before {until}. Try again then."
NOBODY_ELSE: Final = "You are the only one who can be asked right now. Try again when somebody else is on."

# --- Time to make up for ----------------------------------------------------------------------------
BUTTON_CREDIT: Final = "Time for my nights"
CREDIT_TITLE: Final = "Time for your nights"
CREDIT_SUBMIT: Final = "Take it"
CREDIT_INTRO: Final = (
    "You have {time} to make up for work at night. Only you see this. Times are in your zone: {zone}."
)
CREDIT_WHEN: Final = "From when?"
CREDIT_LENGTH: Final = "How many minutes?"
CREDIT_LENGTH_HINT: Final = "Nobody asks you in that time, and colleagues see only that you are away."
CREDIT_LEFT: Final = "You have {time} to make up for work at night. Take it on the desk's home page."
CREDIT_TAKEN: Final = "It is yours: nobody asks you from {since} to {until}."
CREDIT_TOO_MUCH: Final = "You have {time} to make up for. Please choose so much at the most."
CREDIT_NONE: Final = "You have no time to make up for. After a night you rest, or keep the time for later."

# --- Limits -----------------------------------------------------------------------------------------
OVER_CAP: Final = (
    "You have {count} open tickets now, and your limit is {cap}. "
    "That is up to you; the next ones go to others while they can."
)
NOT_THERE: Final = "{person} is away until {when}. Pass it to somebody else?"
NOT_THERE_NOW: Final = "{person} is away for now. Pass it to somebody else?"

# --- My care ----------------------------------------------------------------------------------------
BUTTON_MY_CARE: Final = "How I work"
CARE_TITLE: Final = "How I work"
CARE_SUBMIT: Final = "Save"
CARE_INTRO: Final = "Only you see this and only you change it. Times are in your zone: {zone}."
CARE_HOURS: Final = "When do you work?"
CARE_HOURS_HINT: Final = "Like Mon-Fri 09:00-17:00. Leave it empty to follow the desk's hours."
CARE_QUIET_FROM: Final = "Quiet from"
CARE_QUIET_UNTIL: Final = "Quiet until"
CARE_QUIET_HINT: Final = (
    "In this time only something critical reaches you. Leave both empty for the desk's: {since} to {until}."
)
CARE_CAP: Final = "How many tickets at once?"
CARE_CAP_HINT: Final = (
    "Past it, the next one goes to somebody else while anybody can. The desk's limit is {cap}."
)
CARE_SKILLS: Final = "What do you know well?"
CARE_SKILLS_HINT: Final = "Between two who are as free, it goes to whoever knows the topic."
CARE_CREDIT: Final = "After work at night"
CARE_NIGHTS: Final = "Night shifts"
CARE_NIGHTS_YES: Final = "I work night shifts"
CARE_NIGHTS_HINT: Final = "On a night shift you are asked as by day, and you rest when it ends."
CREDIT_NAME: Final = {
    CreditChoice.REST: "I rest, and that makes up for it",
    CreditChoice.LATER: "I rest, and take the time later",
}

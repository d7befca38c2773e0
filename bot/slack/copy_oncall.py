"""What people read about being on call: shifts, swaps, cover, time off, handoffs. The rest stands in copy.py."""

from typing import Final

from triage.oncall.swap_checks import Hindrance
from triage.vocabulary import AbsenceKind, DutyRole, SwapState

ROLE_NAME: Final = {
    DutyRole.PRIMARY: "primary",
    DutyRole.SECONDARY: "secondary",
    DutyRole.SHADOW: "shadow",
}
ABSENCE_NAME: Final = {
    AbsenceKind.TIME_OFF: "Time off",
    AbsenceKind.SICK: "Sick",
    AbsenceKind.REST: "Rest",
    AbsenceKind.LEARNING: "Learning",
    AbsenceKind.PROTECTED: "Protected time",
}
# How a shift is named everywhere: when, in the reader's zone, and where.
SHIFT: Final = "*{when}* until {until} ({schedule}, {role})"
SHIFT_NOW: Final = "until *{until}* ({schedule}, {role})"

# --- /oncall ----------------------------------------------------------------------------------------
WHO_IS_ON: Final = "On now:"
WHO_LINE: Final = "*{schedule}*, {role}: {person} until {until}"
WHO_NOBODY: Final = "Nobody is on for *{schedule}* now."
WHO_NEXT: Final = "Nobody is on for *{schedule}* now. {person} comes on {when}."
HELP: Final = {
    "who": "`/oncall` shows who is on, `/oncall me` your own shifts.",
    "shifts": "`/oncall swap` offers a shift, `/oncall cover` stands in for somebody, `/oncall off` takes time off.",
    "quiet": "`/oncall focus 25` and `/oncall break` give you a quiet while, `/oncall back` ends it.",
    "handoff": "`/oncall handoff` hands your tickets over, `/oncall calendar` puts your shifts into your calendar.",
    "desk": "`/oncall set @name @name` changes the list (admins), `/oncall console` sends you a link to the console.",
}
ONLY_AGENTS: Final = "This is for the people who answer here. An admin can add you."

# --- /oncall me -------------------------------------------------------------------------------------
ME_NOW: Final = "You are on now:"
ME_NEXT: Final = "Your next shifts:"
ME_NO_SHIFTS: Final = "You have no shifts in the next weeks."
ME_ASKED: Final = "Colleagues ask you to take:"
ME_OFFERED: Final = "You offer, and nobody took it yet:"
ME_OFF: Final = "Time off:"
ME_OFF_LINE: Final = "{kind}, {when} until {until}"
ME_REST: Final = "You rest until {until}. Nobody asks you before that, but for a last resort."
ME_SILENT: Final = "You signed off. Nobody asks you until {until}, but for a last resort."
ME_QUIET: Final = "You are left alone until {until}, but for what can't wait."
ME_MORE: Final = "To offer one, send `/oncall swap`."

# --- Offer a shift ----------------------------------------------------------------------------------
SWAP_TITLE: Final = "Offer a shift"
SWAP_SUBMIT: Final = "Offer it"
SWAP_SHIFT: Final = "Which shift?"
SWAP_SINCE: Final = "Only a part of it: from"
SWAP_UNTIL: Final = "Only a part of it: until"
SWAP_PART_HINT: Final = "Leave both empty to offer the whole shift."
SWAP_TO: Final = "Whom do you ask?"
SWAP_TO_HINT: Final = "Leave it empty to ask everybody who could take it."
SWAP_INTRO: Final = "You stay on until somebody accepts. Times are in your zone: {zone}."
SWAP_NO_SHIFTS: Final = "You have no shift ahead that you could offer."
SHIFT_OPTION: Final = "{when}–{until}, {schedule}, {role}"

OFFERED: Final = "You offered {shift}. You stay on until somebody accepts."
OFFERED_TO: Final = "Asked: {people}"
OFFERED_TO_ALL: Final = "Asked: everybody who could take it"
OFFERED_TO_NOBODY: Final = "Right now nobody is free and rested for it. An admin can help."
ASKED: Final = "{person} asks: could you take {shift}?"
ASKED_EXCHANGE: Final = "{person} offers an exchange. You take {shift}, and {person} takes {other}."
ASKED_WHY: Final = "Say yes only if it suits you. Who says no is not told to anybody."
BUTTON_TAKE: Final = "I'll take it"
BUTTON_IN_RETURN: Final = "Swap with mine"
BUTTON_DECLINE: Final = "Not this time"
BUTTON_WITHDRAW: Final = "Withdraw"
BUTTON_UNDO: Final = "Undo"
STATE_LINE: Final = {
    SwapState.OFFERED: "Still open.",
    SwapState.ACCEPTED: "{person} takes it.",
    SwapState.WITHDRAWN: "This offer was withdrawn.",
    SwapState.ASK_AGAIN: "The rota changed, so this offer is over.",
    SwapState.LAPSED: "Nobody took it in time.",
    SwapState.UNDONE: "This was undone.",
}
YOU_DECLINED: Final = "You said no. That is fine, and nobody is told."
SOMEBODY_TOOK_IT: Final = "Thanks, it has found somebody."
TAKEN: Final = "{person} takes {shift}. You are off then."
TAKEN_EXCHANGE: Final = "{person} takes {shift}, and you take {other}."
YOURS: Final = "It is yours: {shift}. {person} knows."
YOURS_EXCHANGE: Final = "Agreed: you take {shift}, and {person} takes {other}."
ALL_DECLINED: Final = "Nobody you asked can take {shift}. You are on, unless you ask others: `/oncall swap`."
UNTAKEN: Final = "Nobody took {shift} yet. You are still on."
LAPSED: Final = "Nobody took {shift}, so you are on now. An admin can help if you can't be."
ASK_AGAIN_OWNER: Final = (
    "The rota changed, so the swap of {shift} is off. Look at `/oncall me`, and offer it anew."
)
ASK_AGAIN_TAKER: Final = "The rota changed, so you don't take {shift} from {person} after all."

RETURN_TITLE: Final = "Swap with mine"
RETURN_INTRO: Final = "You take {shift}. {person} is asked to take yours in return."
RETURN_SHIFT: Final = "Which of yours?"
RETURN_SUBMIT: Final = "Offer the exchange"

# --- Cover ------------------------------------------------------------------------------------------
COVER_TITLE: Final = "Stand in for somebody"
COVER_SUBMIT: Final = "Cover it"
COVER_INTRO: Final = "For emergencies: it counts at once. They and the admins are told, and can undo it."
COVER_SHIFT: Final = "Whose shift?"
COVER_OPTION: Final = "{person}: {shift}"
COVER_WHO: Final = "Who stands in?"
COVER_NOTHING: Final = (
    "There is no shift to cover now or in the next two days: you are on yourself, or nobody is."
)
COVER_YOU_ARE_COVERED: Final = "{person} stands in for you: {shift}. Get well, or get on with what came up."
COVER_YOU_COVER: Final = "You stand in for {owner}: {shift}. Thank you for stepping in."
COVER_TOLD: Final = "{person} stands in for {owner}: {shift}."
COVER_UNDONE: Final = "The cover of {shift} was undone. {owner} is on again."

# --- Time off ---------------------------------------------------------------------------------------
OFF_TITLE: Final = "Take time off"
OFF_SUBMIT: Final = "Save"
OFF_KIND: Final = "What kind?"
OFF_KIND_HINT: Final = "Only you see this."
OFF_SINCE: Final = "First day"
OFF_UNTIL: Final = "Last day"
OFF_SINCE_TIME: Final = "From this time"
OFF_UNTIL_TIME: Final = "Until this time"
OFF_TIME_HINT: Final = "Leave both empty for whole days."
OFF_SAVED: Final = "You are off from {when} until {until}. Nobody asks you then."
OFF_SHIFTS: Final = "You have shifts in that time, and nobody is on for you yet: {shifts}"
OFF_OFFER: Final = "`/oncall swap` asks colleagues to take them."
OFF_BACKWARDS: Final = "That ends before it begins."

# --- What stands in the way -------------------------------------------------------------------------
HINDERED: Final = {
    Hindrance.BEGUN: "That time has begun already, so it stays where it is.",
    Hindrance.MOVED: "The rota changed: that shift is not theirs any more.",
    Hindrance.YOURSELF: "It is your own shift, so it is yours already.",
    Hindrance.NOT_AN_AGENT: "Only people who answer here can take a shift. An admin can add you.",
    Hindrance.LEARNING: "You are learning in this schedule, so you can't take it alone yet.",
    Hindrance.BUSY: "You are on duty elsewhere at that time.",
    Hindrance.AWAY: "You have time off then. Enjoy it.",
    Hindrance.RESTING: "You rest then, after work at night. Somebody else will do it.",
    Hindrance.TIRED: "You would have less than 11 hours of rest beside another shift of yours.",
    Hindrance.COVERAGE: "That would change who else is on, so it can't be done like this.",
}
HINDERED_OTHER: Final = "This does not fit for the other person just now. Talk to them, or to an admin."
SWAP_TAKEN: Final = "Somebody was a moment quicker. Thank you for offering to help."
SWAP_OVER: Final = "This offer is over, so there is nothing left to do."
HANDOFF_GONE: Final = "That handoff is over. `/oncall handoff` begins a new one."
SCHEDULE_GONE: Final = "I can't find that schedule any more."
SWAP_GONE: Final = "I can't find that offer any more."
NOT_YOUR_SHIFT: Final = "That shift has moved since. Please open the form again."
OUTSIDE_THE_SHIFT: Final = "Choose a time within the shift that is still to come."

# --- Focus and breaks -------------------------------------------------------------------------------
FOCUS_HOW: Final = "Say for how many minutes: `/oncall focus 25`."

# --- App Home ---------------------------------------------------------------------------------------
HOME_ONCALL: Final = "Your on-call"
HOME_NOW: Final = "You are on {shift}"
HOME_NEXT: Final = "Next: {shift}"
HOME_NO_SHIFT: Final = "No shift ahead."
HOME_OFFER: Final = "Offer a shift"
HOME_OFF: Final = "Take time off"

# --- Handoff ----------------------------------------------------------------------------------------
HANDOFF_TITLE: Final = "Hand over"
HANDOFF_SUBMIT: Final = "Hand over"
HANDOFF_NOTES_TITLE: Final = "Notes for the next one"
HANDOFF_NOTES_SUBMIT: Final = "Save notes"
HANDOFF_TO: Final = "To whom?"
HANDOFF_TO_HINT: Final = "Leave it empty to give everything back to the queue."
HANDOFF_NOTE: Final = "What is next for “{quote}”?"
HANDOFF_WATCH: Final = "What to watch"
HANDOFF_NOTHING: Final = "You have no open tickets to hand over."
HANDOFF_INTRO: Final = "What they do not take over within {time} goes back to the queue, with your notes."
ONE_TICKET: Final = "1 ticket"
TICKETS: Final = "{count} tickets"
HANDOFF_FOR_YOU: Final = "You are on now, after {person}. Here is where things stand."
HANDOFF_BY_HAND: Final = "{person} hands over to you. Here is where things stand."
HANDOFF_GOODBYE: Final = "Your shift is over. Thank you for it."
HANDOFF_SILENCE: Final = "Nobody asks you until {until}, but for a last resort."
HANDOFF_BACK: Final = "What {person} does not take goes back to the queue at {time}."
HANDOFF_BACK_NOBODY: Final = "What is still yours goes back to the queue at {time}."
HANDOFF_OPEN: Final = "*Open* ({count})"
HANDOFF_NONE_OPEN: Final = "*Open*: nothing. A quiet start."
HANDOFF_TICKET: Final = "{urgency}: “{quote}”, {owner}"
HANDOFF_NEXT: Final = "Next: {reason}"
HANDOFF_PROMISED: Final = "Promised by {time}"
HANDOFF_LATE: Final = "Late since {time}"
HANDOFF_UNOWNED: Final = "waiting for somebody"
HANDOFF_WITH: Final = "with {person}"
HANDOFF_ON_HOLD: Final = "On hold: {reason}"
HANDOFF_PATTERNS: Final = "*Today*: {patterns}"
HANDOFF_WATCHING: Final = "*Watch*"
HANDOFF_ALIKE: Final = "{count} open questions are like each other: “{quote}”"
HANDOFF_NOT_HELPING: Final = "The articles did not help in {category}, {count} times."
HANDOFF_ARTICLES: Final = "*Articles changed*: {articles}"
HANDOFF_MORE: Final = "and {count} more"
BUTTON_TAKE_OVER: Final = "Take over {count}"
BUTTON_NOTES: Final = "Add notes"
BUTTON_THANKS: Final = "Say thanks"
BUTTON_THANK_NEXT: Final = "Thank who follows you"
THANKS: Final = "{person} says thank you for the handoff."

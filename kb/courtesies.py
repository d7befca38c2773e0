"""What people say around a question: greetings, thanks and sign-offs.

Used twice: to tell a message that asks nothing from one that does, and to cut the wrapping off a question.
All is decided by closed lists of phrases: a word outside them means that something is asked, because a
needless ticket costs a click, and a swallowed question costs a person's day.
"""

# ruff: noqa: E501 (a pattern is easier to read unbroken)

import re
import unicodedata
from collections.abc import Iterable

from kb.mrkdwn import from_slack


def _phrases(listed: str) -> frozenset[str]:
    return frozenset(" ".join(phrase.split()) for phrase in listed.split(","))


_GREETINGS = _phrases("""
    hi, hello, hey, heya, hiya, hullo, howdy, greetings, yo, hallo, moin, servus, bonjour, bonsoir,
    salut, hola, buenas, ola, olá, ciao, namaste, aloha, hej, hei, morgen, gday, g day, morning,
    afternoon, evening, good morning, good afternoon, good evening, good day, good night, happy monday,
    happy friday, guten morgen, guten tag, guten abend, grüß gott, gruess gott, buenos dias, buenos
    días, buenas tardes, bom dia, boa tarde, boa noite, hallo zusammen, guten morgen zusammen, bonjour à
    tous, bonjour a tous, hola a todos, olá a todos, goedemorgen, buongiorno, buonasera, dzień dobry,
    god morgen, hi there, hello there, hey there
""")
_PLEASANTRIES = _phrases("""
    how are you, how are you doing, how are you today, how is everyone, how is it going, how s it going,
    hope you are well, hope you re well, hope you are doing well, hope you re doing well, hope all is
    well, hope everyone is well, hope this finds you well, i hope you are well, i hope you re well, i
    hope all is well, i hope you are doing well, i hope you re doing well, i hope this finds you well,
    nice to meet you, is anyone there, is anybody there, anyone there, anybody there, anyone here, is
    anyone here, anyone around, is anyone around, are you there, you there, welcome, have a nice day,
    have a great day, have a good one, have a good day, have a nice weekend, have a great weekend, i
    hope this message finds you well, hope this message finds you well, i hope this email finds you
    well, i hope this mail finds you well, i hope you had a good weekend, hope you had a good weekend,
    hope you had a nice weekend, i hope you are all well, hope you all are well, i hope everyone is well
""")
_ADDRESSEES = _phrases("""
    all, everyone, everybody, folks, team, guys, friends, people, there, again, desk, helpdesk, support,
    it, you, u, yall, y all, you all, colleagues, gang, mate, dear, bot, evenhand, both, today,
    zusammen, help desk, help team, service desk, it team, it desk, it support, support team
""")
_THANKS = _phrases("""
    thanks, thank, thx, thnx, tnx, ty, tysm, tyvm, cheers, ta, danke, merci, gracias, obrigado,
    obrigada, grazie, tack, kudos, thank you, thank u, thankyou, many thanks, much appreciated,
    appreciate it, appreciated, i appreciate it, appreciate your help, vielen dank, danke schön, muchas
    gracias, merci beaucoup, lifesaver, life saver, you are the best, you re the best, you are a star,
    you rock, you are a lifesaver
""")
_DONE = _phrases("""
    that worked, it worked, worked, that works, it works, works, works now, it works now, working now,
    it is working now, it s working now, that did it, did it, that did the trick, did the trick, that
    solved it, that solved my problem, solved, solved it, that fixed it, fixed it, fixed, that fixed my
    problem, it is fixed, it s fixed, it is fixed now, that helped, that helps, it helped, all good, all
    good now, all set, all sorted, sorted, problem solved, works like a charm, worked like a charm,
    works perfectly, works great, got it, perfect, that was it, im good now, i m good now, i am good
    now, nevermind, never mind, that s what i needed, just what i needed, got it working, back to normal
""")
_FILLERS = _phrases("""
    ok, okay, oh, ah, wow, great, awesome, amazing, brilliant, excellent, lovely, super, nice, cool,
    good, wonderful, fantastic, yes, yep, yeah, so, much, very, a lot, again, really, indeed, for, your,
    the, help, quick, fast, reply, response, answer, and, that, this, now, just, everything, kind, in
    advance, lots, a million, a ton, tons, it, was, is, i, for the quick help, for helping, for your
    time, for looking into this, for sorting this, no worries, no problem
""")
_NOISES = _phrases("""
    lol, lmao, rofl, haha, hahaha, hahahaha, hehe, hihi, xd, omg, ha, ha ha, ok, okay, okey, k, kk, oki,
    alright, sure, right, yes, yep, yeah, yup, no, nope, nah, hm, hmm, hmmm, mhm, aha, oh, ah, wow,
    oops, ouch, nice, cool, great, awesome, super, good, fine, sounds good, makes sense, agreed, i see,
    understood, noted, will do, on it, on my way, done, nevermind, never mind, nvm, forget it, wrong
    channel, wrong chat, sorry, sorry wrong channel, sorry wrong chat, please ignore, ignore this,
    ignore that, ignore me, test, testing, test test, just testing, just a test, this is a test, ping,
    congrats, congratulations, happy birthday, well done, good job, great job, good luck, welcome,
    welcome back, bye, bye bye, goodbye, cu, see you, see ya, see you later, see you tomorrow, good
    night, ttyl, brb, cheers, enjoy, enjoy your weekend, have fun, 1
""")
_CALLS_FOR_HELP = {"🆘", "🚨", "🚑", "🚒"}
_LAUGHING = re.compile(r"(?:(?:ha|he|hi|ho|hu|ja){2,}h?|lo+l+|x+d+|h+m+|a+h+|o+h+)", re.IGNORECASE)
_WAVING = {"👋", "🙋", "☀", "🌞", "🙂", "😀", "😊"}
_PRAISING = {"🙏", "👍", "❤", "🎉", "🙌", "👏", "💯", "✅", "💚", "💙", "😍", "🥳"}
_WAVING_CODES = re.compile(
    r":(?:wave|raising_hand|sunny|sun_with_face|blob-?wave|slightly_smiling_face|smile)[\w-]*:"
)
_PRAISING_CODES = re.compile(
    r":(?:pray|\+1|thumbsup|heart|tada|raised_hands|clap|100|white_check_mark|heavy_check_mark|thankyou|ty"
    r"|thanks)[\w-]*:"
)
_EMOJI_CODE = re.compile(r":[a-z0-9_+'-]+:(?::skin-tone-\d:)?")
_WORD = re.compile(r"[^\W_]+")
_LONGEST_PHRASE = 7
_LONGEST_COURTESY = 160
_MOST_COURTESIES = 12
_WRAPPING = 400  # characters at either end that may hold courtesies

# What somebody is thanked for, and since when. “Yesterday” counts only here: “it worked yesterday” is no thanks.
_THANKED_FOR = re.compile(
    r"\bfor (?:(?:all (?:of )?)?(?:(?:the|your|that|this|any) )?(?:(?:very |really |super )?(?:quick|fast|great|kind|prompt|extra|good|amazing) )?"
    r"(?:help|assistance|support|advice|tips?|answers?|reply|response|fix|explanations?|hint|info|information|update|patience"
    r"|time|work|efforts?|service|care)"
    r"|(?:(?:helping|sorting|fixing|solving|explaining|looking into|taking care of)(?: (?:me|us|it|this|that|everything|things))?(?: out)?))"
    r"(?: with (?:it|this|that|everything))?(?: so (?:fast|quickly|soon))?"
    r"(?: (?:yesterday|today|earlier|(?:this|last|yesterday) (?:morning|afternoon|evening|night|week|month|time)"
    r"|(?:on |last )(?:mon|tues|wednes|thurs|fri|satur|sun)day|the other day|just now|again))*\b"
    r"|\bfor (?:yesterday|earlier|last (?:time|week))\b",
    re.IGNORECASE,
)

_AROUND_GREETING = _GREETINGS | _PLEASANTRIES | _ADDRESSEES
_AROUND_THANKS = _AROUND_GREETING | _THANKS | _DONE | _FILLERS


def is_greeting(text: str) -> bool:
    """True if the message only says hello: “good morning all :wave:”, not “hi, my vpn is down”."""
    return _only(text, _GREETINGS | _PLEASANTRIES, _AROUND_GREETING, _WAVING_CODES, _WAVING)


def is_thanks(text: str) -> bool:
    """True if the message only thanks or says it works: “ty that worked”, not “ty, but it fails”."""
    if "?" in text:
        return False  # “is it fixed?” is made of the same words
    said = _THANKED_FOR.sub(" ", text)
    return _only(said, _THANKS | _DONE, _AROUND_THANKS, _PRAISING_CODES, _PRAISING)


def is_chatter(text: str) -> bool:
    """True if the message is a nod, a laugh or an emoji alone: “lol”, “ok cool”, “wrong channel, sorry”, “:joy:”."""
    if "?" in text or len(text) > _LONGEST_COURTESY:
        return False
    plain = _EMOJI_CODE.sub(" ", unicodedata.normalize("NFKC", text))
    words = [word for word in _WORD.findall(from_slack(plain)) if not _LAUGHING.fullmatch(word)]
    if not words:
        # A lone “!” or a call for help may be all that somebody in need can type; a picture or a laugh is not.
        drawn = any(unicodedata.category(sign) == "So" for sign in plain)
        return not (_CALLS_FOR_HELP & set(plain)) and (drawn or any(sign.isalpha() for sign in text))
    return _made_of(words, _NOISES, _NOISES | _ADDRESSEES | _FILLERS, names_allowed=False)


def is_greeting_or_thanks(text: str) -> bool:
    """True if the message asks nothing and so opens no ticket."""
    return is_greeting(text) or is_thanks(text)


def _only(
    text: str, wanted: frozenset[str], allowed: frozenset[str], codes: re.Pattern[str], signs: set[str]
) -> bool:
    if len(text) > _LONGEST_COURTESY:
        return False
    words = _WORD.findall(from_slack(unicodedata.normalize("NFKC", text)))
    if not words:
        return bool(codes.search(text)) or any(sign in text for sign in signs)
    return _made_of(words, wanted, allowed)


def _made_of(
    words: list[str], wanted: frozenset[str], allowed: frozenset[str], *, names_allowed: bool = True
) -> bool:
    """Reads the words as allowed phrases, longest first; one name may follow (“thanks Ben”)."""
    at, seen, names = 0, False, 0
    while at < len(words):
        for length in range(min(_LONGEST_PHRASE, len(words) - at), 0, -1):
            phrase = " ".join(words[at : at + length]).casefold()
            if phrase in allowed:
                seen = seen or phrase in wanted
                at += length
                break
        else:
            if at == 0 or names or not names_allowed or not words[at].istitle():
                return False
            names, at = 1, at + 1
    return seen


def _either(phrases: Iterable[str]) -> str:
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return "(?:" + "|".join(re.escape(phrase).replace(r"\ ", r"[\s']+") for phrase in longest_first) + ")"


# “Morning login fails” is no greeting, so these need a comma or somebody greeted.
_UNSURE = frozenset({"morning", "afternoon", "evening", "morgen", "yo", "hei", "ta"})
# Only who cannot also begin the question: in “hi, it fails” nobody called “it” is greeted.
_GREETED = r"(?i:(?:[ ,]+(?:to )?(?:{})\b){{0,3}})".format(
    "all|everyone|everybody|folks|(?:the |it |support |help )?team|guys|friends|there|gang|mate|colleagues|again"
    "|help ?desk|service desk|it desk|y'all|zusammen"
)
_NAMED = r"(?:[ ,]+[A-Z][\w'-]+){1,2}(?=\s*[,!\n–—-])"
_OPENING = re.compile(
    rf"^\s*(?:(?i:{_either(_GREETINGS - _UNSURE)}\b)(?:{_NAMED}|{_GREETED})"
    rf"|(?i:(?:morning|afternoon|evening)\b(?:[ ,]+{_either(_ADDRESSEES)}\b|(?=\s*[,!.])))"
    rf"|(?i:dear\s+{_either(_ADDRESSEES | {'sir or madam', 'sir', 'madam', 'sirs'})}\b)|(?i:dear){_NAMED}"
    rf"|(?i:{_either(_PLEASANTRIES)}\b)"
    r"|(?i:sorry (?:to|for) (?:bother|disturb)(?:ing)?(?: you)?(?: again)?\b)"
    r"|(?i:(?:i have a )?quick question\b|i have a question\b|(?:eine )?(?:kurze|kleine) frage\b|petite question\b|una pregunta\b)"
    r")(?:[\s,.!:;?…)(–—-]+|$)"
)
_SIGN_OFF = (
    r"(?:(?:best|kind|warm|with (?:best|kind))?\s*(?:regards|wishes)|best|sincerely(?: yours)?"
    r"|yours (?:sincerely|truly)|(?:mit )?(?:freundlichen|besten|vielen|lieben) grüßen|(?:viele|liebe|beste|schöne) grüße"
    r"|lg|vg|mfg|br|kr|rgds|cordialement|bien à vous|saludos(?: cordiales)?|atentamente|um abraço|cordiali saluti"
    r"|met vriendelijke groet(?:en)?|all the best)"
)
_GRATITUDE = (
    r"(?:(?:(?:many|lots of) thanks|thanks?(?: *(?:you|u))?|thankyou|thx|thnx|tnx|ty|tysm|cheers"
    r"|(?:vielen|herzlichen|besten) dank|danke(?: schön| sehr| schon mal| im voraus)?|merci(?: beaucoup| bien| d'avance)*"
    r"|(?:muchas |mil )?gracias|(?:muito )?obrigad[oa]|grazie(?: mille)?|dank (?:je|u)(?: wel)?|dziękuję|tack)"
    r"(?:[ ,]+(?:so much|very much|a lot|a million|in advance|again|everyone|everybody|all|team|guys|folks"
    r"|for (?:your|the|any) (?:\w+ )?(?:help|support|time|assistance)))*"
    r"|(?:any|your) help (?:is |would be )?(?:(?:much|greatly|really) )?appreciated"
    r"|(?:much|greatly) appreciated)"
)
_CLOSING = re.compile(
    rf"(?:(?<=[.!?,;\n–—)-])|(?<=\s[-–—]))\s*"
    rf"(?i:{_GRATITUDE}(?:(?:[\s,.!;–—-]+|\s+(?:and|und|et|y|e)\s+){_SIGN_OFF})?|{_SIGN_OFF})"
    r"(?:[\s,.!;–—-]+[A-Z][\w'.-]+){0,3}[\s,.!?;:)🙏👍🙂😊❤️]*$"
)
_BARE_THANKS = re.compile(r"\s+(?i:(?:many )?thanks|thank you|thx)(?i:[ ,]+in advance)?[\s.!]*$")


def without_courtesies(text: str) -> str:
    """The message without hello at its start and thanks at its end; may be empty if nothing else was said."""
    for _ in range(_MOST_COURTESIES):
        opened = _OPENING.sub("", text[:_WRAPPING]) + text[_WRAPPING:]
        closed = opened[:-_WRAPPING] + _CLOSING.sub("", opened[-_WRAPPING:])
        if closed == text:
            break
        text = closed
    return text[:-_WRAPPING] + _BARE_THANKS.sub("", text[-_WRAPPING:])

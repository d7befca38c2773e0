"""Urgency rules: what raises, what calms, what is denied, and what is left to people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.classifier.rulebook import HUMAN_RULES, PRIORITY, URGENCY_RULES
from triage.classifier.rules import STRONGEST, judge, priority
from triage.vocabulary import Impact, Urgency


@pytest.mark.parametrize(
    "text",
    [
        "There is smoke coming out of the server cabinet",
        "Somebody got an electric shock from the socket under my desk",
        "All our files are encrypted and there is a ransom note",
        "The payroll run failed and wages must go to the bank today",
        "The whole warehouse can't scan, trucks are waiting outside",
        "Nobody in the entire company can log in since 8",
        "SAP is down for everyone",
    ],
)
def test_what_endangers_people_or_stops_many_is_critical(text):
    assert judge(text).urgency is Urgency.CRITICAL


@pytest.mark.parametrize(
    "text",
    [
        "My laptop is dead and I can't work at all",
        "I clicked on a link in a strange mail",
        "I need this before 3 pm today for the board meeting",
        "please fix this asap",
        "our whole team (7) can't log in",
    ],
)
def test_what_stops_one_person_or_cannot_wait_is_high(text):
    assert judge(text).urgency is Urgency.HIGH


@pytest.mark.parametrize(
    "text",
    [
        "I can't log in to SAP any more, it says the password expired",
        "I can't log in to SAP, my account is locked",
        "I still cannot open the ERP since I changed my password",
        "Since the update I'm not able to start SAP",
    ],
)
def test_one_person_s_trouble_with_a_system_of_many_wakes_nobody(text):
    assert judge(text).urgency is not Urgency.CRITICAL


@pytest.mark.parametrize(
    "text", ["We can't log in to SAP", "I think nobody can log in to SAP", "SAP won't start"]
)
def test_a_system_of_many_that_nobody_can_use_is_critical(text):
    assert judge(text).urgency is Urgency.CRITICAL


@pytest.mark.parametrize(
    "text",
    [
        "The icon is yellow, no rush",
        "Not urgent: a typo in my name",
        "It isn't blocking me, the colour is wrong",
        "Could I get a second screen at some point?",
        "whenever you have a minute, please rename the printer",
        "low prio: my space bar squeaks",
    ],
)
def test_being_told_that_it_can_wait_makes_it_low(text):
    verdict = judge(text)
    assert verdict.urgency is Urgency.LOW
    assert not verdict.abstained


def test_no_rush_quiets_a_deadline_but_not_a_danger():
    assert judge("I need it today, but no rush really").urgency is Urgency.LOW
    assert judge("No rush, but there is smoke in the server room").urgency is Urgency.CRITICAL
    assert judge("When you have a minute: the whole ward can't print labels").urgency is Urgency.CRITICAL


@pytest.mark.parametrize(
    "text",
    [
        "A cable fell down, nobody is hurt",
        "There is no smoke, only a strange noise",
        "I haven't clicked on the link, is the mail real?",
        "I did not enter my password on that page",
        "It is not an emergency",
    ],
)
def test_what_is_denied_does_not_raise(text):
    assert judge(text).urgency.rank <= Urgency.MEDIUM.rank


def test_a_denial_reaches_no_further_than_its_clause():
    assert judge("I'm not sure why, but there is smoke in the hall").urgency is Urgency.CRITICAL


@pytest.mark.parametrize(
    "text", ["The printer prints grey stripes", "Outlook shows one hour too late", "", "?"]
)
def test_silence_of_the_rules_is_medium_and_an_abstention(text):
    judgement = judge(text)
    assert (judgement.urgency, judgement.abstained) == (Urgency.MEDIUM, True)
    assert judgement.strength < 0.5
    assert judgement.sentences == ("Nothing in the words tells how urgent it is.",)


def test_a_reason_quotes_the_words_found():
    (reason, *_) = judge("Please help, there is smoke in here").reasons
    assert reason.rule == "danger"
    assert reason.words == ("smoke",)
    assert reason.sentence == "Somebody may be in danger: “smoke”."


def test_text_alone_is_never_certain():
    everything = (
        "smoke! ransom! the whole warehouse stopped, all patients wait, everything down, by 3 pm today"
    )
    assert judge(everything).strength <= STRONGEST < 1


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        ("A colleague keeps sending me sexual messages", "harassment"),
        ("I want to complain about my manager", "harassment"),
        ("I'm afraid of him, he threatened me", "threat"),
        ("My colleague passed away last week, please close her account", "grief"),
        ("I am having panic attacks because of this", "health"),
        ("I wasn't paid this month", "pay_dispute"),
        ("my boss shouts at me every day and I can't take it", "harassment"),
        ("a customer put his hand on my knee", "harassment"),
        ("they make jokes about my accent", "harassment"),
        ("I don't want to be here any more, I think about ending it", "threat"),
        ("my ex waits outside the gate every evening", "threat"),
        ("our team mate Ilse has died", "grief"),
        ("I can't stop crying at my desk", "health"),
        ("they took 300 euro from my wages", "pay_dispute"),
        ("i think i clicked on a phishing link", "exposed"),
        ("someone I don't know logged in to my account", "exposed"),
        ("There is a ransom note on the file server", "intruder"),
    ],
)
def test_human_matters_need_a_person_first(text, matter):
    person = judge(text).needs_person
    assert person is not None
    assert person.rule == matter


@pytest.mark.parametrize(
    "text",
    [
        "My laptop died yesterday",
        "invoice approved but not paid, status blocked in SAP",
        "the Wi-Fi can't cope with so many people",
        "my payslip opens in the wrong program",
        "The app shouts at me in red letters",
        "The printer mocks me with PC LOAD LETTER",
        "I can't take it any more, Outlook crashes again",
        "the battery is dying after one hour",
        "i can't do this without admin rights",
        "my mouse touches the screen edge and the desktop jumps",
    ],
)
def test_faults_of_machines_are_no_human_matters(text):
    assert judge(text).needs_person is None


def test_a_threatened_person_is_never_told_that_it_can_wait():
    fear = judge("No rush, but he threatened to kill me")
    assert fear.urgency is Urgency.CRITICAL
    assert fear.needs_person is not None


def test_of_several_human_matters_the_gravest_is_named():
    both = judge("My boss insulted me and now I think about suicide").needs_person
    assert both is not None
    assert both.rule == "threat"


@pytest.mark.parametrize(
    "text", ["plotter in the hall is jammed", "The scanner in hall 2 is slow, printer jammed"]
)
def test_one_device_in_a_big_place_is_no_standstill(text):
    assert judge(text).urgency is not Urgency.CRITICAL


def test_the_priority_table_is_whole_and_never_falls_with_impact_or_urgency():
    assert len(PRIORITY) == len(Impact) * len(Urgency)
    for smaller, larger in zip(list(Impact), list(Impact)[1:], strict=False):
        for urgency in Urgency:
            assert priority(smaller, urgency).rank <= priority(larger, urgency).rank
    for impact in Impact:
        ranks = [priority(impact, urgency).rank for urgency in Urgency]
        assert ranks == sorted(ranks)


def test_a_security_fear_is_for_a_person_and_said_once():
    fear = judge("I clicked a link in a mail about payroll and typed in my password")
    assert fear.needs_person is not None
    assert fear.sentences.count(fear.needs_person.sentence) == 1


def test_every_few_minutes_counts_no_people():
    assert judge("My VPN drops every few minutes").impact is Impact.ONE_PERSON


def test_a_number_tells_the_impact():
    assert judge("60 pickers have no connection").impact is Impact.EVERYONE
    assert judge("8 agents have no connection").impact is Impact.TEAM
    assert judge("4 shops have no connection").impact is Impact.EVERYONE
    assert judge("my pc has no connection").impact is Impact.ONE_PERSON


def test_every_rule_has_words_in_english():
    from triage.classifier.english import ENGLISH

    names = {rule.name for rule in (*URGENCY_RULES, *HUMAN_RULES)} | {"calm", "wish"}
    assert names == set(ENGLISH.patterns)


CALM_FAULTS = ("my mouse is slow", "the icon has the wrong colour", "the report has a typo in the title")
DENIED_URGENCY = (
    "not urgent",
    "no rush",
    "it isn't urgent",
    "no hurry at all",
    "nothing urgent",
    "not pressing",
)
DENIED_HARM = (
    "nobody is hurt",
    "no one is injured",
    "nobody got hurt",
    "there is no smoke",
    "there is no fire",
)
glue = st.sampled_from([". ", ", ", " - ", "; ", "\n"])


@given(
    fault=st.sampled_from(CALM_FAULTS),
    calm=st.sampled_from(DENIED_URGENCY),
    between=glue,
    first=st.booleans(),
)
def test_urgency_that_is_denied_never_raises(fault: str, calm: str, between: str, first: bool) -> None:
    text = f"{calm}{between}{fault}" if first else f"{fault}{between}{calm}"
    assert judge(text).urgency is Urgency.LOW


@given(
    fault=st.sampled_from(CALM_FAULTS), harm=st.sampled_from(DENIED_HARM), between=glue, first=st.booleans()
)
def test_harm_that_is_denied_never_raises(fault: str, harm: str, between: str, first: bool) -> None:
    text = f"{harm}{between}{fault}" if first else f"{fault}{between}{harm}"
    assert judge(text).urgency.rank <= Urgency.MEDIUM.rank


@given(calm=st.sampled_from(DENIED_URGENCY), between=glue)
def test_no_rush_never_hides_a_danger(calm: str, between: str) -> None:
    assert judge(f"{calm}{between}there is smoke in the server room").urgency is Urgency.CRITICAL

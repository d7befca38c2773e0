"""Harsh words, and what only sounds like them; feelings, and what only looks like one."""

import pytest
from facts_by_hand import facts, ticket
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.copy_tone import ACKNOWLEDGED
from bot.slack.views.answer import answer
from triage.care.tone import HOSTILE, read_tone
from triage.care.tone_samples import BUILD, HELD_OUT, samples, samples_of
from triage.care.tone_words.kinds import Feeling
from triage.classifier import starter
from triage.vocabulary import TicketStatus

# The starter's only messages whose writers say that they have had enough. All the others are neutral.
UPSET = {"I'm so tired of Mondays", "It happened again!!! I'm so fed up with this."}


# --- How good it is, on messages that it was not written by ------------------------------------------


def test_the_held_out_messages_are_many_and_never_the_same() -> None:
    texts = [sample.text for sample in samples()]
    assert len(texts) >= 300
    assert len(set(texts)) == len(texts)
    assert abs(len(samples_of(BUILD)) - len(samples_of(HELD_OUT))) <= 10


def test_who_is_called_hostile_on_held_out_messages_nearly_always_is() -> None:
    rows = samples_of(HELD_OUT)
    said = [row.hostile for row in rows if read_tone(row.text).hostile]
    assert sum(said) >= 0.95 * len(said)
    assert sum(said) >= 0.8 * sum(row.hostile for row in rows)


def test_frustration_on_held_out_messages() -> None:
    rows = [row for row in samples_of(HELD_OUT) if row.frustrated is not None]
    said = [row.frustrated for row in rows if read_tone(row.text).frustrated]
    assert sum(map(bool, said)) >= 0.95 * len(said)
    assert sum(map(bool, said)) >= 0.75 * sum(map(bool, (row.frustrated for row in rows)))


@pytest.mark.parametrize("kind", ["neutral", "frustrated", "report", "quote"])
def test_nothing_that_it_was_written_by_is_mistaken_for_hostility(kind: str) -> None:
    assert [s.text for s in samples_of(BUILD) if s.kind == kind and read_tone(s.text).hostile] == []


# --- The rules, by name -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "You are completely useless, all of you",
        "FIX IT NOW YOU IDIOTS",
        "which moron deleted my folder",
        "f*** you and your bot",
        "y0u are 1diots",
        "I will come down there and smash your heads",
        "Do your damn job",
        "Ihr seid doch alle unfähig",
    ],
)
def test_words_at_somebody_are_harsh_and_named(text: str) -> None:
    tone = read_tone(text)
    assert tone.hostile
    assert tone.score >= HOSTILE
    assert tone.why


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("He called me an idiot in front of everybody", "a report of somebody else's words"),
        ("My boss said that you people are morons", "a report of somebody else's words"),
        ('The page says "shut up, idiot" when I log in', "a quote"),
        ("> you are all idiots\nThis was sent from my account", "a quoted line"),
        ("I'm such an idiot, I locked myself out", "said about oneself"),
        ("You are not stupid, I just explained it badly", "denied"),
        ("I'm not saying you are incompetent", "denied"),
        ("This fucking printer is jammed again", "swearing at a machine"),
        ("This stupid laptop makes me furious, stupid useless thing", "swearing at a machine"),
        ("Please kill the process and execute the job again", "words of the trade"),
        ("PLEASE ADD USER MEIER TO THE GROUP FINANCE", "capitals alone"),
        ("How do I shut up the notifications at night?", "at a machine"),
    ],
)
def test_what_only_sounds_hostile_is_not(text: str, because: str) -> None:
    assert not read_tone(text).hostile, because


def test_capitals_weigh_only_beside_harsh_words() -> None:
    quiet, loud = "what's wrong with you people", "WHAT'S WRONG WITH YOU PEOPLE"
    assert read_tone(loud).score > read_tone(quiet).score
    assert read_tone("THE PRINTER ON FLOOR THREE IS EMPTY").score == 0


@pytest.mark.parametrize(
    ("text", "feeling"),
    [
        ("I'm panicking, the grant is due tonight", Feeling.PRESSED),
        ("For the fifth time: my account is locked", Feeling.AGAIN),
        ("I have been waiting since Monday and nobody has answered me", Feeling.LOST_TIME),
        ("I'm so frustrated with this VPN", Feeling.UPSET),
        ("Ich bin verzweifelt, der Zugriff fehlt", Feeling.PRESSED),
    ],
)
def test_the_feeling_that_is_named_is_the_one_that_is_heard(text: str, feeling: Feeling) -> None:
    assert read_tone(text).feeling is feeling


@given(st.text(max_size=400))
def test_any_text_can_be_read(text: str) -> None:
    tone = read_tone(text)
    assert 0 <= tone.score <= 1
    assert tone.hostile == (tone.score >= HOSTILE)
    assert tone.frustrated == (tone.feeling is not None)
    assert bool(tone.why) == tone.hostile


@given(st.sampled_from([sample.text for sample in samples()]))
def test_reading_depends_on_nothing_but_the_text(text: str) -> None:
    assert read_tone(text) == read_tone.__wrapped__(text)


# --- The answer's first line --------------------------------------------------------------------------


def first_line(question: str, status: TicketStatus = TicketStatus.SUGGESTED) -> str:
    text, _ = answer(facts(status, ticket=ticket(status, question=question)))
    return text.splitlines()[0]


def test_no_neutral_starter_message_is_met_with_a_feeling() -> None:
    met = [
        row.text
        for row in starter.messages()
        if any(first_line(row.text).startswith(line) for line in ACKNOWLEDGED.values())
    ]
    assert [text for text in met if not any(text.startswith(upset) for upset in UPSET)] == []


def test_no_starter_message_is_hostile() -> None:
    assert [row.text for row in starter.messages() if read_tone(row.text).hostile] == []


def test_who_is_upset_reads_so_in_the_first_line() -> None:
    assert first_line("I'm so frustrated, the VPN drops every ten minutes") == ACKNOWLEDGED[Feeling.UPSET]
    assert first_line("My VPN drops on the train").startswith("I'm the desk's bot.")


def test_what_is_solved_is_not_called_stressful_any_more() -> None:
    assert first_line("I'm panicking, the share is gone", TicketStatus.RESOLVED).startswith(
        "I'm the desk's bot."
    )


def test_harsh_words_without_a_feeling_are_answered_like_any_other() -> None:
    assert first_line("Which moron deleted my folder?").startswith("I'm the desk's bot.")

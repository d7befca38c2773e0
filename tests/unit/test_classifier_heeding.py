"""What a mode lets through: decided, shown to agents, kept unseen, or not asked at all."""

import json
from dataclasses import replace

import pytest

from triage.classifier.heeding import Heeded, heed
from triage.classifier.modes import WHOLE_FIELD, Modes
from triage.classifier.rules import judge
from triage.classifier.verdict import Abstained, Confidence, Nearest, Reason, Verdict
from triage.vocabulary import LabelField, Mode, Urgency

CATEGORY, URGENCY = LabelField.CATEGORY, LabelField.URGENCY
KEYS = ("vpn", "printing", "wifi")
RULES = judge("vpn drops")
NEAREST = (Nearest("ticket:1", "vpn", 0.9), Nearest("ticket:2", "wifi", 0.8))


def verdict(category: str | None = "vpn", urgency: Urgency = Urgency.MEDIUM) -> Verdict:
    return Verdict(
        category=category,
        urgency=urgency,
        confidence=Confidence(0.91, 0.5),
        abstained=Abstained(category is None, False),
        alternatives=(("vpn", 0.9), ("wifi", 0.08)),
        words=(("vpn", 1.0),),
        reasons=("“vpn” points to VPN.", "It reads like messages whose urgency was high: “down”."),
        model_version="one",
        milliseconds=1.0,
        either=("vpn", "wifi"),
        nearest=NEAREST,
    )


def heeded(modes: dict[tuple[LabelField, str], Mode], said: Verdict | None = None) -> Heeded:
    return heed(said or verdict(), Modes(modes), categories=KEYS, by_rules=lambda: RULES)


def everything(one: Heeded) -> str:
    return json.dumps(one.verdict.as_json()).lower()


def test_without_a_word_the_model_decides() -> None:
    said = heeded({})
    assert said.verdict == verdict()
    assert (said.category, said.as_json()) == ("vpn", {})


def test_recommended_agents_see_it_and_the_ticket_has_none() -> None:
    said = heeded({(CATEGORY, WHOLE_FIELD): Mode.RECOMMEND})
    assert said.verdict.category is None
    assert said.category == "vpn"
    assert said.as_json() == {"looks_like": "vpn"}
    assert said.verdict.alternatives


def test_recommended_also_where_the_model_abstained() -> None:
    said = heeded({(CATEGORY, WHOLE_FIELD): Mode.RECOMMEND}, verdict(None))
    assert (said.category, said.looks_like) == (None, "vpn")


def test_monitored_it_is_kept_where_only_the_model_screens_look() -> None:
    said = heeded({(CATEGORY, WHOLE_FIELD): Mode.MONITOR})
    assert "vpn" not in everything(said).replace('"model_version": "one"', "")
    assert said.category is None
    assert said.as_json() == {"unseen": {"best": "vpn", "sure": 0.91, "decided": True}}


def test_switched_off_nothing_is_kept() -> None:
    said = heeded({(CATEGORY, WHOLE_FIELD): Mode.OFF})
    assert "vpn" not in everything(said)
    assert (said.category, said.as_json()) == (None, {})


@pytest.mark.parametrize("mode", [Mode.DECIDE, Mode.RECOMMEND])
def test_nobody_is_told_what_a_matter_for_a_person_alone_is_nearest_to(mode: Mode) -> None:
    afraid = Reason("threat", "Somebody may be afraid, so a person should read it.")
    nearest = "Nothing points clearly to one category; the nearest is VPN."
    unsure = replace(verdict(None), needs_person=afraid, reasons=(nearest, afraid.sentence))
    said = heeded({(CATEGORY, WHOLE_FIELD): mode}, unsure)

    assert "vpn" not in everything(said).replace('"model_version": "one"', "")
    assert (said.category, said.looks_like) == (None, None)
    assert said.verdict.needs_person == afraid
    assert said.verdict.reasons[1:] == (afraid.sentence,)


def test_one_category_can_be_held_back_while_others_decide() -> None:
    modes = {(CATEGORY, "vpn"): Mode.RECOMMEND}
    assert heeded(modes).looks_like == "vpn"
    assert heeded(modes, verdict("printing")).verdict.category == "printing"


def test_of_field_and_category_the_more_careful_holds() -> None:
    modes = Modes({(CATEGORY, WHOLE_FIELD): Mode.OFF, (CATEGORY, "vpn"): Mode.DECIDE})
    assert modes.of(CATEGORY, "vpn") is Mode.OFF
    assert modes.of(URGENCY) is Mode.DECIDE


def test_what_is_held_back_is_no_alternative_either() -> None:
    said = heeded({(CATEGORY, "wifi"): Mode.MONITOR}).verdict
    assert said.alternatives == (("vpn", 0.9),)
    assert said.either is None
    assert said.nearest == NEAREST[:1]


def test_a_category_that_was_deleted_is_not_decided() -> None:
    said = heed(verdict(), Modes({}), categories=("printing",), by_rules=lambda: RULES)
    assert (said.verdict.category, said.category, said.as_json()) == (None, None, {})


@pytest.mark.parametrize(
    ("mode", "kept"),
    [
        (Mode.RECOMMEND, {"reads_like": "high"}),
        (Mode.MONITOR, {"unseen": {"urgency": "high"}}),
        (Mode.OFF, {}),
    ],
)
def test_an_alarm_that_may_not_decide_leaves_what_the_rules_say(mode: Mode, kept: dict[str, object]) -> None:
    said = heeded({(URGENCY, WHOLE_FIELD): mode}, verdict(urgency=Urgency.HIGH))
    assert said.verdict.urgency is RULES.urgency
    assert "reads like" not in " ".join(said.verdict.reasons)
    assert said.as_json() == kept
    assert said.verdict.category == "vpn"


def test_rules_about_safety_cannot_be_switched_off() -> None:
    smoke = judge("there is smoke in the hall")
    modes = Modes({(URGENCY, WHOLE_FIELD): Mode.OFF})
    said = heed(verdict(urgency=Urgency.CRITICAL), modes, categories=KEYS, by_rules=lambda: smoke)
    assert said.verdict.urgency is Urgency.CRITICAL

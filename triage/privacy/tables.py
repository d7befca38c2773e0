"""Every table of the desk: which rows are about a person, and what erasing that person does to each column.

A test compares this with the models: a column that can hold a person or text and stands nowhere here fails it.
"""

from collections.abc import Mapping

from triage.privacy.treatment import NOW, By, Link, Treatment, by_person, of_ticket, wordless

_EMPTIED = "the row stays, emptied: so that counts stay true, and nothing leads back"

_KNOWLEDGE: Mapping[str, Treatment] = {
    "article": Treatment(
        scrub=("owner",), plain=("team_id", "slug", "status", "audience", "language", "category")
    ),
    "article_flag": Treatment(scrub=("detail", "settled_by"), plain=("about",)),
    "article_meaning": Treatment(plain=("team_id", "model", "kinds", "codes")),
    "article_revision": Treatment(
        scrub=("author",), prose=("title", "summary", "body", "aliases", "symptoms"), plain=("codes",)
    ),
    "article_source": Treatment(
        plain=("team_id", "source", "external_id", "url", "stamp", "digest"),
    ),
    "article_vote": Treatment(theirs=(Link(By.SLACK, "voter"),), goes=True, plain=("voter",)),
    "import_run": Treatment(scrub=("report",), plain=("team_id", "source", "cursor", "since")),
    "kb_version": Treatment(plain=("team_id",)),
    "meaning_version": Treatment(plain=("team_id",)),
    "memory_version": Treatment(plain=("team_id",)),
    "own_weights": Treatment(scrub=("why",), plain=("team_id", "weights", "figures")),
    "remembered_question": Treatment(
        theirs=of_ticket(),
        blank={"text": "", "meaning": None, "meaning_model": None},
        prose=("text",),
        plain=("team_id",),
        apart={"changed_in": "every process forgets it too: triage.privacy.learned"},
    ),
}

_TICKETS: Mapping[str, Treatment] = {
    "ticket": Treatment(
        theirs=(Link(By.PERSON, "requester_id"),),
        numbers=("requester_id", "claimed_by_id"),
        blank={"question": "", "resolution": None, "channel_id": None, "thread_ts": None},
        scrub=("question", "resolution"),
        plain=("team_id", "category", "card_channel", "card_ts"),
    ),
    "ticket_message": Treatment(
        theirs=of_ticket(), goes=True, scrub=("text",), plain=("team_id", "channel_id", "ts")
    ),
    "ticket_article": Treatment(numbers=("by_id",)),
    "ticket_link": Treatment(theirs=(*of_ticket(), *of_ticket("other_id")), goes=True),
    "timeline": Treatment(
        theirs=of_ticket(),
        numbers=("actor_id",),
        blank={"reason": ""},
        scrub=("reason", "details"),
        plain=("what",),
    ),
    "prediction": Treatment(
        theirs=of_ticket(), blank={"verdict": wordless}, plain=("model_version", "category")
    ),
    "suggestion": Treatment(theirs=of_ticket(), blank={"reasons": []}, plain=("title", "passage")),
    "satisfaction": Treatment(plain=("rating",)),
    "category": Treatment(plain=("team_id", "key", "name", "description")),
    "category_choice": Treatment(numbers=("chosen_by_id",), plain=("first", "second", "chosen")),
    "told_impact": Treatment(),
    "gap_article": Treatment(),
    "timer": Treatment(),
    "sla_timer": Treatment(plain=("team_id", "urgency", "hours")),
    "sla_policy": Treatment(numbers=("by_id",), scrub=("definition",), plain=("team_id",)),
    "escalation": Treatment(
        numbers=("seen_by_id",), scrub=("snapshot",), plain=("asked", "passed", "ended_why")
    ),
    "escalation_policy": Treatment(scrub=("name", "body"), plain=("team_id",)),
    "pager_call": Treatment(scrub=("error",), plain=("team_id", "pager")),
    "say": Treatment(
        theirs=(*by_person("person_id"), Link(By.SLACK, "address")),
        goes=True,
        numbers=("person_id",),
        scrub=("params", "error"),
        plain=("team_id", "address", "sent_channel"),
        apart={"sent_ts": "what was said in their threads goes too: triage.privacy.erasing"},
    ),
}

_LEARNING: Mapping[str, Treatment] = {
    "frozen_dataset": Treatment(
        plain=("team_id", "left_out"),
        apart={"hash": "made anew: triage.privacy.learned", "rows": "withheld: triage.privacy.learned"},
    ),
    "label": Treatment(numbers=("by_id",), plain=("value", "predicted")),
    "label_review": Treatment(
        numbers=("held_by_id", "answered_by_id"), plain=("team_id", "said", "thought", "answer", "why")
    ),
    "label_review_round": Treatment(plain=("team_id",)),
    "label_review_skip": Treatment(numbers=("person_id",)),
    "model_mode": Treatment(numbers=("by_id",), scrub=("why",), plain=("team_id", "category")),
    "model_version": Treatment(
        plain=("team_id", "name", "state", "description", "sha256"),
        apart={
            "weights": "named, to be trained anew: triage.privacy.learned",
            "metrics": "triage.privacy.learned",
        },
    ),
    "past_ticket": Treatment(prose=("text",), plain=("team_id", "key", "category", "urgency", "channel")),
    "promotion": Treatment(numbers=("by_id", "rolled_back_by_id"), scrub=("despite",), plain=("team_id",)),
    "shadow_prediction": Treatment(plain=("category",)),
    "training_run": Treatment(
        numbers=("by_id",),
        scrub=("why", "error"),
        plain=("team_id", "month", "step", "model"),
        apart={"dataset_hash": "follows the dataset: triage.privacy.learned"},
    ),
}

_ONCALL: Mapping[str, Treatment] = {
    "absence": Treatment(theirs=by_person("person_id"), goes=True, numbers=("person_id",), plain=("origin",)),
    "calendar_event": Treatment(numbers=("person_id",), plain=("feed", "occurrence", "role")),
    "calendar_subscription": Treatment(
        theirs=by_person("person_id"), goes=True, numbers=("person_id",), plain=("token_hash",)
    ),
    "oncall_member": Treatment(
        theirs=by_person("person_id"), goes=True, numbers=("person_id",), plain=("team_id",)
    ),
    "oncall_override": Treatment(numbers=("person_id", "instead_of_id", "created_by_id"), plain=("origin",)),
    "rotation": Treatment(scrub=("name",), plain=("starts", "zone", "restrictions")),
    "rotation_member": Treatment(numbers=("person_id",)),
    "schedule": Treatment(scrub=("name",), plain=("team_id", "zone", "country", "region")),
    "shift_record": Treatment(numbers=("person_id",), scrub=("reason",), plain=("occurrence",)),
    "signed_off": Treatment(theirs=by_person("person_id"), goes=True, numbers=("person_id",)),
    "swap": Treatment(
        numbers=("owner_id", "taker_id", "by_id"), plain=("team_id", "occurrence", "counter_occurrence")
    ),
    "swap_ask": Treatment(theirs=by_person("person_id"), goes=True, numbers=("person_id",)),
}

_CARE: Mapping[str, Treatment] = {
    "agent_profile": Treatment(
        theirs=by_person("person_id"), goes=True, numbers=("person_id",), plain=("working_hours",)
    ),
    "agent_skill": Treatment(
        theirs=by_person("person_id"), goes=True, numbers=("person_id",), plain=("category",)
    ),
    "burden_entry": Treatment(theirs=by_person("person_id"), goes=True, numbers=("person_id",)),
    "handoff": Treatment(
        theirs=by_person("leaver_id"),
        numbers=("leaver_id", "incomer_id"),
        blank={"watch": ""},
        scrub=("watch",),
        plain=("team_id", "key"),
    ),
    "handoff_note": Treatment(
        theirs=(*of_ticket(), Link(By.HANDOFF, "handoff_id")),
        blank={"note": ""},
        scrub=("note",),
    ),
    "pause": Treatment(theirs=by_person("person_id"), goes=True, numbers=("person_id",)),
    "rest_credit": Treatment(theirs=by_person("person_id"), goes=True, numbers=("person_id",)),
    "thanks": Treatment(theirs=by_person("from_id", "to_id"), goes=True, numbers=("from_id", "to_id")),
}

_DESK: Mapping[str, Treatment] = {
    "audit": Treatment(numbers=("by_id",), scrub=("details",), plain=("team_id", "what", "account")),
    "buried_work": Treatment(numbers=("by_id",), plain=("work", "team_id", "was", "error")),
    "console_visit": Treatment(
        theirs=by_person("person_id"), goes=True, numbers=("person_id",), plain=("id",)
    ),
    "effect": Treatment(theirs=(Link(By.KEY, "key"),), goes=True, plain=("key",)),
    "heartbeat": Treatment(plain=("executor_id",)),
    "inbox_event": Treatment(
        theirs=(Link(By.BODY, "body"),),
        blank={"body": {"event": {}}, "handled_at": NOW},
        plain=("event_id", "team_id", "type"),
    ),
    "person": Treatment(
        plain=("team_id",),
        apart={"slack_id": _EMPTIED, "name": _EMPTIED, "time_zone": _EMPTIED},
    ),
    "installation": Treatment(
        scrub=("installed_by",),
        plain=(
            "team_id",
            "team_name",
            "enterprise_id",
            "app_id",
            "bot_user_id",
            "bot_id",
            "url",
            "sealed_bot_token",
            "sealed_refresh_token",
            "scopes",
        ),
    ),
    "schema_floor": Treatment(plain=("revision",)),
    "sign_in_link": Treatment(theirs=by_person("person_id"), goes=True, numbers=("person_id",)),
    "sign_in_state": Treatment(plain=("id",)),
    # An address on the network, for minutes, and of nobody in particular.
    "sign_in_try": Treatment(plain=("address",)),
    "slack_budget": Treatment(
        theirs=(Link(By.SLACK, "channel"),), goes=True, plain=("team_id", "method", "channel")
    ),
    "role_group": Treatment(plain=("team_id", "group_id", "fault")),
    "team": Treatment(plain=("id",)),
    "workspace_rules": Treatment(
        plain=(
            "team_id",
            "desk_channel",
            "help_channels",
            "opening_hours",
            "time_zone",
            "holidays",
            "closed_days",
            "admin_group",
            "agent_group",
        )
    ),
    "work_note": Treatment(numbers=("by_id",), plain=("work", "error", "process")),
}

TREATMENTS: Mapping[str, Treatment] = {
    **_KNOWLEDGE,
    **_TICKETS,
    **_LEARNING,
    **_ONCALL,
    **_CARE,
    **_DESK,
}

"""The console: the desk's own pages for agents and admins."""

from collections.abc import Callable

from flask import Blueprint

from bot.slack.desk import Desk
from bot.web.console import (
    article_editor,
    article_learned,
    article_moves,
    article_page,
    article_review,
    article_search,
    articles,
    audit,
    entering,
    escalation,
    gaps,
    label_review,
    look_ahead,
    model_compare,
    model_modes,
    models,
    my_data,
    my_oncall,
    my_oncall_acts,
    my_visits,
    promises,
    queue,
    rota,
    safety,
    schedule_new,
    schedule_text,
    schedule_turns,
    slack_sign_in,
    ticket,
    weights,
    work,
    workspace,
    writing_up,
)
from bot.web.console.door import Door
from bot.web.console.shell import Console
from bot.worker.failed import FailedWork


def console_blueprint(
    desk: Desk,
    *,
    secret_key: str = "",
    door: Door | None = None,
    failed_work: Callable[[], list[FailedWork]] | None = None,
    retry_work: Callable[[FailedWork], None] | None = None,
) -> Blueprint:
    """Registering it also sets the app's session cookie. The key defaults to the desk's own.

    Without a `door` there is the one way in that needs no setting: the link that the bot sends.
    `failed_work` and `retry_work` reach the durable-work engine; without them its failures are not listed.
    """
    key = secret_key or desk.secret_key
    if not key:
        raise ValueError("the console needs a secret key to sign its visits")
    console = Console(desk, door or Door())
    safety.secure(console, secret_key=key)
    # The link in Slack is signed with the desk's key.
    entering.add_to(console, secret_key=desk.secret_key or key)
    entering.add_demo_s_choice_and_leaving(console)
    slack_sign_in.add_to(console, secret_key=key)
    queue.add_to(console)
    ticket.add_to(console)
    rota.add_to(console)
    look_ahead.add_to(console)
    my_oncall.add_to(console)
    my_oncall_acts.add_to(console)
    my_data.add_to(console)
    schedule_new.add_to(console)
    schedule_text.add_to(console)
    schedule_turns.add_to(console)
    articles.add_to(console)
    article_page.add_to(console)
    article_editor.add_to(console)
    article_learned.add_to(console)
    article_moves.add_to(console)
    article_review.add_to(console)
    article_search.add_to(console)
    promises.add_to(console)
    escalation.add_to(console)
    gaps.add_to(console)
    label_review.add_to(console)
    models.add_to(console)
    model_compare.add_to(console)
    model_modes.add_to(console)
    weights.add_to(console)
    writing_up.add_to(console)
    workspace.add_to(console)
    audit.add_to(console)
    my_visits.add_to(console)
    work.add_to(console, failed_work=failed_work, retry_work=retry_work)
    return console.blueprint

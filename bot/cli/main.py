"""`evenhand`: gathers the commands and runs the one that was asked for."""

import sys

from bot.cli import (
    ask,
    audit,
    bench,
    bench_gate,
    bench_kb,
    bench_model,
    bench_oncall,
    bench_tone,
    check,
    database,
    database_backup,
    database_retention,
    demo,
    kb,
    kb_articles,
    kb_evaluate,
    kb_export,
    kb_gaps,
    kb_import,
    kb_refit,
    kb_search,
    model,
    model_evaluate,
    model_export,
    model_fit_check,
    model_history,
    model_history_forget,
    model_mode,
    model_promote,
    model_train,
    model_versions,
    oncall,
    oncall_export,
    oncall_feed,
    oncall_import,
    oncall_look_ahead,
    oncall_off,
    oncall_off_import,
    oncall_override,
    oncall_policy,
    oncall_rota,
    oncall_rules,
    oncall_simulate,
    oncall_sla,
    oncall_who,
    operations,
    people,
    people_roles,
    serve,
    slack,
    work,
    workspaces,
)
from bot.cli.program import app
from bot.crashes import guard, say_why
from bot.logs import configure
from bot.runtime import leave_in_time

__all__ = [
    "ask",
    "audit",
    "bench",
    "bench_gate",
    "bench_kb",
    "bench_model",
    "bench_oncall",
    "bench_tone",
    "check",
    "database",
    "database_backup",
    "database_retention",
    "demo",
    "kb",
    "kb_articles",
    "kb_evaluate",
    "kb_export",
    "kb_gaps",
    "kb_import",
    "kb_refit",
    "kb_search",
    "main",
    "model",
    "model_evaluate",
    "model_export",
    "model_fit_check",
    "model_history",
    "model_history_forget",
    "model_mode",
    "model_promote",
    "model_train",
    "model_versions",
    "oncall",
    "oncall_export",
    "oncall_feed",
    "oncall_import",
    "oncall_look_ahead",
    "oncall_off",
    "oncall_off_import",
    "oncall_override",
    "oncall_policy",
    "oncall_rota",
    "oncall_rules",
    "oncall_simulate",
    "oncall_sla",
    "oncall_who",
    "operations",
    "people",
    "people_roles",
    "serve",
    "slack",
    "work",
    "workspaces",
]


def main() -> None:
    # What people ask and what articles say is rarely ASCII, whatever the terminal claims to be.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    # Before anything can break; a process that stays sets up its own logs again.
    configure("WARNING")
    guard()
    try:
        # Also where Python was asked to run it, people are told the name that the help uses.
        app(prog_name="evenhand")
    except SystemExit as leaving:
        leave_in_time(leaving.code)
        raise
    except Exception as broken:  # noqa: BLE001  (Python would print what it says, and that may be anybody's words)
        say_why(broken)
        leave_in_time(1)
        sys.exit(1)

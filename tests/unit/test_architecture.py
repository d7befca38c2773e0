"""The directions of the architecture, checked from the imports that are really there. Each finding names the place."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("kb", "triage", "bot")  # from the bottom up

# Rows may use the rows beneath, and nothing beside or above. The longest name that fits decides.
TRIAGE_ROWS: tuple[tuple[str, ...], ...] = (
    ("vocabulary",),
    ("origin",),
    ("errors", "work", "effects"),
    ("people.models",),
    ("audit", "deleted", "oncall.regional", "work_notes"),
    ("people",),
    ("care.tone_words",),
    ("classifier", "sla", "oncall.plan", "oncall.rules", "care.tone"),
    # Pure: who is on, who may be asked, who should be.
    ("oncall.rotation", "oncall.protection", "oncall.burden"),
    ("oncall.pieces",),
    ("oncall.shifts", "oncall.router"),
    # What the desk keeps about one person, and shows to nobody else.
    ("care.tables",),
    ("care.profile", "care.pauses", "care.hours"),
    ("policy", "judge"),
    ("replays",),
    ("workspace_rules",),
    # What a ticket is, and the one writer of its status: its words and rules, without the errands around it.
    ("tickets.models", "tickets.lifecycle"),
    ("tickets.promises", "care.load"),
    # A model whose categories were deleted may not serve.
    ("tickets.human_first", "classifier.registry"),
    ("tickets.transition", "outbox", "timers", "suggestions"),
    # Shifts change hands in one transaction with the words about it, so these speak; they know no ticket.
    ("oncall", "leaving"),
    # What follows for the agent when a ticket passes through their hands.
    ("care.rest",),
    ("care.worked",),
    ("escalation", "outbox_retry", "outbox_seen", "work_queries"),
    ("tickets",),
    ("desk", "learning", "reports", "crisis", "care", "role_upkeep", "audit_log"),
    # Shows, lets go and erases what all of them keep about people.
    ("privacy", "work_forgetting"),
    ("upkeep",),
)
BOT_ROWS: tuple[tuple[str, ...], ...] = (
    ("reach", "sealing"),
    (
        "settings_care",
        "settings_console",
        "settings_files",
        "settings_keeping",
        "settings_outside",
        "settings_running",
        "settings_work",
        "settings_workspaces",
    ),
    ("account", "gathering", "operations", "request_id", "tracing", "tracebacks", "turns"),
    ("library_logs", "crashes", "server_logs"),
    (
        "bench",
        "clock",
        "compacting",
        "schema_floor",
        "my_data",
        "metrics",
        "logs",
        "settings",
        "database",
        "playground",
        "pictures",
        "frugal",
        "finding",
    ),
    ("lock", "slack", "outbound"),
    ("worker",),
    ("schema", "tables"),
    ("web", "doctor_oncall"),
    ("kept_keys",),
    ("several",),
    ("assembly", "backup", "explain", "web_server"),
    ("doctor_workspaces",),
    ("runtime", "doctor", "demo_content"),
    ("demo",),
    ("tour",),
    ("bench.running",),
    ("cli",),
)
KB_ROWS: tuple[tuple[str, ...], ...] = (
    ("base", "mrkdwn", "redaction", "codes", "postings", "errors", "bounded_yaml", "paging"),
    ("courtesies", "letters", "function_words", "models", "meaning"),
    ("text", "articles", "render"),
    ("review", "votes"),
    ("queries", "passages", "language", "typos", "diff", "likeness", "memory"),
    ("entries", "lexicon", "ranker"),
    ("reading",),
    ("grams",),
    ("segment", "published", "memory_set", "own_weights"),
    ("index", "importers", "meaning.parts", "meaning.store", "review_queue", "learned"),
    ("question", "meaning.backlog", "snapshot", "starter", "judged", "judged_files"),
    ("training_sets",),
    ("features", "current"),
    ("fitting", "reasons"),
    ("search", "gaps", "refit"),
    ("fit_ranker", "evaluation"),
)
ROWS = {"triage": TRIAGE_ROWS, "bot": BOT_ROWS, "kb": KB_ROWS}

MOST_LINES_IN_A_FILE = 350
MOST_LINES_IN_A_FUNCTION = 60
# Longer ones, each with the reason why it stays in one piece.
LONG_FUNCTIONS = {
    ("bot/web/console/ticket.py", "add_to"): "registers the ticket's screens, one short function each",
}


@dataclass(frozen=True)
class Import:
    """One module needs another, and where it says so."""

    importer: str
    imported: str
    place: str


def _modules() -> dict[str, Path]:
    found = {}
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            parts = file.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


MODULES = _modules()
TREES = {name: ast.parse(file.read_text("utf-8")) for name, file in MODULES.items()}


def _place(module: str, line: int) -> str:
    return f"{MODULES[module].relative_to(ROOT)}:{line}"


def _run(tree: ast.AST) -> Iterator[ast.AST]:
    """Everything but what only the type checker reads."""
    for node in ast.iter_child_nodes(tree):
        if not (isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")):
            yield node
            yield from _run(node)


def _imports() -> Iterator[Import]:
    for module, tree in TREES.items():
        for node in _run(tree):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert not node.level, f"{_place(module, node.lineno)} imports relatively"
                base = node.module or ""
                inside = [f"{base}.{alias.name}" for alias in node.names]
                names = [name if name in MODULES else base for name in inside]
            else:
                continue
            for name in names:
                yield Import(module, name, _place(module, node.lineno))


IMPORTS = list(_imports())
OURS = [found for found in IMPORTS if found.imported.split(".")[0] in PACKAGES]


def test_imports_go_down_from_bot_to_triage_to_kb() -> None:
    upwards = [
        f"{found.place} imports {found.imported}"
        for found in OURS
        if PACKAGES.index(found.imported.split(".")[0]) > PACKAGES.index(found.importer.split(".")[0])
    ]
    assert upwards == []


def _row(module: str) -> tuple[int, str] | None:
    """The row and the room of a module; None for a package's own __init__."""
    package, _, inside = module.partition(".")
    rooms = [(room, n) for n, row in enumerate(ROWS[package]) for room in row]
    fitting = [(room, n) for room, n in rooms if inside == room or inside.startswith(room + ".")]
    if not fitting:
        return None
    room, n = max(fitting, key=lambda pair: len(pair[0]))
    return n, room


@pytest.mark.parametrize("package", PACKAGES)
def test_every_room_has_its_row(package: str) -> None:
    homeless = [name for name in MODULES if name.startswith(f"{package}.") and _row(name) is None]
    assert homeless == [], "a new room: say in ROWS which rows it may use"


@pytest.mark.parametrize("package", PACKAGES)
def test_rows_use_only_the_rows_beneath(package: str) -> None:
    against = []
    for found in OURS:
        here, there = _row(found.importer), _row(found.imported)
        if not found.importer.startswith(package) or not found.imported.startswith(package):
            continue
        if here and there and here[1] != there[1] and there[0] >= here[0]:
            against.append(f"{found.place}: {found.importer} may not import {found.imported}")
    assert against == []


def test_no_two_modules_need_each_other() -> None:
    needs: dict[str, set[str]] = {name: set() for name in MODULES}
    for found in OURS:
        needs[found.importer].add(found.imported)
    done: set[str] = set()

    def walk(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " → ".join((*way[way.index(name) :], name))
        if name not in done:
            for other in sorted(needs.get(name, ())):
                walk(other, (*way, name))
            done.add(name)

    for name in MODULES:
        walk(name, ())


# --- What each package may know of the world --------------------------------------------------------

WORLD = {
    "kb": {
        "slack_sdk",
        "slack_bolt",
        "flask",
        "dbos",
        "requests",
        "alembic",
        "typer",
        "pydantic_settings",
    },
    "triage": {
        "slack_sdk",
        "slack_bolt",
        "flask",
        "dbos",
        "requests",
        "alembic",
        "typer",
        "pydantic_settings",
    },
}


@pytest.mark.parametrize("package", WORLD)
def test_the_domain_does_not_touch_the_world(package: str) -> None:
    touching = [
        f"{found.place} imports {found.imported}"
        for found in IMPORTS
        if found.importer.startswith(package) and found.imported.split(".")[0] in WORLD[package]
    ]
    assert touching == []


def _calls(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno


NEVER_IN_THE_DOMAIN = re.compile(
    r"(datetime|date)\.(now|today|utcnow)|time\.(time|sleep|monotonic)|os\.getenv|.*\.commit|.*environ\.get"
)


def test_the_domain_reads_no_clock_and_no_environment_and_never_commits() -> None:
    found = [
        f"{_place(module, line)} calls {call}"
        for module, tree in TREES.items()
        if not module.startswith("bot")
        for call, line in _calls(tree)
        if NEVER_IN_THE_DOMAIN.fullmatch(call)
    ]
    assert found == []


def test_time_is_read_in_one_place() -> None:
    """Measuring how long something takes is another thing; so are the playground's and the engine's own clocks."""
    found = [
        _place(module, line)
        for module, tree in TREES.items()
        if module.startswith("bot.") and not module.startswith(("bot.playground", "bot.clock"))
        for call, line in _calls(tree)
        if re.fullmatch(r"(datetime|date)\.(now|today|utcnow)", call)
    ]
    assert found == []


def test_only_the_gateway_calls_slack() -> None:
    makes = [
        found.place
        for found in IMPORTS
        if found.imported.startswith("slack_sdk.errors")
        or (found.imported == "slack_sdk" and not found.importer.startswith("bot.playground"))
    ]
    files = {place.partition(":")[0] for place in makes}
    # The app makes the client; the gateway alone calls it, but for the library's own way to get tokens.
    assert files <= {"bot/slack/gateway.py", "bot/slack/app.py", "bot/slack/oauth.py"}


def test_only_transition_writes_a_ticket_s_status() -> None:
    writing = []
    for module, tree in TREES.items():
        if not module.startswith("triage.") or module == "triage.tickets.transition":
            continue
        for node in ast.walk(tree):
            targets = node.targets if isinstance(node, ast.Assign) else []
            if any(isinstance(target, ast.Attribute) and target.attr == "status" for target in targets):
                writing.append(_place(module, node.lineno))
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".values"):
                writing += [_place(module, node.lineno) for word in node.keywords if word.arg == "status"]
    assert writing == []


def test_the_playground_stands_alone() -> None:
    """It is Slack's side: it must not know how the desk is built."""
    knows = [
        f"{found.place} imports {found.imported}"
        for found in OURS
        if found.importer.startswith("bot.playground")
        and not found.imported.startswith("bot.playground")
        and found.imported != "bot"
    ]
    assert knows == []


def test_migrations_import_no_models() -> None:
    """They must still run when the models have long moved on."""
    importing = []
    for file in sorted((ROOT / "migrations" / "versions").glob("*.py")):
        for line, text in enumerate(file.read_text("utf-8").splitlines(), 1):
            if re.match(rf"\s*(from|import) ({'|'.join(PACKAGES)})\b", text):
                importing.append(f"{file.relative_to(ROOT)}:{line}: {text}")
    assert importing == []


# --- Shape ------------------------------------------------------------------------------------------


def test_no_file_is_long() -> None:
    long = {
        str(file.relative_to(ROOT)): lines
        for file in MODULES.values()
        if (lines := len(file.read_text("utf-8").splitlines())) > MOST_LINES_IN_A_FILE
    }
    assert long == {}


def _functions() -> Iterator[tuple[str, str, int]]:
    for module, tree in TREES.items():
        file = str(MODULES[module].relative_to(ROOT))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield file, node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_function_is_long() -> None:
    long = [(file, name) for file, name, lines in _functions() if lines > MOST_LINES_IN_A_FUNCTION]
    assert [found for found in long if found not in LONG_FUNCTIONS] == []


def test_what_is_allowed_to_be_long_still_is() -> None:
    long = {(file, name) for file, name, lines in _functions() if lines > MOST_LINES_IN_A_FUNCTION}
    assert LONG_FUNCTIONS.keys() - long == set(), "shorter now: take it off the list"


def test_functions_tend_to_be_short() -> None:
    lengths = sorted(lines for _, _, lines in _functions())
    assert lengths[len(lengths) // 2] <= 12
    assert lengths[len(lengths) * 9 // 10] <= 38


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(MODULES[name].relative_to(ROOT)) for name, tree in TREES.items() if not ast.get_docstring(tree)
    ]
    assert silent == []


def test_no_room_for_everything_else() -> None:
    words = {"utils", "util", "helpers", "helper", "core", "common", "misc", "manager", "base_manager"}
    assert [name for name in MODULES if words & set(name.split("."))] == []


def test_nothing_is_left_for_later() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    left = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in MODULES.values()
        for line, text in enumerate(file.read_text("utf-8").splitlines(), 1)
        if marks.search(text)
    ]
    assert left == []


def test_no_two_test_files_share_a_name() -> None:
    """pytest would take one for the other, and only when both run at once."""
    names = [file.name for file in (ROOT / "tests").rglob("test_*.py")]
    assert sorted({name for name in names if names.count(name) > 1}) == []

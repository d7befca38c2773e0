"""The life of a model as a journey: what people correct becomes a label, labels become a model, and a model can go.

A desk of five minutes has no settled tickets, so that it brings in those of the desk it had before, as
`evenhand model history import` does.
"""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from bot.demo import HELP_CHANNEL
from bot.slack import ids
from bot.slack.desk import Desk
from bot.tour.steps import ADA, DEE, ELI, Journey, NotObserved, Step, Steps, seen, title_of
from triage.classifier import registry
from triage.classifier.models import ModelVersion
from triage.learning import runs
from triage.learning.history import Brought, bring_in, categories_of, make_ready, note_import
from triage.learning.history_file import HistoryFile
from triage.learning.history_names import Names, match_categories
from triage.people.models import Person
from triage.people.roster import meet
from triage.tickets.models import Label, Prediction, Ticket
from triage.vocabulary import LabelField, RunState

OLD_TICKETS = Path(__file__).parent / "old_tickets.jsonl"
# On a machine that is busy with something else a training takes a while.
TRAINING_SECONDS = 400.0


def learn_from_what_was_resolved(steps: Steps) -> Iterator[Step]:
    life = _Life(steps)
    yield from life.resolve()
    yield from life.retrain()
    yield from life.promote()
    yield from life.roll_back()


class _Life:
    """What the parts of the journey have to know of each other."""

    def __init__(self, steps: Steps) -> None:
        self.steps, self.desk = steps, steps.desk
        self.team_id = self.desk.own_team()
        self.before = self.challenger = ""
        self.run_id = 0

    def resolve(self) -> Iterator[Step]:
        """A ticket through Slack; its category is corrected on the form."""
        steps = self.steps
        ts = steps.say(ADA, f"The scanner gun at gate {steps.room} no longer pairs with its cradle")
        yield steps.step(ADA, "asks about a scanner", lambda: seen(steps.reply(ts, "the desk's bot")))
        self.before = self._decided_by(ts) or ""
        answer = steps.reply(ts, "the desk's bot")
        assert answer is not None
        steps.press(ADA, answer, ids.ASK_PERSON)
        step, agent = steps.paged("is asked to help", f"gate {steps.room}", "[Claim]")
        yield step
        page = steps.direct(agent, f"gate {steps.room}", "[Claim]")
        assert page is not None
        steps.press(agent, page, ids.CLAIM)
        yield steps.step(agent, "claims it", lambda: seen(steps.card(f"gate {steps.room}", "[Resolve]")))
        card = steps.card(f"gate {steps.room}", "[Resolve]")
        assert card is not None
        steps.press(agent, card, ids.RESOLVE)
        yield steps.step(agent, "opens the form", lambda: title_of(steps, agent))
        steps.submit(
            agent, how="Paired it anew; the cradle was new.", category="business_apps", urgency="medium"
        )
        yield steps.step(agent, "resolves it under another category", lambda: self._label_of(ts))

    def retrain(self) -> Iterator[Step]:
        steps = self.steps
        steps.begin()
        brought = bring_in_old_tickets(self.desk, self._dee())
        yield steps.step(DEE, "brings in old tickets", lambda: _told(brought))
        steps.begin()
        dee = self._dee()
        with self.desk.database.transaction() as session:
            now = self.desk.clock()
            self.run_id = runs.request_training(session, self.team_id, by=dee, why="console", now=now).id
        yield steps.step(DEE, "asks for a training", self._under_way)
        yield steps.step("The worker", "trains a challenger", self._trained, patience=TRAINING_SECONDS)
        steps.begin()
        yield steps.step(DEE, "reads how good it is", self._compared)
        yield steps.step("The gate", "says what it found", self._gate)

    def promote(self) -> Iterator[Step]:
        steps = self.steps
        steps.begin()
        dee = self._dee()
        with self.desk.database.transaction() as session:
            serving = registry.champion(session, self.team_id)
            against = registry.objections(registry.find(session, self.team_id, self.challenger))
            registry.promote(
                session,
                self.team_id,
                self.challenger,
                instead_of=serving.name if serving else None,
                by=dee,
                now=self.desk.clock(),
                despite="The tour shows how one takes over." if against else "",
            )
        yield steps.step(DEE, "promotes it", lambda: self._serves(self.challenger))
        question = f"Where do I get a longer cable for the monitor in room {steps.room}?"
        yield self._next_question(question, f"is judged by {self.challenger}", self.challenger)

    def roll_back(self) -> Iterator[Step]:
        steps = self.steps
        steps.begin()
        dee = self._dee()
        with self.desk.database.transaction() as session:
            now = self.desk.clock()
            registry.roll_back(session, self.team_id, instead_of=self.challenger, by=dee, now=now)
        yield steps.step(DEE, "rolls it back", self._rolled_back)
        question = f"The copier beside room {steps.room} only prints in grey"
        yield self._next_question(question, "is judged as before", self.before)

    # What happens behind the screens

    def _dee(self) -> Person:
        with self.desk.database.transaction() as session:
            return meet(session, self.team_id, DEE, now=self.desk.clock())

    def _next_question(self, question: str, does: str, version: str) -> Step:
        """What one person writes within a minute is one question, so the clock goes on first."""
        steps = self.steps
        steps.slack.advance(minutes=2)
        ts = steps.say(ELI, question)

        def decided() -> str | None:
            by = self._decided_by(ts)
            if by not in (None, version):
                raise NotObserved(f"{by} decided instead of {version}")
            return f"{by}: {question}" if by else None

        return steps.step("The next question", does, decided)

    # What is observed

    def _decided_by(self, ts: str) -> str | None:
        with self.desk.database.reading() as session:
            return session.scalar(
                select(Prediction.model_version)
                .join(Ticket)
                .where(Ticket.channel_id == HELP_CHANNEL, Ticket.thread_ts == ts)
                .order_by(Prediction.id)
                .limit(1)
            )

    def _label_of(self, ts: str) -> str | None:
        with self.desk.database.reading() as session:
            label = session.scalar(
                select(Label)
                .join(Ticket)
                .where(Ticket.thread_ts == ts, Label.field == LabelField.CATEGORY)
                .order_by(Label.id.desc())
                .limit(1)
            )
            if label is None:
                return None
            return f"a label: {label.value}, where the model had said {label.predicted or 'nothing'}"

    def _under_way(self) -> str | None:
        run = self._run()
        return f"training {run.id} is {run.state.value}"

    def _trained(self) -> str | None:
        run = self._run()
        if run.state in (RunState.REFUSED, RunState.FAILED):
            raise NotObserved(f"the training ended without a model: {run.error}")
        if run.state is not RunState.DONE or run.model is None:
            return None
        self.challenger = run.model
        return f"{run.model}, learned from {run.labels} labels"

    def _compared(self) -> str | None:
        from triage.learning.report import ModelReport, figures_beside

        kept = self._version().metrics
        new, old = (ModelReport.from_json(kept[name]) for name in ("report", "champion_report"))
        told = figures_beside(new, old)
        lines = [f"judged on {new.messages} messages that it had not seen, beside what serves:"]
        for key, name in (("accuracy", "best guess right"), ("coverage", "decides")):
            after, before = told[key]
            lines.append(f"{name} {after or 0:.0%}, before {before or 0:.0%}")
        return "\n".join(lines)

    def _gate(self) -> str | None:
        from triage.learning.gate import GateReport

        version = self._version()
        against = registry.objections(version)
        return "\n".join(against) or GateReport.from_json(version.metrics["gate"]).sentence

    def _serves(self, name: str) -> str | None:
        with self.desk.database.reading() as session:
            serving = registry.champion(session, self.team_id)
            return f"{name} serves" if serving is not None and serving.name == name else None

    def _rolled_back(self) -> str | None:
        with self.desk.database.reading() as session:
            serving = registry.champion(session, self.team_id)
        if serving is not None and serving.name == self.challenger:
            return None
        return f"{serving.name if serving else 'the starter model'} serves again"

    def _run(self) -> runs.TrainingRun:
        with self.desk.database.reading() as session:
            return session.get_one(runs.TrainingRun, self.run_id)

    def _version(self) -> ModelVersion:
        with self.desk.database.reading() as session:
            return registry.find(session, self.team_id, self.challenger)


def bring_in_old_tickets(desk: Desk, by: Person) -> Brought:
    """A repeated tour finds them there already."""
    old, team_id, now = HistoryFile(OLD_TICKETS), by.team_id, desk.clock()
    survey = old.survey()
    with desk.database.reading() as session:
        known, _ = match_categories(survey.categories, categories_of(session, team_id), {})
        ready = make_ready(session, team_id, tuple(old.rows(survey.columns)))
    with desk.database.transaction() as session:
        brought = bring_in(session, team_id, ready, Names(known, {}), now=now)
        note_import(session, team_id, brought, by=by, now=now)
    return brought


def _told(brought: Brought) -> str:
    return f"{brought.new} came in with their categories, {brought.already} were there already"


JOURNEYS: tuple[Journey, ...] = (
    ("Resolve, label, retrain, compare, promote, roll back", learn_from_what_was_resolved),
)

"""All tables of the desk, gathered once: for migrations and for tests."""

import bot.schema_floor
import bot.slack.budget
import bot.slack.inbox
import bot.slack.installations
import bot.worker.pulse
import kb.importers.models
import kb.meaning.models
import kb.memory
import kb.models
import kb.own_weights
import kb.review
import kb.votes
import triage.audit
import triage.care.handoff_tables
import triage.care.tables
import triage.classifier.models
import triage.classifier.modes
import triage.effects
import triage.escalation.tables
import triage.learning.frozen
import triage.learning.review_rounds
import triage.learning.review_table
import triage.learning.runs
import triage.learning.shadow
import triage.oncall.calendar.tables
import triage.oncall.models
import triage.oncall.schedule_tables
import triage.oncall.signing_off
import triage.oncall.swap_tables
import triage.outbox
import triage.people.group_table
import triage.people.knocking
import triage.people.models
import triage.people.signin
import triage.people.visits
import triage.reports.models
import triage.sla.timers
import triage.sla.versions
import triage.suggestions.models
import triage.tickets.alike
import triage.tickets.choosing
import triage.tickets.impact
import triage.tickets.models
import triage.tickets.writing_up
import triage.timers
import triage.work_notes
import triage.workspace_rules
from kb.base import Base

metadata = Base.metadata

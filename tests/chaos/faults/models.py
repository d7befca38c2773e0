"""The files that decide are damaged: the category model's, and the search's index while it is built."""

from datetime import UTC, datetime

from sqlalchemy import select, update

from bot.playground import cast
from kb.articles import Content, Placement, draft, publish
from triage.classifier import registry, starter
from triage.classifier.models import ModelVersion
from triage.desk import ensure_desk
from triage.outbox import Occasion, Say
from triage.vocabulary import ModelState

from ..inside import INDEX, KILLS, RAISES
from ..quiet import Looking
from ..scene import Scene
from .base import Fault

_TEAM = cast.TEAM["id"]


class Model(Fault):
    name = "model-damaged"
    means = (
        "the serving model's file is cut off, or not the one it was; the one before serves, admins are told"
    )
    stays = (4.0, 8.0)

    def __init__(self) -> None:
        self._whole: tuple[bytes, str] | None = None

    def prepare(self, scene: Scene) -> None:
        with scene.database() as desk, desk.transaction() as session:
            now = datetime.now(UTC)
            ensure_desk(session, _TEAM, now=now)
            serves = None
            for name in ("one", "two"):
                model = starter.classifier().model
                assert model is not None, "the starter model is missing"
                registry.add(session, _TEAM, model, name=name, metrics={}, now=now)
                registry.promote(
                    session, _TEAM, name, instead_of=serves, despite="it is the starter model", now=now
                )
                serves = name

    def inject(self, scene: Scene) -> None:
        with scene.database() as desk, desk.transaction() as session:
            row = session.execute(select(ModelVersion.weights, ModelVersion.sha256).where(_SERVES)).one()
            self._whole = (row.weights, row.sha256)
            damaged = row.weights[: scene.rng.randrange(len(row.weights))] + scene.rng.randbytes(
                scene.rng.choice((0, 500))
            )
            session.execute(
                update(ModelVersion)
                .where(_SERVES)
                # The stamp by which processes notice that another model serves.
                .values(weights=damaged, sha256=f"{scene.rng.getrandbits(256):064x}")
            )

    def heal(self, scene: Scene) -> None:
        if self._whole is None:
            return
        with scene.database() as desk, desk.transaction() as session:
            weights, sha256 = self._whole
            session.execute(update(ModelVersion).where(_SERVES).values(weights=weights, sha256=sha256))

    def afterwards(self, scene: Scene, looking: Looking) -> list[str]:
        with looking.desk.reading() as session:
            told = session.scalars(select(Say).where(Say.occasion == Occasion.DESK_NEWS)).all()
        if not any("model" in str(row.params) for row in told):
            return ["nobody was told that the model's file was damaged"]
        return []


_SERVES = ModelVersion.state == ModelState.CHAMPION


class BuildFails(Fault):
    name = "index-fails"
    means = "building the search's index runs out of memory; the old one serves"
    how = RAISES
    stays = (3.0, 6.0)

    def __init__(self) -> None:
        self._written = 0

    def inject(self, scene: Scene) -> None:
        scene.levers.pull(INDEX, self.how)
        # More than can stand beside the old index, so that it has to be built anew.
        with scene.database() as desk, desk.transaction() as session:
            for _ in range(60):
                self._written += 1
                title, now = f"About thing {self._written}", datetime.now(UTC)
                content = Content(title, "What to do about it.", "Turn it off and on again.")
                article = draft(session, _TEAM, content, placement=Placement(), author="Chaos", now=now)
                publish(session, _TEAM, article.id, now=now)

    def heal(self, scene: Scene) -> None:
        scene.levers.release(INDEX)


class BuildKills(BuildFails):
    name = "index-kills"
    means = "the process dies while it builds the search's index"
    how = KILLS
    fells = True


ALL = (Model, BuildFails, BuildKills)

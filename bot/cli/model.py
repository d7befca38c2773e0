"""`evenhand model`: the classifier and its life from the terminal. The commands stand in files of their own."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from bot.cli.program import Stop, app
from triage.classifier import errors
from triage.learning.report_json import ReportUnreadable

group = typer.Typer(
    help="The classifier: train it from resolved tickets, judge it, let it serve, take it back.",
    no_args_is_help=True,
)
app.add_typer(group, name="model")

_LIST = "What there is: evenhand model list"


@contextmanager
def told_in_words() -> Iterator[None]:
    """What can go wrong with models: what it is, and what to do about it."""
    try:
        yield
    except errors.ModelNotFound as gone:
        raise Stop(f"There is no model “{gone.name}”.", _LIST) from None
    except errors.NotPassed as no:
        raise Stop(f"{no}", 'Promote it all the same, with a reason: --despite "why"') from None
    except errors.PromotedMeanwhile:
        raise Stop("Another model serves by now, so nothing was changed.", _LIST) from None
    except errors.AlreadyServes as no:
        raise Stop(f"{no}.", _LIST) from None
    except errors.NothingToRollBack:
        raise Stop("The starter model serves; there is nothing before it.", _LIST) from None
    except (errors.CategoriesGone, errors.ModelFileCleared) as no:
        raise Stop(f"{no}.".replace("..", "."), "Train a new one: evenhand model train") from None
    except errors.ModelFileRefused as refused:
        raise Stop(
            f"The model file cannot be used: {refused}.", "The model that serves goes on serving."
        ) from None
    except ReportUnreadable as no:
        raise Stop(f"{no}.", "Train a new one: evenhand model train") from None

"""`evenhand db backup` and `restore`: the whole desk as one file."""

from pathlib import Path
from typing import Annotated

import typer

from bot import schema
from bot.backup.desk import look_at, put_back, save
from bot.backup.package import BackupRefused
from bot.cli.database import group
from bot.cli.program import Stop, command, out
from bot.clock import system_clock
from bot.settings import Settings, load


@command(group, "backup")
def backup(
    file: Annotated[Path, typer.Argument(help="Where to.")],
    replace: Annotated[bool, typer.Option("--replace", help="Write over a file that is there.")] = False,
) -> None:
    """Save the whole desk in one file. It can go on working meanwhile."""
    settings = load()
    try:
        manifest = save(settings, file, now=system_clock(), replace=replace)
    except BackupRefused as refused:
        raise Stop(refused.what, refused.remedy) from None
    except OSError as error:
        raise Stop(f"{error.filename or file} cannot be written: {error.strerror}.") from None
    told = ", ".join(f"{manifest.counts.get(name, 0)} {name}s" for name in ("ticket", "article", "person"))
    out.print(f"Saved to {file}: {told}, revision {manifest.revision}.", markup=False, soft_wrap=True)
    out.print("Keep it where only you can read it, and these beside it, which are not in it:", soft_wrap=True)
    for kept in _beside(settings):
        out.print(f"  {kept}", markup=False, soft_wrap=True)


def _beside(settings: Settings) -> list[str]:
    kept = []
    for name, what in (
        ("secret.key", "signs links into the console and calendars"),
        ("encryption.key", "opens the workspaces' tokens"),
    ):
        if (settings.data_folder / name).exists():
            kept.append(f"{settings.data_folder / name} ({what})")
    return [*kept, "the settings (EVENHAND_…, SLACK_…), above all EVENHAND_ENCRYPTION_KEYS where it is set"]


@command(group, "restore")
def restore(
    file: Annotated[Path, typer.Argument(help="A file that evenhand db backup made.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Put a saved desk in the place of this one. Stop the desk first."""
    settings = load()
    try:
        manifest = look_at(settings, file)
        if not yes:
            told = f"{manifest.counts.get('ticket', 0)} tickets, saved at {manifest.moment:%Y-%m-%d %H:%M %Z}"
            typer.confirm(f"Put back {told}, in the place of what is there now?", abort=True)
        restored = put_back(settings, file, now=system_clock())
    except BackupRefused as refused:
        raise Stop(refused.what, refused.remedy) from None
    out.print(f"Restored from {file}, revision {manifest.revision}.", markup=False, soft_wrap=True)
    if restored.aside is not None:
        out.print(f"What was there before is {restored.aside}: delete it when all is well.", soft_wrap=True)
    out.print(
        "What still waited is looked for in Slack before it is sent; what waited for a day stays unsent."
    )
    out.print("Everybody has to sign in to the console again.", soft_wrap=True)
    if manifest.revision != schema.head():
        out.print("Before you start: evenhand db upgrade", soft_wrap=True)

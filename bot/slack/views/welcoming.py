"""The first message to whoever installed the app."""

from bot.slack import copy, copy_workspace, ids
from bot.slack.views.blocks import Block, actions, button, context, section


def installed(*, again: bool, console: bool) -> tuple[str, list[Block]]:
    if again:
        return copy_workspace.INSTALLED_AGAIN, [section(copy_workspace.INSTALLED_AGAIN)]
    blocks = [section(copy_workspace.INSTALLED), section(copy_workspace.INSTALLED_STEPS)]
    if console:
        blocks.append(actions(button(copy.HOME_CONSOLE, ids.HOME_CONSOLE, "console", primary=True)))
    else:
        blocks.append(context(copy_workspace.INSTALLED_NO_CONSOLE))
    return f"{copy_workspace.INSTALLED}\n{copy_workspace.INSTALLED_STEPS}", blocks

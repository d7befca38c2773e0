"""The first message to whoever installed the app."""

from bot.slack import copy, copy_workspace, ids
from bot.slack.views.blocks import Block, actions, button, context, section


def installed(*, again: bool, console: bool) -> tuple[str, list[Block]]:
    if again:
        return copy_workspace.INSTALLED_AGAIN, [section(copy_workspace.INSTALLED_AGAIN)]
    steps = (copy_workspace.NEXT_CHANNEL, copy_workspace.NEXT_CONSOLE, copy_workspace.NEXT_ONCALL)
    text = "\n".join((copy_workspace.INSTALLED, *(f"• {step}" for step in steps)))
    blocks = [section(text)]
    if console:
        blocks.append(actions(button(copy.HOME_CONSOLE, ids.HOME_CONSOLE, "console", primary=True)))
    else:
        blocks.append(context(copy_workspace.INSTALLED_NO_CONSOLE))
    return text, blocks

"""`evenhand manifest`: what to paste at api.slack.com/apps."""

import json
from typing import Annotated

import typer

from bot.cli.program import Stop, app, command, out
from bot.slack.manifest import manifest


@command(app, "manifest")
def show_manifest(
    url: Annotated[str, typer.Option(help="Public https address of the web process.")] = "",
    socket: Annotated[bool, typer.Option("--socket", help="For Socket Mode: no public address.")] = False,
    several: Annotated[
        bool, typer.Option("--several", help="For several workspaces, which install the app from --url.")
    ] = False,
) -> None:
    """Print the Slack app manifest, for HTTP (--url) or Socket Mode (--socket)."""
    if several and not url:
        raise Stop(
            "Say where workspaces install the app.",
            "Beside --several: --url https://desk.example.com",
            code=2,
        )
    if bool(url) == socket and not several:
        raise Stop(
            "Say where Slack finds the desk.", "Either --socket, or --url https://desk.example.com", code=2
        )
    if url and not url.startswith("https://"):
        raise Stop(f"“{url}” is no https address.", "Slack delivers to https only; or use --socket.", code=2)
    out.print_json(json.dumps(manifest(url=url or None, socket=socket, several=several)))

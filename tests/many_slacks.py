"""Several local Slacks at one address, as Slack itself is: the token of a call says in which workspace it is made."""

import json
from collections.abc import Iterable
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs

from werkzeug.wrappers import Request, Response

from bot.playground.cast import AppConfig
from bot.playground.server import create_local_slack
from bot.playground.slack import LocalSlack
from bot.slack.manifest import manifest


class ManySlacks:
    """One WSGI app; every workspace has the same people, channels and ids."""

    def __init__(self, *teams: str) -> None:
        app = AppConfig.from_manifest(manifest(url="http://127.0.0.1"))
        self.slacks = {
            team: LocalSlack(
                app=app,
                team={"id": team, "name": f"Workspace {team}", "domain": team.lower()},
                bot_token=f"xoxb-playground-none-{team}",
            )
            for team in teams
        }
        self._apps = {team: create_local_slack(local) for team, local in self.slacks.items()}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        team = self._meant(Request(environ, populate_request=False), body)
        if team is None:
            answer = {"ok": False, "error": "invalid_auth"}
            return Response(json.dumps(answer), mimetype="application/json")(environ, start_response)
        return self._apps[team](environ, start_response)

    def _meant(self, request: Request, body: bytes) -> str | None:
        form = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        for team, local in self.slacks.items():
            about = local.installing
            if token == about.bot_token or token in about.ended or form.get("token") == about.bot_token:
                return team
            if form.get("code") in about._allowed:
                return team
            if about.refresh_token and form.get("refresh_token") == about.refresh_token:
                return team
        return None

    def close(self) -> None:
        for local in self.slacks.values():
            local.close()

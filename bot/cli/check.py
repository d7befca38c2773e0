"""`evenhand check`: the doctor."""

import json
import sys
from typing import Annotated

import typer

from bot.cli.program import app, command, out
from bot.doctor import Finding, Result, examine

_MARK = {
    Result.GOOD: "[green]ok[/green]  ",
    Result.WARNING: "[yellow]look[/yellow]",
    Result.BAD: "[red]bad[/red] ",
}


@command(app, "check")
def check(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a finding.")] = False,
) -> None:
    """Examine settings, database, Slack, model, articles and worker; exit 1 if anything would stop a user."""
    findings: list[Finding] = []
    for finding in examine():
        findings.append(finding)
        _show(finding, as_json=as_json)
    if any(finding.result is Result.BAD for finding in findings):
        raise typer.Exit(1)


def _show(finding: Finding, *, as_json: bool) -> None:
    if as_json:
        line = {
            "what": finding.what,
            "result": finding.result.value,
            "says": finding.says,
            "remedy": finding.remedy,
        }
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        return
    out.print(f"{_MARK[finding.result]}  {finding.what}: ", end="")
    out.print(finding.says, markup=False, soft_wrap=True)
    if finding.remedy:
        out.print(f"        {finding.remedy}", markup=False, soft_wrap=True)

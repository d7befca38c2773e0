"""Plays the journeys one after the other, and tells each step as it is observed."""

import json
import sys

from rich.console import Console
from rich.markup import escape

from bot.demo import Demo
from bot.tour import journeys, learning, oncall
from bot.tour.steps import WORKDAY, Step, Steps, wait_until

# The last ones play at night, when agents are left alone.
JOURNEYS = (*journeys.JOURNEYS, *learning.JOURNEYS, *oncall.JOURNEYS)


def run_tour(demo: Demo, *, as_json: bool = False) -> bool:
    """Plays every journey; a journey that fails is told and the next one begins. True if all was observed."""
    console = Console(highlight=False)
    good = True
    wait_until(demo.slack, WORKDAY)
    for title, journey in JOURNEYS:
        if not as_json:
            console.print(f"\n[bold]{title}[/bold]")
        # What one person writes within a minute is one question: the journeys keep a distance.
        demo.slack.advance(minutes=2)
        steps = Steps(demo, title)
        try:
            for step in journey(steps):
                _tell(step, console, as_json=as_json)
        except Exception as failure:  # noqa: BLE001  (the tour's outer edge: told, and the next journey goes on)
            good = False
            error = str(failure) or type(failure).__name__
            _tell(Step(title, "", steps.doing, "", steps.elapsed, False, error), console, as_json=as_json)
    if not as_json:
        console.print("\nEvery step was observed." if good else "\n[red]Some steps were not observed.[/red]")
    return good


def _tell(step: Step, console: Console, *, as_json: bool) -> None:
    if as_json:
        line = {
            "journey": step.journey,
            "who": step.who,
            "does": step.does,
            "sees": step.sees,
            "seconds": round(step.seconds, 3),
            "ok": step.ok,
            "error": step.error,
        }
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stdout.flush()
        return
    mark = "[green]✓[/green]" if step.ok else "[red]✗[/red]"
    console.print(f"  {mark} {escape(step.who)} {escape(step.does)}  [dim]{step.seconds * 1000:.0f} ms[/dim]")
    for seen in (step.sees or step.error).splitlines():
        console.print(f"      [dim]{escape(seen)}[/dim]")

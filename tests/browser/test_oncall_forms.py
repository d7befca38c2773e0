"""On-call forms on the playground's page: several people are ticked, and each of them is asked."""

from collections.abc import Callable

from browsing import Playground, let_it_work
from playwright.sync_api import expect
from sqlalchemy import select

from bot.demo import Demo
from triage.oncall.swap_tables import SwapAsk
from triage.people.models import Person


def test_a_shift_is_offered_to_two_people_by_ticking_them(
    playground_with: Callable[..., Playground], demo: Demo
) -> None:
    ben = playground_with(viewport={"width": 360, "height": 740}).opens("as=UBEN&c=CRANDOM")
    ben.page.get_by_test_id("composer").fill("/oncall swap")
    ben.page.get_by_test_id("send").click()
    # The first one may be running; the next one lies ahead as a whole.
    ben.form.get_by_label("Which shift?").select_option(index=2)
    for name in ("Cleo Martins", "Dee Tanaka"):
        ben.form.get_by_label(name).check()
    ben.presses("Offer it", ben.form)
    expect(ben.form).not_to_be_visible()
    let_it_work(demo)
    with demo.assembly.desk.database.reading() as session:
        asked = session.scalars(select(Person.slack_id).join(SwapAsk, SwapAsk.person_id == Person.id)).all()
    assert sorted(asked) == ["UCLEO", "UDEE"]

"""Pictures of a real conversation, to be looked at: `python tests/browser/screenshots.py FOLDER [--readme]`.

Plays one conversation in the demo and photographs it at 1280 and 360 pixels, light and dark, and the console.
With `--readme` it also makes the pictures that the README shows.
"""

import argparse
import struct
import sys
import tempfile
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import knowledge
import numpy as np
import rota_desk
from browsing import Playground, chromium, demo_in, find_chromium, let_it_work
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, expect

from bot.demo import Demo
from bot.logs import configure

README_PICTURES = Path(__file__).parent / "pictures"
QUESTION = "My VPN drops every few minutes on the train"
OTHERS = (
    ("UELI", "How do I get access to the shared Finance folder? Not urgent."),
    ("UADA", "The label printer in room 214 prints every second label blank"),
    ("UELI", "The whole warehouse can't scan parcels, trucks are waiting"),
)
Shot = Callable[[Page, str], None]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--readme", action="store_true", help=f"also make {README_PICTURES.name}/*.png")
    given = parser.parse_args()
    executable = find_chromium()
    if executable is None:
        sys.exit("No Chromium found. Install chromium, or name one with EVENHAND_CHROMIUM.")
    given.folder.mkdir(parents=True, exist_ok=True)
    configure("ERROR")

    def shot(page: Page, name: str) -> None:
        page.mouse.move(1, 1)
        page.wait_for_timeout(300)
        page.screenshot(path=given.folder / f"{name}.png")

    with tempfile.TemporaryDirectory() as data, demo_in(Path(data)) as demo, chromium(executable) as browser:
        begin_in_the_morning(demo)
        talk(browser, demo, shot)
        if given.readme:
            README_PICTURES.mkdir(exist_ok=True)
            (README_PICTURES / "conversation.png").write_bytes(readme_picture(browser, demo))
            (README_PICTURES / "rota.png").write_bytes(rota_picture(browser, demo))
        more_questions(demo)
        everywhere(browser, demo, shot)
        console(browser, demo, shot)
        knowledge_base(browser, demo, given.folder)


def begin_in_the_morning(demo: Demo) -> None:
    now = demo.slack.now()
    morning = (now + timedelta(days=1)).replace(hour=9, minute=12, second=0)
    while morning.isoweekday() > 5:
        morning += timedelta(days=1)
    demo.slack.advance(seconds=(morning - now).total_seconds())


def talk(browser: Browser, demo: Demo, shot: Shot) -> None:
    """One conversation from the question to its rating, with pictures on the way."""
    ada = Playground(browser, demo).opens()
    shot(ada.page, "empty-1280-light")
    ada.asks(QUESTION)
    ada.opens_thread_of(QUESTION)
    ada.reads("That solved it")
    shot(ada.page, "answer-1280-light")
    ada.presses("Talk to a person")
    ada.reads("I passed on what you tried")
    let_it_work(demo)
    demo.slack.advance(minutes=4)
    ben = Playground(browser, demo).opens("as=UBEN&c=CDESK")
    shot(ben.page, "card-1280-light")
    card = ben.message(QUESTION)
    ben.presses("Claim", card)
    expect(card).to_contain_text("is on it since")
    let_it_work(demo)
    ben.opens("as=UBEN&c=CHELP")
    ben.opens_thread_of(QUESTION)
    demo.slack.advance(minutes=3)
    ben.replies("Hello Ada, your old VPN profile is in the way. I'm taking it off now.")
    let_it_work(demo)
    demo.slack.advance(minutes=6)
    ben.goes_to("#desk")
    ben.presses("Resolve", card)
    ben.form.get_by_label("What it was").fill("the old VPN profile was still installed; it is removed now.")
    shot(ben.page, "form-1280-light")
    ben.presses("Resolve", ben.form)
    expect(card).to_contain_text("Resolved by")
    ada.reads("Fixed:")
    ada.close()
    ben.close()


def more_questions(demo: Demo) -> None:
    for person, question in OTHERS:
        demo.slack.advance(minutes=3)
        demo.slack.say(person, "CHELP", question)
        let_it_work(demo)
    demo.slack.advance(minutes=7)
    let_it_work(demo)


def everywhere(browser: Browser, demo: Demo, shot: Shot) -> None:
    """What each of them sees, at both widths and in both schemes."""
    for scheme in ("light", "dark"):
        for width, height in ((1280, 860), (360, 740)):
            look: dict[str, Any] = {"color_scheme": scheme, "viewport": {"width": width, "height": height}}
            playground, name = Playground(browser, demo, **look), f"{width}-{scheme}"
            playground.opens("as=UADA&c=CHELP")
            playground.opens_thread_of(QUESTION)
            shot(playground.page, f"thread-{name}")
            if width == 360:
                for tab in ("why", "channels", "chat"):
                    playground.page.get_by_test_id(f"tab-{tab}").click()
                    shot(playground.page, f"{tab}-{name}")
            shot(playground.opens("as=UBEN&c=CDESK").page, f"desk-{name}")
            playground.opens("as=UBEN&home=1")
            playground.reads("Waits for a person", playground.page.get_by_test_id("home-view"))
            shot(playground.page, f"home-agent-{name}")
            shot(playground.opens("as=UADA&home=1").page, f"home-requester-{name}")
            playground.opens("as=UBEN")
            playground.page.locator('[data-dm="UEVENHAND"]').dispatch_event("click")
            expect(playground.page.get_by_test_id("title")).to_have_text("Evenhand")
            shot(playground.page, f"page-{name}")
            playground.close()


def console(browser: Browser, demo: Demo, shot: Shot) -> None:
    for scheme in ("light", "dark"):
        for width, height in ((1280, 860), (360, 740)):
            context = browser.new_context(
                color_scheme="light" if scheme == "light" else "dark",
                viewport={"width": width, "height": height},
            )
            page = context.new_page()
            page.goto(f"{demo.url}/console/")
            page.get_by_role("button", name="Ben Lindqvist").click()
            shot(page, f"console-queue-{width}-{scheme}")
            page.goto(f"{demo.url}/console/tickets/1")
            shot(page, f"console-ticket-{width}-{scheme}")
            context.close()


def knowledge_base(browser: Browser, demo: Demo, folder: Path) -> None:
    """Whole pages, as an admin sees them, and at last the editor after somebody else was quicker."""
    places = knowledge.fill(demo)
    for scheme in ("light", "dark"):
        for width, height in ((1280, 860), (360, 740)):
            look: dict[str, Any] = {"color_scheme": scheme, "viewport": {"width": width, "height": height}}
            page, name = knowledge.signed_in(browser, demo, **look), f"{width}-{scheme}"
            for place, path in places.items():
                page.goto(f"{demo.url}{path}")
                page.screenshot(path=folder / f"kb-{place}-{name}.png", full_page=True)
            knowledge.conflicted(page, demo, places["editor"])
            page.screenshot(path=folder / f"kb-conflict-{name}.png", full_page=True)
            page.context.close()


# The README's picture: small enough to be kept beside the code


def readme_picture(browser: Browser, demo: Demo) -> bytes:
    """The conversation at 1280 pixels, light, as a PNG of at most 256 colours."""
    viewer = Playground(browser, demo, viewport={"width": 1280, "height": 990}).opens("as=UADA&c=CHELP")
    viewer.opens_thread_of(QUESTION)
    viewer.reads("Fixed:")
    viewer.page.evaluate("document.activeElement.blur()")
    viewer.page.mouse.move(400, 600)
    viewer.page.wait_for_timeout(300)
    pixels = _pixels(viewer.page, viewer.page.screenshot())
    viewer.close()
    return indexed_png(pixels)


def rota_picture(browser: Browser, demo: Demo) -> bytes:
    """Two weeks of a rota: turns, nights, a second line, a gap, and why somebody is on who changed with another."""
    rota_desk.fill(demo)
    page = knowledge.signed_in(browser, demo, viewport={"width": 1280, "height": 860})
    page.goto(f"{demo.url}/console/rota?weeks=2&times=desk")
    page.locator('.lane-final .bar-of[data-told*="Finn"]').first.focus()
    page.wait_for_timeout(300)
    schedule = page.locator("section.card").first
    below = schedule.locator("details").first.bounding_box() or {"y": 840.0}
    shot = page.screenshot(clip={"x": 0, "y": 0, "width": 1280, "height": below["y"]})
    pixels = _pixels(page, shot)
    page.context.close()
    return indexed_png(pixels)


_DECODE = """async (png) => {
  const bytes = Uint8Array.from(atob(png), (one) => one.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const brush = canvas.getContext("2d");
  brush.drawImage(picture, 0, 0);
  const data = brush.getImageData(0, 0, picture.width, picture.height).data;
  let text = "";
  for (let at = 0; at < data.length; at += 32768) text += String.fromCharCode(...data.subarray(at, at + 32768));
  return [picture.width, picture.height, btoa(text)];
}"""


def _pixels(page: Page, png: bytes) -> NDArray[np.uint8]:
    width, height, data = page.evaluate(_DECODE, b64encode(png).decode())
    rgba = np.frombuffer(b64decode(data), dtype=np.uint8).reshape(height, width, 4)
    return rgba[:, :, :3]


def indexed_png(pixels: NDArray[np.uint8]) -> bytes:
    """The commonest colours as the palette; every other pixel takes the nearest of them."""
    height, width, _ = pixels.shape
    colours, which, counts = np.unique(pixels.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True)
    palette = colours[np.argsort(counts)[::-1][:256]]
    distance = ((colours[:, None, :].astype(int) - palette[None, :, :].astype(int)) ** 2).sum(axis=2)
    indexes = distance.argmin(axis=1)[which.reshape(-1)].astype(np.uint8).reshape(height, width)
    rows = b"".join(b"\0" + row.tobytes() for row in indexes)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"PLTE", palette.tobytes()),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


if __name__ == "__main__":
    main()

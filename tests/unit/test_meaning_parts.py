"""Which texts stand for an article: short ones as they are, long ones in windows, and never too many."""

from kb.entries import Entry
from kb.meaning.parts import MOST_ALIASES, MOST_WINDOWS, WINDOW, Part, parts_of
from kb.meaning.vectors import Kind


def article(
    body: str = "",
    *,
    summary: str = "",
    aliases: tuple[str, ...] = (),
    symptoms: tuple[str, ...] = (),
) -> Entry:
    return Entry(1, "vpn", 1, "VPN drops", summary, body, aliases, symptoms)


def windows(entry: Entry) -> list[str]:
    return [part.text for part in parts_of(entry) if part.kind is Kind.BODY]


def test_a_short_article_is_its_title_and_one_window_under_the_title() -> None:
    assert parts_of(article("Turn off *power saving*.", summary="Keep it up.")) == [
        Part(Kind.TITLE, "VPN drops"),
        Part(Kind.BODY, "VPN drops. Keep it up.\nTurn off power saving."),
    ]


def test_each_way_people_put_it_stands_for_itself_once() -> None:
    entry = article(aliases=("tunnel falls over", "no vpn"), symptoms=("no vpn", "red light"))
    assert [part.text for part in parts_of(entry) if part.kind is Kind.ALIAS] == [
        "tunnel falls over",
        "no vpn",
        "red light",
    ]


def test_markdown_is_read_as_text() -> None:
    body = "## On a Mac\n\n1. Open **Settings**\n2. See [the guide](https://x.test/a?b)\n\n```sh\nvpn up\n```"
    assert windows(article(body)) == [
        "VPN drops. On a Mac\n1. Open Settings\n2. See the guide\nvpn up",
    ]


def test_paragraphs_stay_whole_while_they_fit() -> None:
    paragraph = "word " * (WINDOW // 10)
    found = windows(article("\n\n".join([paragraph] * 4)))
    assert len(found) == 4 or all(len(window) <= WINDOW + 20 for window in found)
    assert all(window.endswith("word") for window in found)


def test_a_paragraph_without_end_is_cut_between_words_or_anywhere() -> None:
    for body in ("word " * 1_000, "w" * 5_000, "语" * 5_000):
        found = windows(article(body))
        assert all(len(window) <= WINDOW + len("VPN drops. ") for window in found)
        assert "".join(window.removeprefix("VPN drops. ") for window in found).replace(
            " ", ""
        ) == body.replace(" ", "")


def test_a_book_is_read_here_and_there_from_its_first_page_to_its_last() -> None:
    pages = [f"page {number} " + "text " * (WINDOW // 5) for number in range(100)]
    found = windows(article("\n\n".join(pages)))
    assert len(found) == MOST_WINDOWS
    assert "page 0 " in found[0]
    assert len(windows(article("text " * 200_000))) == MOST_WINDOWS


def test_more_aliases_than_are_read_are_thinned_out_evenly() -> None:
    entry = article(aliases=tuple(f"alias {number}" for number in range(3 * MOST_ALIASES)))
    kept = [part.text for part in parts_of(entry) if part.kind is Kind.ALIAS]
    assert len(kept) == MOST_ALIASES
    assert (kept[0], kept[-1]) == ("alias 0", f"alias {3 * MOST_ALIASES - 1}")


def test_an_article_without_a_body_still_has_its_title() -> None:
    assert parts_of(article()) == [Part(Kind.TITLE, "VPN drops")]

"""What differs between two versions: lines, words inside a line, and two people's changes put together."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.articles import Content
from kb.diff import Change, Piece, between, compare, merged

BASE = Content("VPN drops", "Keep it up.", "1. Reconnect.\n2. Wait.", ("vpn dies",))


def said(before: str, after: str) -> list[str]:
    signs = {Change.SAME: " ", Change.ADDED: "+", Change.REMOVED: "-"}
    return [
        f"… {line.count}" if line.change is Change.SKIPPED else signs[line.change] + line.text
        for line in between(before, after)
    ]


def test_lines_come_and_go() -> None:
    assert said("a\nb\nc", "a\nx\ny\nc") == [" a", "-b", "+x", "+y", " c"]
    assert said("", "a") == ["+a"]
    assert said("a\nb", "") == ["-a", "-b"]
    assert said("same", "same") == ["… 1"]


def test_far_from_a_change_lines_are_only_counted() -> None:
    lines = [str(n) for n in range(20)]
    assert said("\n".join(lines), "\n".join([*lines, "new"])) == ["… 17", " 17", " 18", " 19", "+new"]


def test_inside_a_line_the_words_that_differ_are_marked() -> None:
    removed, added = between("2. Wait a minute.", "2. Wait ten minutes.")
    assert Piece("ten", changed=True) in added.pieces
    assert removed.pieces[0] == Piece("2. Wait ")


def test_two_different_lines_are_not_marked_word_by_word() -> None:
    removed, added = between("Restart the router.", "Ask whoever sits beside you")
    assert [len(removed.pieces), len(added.pieces)] == [1, 1]


@given(
    st.lists(st.sampled_from(["a b", "a c", "", "d"]), max_size=12),
    st.lists(st.sampled_from(["a b", "a c", "", "d"]), max_size=12),
)
@settings(max_examples=200, deadline=None)
def test_both_texts_can_be_read_out_of_it(before: list[str], after: list[str]) -> None:
    lines = between("\n".join(before), "\n".join(after))
    if any(line.change is Change.SKIPPED for line in lines):
        return
    old = [line.text for line in lines if line.change is not Change.ADDED]
    new = [line.text for line in lines if line.change is not Change.REMOVED]
    assert (old, new) == ("\n".join(before).splitlines(), "\n".join(after).splitlines())


def test_huge_texts_are_compared_as_a_whole() -> None:
    lines = between("\n".join(f"a{n}" for n in range(3_000)), "\n".join(f"b{n}" for n in range(3_000)))
    assert (lines[0].change, lines[-1].change, len(lines)) == (Change.REMOVED, Change.ADDED, 6_000)
    removed, added = between("x" * 900_000, "y" * 900_000)
    assert (removed.change, added.change) == (Change.REMOVED, Change.ADDED)


def test_only_fields_that_differ_are_told() -> None:
    after = Content("VPN drops", "Stay online.", BASE.body, ("vpn dies", "vpn gone"))
    assert [(diff.field, diff.added, diff.removed) for diff in compare(BASE, after)] == [
        ("summary", 1, 1),
        ("aliases", 1, 0),
    ]
    assert compare(BASE, BASE) == ()


@pytest.mark.parametrize(
    ("theirs", "mine", "body", "both"),
    [
        ("T", "M", "M", ("body",)),
        ("T", BASE.body, "T", ()),
        (BASE.body, "M", "M", ()),
        ("S", "S", "S", ()),
    ],
)
def test_what_two_people_changed_is_put_together(
    theirs: str, mine: str, body: str, both: tuple[str, ...]
) -> None:
    by_them = Content("VPN is gone", BASE.summary, theirs, BASE.aliases)
    by_me = Content(BASE.title, "Stay online.", mine, BASE.aliases)

    together, clashing = merged(BASE, by_them, by_me)

    assert (together.title, together.summary, together.body) == ("VPN is gone", "Stay online.", body)
    assert clashing == both

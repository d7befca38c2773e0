"""Names come out of what others will read, as far as the tools go."""

import pytest

from triage.people.nameless import without_names, without_people

INVOLVED = ["Ada Lovelace", "ben"]
OTHERS = ["Will Smith", "Anna Maria Green"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ada Lovelace asked", "somebody asked"),
        ("ada lovelace asked", "somebody asked"),
        ("Ada's VPN", "somebody's VPN"),
        ("Ben did it", "somebody did it"),
        ("we had benched it", "we had benched it"),
        ("Will it work, Will Smith?", "Will it work, somebody?"),
        ("ask <@UBEN> or <@UCLEO|cleo>", "ask somebody or somebody"),
        ("Anna Maria Green's desk, green light", "somebody's desk, green light"),
        ("adapter and Adapter", "adapter and Adapter"),
    ],
)
def test_names(text: str, expected: str) -> None:
    assert without_names(text, involved=INVOLVED, others=OTHERS) == expected


def test_addresses_and_numbers_go_as_well() -> None:
    said = without_people("Ada: ada@example.com, +44 20 7946 0958", involved=INVOLVED, others=())
    assert said == "somebody: [e-mail], [phone]"

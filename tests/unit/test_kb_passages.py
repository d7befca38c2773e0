"""Which lines of an article are shown."""

from kb.passages import best_passage


def test_a_cut_never_leaves_the_bare_number_of_a_list_item() -> None:
    step = "Open the settings of the printer and choose the drawer that holds the labels you need today."
    body = "\n".join(f"{number}. {step}" for number in range(1, 9))
    passage = best_passage(body, "Labels", {"label": 1.0})
    assert passage.splitlines()[-1].endswith("today.")

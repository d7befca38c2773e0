"""The starter articles come with their vectors, so that a new desk need not compute any."""

import numpy as np
from meaning_model import needs_the_model, the_encoder

from kb.meaning.parts import parts_of
from kb.starter import starter_index
from kb.starter.meaning import shipped


def test_every_starter_article_has_its_vectors_as_it_stands() -> None:
    """Whoever edits one runs: python -m kb.starter.meaning"""
    unknown = [entry.slug for entry in starter_index().entries if shipped().of(entry) is None]
    assert unknown == []


@needs_the_model
def test_they_are_those_of_the_packaged_model() -> None:
    encoder = the_encoder()
    assert shipped().model == encoder.id
    entry = starter_index().entries[0]
    known = shipped().of(entry)
    assert known is not None
    vectors = encoder.encode([part.text for part in parts_of(entry)])
    codes = known.codes.astype(np.float32)
    alike = np.einsum("vd,vd->v", codes / np.linalg.norm(codes, axis=1, keepdims=True), vectors)
    assert alike.min() > 0.99


def test_nothing_is_kept_that_no_article_says() -> None:
    texts = {part.text for entry in starter_index().entries for part in parts_of(entry)}
    assert len(shipped().keys) == len(texts)

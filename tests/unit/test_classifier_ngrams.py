"""One message is read, and decided, as scikit-learn would do it, whatever people write."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from sklearn.pipeline import FeatureUnion

from triage.classifier import starter
from triage.classifier.features import features_of, ngrams_of, rows_of, word_part
from triage.classifier.fit_linear import said_by
from triage.classifier.pipeline import TrainedModel

_ODD = [
    "",
    "a",
    "naïve ÀÉ ﬁ",
    "汉字 汉字",
    "vpn VPN vpn",
    "x" * 500,
    "!!!",
    "one\nnew\tline",
    "a  b\u2003c",
    "I'm ok-ish",
]


def _model() -> TrainedModel:
    model = starter.classifier(None).model
    assert model is not None
    return model


@cache
def _features() -> FeatureUnion:
    return features_of(_model().ngrams)


def _agree(text: str) -> None:
    model = _model()
    one, many = model.ngrams.row(text), csr_matrix(_features().transform([text]))
    many.sort_indices()
    assert one.at.tolist() == many.indices.tolist()
    np.testing.assert_allclose(one.weights, many.data, rtol=1e-6)
    np.testing.assert_allclose(model.linear.values([one]), said_by(model.linear, many), atol=1e-5)
    words = word_part(_features(), many)
    likeness = (words @ rows_of(model.kept.words).T).toarray()
    np.testing.assert_allclose(model.kept.likeness([one]), likeness, atol=1e-6)


@pytest.mark.parametrize("text", _ODD)
def test_one_row_is_the_row_of_the_vectorisers(text: str) -> None:
    _agree(text)


@settings(max_examples=60)
@given(
    st.text(max_size=80) | st.lists(st.sampled_from(["vpn", "drops", "my", "laptop", "not"])).map(" ".join)
)
def test_so_it_is_for_any_text(text: str) -> None:
    _agree(text)


def test_so_it_is_for_what_people_write() -> None:
    for message in starter.messages()[::9]:
        _agree(message.text)


def test_what_was_learned_survives_the_vectorisers() -> None:
    ngrams, again = _model().ngrams, ngrams_of(_features())
    assert (again.words.columns, again.letters.columns) == (ngrams.words.columns, ngrams.letters.columns)
    assert again.words.rarity.tolist() == ngrams.words.rarity.tolist()
    assert again.letters.rarity.tolist() == ngrams.letters.rarity.tolist()

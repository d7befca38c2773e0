"""One message is read as the vectorisers read it, whatever people write."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from triage.classifier import starter
from triage.classifier.pipeline import TrainedModel, word_part

_ODD = ["", "a", "naïve ÀÉ ﬁ", "汉字 汉字", "vpn VPN vpn", "x" * 500, "!!!", "one\nnew\tline"]


def _model() -> TrainedModel:
    model = starter.classifier(None).model
    assert model is not None
    return model


def _agree(text: str) -> None:
    model = _model()
    one, many = model.ngrams.row(text), csr_matrix(model.features.transform([text]))
    many.sort_indices()
    assert one.shape == many.shape
    assert one.indices.tolist() == many.indices.tolist()
    np.testing.assert_allclose(one.data, many.data, rtol=1e-6)


@pytest.mark.parametrize("text", _ODD)
def test_one_row_is_the_row_of_the_vectorisers(text: str) -> None:
    _agree(text)


@settings(max_examples=60)
@given(
    st.text(max_size=80) | st.lists(st.sampled_from(["vpn", "drops", "my", "laptop", "not"])).map(" ".join)
)
def test_so_it_is_for_any_text(text: str) -> None:
    _agree(text)


def test_likeness_of_one_message_is_the_same_alone_and_among_others() -> None:
    model = _model()
    texts = ["vpn drops every ten minutes", "my laptop is slow"]
    many = csr_matrix(model.features.transform(texts))
    together = model.kept.likeness(word_part(model.features, many))
    for at, text in enumerate(texts):
        alone = model.kept.likeness(word_part(model.features, model.ngrams.row(text)))
        np.testing.assert_allclose(alone[0], together[at], atol=1e-6)

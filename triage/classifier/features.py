"""The vectorisers of scikit-learn, with which a model learns to read; served, it reads by `Ngrams` alone."""

from typing import Any

import numpy as np
from scipy.sparse import csc_matrix, csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion

from kb.postings import Postings
from triage.classifier.ngrams import LETTERS, READ, WEIGHED, WORDS, Known, Ngrams

MOST_FEATURES = 150_000
# Below this many messages every n-gram is kept, above it those seen once are noise.
RARE_FROM = 3_000


def make_features(messages: int) -> FeatureUnion:
    options: dict[str, Any] = {**READ, **WEIGHED, "max_features": MOST_FEATURES, "dtype": np.float32}
    rarest = 1 if messages < RARE_FROM else 2
    words = TfidfVectorizer(**WORDS, **options)
    letters = TfidfVectorizer(**LETTERS, min_df=rarest, **options)
    return FeatureUnion([("words", words), ("characters", letters)])


def ngrams_of(features: FeatureUnion) -> Ngrams:
    """What fitted vectorisers have learned."""
    words, letters = (
        Known(vectorizer.vocabulary_, np.asarray(vectorizer.idf_, dtype=np.float32))
        for _, vectorizer in features.transformer_list
    )
    return Ngrams(words, letters)


def features_of(ngrams: Ngrams) -> FeatureUnion:
    """Vectorisers that have learned that: the form in which models are filed."""
    features = make_features(0)
    for (_, vectorizer), known in zip(features.transformer_list, (ngrams.words, ngrams.letters), strict=True):
        vectorizer.vocabulary_ = dict(known.columns)
        vectorizer.idf_ = known.rarity
    return features


def without_vocabularies(features: FeatureUnion) -> FeatureUnion:
    """They are filed as texts beside it."""
    for _, vectorizer in features.transformer_list:
        vectorizer.vocabulary_ = {}
    return features


def word_part(features: FeatureUnion, rows: csr_matrix) -> csr_matrix:
    """The columns of words alone."""
    (_, words), _ = features.transformer_list
    return csr_matrix(rows[:, : len(words.vocabulary_)])


def postings_of(rows: csr_matrix) -> Postings:
    """In which messages each feature stands."""
    turned = rows.tocsc()
    return Postings(turned.indptr.astype(np.int64), turned.indices, turned.data, unit_count=rows.shape[0])


def rows_of(postings: Postings) -> csr_matrix:
    shape = (postings.unit_count, len(postings.starts) - 1)
    return csc_matrix((postings.weights, postings.units, postings.starts), shape=shape).tocsr()

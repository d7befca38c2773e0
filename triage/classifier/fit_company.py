"""Fitting the second head: how much say each labelled message has. Only who trains needs what solves it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.linalg.lapack import spotri
from scipy.sparse import csr_matrix

from triage.classifier.examples import OUT
from triage.classifier.linear import Floats, Linear, Weights, rounded
from triage.classifier.meaning_head import kernel

RIDGE = 0.2
# What likeness in wording adds. Measured between 0.3 and 1.5, where it hardly matters.
WORDING = 0.6
# Rows of n-grams are of two parts of length one, words and letters, so half of a product of two is a cosine.
_PARTS = 2
_AT_ONCE = 1_024


def fit_company(
    vectors: Weights,
    words: csr_matrix,
    labels: Sequence[str],
    classes: Sequence[str],
    folds: Sequence[NDArray[np.intp]],
) -> tuple[Weights, Floats]:
    """Each message's say, messages × classes; and what would be said of the messages of each fold without that fold.

    The second follows from the first without fitting again: the leave-one-out formula of kernel ridge regression,
    taken for whole groups (Cawley and Talbot 2003). Needs 4 · n² bytes for n messages.
    """
    ridged = kernel(vectors @ vectors.T)
    for start in range(0, len(ridged), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        ridged[part] += (words[part] @ words.T).toarray() * np.float32(WORDING / _PARTS)
    ridged[np.diag_indices(len(ridged))] += RIDGE
    # The kernel is symmetric, and turned on its side it is as the library wants it: nothing is copied.
    factor, _ = cho_factor(ridged.T, lower=True, overwrite_a=True, check_finite=False)
    targets = _targets(labels, classes)
    say = np.asarray(cho_solve((factor, True), targets, check_finite=False), dtype=np.float32)
    inverse, trouble = spotri(factor, lower=1, overwrite_c=1)
    assert trouble == 0, "the kernel with its ridge is positive definite"
    unseen = np.zeros(targets.shape)
    for fold in folds:
        own = np.tril(inverse[np.ix_(fold, fold)])
        own += np.tril(own, -1).T
        unseen[fold] = targets[fold] - np.linalg.solve(own, say[fold])
    return say, unseen


def fit_wording(words: csr_matrix, say: Weights, classes: Sequence[str]) -> Linear:
    """Likeness in wording is straight, so all that the landmarks say by it is one weight a feature and class."""
    weights = np.ascontiguousarray(words.T @ say, dtype=np.float32) * np.float32(WORDING / _PARTS)
    return Linear(tuple(classes), rounded(weights), np.zeros(len(classes), dtype=np.float32))


def nearest_elsewhere(
    vectors: Weights,
    labels: NDArray[np.str_],
    folds: Sequence[NDArray[np.intp]],
    *,
    other_labels: bool = False,
) -> Floats:
    """Cosine to the most alike message outside the fold that has a category; with `other_labels`, another one."""
    inside = np.flatnonzero(labels != OUT)
    nearest = np.zeros(len(vectors))
    for fold in folds:
        outside = np.setdiff1d(inside, fold)
        for start in range(0, len(fold), _AT_ONCE):
            rows = fold[start : start + _AT_ONCE]
            likeness = vectors[rows] @ vectors[outside].T
            if other_labels:
                likeness[labels[rows][:, None] == labels[outside][None, :]] = 0
            nearest[rows] = likeness.max(axis=1, initial=0)
    return nearest


def _targets(labels: Sequence[str], classes: Sequence[str]) -> Weights:
    """One for the message's class, minus one for the others."""
    column = {label: position for position, label in enumerate(classes)}
    targets = np.full((len(labels), len(classes)), -1, dtype=np.float32)
    targets[np.arange(len(labels)), [column[label] for label in labels]] = 1
    return targets

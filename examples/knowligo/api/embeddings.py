"""Turns text into vectors of one length, so that a dot product compares them."""

import numpy
from sklearn.feature_extraction.text import HashingVectorizer

DIMENSIONS = 1024
_vectorizer = HashingVectorizer(n_features=DIMENSIONS, ngram_range=(1, 2), lowercase=True, norm="l2")


def embed(texts: list[str]) -> numpy.ndarray:
    return _vectorizer.transform(texts).toarray().astype("float32")

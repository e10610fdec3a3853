"""Vectors of the paragraphs, and the paragraphs nearest to a question."""

from sklearn.feature_extraction.text import TfidfVectorizer


class ParagraphIndex:
    def __init__(self, paragraphs: list[str]) -> None:
        self.paragraphs = paragraphs
        self._vectorizer = TfidfVectorizer(ngram_range=(1, 2))
        self._vectors = self._vectorizer.fit_transform(paragraphs)

    def nearest(self, question: str, count: int) -> list[str]:
        scores = (self._vectors @ self._vectorizer.transform([question]).T).toarray().ravel()
        return [self.paragraphs[n] for n in scores.argsort()[::-1][:count]]

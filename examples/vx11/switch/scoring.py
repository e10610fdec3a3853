"""Scores of the engines, by price, speed and quality."""

import numpy

ENGINES = ["local", "cli", "remote"]
#                   price speed quality
FEATURES = numpy.array([[0.0, 0.4, 0.5], [0.2, 0.7, 0.6], [0.9, 0.6, 0.95]])


def choose(text: str, budget: float) -> str:
    weights = numpy.array([-1.0 / max(budget, 0.1), 0.3, min(len(text) / 400, 2.0)])
    return ENGINES[int(numpy.argmax(FEATURES @ weights))]

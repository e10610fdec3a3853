"""Audio: loudness and spectrum of a signal."""

from pydantic import BaseModel

from config.service import make_app

app = make_app("shubniggurath")


class Signal(BaseModel):
    rate: int
    samples: list[float]


@app.post("/analyze")
def analyze(signal: Signal) -> dict:
    import numpy
    from scipy.signal import periodogram

    samples = numpy.asarray(signal.samples)
    frequencies, power = periodogram(samples, signal.rate)
    return {"rms": float(numpy.sqrt((samples**2).mean())), "peak_hz": float(frequencies[power.argmax()])}

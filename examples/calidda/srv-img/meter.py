"""Quality of a meter photo."""

import cv2
import numpy
from PIL import Image
from skimage.exposure import is_low_contrast

SHARP_ENOUGH = 60.0


def quality(image: Image.Image) -> dict:
    grey = cv2.cvtColor(numpy.asarray(image), cv2.COLOR_RGB2GRAY)
    sharpness = float(cv2.Laplacian(grey, cv2.CV_64F).var())
    low_contrast = bool(is_low_contrast(grey))
    return {"sharpness": sharpness, "low_contrast": low_contrast, "readable": sharpness > SHARP_ENOUGH and not low_contrast}

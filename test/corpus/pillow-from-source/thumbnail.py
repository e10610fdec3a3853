import io

from PIL import Image, features

picture = Image.new("RGB", (640, 480), "teal")
picture.thumbnail((64, 64))
file = io.BytesIO()
picture.save(file, "JPEG")
assert features.check("freetype2"), "built without FreeType"
print(len(file.getvalue()), "bytes of JPEG")

"""Photos as phones send them, made for tests."""

from io import BytesIO
from typing import Any

from PIL import Image

_GPS, _LATITUDE, _ORIENTATION = 0x8825, 2, 0x0112
_LYING = 6  # the camera was held upright: to be turned by 90°


def photo(width: int = 40, height: int = 30, **more: Any) -> bytes:
    """A JPEG that tells where and how it was taken."""
    exif = Image.Exif()
    exif[_ORIENTATION] = _LYING
    exif.get_ifd(_GPS)[_LATITUDE] = (22.0, 32.0, 10.0)
    out = BytesIO()
    Image.new("RGB", (width, height), (200, 30, 30)).save(out, "JPEG", exif=exif, **more)
    return out.getvalue()


def drawing(kind: str = "PNG", size: tuple[int, int] = (8, 8)) -> bytes:
    """A small transparent picture."""
    out = BytesIO()
    Image.new("RGBA", size, (0, 120, 0, 90)).save(out, kind)
    return out.getvalue()

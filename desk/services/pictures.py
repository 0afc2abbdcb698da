"""Pictures from customers: made clean, kept under their hash, shown to who has the address.

What comes in is never kept as it came: it is drawn anew, without place, device or thumbnail in it,
and a file that only pretends to be a picture does not survive that.
"""

import hashlib
import os
import re
from datetime import datetime, timedelta
from io import BytesIO
from itertools import batched
from pathlib import Path

import sqlalchemy as sa
from PIL import Image, ImageOps

from desk.model.errors import AttachmentRefused
from desk.order_policies import PicturePolicy
from desk.store.tables import messages
from desk.store.unit_of_work import Store

_ADDRESS = "/pictures/"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_LOOKED_UP_AT_ONCE = 500
_UNUSED_AFTER = timedelta(days=1)
_TRANSPARENT = frozenset({"RGBA", "LA", "PA"})


class Pictures:
    def __init__(self, store: Store, folder: Path, policy: PicturePolicy) -> None:
        self._store, self._folder, self._policy = store, folder, policy

    @property
    def max_bytes(self) -> int:
        """What a channel need not read any further."""
        return self._policy.max_megabytes * 1024 * 1024

    def keep(self, content: bytes) -> str:
        """Clean and keep a picture; its address, which is also the message's `image`.

        Raises `AttachmentRefused` saying what was expected.
        """
        clean = self._clean(content)
        digest = hashlib.sha256(clean).hexdigest()
        path = self.path(digest)
        if path.exists():
            path.touch()  # wanted again: not to be forgotten before its message is there
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f"{digest}.{os.getpid()}")
            draft.write_bytes(clean)
            draft.replace(path)
        return f"{_ADDRESS}{digest}"

    def find(self, digest: str) -> Path | None:
        """The file behind the last part of an address; None when there is none."""
        if not _DIGEST.fullmatch(digest):
            return None
        path = self.path(digest)
        return path if path.exists() else None

    def is_kept(self, address: str) -> bool:
        """Whether an address is one of ours and has its file."""
        return (
            address.startswith(_ADDRESS) and self.find(address.removeprefix(_ADDRESS)) is not None
        )

    def content(self, address: str) -> bytes:
        return self.path(address.removeprefix(_ADDRESS)).read_bytes()

    def path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest

    def forget_unused(self) -> None:
        """Files that no message shows: never sent, or archived and deleted."""
        before = self._store.clock.now() - _UNUSED_AFTER
        old = [
            file
            for file in self._folder.glob("*/*")
            if datetime.fromtimestamp(file.stat().st_mtime, before.tzinfo) < before
        ]
        for some in batched(old, _LOOKED_UP_AT_ONCE):
            with self._store.reading() as session:
                addresses = [f"{_ADDRESS}{file.name}" for file in some]
                used = set(
                    session.scalars(
                        sa.select(messages.c.image).where(messages.c.image.in_(addresses))
                    )
                )
            for file in some:
                if f"{_ADDRESS}{file.name}" not in used:
                    file.unlink(missing_ok=True)

    def _clean(self, content: bytes) -> bytes:
        if not content or len(content) > self.max_bytes:
            raise AttachmentRefused(f"expected 1 to {self.max_bytes} bytes, got {len(content)}")
        try:
            with Image.open(BytesIO(content), formats=_FORMATS) as found:
                # Known from the head, before the pixels are unpacked.
                if found.width * found.height > self._policy.max_megapixels * 1_000_000:
                    raise AttachmentRefused(
                        f"at most {self._policy.max_megapixels} megapixels,"
                        f" got {found.width}×{found.height}"
                    )
                return _drawn_anew(found, self._policy)
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            names = ", ".join(_FORMATS)
            raise AttachmentRefused(f"expected {names}, cannot read it: {error}") from None


def _drawn_anew(found: Image.Image, policy: PicturePolicy) -> bytes:
    """Upright, no larger than staff need, and nothing in it but pixels."""
    upright = ImageOps.exif_transpose(found)
    transparent = upright.mode in _TRANSPARENT or "transparency" in upright.info
    picture = upright.convert("RGBA" if transparent else "RGB")
    picture.thumbnail((policy.longest_side, policy.longest_side))
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    out = BytesIO()
    if transparent:
        bare.save(out, "PNG")
    else:
        bare.save(out, "JPEG", quality=policy.quality)
    return out.getvalue()

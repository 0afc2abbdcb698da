"""Files with an order: content under its own hash in the data directory, what it is in a row.

The content is there before the row: a row without its file cannot be, a file without a row is
found again by the next one with the same content.
"""

import hashlib
import os
from pathlib import Path

import sqlalchemy as sa

from desk.model.errors import AttachmentRefused
from desk.model.order_links import Attachment, media_type
from desk.order_policies import AttachmentPolicy
from desk.services.work_orders import locked
from desk.store.link_tables import attachments_table
from desk.store.unit_of_work import Store, Work

_MAX_NAME = 120


class Attachments:
    def __init__(self, store: Store, folder: Path, policy: AttachmentPolicy) -> None:
        self._store, self._folder, self._policy = store, folder, policy

    def add(self, number: str, name: str, content: bytes, *, actor: str) -> Attachment:
        """Keep a file with an order; the same content again is the same attachment.

        Raises `UnknownWorkOrder`, `AttachmentRefused` saying what is allowed.
        """
        with self._store.writing() as work:
            return self.put(work, number, name, content, actor=actor)

    def put(self, work: Work, number: str, name: str, content: bytes, *, actor: str) -> Attachment:
        """The same inside a transaction of the caller's."""
        kind = self._checked(content)
        digest = hashlib.sha256(content).hexdigest()
        order = locked(work, number)
        there = work.session.scalars(
            sa.select(Attachment).where(attachments_table.c.number == order.number)
        ).all()
        same = next((one for one in there if one.sha256 == digest), None)
        if same is not None:
            return same
        if len(there) >= self._policy.max_per_order:
            raise AttachmentRefused(f"at most {self._policy.max_per_order} files per order")
        self._keep(digest, content)
        kept_as = Path(name).name[:_MAX_NAME] or digest[:12]
        attachment = Attachment(order.number, digest, kept_as, kind, len(content), work.now, actor)
        work.session.add(attachment)
        work.emit(
            "AttachmentAdded",
            actor=actor,
            conversation_id=order.conversation_id,
            work_order=order.number,
            sha256=digest,
            media_type=kind,
        )
        return attachment

    def content(self, attachment: Attachment) -> bytes:
        return self.path(attachment.sha256).read_bytes()

    def of(self, number: str) -> list[Attachment]:
        with self._store.reading() as session:
            return list(
                session.scalars(
                    sa.select(Attachment)
                    .where(attachments_table.c.number == number)
                    .order_by(attachments_table.c.id)
                )
            )

    def _checked(self, content: bytes) -> str:
        limit = self._policy.max_megabytes * 1024 * 1024
        if not content or len(content) > limit:
            raise AttachmentRefused(f"expected 1 to {limit} bytes, got {len(content)}")
        kind = media_type(content)
        if kind is None or kind not in self._policy.types:
            allowed = ", ".join(sorted(self._policy.types))
            raise AttachmentRefused(f"expected {allowed}, got {kind or 'an unknown type'}")
        return kind

    def path(self, digest: str) -> Path:
        """Where the content lies; retention moves it into the archive after its last row."""
        return self._folder / digest[:2] / digest

    def _keep(self, digest: str, content: bytes) -> None:
        path = self.path(digest)
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{digest}.{os.getpid()}")
        draft.write_bytes(content)
        draft.replace(path)

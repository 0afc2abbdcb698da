"""Who did and saw what, in a chain nobody can change unseen (decision 031).

A change by staff is written by `record`, which every transaction calls for each fact it puts into
the journal; a look at personal data by `looked`, before it is answered. Each row holds the hash of
the one before. The newest hash and number are sealed with a key in the database, and now and then
noted outside of it (`note_head`), so that rows cut off at the end are missed too.
"""

import hashlib
import hmac
import json
import logging
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.model.agents import Agent
from desk.model.audit import FIRST, AuditFilter, AuditRow, Verdict, masked
from desk.model.journal import Event
from desk.store.audit_tables import audit_head, audit_table
from desk.store.tables import agents_table
from desk.store.unit_of_work import Store, Work

log = logging.getLogger(__name__)

_PAGE, _PIECE = 100, 1000
# A view that is open asks again with every change: that is one look.
_SAME_LOOK = timedelta(minutes=10)
# Written whoever did it: accounts and keys made at the command line too.
_ALWAYS = ("Agent", "ApiKey", "Policy", "Teams", "SignIn")
_NOT_STAFF = frozenset({"system", "customer", "bot", "agent", "feed", "cli"})
# Coming and going is in the journal; the sign-ins are here.
_LEFT_OUT = frozenset({"AgentStatusChanged"})


class Audit:
    def __init__(self, store: Store, key: str, anchor: Path) -> None:
        """`key` seals; `anchor` is a file outside the database that holds the head once seen."""
        self._store, self._anchor = store, anchor
        self._key = hmac.digest(key.encode(), b"audit", "sha256")

    def record(self, work: Work, event: Event) -> None:
        """A fact that staff, or the command line, put into the journal; in its transaction."""
        always = event.type.startswith(_ALWAYS)
        api = event.actor.startswith("api:")
        if event.type in _LEFT_OUT or (not always and (api or event.actor in _NOT_STAFF)):
            return
        role = work.session.scalar(
            sa.select(agents_table.c.role).where(agents_table.c.username == event.actor)
        )
        if role is None and not always:
            return
        named = str(event.data.get("username", event.data.get("name", "")))
        subject = event.work_order or event.conversation_id or named
        self._append(work, event.actor, str(role or ""), event.type, subject, masked(event.data))

    def looked(self, agent: Agent, what: str, subject: str) -> None:
        """Personal data is about to be shown; the same look within ten minutes is one."""
        rows = audit_table.c
        with self._store.reading() as session:
            lately = session.scalar(
                sa.select(rows.seq)
                .where(
                    rows.who == agent.username,
                    rows.subject == subject,
                    rows.what == what,
                    rows.at > self._store.clock.now() - _SAME_LOOK,
                )
                .limit(1)
            )
        if lately is None:
            with self._store.writing() as work:
                self._append(work, agent.username, str(agent.role), what, subject, "{}")

    def exported(self, what: str, subject: str, **details: object) -> None:
        """Records leave the desk in a file, by the hand of whoever has the command line."""
        with self._store.writing() as work:
            self._append(work, "cli", "", what, subject, masked(details))

    def _append(
        self, work: Work, who: str, role: str, what: str, subject: str, details: str
    ) -> None:
        # Whoever writes events holds this lock until the end: rows follow one another.
        work.lock_journal()
        head = _head(work.session)
        seq, previous = (head.seq + 1, head.hash) if head else (1, FIRST)
        bare = AuditRow(seq, work.now, who, role, what, subject[:64], details, previous, "")
        own = bare.expected_hash()
        # A head that somebody else wrote is never sealed anew, or the next row would hide them.
        seal = self._seal(seq, own) if head is None or self._is_sealed(head) else head.seal
        sealed = {"seq": seq, "hash": own, "seal": seal}
        work.session.execute(audit_table.insert().values({**vars(bare), "hash": own}))
        write = audit_head.update() if head else audit_head.insert().values(id=1)
        work.session.execute(write.values(**sealed))

    def _seal(self, seq: int, of: str) -> str:
        return hmac.new(self._key, f"{seq} {of}".encode(), hashlib.sha256).hexdigest()

    def _is_sealed(self, head: sa.Row[tuple[int, int, str, str]]) -> bool:
        return hmac.compare_digest(head.seal, self._seal(head.seq, head.hash))

    def listed(self, chosen: AuditFilter, limit: int = _PAGE) -> list[AuditRow]:
        """Newest first."""
        rows, query = audit_table.c, sa.select(audit_table)
        for column, wanted in ((rows.who, chosen.who), (rows.what, chosen.what)):
            if wanted:
                query = query.where(column == wanted)
        if chosen.subject:
            query = query.where(rows.subject == chosen.subject)
        if chosen.before is not None:
            query = query.where(rows.seq < chosen.before)
        with self._store.reading() as session:
            found = session.execute(query.order_by(rows.seq.desc()).limit(limit))
            return [AuditRow(**row) for row in found.mappings()]

    def verify(self) -> Verdict:
        """Read every row and compare; the verdict names the first that is not what was written."""
        with self._store.snapshot() as session:
            rows, last = 0, FIRST
            for row in _rows(session):
                if row.seq != rows + 1:
                    return Verdict(rows, rows + 1, "这一行缺少")
                if row.previous != last:
                    return Verdict(rows, row.seq, "与前一行接不上")
                if row.hash != row.expected_hash():
                    return Verdict(rows, row.seq, "内容被改过")
                rows, last = row.seq, row.hash
            noted = self._noted()
            if noted and _hash_of(session, noted[0]) != noted[1]:
                return Verdict(rows, min(noted[0], rows + 1), "与数据库之外记下的不符")
            return self._end(session, rows, last)

    def _end(self, session: Session, rows: int, last: str) -> Verdict:
        """Whether the log goes on exactly as far as was sealed."""
        head = _head(session)
        if head is None:
            return Verdict(rows, 1, "封条缺少") if rows else Verdict(0)
        if not self._is_sealed(head):
            return Verdict(rows, rows, "封条不符")
        if head.seq > rows:
            return Verdict(rows, rows + 1, "末尾缺少")
        if (head.seq, head.hash) != (rows, last):
            return Verdict(rows, head.seq + 1, "封条之后多出")
        return Verdict(rows)

    def note_head(self) -> None:
        """Write down outside the database how far the log goes, unless it lost what was noted."""
        with self._store.snapshot() as session:
            head, noted = _head(session), self._noted()
            if head is None or not self._is_sealed(head) or (noted and head.seq == noted[0]):
                return
            if noted and _hash_of(session, noted[0]) != noted[1]:
                log.error("audit log: row %d is not what was noted; run audit verify", noted[0])
                return
        text = json.dumps({"seq": head.seq, "hash": head.hash, "seal": head.seal})
        draft = self._anchor.with_suffix(f".{os.getpid()}")
        draft.write_text(text)
        draft.rename(self._anchor)

    def _noted(self) -> tuple[int, str] | None:
        """A note that is not ours counts as one that never fits."""
        if not self._anchor.exists():
            return None
        try:
            note = json.loads(self._anchor.read_text())
            seq, of, seal = int(note["seq"]), str(note["hash"]), str(note["seal"])
        except (ValueError, TypeError, KeyError):
            return 1, ""
        return (seq, of) if hmac.compare_digest(seal, self._seal(seq, of)) else (seq, "")


def _head(session: Session) -> sa.Row[tuple[int, int, str, str]] | None:
    return session.execute(sa.select(audit_head)).one_or_none()


def _hash_of(session: Session, seq: int) -> str | None:
    return session.scalar(sa.select(audit_table.c.hash).where(audit_table.c.seq == seq))


def _rows(session: Session) -> Iterator[AuditRow]:
    last = None
    while True:
        query = sa.select(audit_table).order_by(audit_table.c.seq).limit(_PIECE)
        if last is not None:
            query = query.where(audit_table.c.seq > last)
        found = session.execute(query).mappings().all()
        if not found:
            return
        yield from (AuditRow(**row) for row in found)
        last = found[-1]["seq"]

"""Typing and read marks: kept for a moment, told to the other side, never in the journal.

Gateway and console are processes of their own; a small table that both watch joins them.
"""

from datetime import timedelta

import sqlalchemy as sa

from desk.model.console import Sign, SignNow
from desk.model.conversations import Author
from desk.model.errors import NotYours
from desk.services.handoff_rows import open_handoff
from desk.store.console_tables import conversation_signs
from desk.store.tables import messages
from desk.store.unit_of_work import Store

# A side that says nothing more has stopped typing.
_TYPING = timedelta(seconds=6)
# Long enough that a watcher sees a sign begin and end.
_RECENT = timedelta(seconds=30)


class Signs:
    def __init__(self, store: Store) -> None:
        self._store = store

    def typing(
        self, conversation_id: str, author: Author, *, on: bool, by: int | None = None
    ) -> None:
        """`by`: the agent who types; raises `NotYours` when the conversation is not theirs."""
        with self._store.writing() as work:
            if by is not None:
                handoff = open_handoff(work.session, conversation_id)
                if handoff is None or handoff.agent_id != by:
                    raise NotYours(conversation_id)
            sign = work.session.get(Sign, (conversation_id, author), with_for_update=True)
            if sign is None:
                sign = work.session.merge(Sign(conversation_id, author, work.now))
            sign.at = work.now
            sign.typing_until = work.now + _TYPING if on else None

    def read(self, conversation_id: str, author: Author, message_id: int) -> None:
        """This side has seen everything up to a message; never less than before."""
        with self._store.writing() as work:
            known = work.session.scalar(
                sa.select(messages.c.id).where(
                    messages.c.id == message_id, messages.c.conversation_id == conversation_id
                )
            )
            if known is None:
                return
            sign = work.session.get(Sign, (conversation_id, author), with_for_update=True)
            if sign is None:
                sign = work.session.merge(Sign(conversation_id, author, work.now))
            if message_id > sign.read_to:
                sign.at, sign.read_to = work.now, message_id

    def recent(self) -> list[SignNow]:
        """What changed lately, as it stands now."""
        since = self._store.clock.now() - _RECENT
        return self._found(conversation_signs.c.at >= since)

    def of(self, conversation_id: str, author: Author) -> SignNow | None:
        table = conversation_signs.c
        where = sa.and_(table.conversation_id == conversation_id, table.author == author)
        return next(iter(self._found(where)), None)

    def _found(self, where: sa.ColumnElement[bool]) -> list[SignNow]:
        now = self._store.clock.now()
        with self._store.reading() as session:
            found = session.scalars(sa.select(Sign).where(where))
            return [
                SignNow(
                    one.conversation_id,
                    one.author,
                    typing=one.typing_until is not None and one.typing_until > now,
                    read_to=one.read_to,
                )
                for one in found
            ]

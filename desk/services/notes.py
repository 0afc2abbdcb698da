"""内部备注: what staff write beside a conversation for each other; a whisper is for one agent."""

from typing import Any

import sqlalchemy as sa

from desk.model.access import Right, may
from desk.model.agents import Agent
from desk.model.console import Note, NoteKind
from desk.model.errors import NotYours, SupervisorsOnly
from desk.services.handoff_rows import locked, open_handoff
from desk.store.console_tables import conversation_notes
from desk.store.tables import agents_table
from desk.store.unit_of_work import Store


class Notes:
    def __init__(self, store: Store) -> None:
        self._store = store

    def write(self, conversation_id: str, agent: Agent, text: str) -> None:
        """For all colleagues who see the conversation."""
        with self._store.writing() as work:
            locked(work, conversation_id)
            work.session.add(Note(conversation_id, NoteKind.NOTE, agent.username, text, work.now))
            work.emit("NoteWritten", actor=agent.username, conversation_id=conversation_id)

    def whisper(self, conversation_id: str, supervisor: Agent, text: str) -> None:
        """To whoever talks with the customer now; raises `SupervisorsOnly`, `NotYours`."""
        if not may(supervisor.role, Right.OVERSEE_TALKS):
            raise SupervisorsOnly(supervisor.username)
        with self._store.writing() as work:
            locked(work, conversation_id)
            handoff = open_handoff(work.session, conversation_id)
            if handoff is None or handoff.agent_id is None:
                raise NotYours(conversation_id)
            to = work.session.get_one(Agent, handoff.agent_id)
            by = supervisor.username
            note = Note(conversation_id, NoteKind.WHISPER, by, text, work.now, to.id)
            work.session.add(note)
            # "for" is told to consoles, so that the agent hears of it at once.
            data = {"for": to.username}
            work.emit("WhisperWritten", actor=by, conversation_id=conversation_id, **data)

    def of(self, conversation_id: str, reader: Agent) -> list[dict[str, Any]]:
        """Oldest first; a whisper only for its agent and for supervisors."""
        table = conversation_notes.c
        query = (
            sa.select(Note, agents_table.c.name)
            .outerjoin(agents_table, agents_table.c.username == table.by)
            .where(table.conversation_id == conversation_id)
            .order_by(table.id)
        )
        if not may(reader.role, Right.OVERSEE_TALKS):
            query = query.where(sa.or_(table.kind != NoteKind.WHISPER, table.to_agent == reader.id))
        with self._store.reading() as session:
            return [
                {
                    "id": note.id,
                    "kind": str(note.kind),
                    "by": name or note.by,
                    "text": note.text,
                    "at": note.at,
                }
                for note, name in session.execute(query)
            ]

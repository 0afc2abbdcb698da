"""Records as retention sees them: a root row, when it ended, and all rows that go with it.

Parts are listed so that a row goes before the row it points at. A table that is in no record must
be named in `KEPT` with its reason; a test holds that, so a new table has to decide.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from desk.model.conversations import ConversationState
from desk.model.work_orders import Kind, State
from desk.store.change_tables import changes_table, payments
from desk.store.console_tables import conversation_notes, conversation_signs
from desk.store.handoff_tables import handoff_packets
from desk.store.incident_tables import incidents_table
from desk.store.knowledge_tables import knowledge_verdicts
from desk.store.link_tables import attachments_table, order_links_table, order_pictures
from desk.store.notice_tables import notices_table
from desk.store.review_tables import review_items
from desk.store.routing_tables import handoff_offers, handoff_routes, handoff_transfers
from desk.store.survey_tables import return_visits_table, surveys_table
from desk.store.tables import (
    channel_identities,
    complaints_table,
    conversations_table,
    customers_table,
    diagnosis_runs,
    handoffs,
    identity_codes,
    inbox,
    journal_table,
    messages,
    outbox,
    sla_clocks,
    work_orders_table,
)
from desk.store.ticket_tables import callbacks_table, ticket_references, tickets_table
from desk.store.timer_tables import dead_timers, timers
from desk.store.visit_tables import visits_table
from desk.store.wechat_tables import wechat_pictures

type Conditions = Callable[[datetime], list[sa.ColumnElement[bool]]]

KEPT = {
    "agent_profiles": "staff",
    "agents": "staff",
    "api_keys": "who had access",
    "archives": "what was archived",
    "audit": "a chain, kept whole; its words are masked",
    "audit_head": "the end of the chain",
    "calls": "forgotten a day after their end by the sweeper",
    "crews": "staff",
    "done_calls": "forgotten after 30 days by the sweeper",
    "hubs": "until the other system unregisters",
    "journal_readers": "one row per reader",
    "saved_views": "staff",
    "simulated_services": "embedded access network",
    "sms_tray": "development only",
    "staff_recovery_codes": "staff",
    "staff_second_steps": "staff",
    "staff_sessions": "end by themselves",
    "team_members": "staff",
    "teams": "staff",
    "wechat_sends": "forgotten after three days by the sweeper",
    "wechat_tokens": "one row per account",
    "wecom_codes": "forgotten by the sweeper when their time is over",
    "wecom_reading": "one row per account",
}


@dataclass(frozen=True)
class Part:
    """Rows of `table` whose `column` holds the root's key, or its number."""

    column: sa.Column[Any]
    by_number: bool = False
    through: sa.Column[Any] | None = None  # of messages: the rows of a message of the root
    only: sa.ColumnElement[bool] | None = None

    def where(self, keys: Sequence[Any], numbers: Sequence[Any]) -> sa.ColumnElement[bool]:
        wanted: sa.ColumnElement[bool]
        if self.through is None:
            wanted = self.column.in_(numbers if self.by_number else keys)
        else:
            of_root = sa.select(messages.c.id).where(self.through.in_(keys))
            wanted = self.column.in_(of_root)
        return wanted if self.only is None else sa.and_(wanted, self.only)


@dataclass(frozen=True)
class Record:
    class_name: str
    key: sa.Column[Any]
    ended: sa.ColumnElement[Any]
    past: Conditions
    parts: tuple[Part, ...] = ()
    number: sa.Column[Any] | None = None
    whole: tuple[sa.ColumnElement[bool], ...] = ()  # which rows of the table are of this class


def _number(column: sa.Column[Any]) -> Part:
    return Part(column, by_number=True)


_EXECUTED = (Kind.REPAIR, Kind.BUSINESS, Kind.CALLBACK)
_ORDER_PARTS = (
    Part(complaints_table.c.work_order_id),
    Part(ticket_references.c.work_order_id),
    Part(tickets_table.c.work_order_id),
    _number(attachments_table.c.number),
    _number(callbacks_table.c.number),
    _number(notices_table.c.subject),
    _number(order_links_table.c.number),
    _number(order_links_table.c.to),
    _number(return_visits_table.c.number),
    _number(sla_clocks.c.subject),
    _number(surveys_table.c.number),
    _number(timers.c.conversation_id),
    _number(dead_timers.c.conversation_id),
    _number(visits_table.c.order_number),
    _number(journal_table.c.work_order),
)


def _orders(kinds: Sequence[Kind]) -> Conditions:
    """Ended, and nothing happened any more; a confirmed change keeps its order."""
    orders = work_orders_table.c

    def past(before: datetime) -> list[sa.ColumnElement[bool]]:
        later = sa.exists().where(
            journal_table.c.work_order == orders.number, journal_table.c.at >= before
        )
        change = sa.exists().where(changes_table.c.number == orders.number)
        return [
            orders.kind.in_(kinds),
            orders.state.in_((State.CLOSED, State.ARCHIVED, State.CANCELLED)),
            orders.opened_at < before,
            ~later,
            ~change,
        ]

    return past


def _conversations(before: datetime) -> list[sa.ColumnElement[bool]]:
    """Silent, with nobody waiting; an order or a confirmed change keeps its conversation."""
    talk = conversations_table.c
    order = sa.exists().where(work_orders_table.c.conversation_id == talk.id)
    change = sa.exists().where(
        changes_table.c.conversation_id == talk.id, changes_table.c.confirmed_at.is_not(None)
    )
    silent = sa.func.coalesce(talk.last_message_at, talk.opened_at, type_=talk.opened_at.type)
    return [
        silent < before,
        talk.state.in_((ConversationState.BOT, ConversationState.CLOSED)),
        ~order,
        ~change,
    ]


def _without(column: sa.Column[Any], *users: sa.Column[Any]) -> list[sa.ColumnElement[bool]]:
    return [~sa.exists().where(user == column) for user in users]


RECORDS = (
    Record(
        "acceptances",
        changes_table.c.id,
        changes_table.c.confirmed_at,
        lambda before: [changes_table.c.confirmed_at < before],
        whole=(changes_table.c.confirmed_at.is_not(None),),
    ),
    Record(
        "executions",
        work_orders_table.c.id,
        work_orders_table.c.opened_at,
        _orders(_EXECUTED),
        _ORDER_PARTS,
        work_orders_table.c.number,
        (work_orders_table.c.kind.in_(_EXECUTED),),
    ),
    Record(
        "executions",
        incidents_table.c.id,
        incidents_table.c.recovered_at,
        lambda before: [
            incidents_table.c.recovered_at < before,
            *_without(incidents_table.c.number, order_links_table.c.to),
        ],
        (
            _number(notices_table.c.subject),
            _number(sla_clocks.c.subject),
            _number(timers.c.conversation_id),
            _number(journal_table.c.work_order),
        ),
        incidents_table.c.number,
    ),
    Record(
        "complaints",
        work_orders_table.c.id,
        work_orders_table.c.opened_at,
        _orders((Kind.COMPLAINT,)),
        _ORDER_PARTS,
        work_orders_table.c.number,
        (work_orders_table.c.kind == Kind.COMPLAINT,),
    ),
    Record(
        "requests",
        conversations_table.c.id,
        conversations_table.c.opened_at,
        _conversations,
        (
            Part(inbox.c.message_id, through=messages.c.conversation_id),
            Part(outbox.c.message_id, through=messages.c.conversation_id),
            Part(wechat_pictures.c.message_id, through=messages.c.conversation_id),
            Part(order_pictures.c.message_id, through=messages.c.conversation_id),
            Part(messages.c.conversation_id),
            Part(conversation_notes.c.conversation_id),
            Part(conversation_signs.c.conversation_id),
            Part(handoff_packets.c.conversation_id),
            Part(handoff_routes.c.conversation_id),
            Part(handoff_offers.c.conversation_id),
            Part(handoff_transfers.c.conversation_id),
            Part(handoffs.c.conversation_id),
            Part(identity_codes.c.conversation_id),
            Part(diagnosis_runs.c.conversation_id),
            Part(timers.c.conversation_id),
            Part(dead_timers.c.conversation_id),
            Part(notices_table.c.conversation_id),
            Part(knowledge_verdicts.c.conversation_id),
            Part(review_items.c.conversation_id),
            Part(payments.c.conversation_id),
            Part(changes_table.c.conversation_id, only=changes_table.c.confirmed_at.is_(None)),
            Part(sla_clocks.c.subject),
            Part(journal_table.c.conversation_id, only=journal_table.c.work_order.is_(None)),
        ),
    ),
    Record(
        "identities",
        channel_identities.c.id,
        channel_identities.c.created_at,
        lambda before: [
            channel_identities.c.created_at < before,
            *_without(channel_identities.c.id, conversations_table.c.identity_id),
        ],
    ),
    Record(
        "identities",
        customers_table.c.id,
        customers_table.c.created_at,
        lambda before: [
            customers_table.c.created_at < before,
            *_without(
                customers_table.c.id,
                conversations_table.c.customer_id,
                work_orders_table.c.customer_id,
                changes_table.c.customer_id,
                diagnosis_runs.c.customer_id,
            ),
        ],
    ),
    Record(
        "logs",
        journal_table.c.id,
        journal_table.c.at,
        lambda before: [
            journal_table.c.at < before,
            journal_table.c.conversation_id.is_(None),
            journal_table.c.work_order.is_(None),
        ],
        whole=(journal_table.c.conversation_id.is_(None), journal_table.c.work_order.is_(None)),
    ),
)

"""100,000 orders and 1,000,000 messages, written in bulk: what a desk holds after a busy year."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from random import Random
from typing import Any

import sqlalchemy as sa

from desk.model.conversations import Author, ConversationState
from desk.model.work_orders import PREFIX, Kind, Severity, State
from desk.store.tables import (
    channel_identities,
    complaints_table,
    conversations_table,
    customers_table,
    handoffs,
    journal_table,
    messages,
    sla_clocks,
    work_orders_table,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SPAN = timedelta(days=365)
AREAS = ("城东区", "城西区", "城南区", "城北区")
ENDED = (State.CLOSED, State.ARCHIVED, State.CANCELLED)
OPEN = (State.NEW, State.DISPATCHED, State.ACKNOWLEDGED, State.IN_PROGRESS, State.PENDING)


class Filling:
    """Rows of a consistent desk; the same seed gives the same desk in both databases."""

    def __init__(self, orders: int, seed: int = 1) -> None:
        self.orders, self._chance = orders, Random(seed)
        self.customers = max(1, orders // 4)

    def write(self, engine: sa.Engine) -> int:
        """Fills a migrated database; returns the number of rows."""
        tables = (
            (customers_table, self._customers()),
            (channel_identities, self._identities()),
            (conversations_table, self._conversations()),
            (messages, self._messages()),
            (work_orders_table, self._orders()),
            (complaints_table, self._complaints()),
            (sla_clocks, self._clocks()),
            (handoffs, self._handoffs()),
            (journal_table, self._journal()),
        )
        total = 0
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
            for table, rows in tables:
                total += _insert(connection, table, rows)
            if engine.dialect.name == "postgresql":
                for table, _ in tables:
                    if "id" in table.c and isinstance(table.c.id.type, sa.BigInteger):
                        connection.exec_driver_sql(
                            f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), "
                            f"(SELECT coalesce(max(id), 1) FROM {table.name}))"
                        )
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
        return total

    def opened(self, index: int) -> datetime:
        return NOW - SPAN + SPAN * (index / self.orders)

    def number(self, index: int) -> str:
        return f"{PREFIX[self.kind(index)]}{self.opened(index):%y%m%d}{index:06d}"

    def kind(self, index: int) -> Kind:
        return list(Kind)[index % 4]

    def state(self, index: int) -> State:
        """The newest twentieth is open, the rest has ended."""
        if index >= self.orders * 19 // 20:
            return OPEN[index % len(OPEN)]
        return ENDED[index % len(ENDED)]

    def _customers(self) -> Iterator[dict[str, Any]]:
        for index in range(self.customers):
            yield {
                "id": index + 1,
                "account": f"88{index:08d}",
                "name": "客户",
                "phone": f"139{index:08d}",
                "created_at": NOW - SPAN,
            }

    def _identities(self) -> Iterator[dict[str, Any]]:
        for index in range(self.orders):
            yield {
                "id": index + 1,
                "channel": "webchat",
                "external_id": f"w{index}",
                "created_at": self.opened(index),
            }

    def _conversations(self) -> Iterator[dict[str, Any]]:
        for index in range(self.orders):
            state = ConversationState.BOT
            if index % 1000 == 0:
                state = ConversationState.QUEUED
            yield {
                "id": f"c-{index:012d}",
                "channel": "webchat",
                "external_id": f"w{index}",
                "identity_id": index + 1,
                "customer_id": index % self.customers + 1,
                "state": state,
                "opened_at": self.opened(index),
                "last_message_at": self.opened(index) + timedelta(minutes=9),
                "fence": 1,
            }

    def _messages(self) -> Iterator[dict[str, Any]]:
        said = ("宽带上不了网", "请问您的光猫亮红灯吗", "亮红灯", "好的，已为您登记", "谢谢")
        for number in range(self.orders * 10):
            index, turn = divmod(number, 10)
            author = Author.BOT if turn % 2 else Author.CUSTOMER
            yield {
                "id": number + 1,
                "conversation_id": f"c-{index:012d}",
                "external_id": f"m{turn}",
                "author": author,
                "text": self._chance.choice(said),
                "buttons": [],
                "at": self.opened(index) + timedelta(minutes=turn),
            }

    def _orders(self) -> Iterator[dict[str, Any]]:
        for index in range(self.orders):
            yield {
                "id": index + 1,
                "number": self.number(index),
                "kind": self.kind(index),
                "state": self.state(index),
                "conversation_id": f"c-{index:012d}",
                "customer_id": index % self.customers + 1,
                "contact_phone": f"139{index % self.customers:08d}",
                "description": "宽带上不了网，光猫亮红灯",
                "marks": [],
                "steps": [],
                "opened_at": self.opened(index),
                "promised_at": self.opened(index) + timedelta(days=1),
                "area": AREAS[index % len(AREAS)],
            }

    def _complaints(self) -> Iterator[dict[str, Any]]:
        for index in range(self.orders):
            if self.kind(index) is Kind.COMPLAINT:
                yield {
                    "work_order_id": index + 1,
                    "category": "网络",
                    "severity": list(Severity)[index % 3],
                    "description": "网速慢",
                    "wish": "修好",
                    "reasons": [],
                    "filed_at": self.opened(index),
                    "first_result_by": self.opened(index) + timedelta(days=1),
                    "close_by": self.opened(index) + timedelta(days=5),
                }

    def _clocks(self) -> Iterator[dict[str, Any]]:
        for index in range(self.orders):
            for kind, hours in (("dispatch", 0.5), ("acknowledge", 1), ("on_site", 24)):
                due = self.opened(index) + timedelta(hours=hours)
                ended = self.state(index) in ENDED
                yield {
                    "kind": kind,
                    "subject": self.number(index),
                    "started_at": self.opened(index),
                    "due_at": due,
                    "fulfilled_at": due if ended else None,
                    "breached_at": due if not ended and index % 7 == 0 else None,
                }

    def _handoffs(self) -> Iterator[dict[str, Any]]:
        for index in range(0, self.orders, 10):
            waits = index % 1000 == 0
            yield {
                "conversation_id": f"c-{index:012d}",
                "reason": "asked",
                "requested_at": self.opened(index),
                "due_at": self.opened(index) + timedelta(minutes=15),
                "closed_at": None if waits else self.opened(index) + timedelta(minutes=9),
            }

    def _journal(self) -> Iterator[dict[str, Any]]:
        for index in range(self.orders):
            common = {
                "actor": "system",
                "conversation_id": f"c-{index:012d}",
                "work_order": self.number(index),
                "at": self.opened(index),
            }
            yield {**common, "type": "WorkOrderOpened", "data": {"kind": self.kind(index)}}
            for before, after in ((State.NEW, State.DISPATCHED), (State.DISPATCHED, State.CLOSED)):
                data = {"before": before, "after": after, "note": ""}
                yield {**common, "type": "WorkOrderMoved", "data": data}


def _insert(connection: sa.Connection, table: sa.Table, rows: Iterator[dict[str, Any]]) -> int:
    """By the fastest way each database has; values as they lie in it, not as the desk sees them."""
    first = next(rows, None)
    if first is None:
        return 0
    names = list(first)
    lines = ([_raw(row[name]) for name in names] for row in chain([first], rows))
    quoted = ", ".join(f'"{name}"' for name in names)
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(names))
        statement = f"INSERT INTO {table.name} ({quoted}) VALUES ({marks})"
        return int(driver.executemany(statement, lines).rowcount)
    total = 0
    with driver.cursor().copy(f"COPY {table.name} ({quoted}) FROM STDIN") as copy:
        for total, line in enumerate(lines, start=1):  # noqa: B007
            copy.write_row(line)
    return total


def _raw(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S.%f}"
    if isinstance(value, str):
        return str(value)
    return json.dumps(value) if isinstance(value, list | dict) else value

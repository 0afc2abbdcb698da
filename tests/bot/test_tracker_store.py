"""Conversation memory on SQLite and PostgreSQL: two writers, bounded growth, loud failures."""

import asyncio
import os
import uuid

import pytest
import sqlalchemy as sa
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    SlotSet,
    UserUttered,
)

from bot.tracker_store import COMPACT_AT, KEEP_TURNS, MEMORY, ConversationMemory, StaleMemory

DOMAIN = Domain.from_yaml(
    """
version: "3.1"
intents: [greet]
slots:
  draft: {type: any, mappings: [{type: custom}]}
  told: {type: bool, initial_value: false, mappings: [{type: custom}]}
forms:
  complaint_form: {required_slots: []}
"""
)
POSTGRES = os.environ.get("XIAOTONG_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'tracker.db'}"
        return
    name = f"xiaotong_bot_{uuid.uuid4().hex[:12]}"
    base = sa.engine.make_url(POSTGRES).set(drivername="postgresql+psycopg2")
    admin = sa.create_engine(base.set(database="postgres"), isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
    except sa.exc.OperationalError as error:
        pytest.skip(f"no PostgreSQL to test with: {error.orig}")
    yield base.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def memory(url):
    store = ConversationMemory(url, DOMAIN)
    yield store
    store.close()


def say(tracker, text, message_id):
    parsed = {"intent": {"name": "greet", "confidence": 0.9}, "entities": [], "text": text}
    tracker.update(UserUttered(text, parsed["intent"], [], parsed, message_id=message_id), DOMAIN)
    tracker.update(ActionExecuted("action_greet"), DOMAIN)
    tracker.update(BotUttered(f"回答 {text}", {"buttons": []}), DOMAIN)
    tracker.update(ActionExecuted("action_listen"), DOMAIN)


async def one_turn(memory, sender, number):
    tracker = await memory.get_or_create_tracker(sender, append_action_listen=False)
    say(tracker, f"第 {number} 句", str(number))
    await memory.save(tracker)


def run(coroutine):
    return asyncio.run(coroutine)


def test_unknown_conversation_is_none(memory):
    assert run(memory.retrieve("c-nobody")) is None


def test_what_was_saved_comes_back(memory, url):
    async def course():
        tracker = await memory.get_or_create_tracker("c-1")
        say(tracker, "你好", "1")
        tracker.update(SlotSet("draft", {"phone": "13800138000"}), DOMAIN)
        tracker.update(ActiveLoop("complaint_form"), DOMAIN)
        await memory.save(tracker)
        other = ConversationMemory(url, DOMAIN)
        found = await other.retrieve("c-1")
        other.close()
        return tracker, found

    saved, found = run(course())
    assert [e.as_dict() for e in found.events] == [e.as_dict() for e in saved.events]
    assert found.get_slot("draft") == {"phone": "13800138000"}
    assert found.active_loop_name == "complaint_form"


def test_second_writer_is_refused_and_nothing_is_lost(memory, url):
    async def course():
        other = ConversationMemory(url, DOMAIN)
        await one_turn(memory, "c-2", 1)
        mine, theirs = await memory.retrieve("c-2"), await other.retrieve("c-2")
        say(mine, "我先", "2")
        say(theirs, "我也", "3")
        await memory.save(mine)
        with pytest.raises(StaleMemory):
            await other.save(theirs)
        again = await other.retrieve("c-2")
        say(again, "我也", "3")
        await other.save(again)
        found = await memory.retrieve("c-2")
        other.close()
        return [e.message_id for e in found.events if isinstance(e, UserUttered)]

    assert run(course()) == ["1", "2", "3"]


def test_two_first_writers(memory, url):
    async def course():
        other = ConversationMemory(url, DOMAIN)
        mine, theirs = memory.init_tracker("c-3"), other.init_tracker("c-3")
        say(mine, "一", "1")
        say(theirs, "二", "2")
        await memory.save(mine)
        with pytest.raises(StaleMemory):
            await other.save(theirs)
        other.close()

    run(course())


def test_long_conversation_stays_small_and_keeps_its_state(memory):
    async def course():
        tracker = await memory.get_or_create_tracker("c-4")
        tracker.update(SlotSet("draft", {"category": "服务"}), DOMAIN)
        tracker.update(SlotSet("told", True), DOMAIN)
        tracker.update(ActiveLoop("complaint_form"), DOMAIN)
        await memory.save(tracker)
        for number in range(200):
            await one_turn(memory, "c-4", number)
        return await memory.retrieve("c-4")

    tracker = run(course())
    turns = [e for e in tracker.events if isinstance(e, UserUttered)]
    assert KEEP_TURNS <= len(turns) <= COMPACT_AT
    assert turns[-1].message_id == "199"
    assert tracker.get_slot("draft") == {"category": "服务"} and tracker.get_slot("told") is True
    assert tracker.active_loop_name == "complaint_form"
    with memory._engine.connect() as connection:
        stored = connection.scalar(sa.select(MEMORY.c.events).where(MEMORY.c.sender_id == "c-4"))
    assert len(stored.encode()) < 64 * 1024


def test_turn_2000_reads_and_writes_no_more_than_turn_100(tmp_path):
    memory = ConversationMemory(f"sqlite:///{tmp_path / 'long.db'}", DOMAIN)

    async def course():
        sizes = []
        for number in range(2000):
            await one_turn(memory, "c-5", number)
            with memory._engine.connect() as connection:
                sizes.append(len(connection.scalar(sa.select(MEMORY.c.events))))
        return sizes

    sizes = run(course())
    memory.close()
    assert max(sizes[-100:]) <= max(sizes[20:120]) * 1.1


def test_failed_read_and_write_are_raised(memory):
    async def course():
        await one_turn(memory, "c-6", 1)
        tracker = await memory.retrieve("c-6")
        MEMORY.drop(memory._engine)
        with pytest.raises(sa.exc.DBAPIError):
            await memory.retrieve("c-6")
        say(tracker, "还在吗", "2")
        with pytest.raises(sa.exc.DBAPIError):
            await memory.save(tracker)

    run(course())


def test_sqlite_commits_survive_a_power_cut(tmp_path):
    memory = ConversationMemory(f"sqlite:///{tmp_path / 'd.db'}", DOMAIN)
    with memory._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    memory.close()

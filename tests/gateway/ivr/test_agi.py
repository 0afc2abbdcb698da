"""Asterisk's FastAGI over a real socket: recorded dialogues, answered as Asterisk answers."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa

from desk.store.call_tables import calls
from gateway.channels.ivr import wording
from tests.gateway.conftest import Gateway, MakeGateway, free_port
from tests.gateway.fake_rasa import FakeRasa, says
from tests.gateway.ivr.conftest import Phone

ENVIRONMENT = """agi_network: yes
agi_request: agi://127.0.0.1
agi_channel: SIP/6001-00000000
agi_language: zh
agi_type: SIP
agi_uniqueid: 1795842000.{number}
agi_version: 16.28.0
agi_callerid: {caller}
agi_calleridname: unknown
agi_dnid: 10010
agi_context: default
agi_extension: 10010
agi_priority: 1
agi_enhanced: 0.0
agi_accountcode:
agi_threadid: 139872
"""
BUTTONS = [{"title": "查工单", "payload": "查一下工单"}, {"title": "我要投诉", "payload": "投诉"}]
DONE, NO_KEYS, NO_TEXT = "200 result=0", "200 result= (timeout)", "200 result=-1"


@dataclass
class Asterisk:
    """The other side of the line; `script` answers GET DATA and RECEIVE TEXT in their order."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    asked: list[str] = field(default_factory=list)

    async def begin(self, caller: str = "13800000004", number: int = 0) -> None:
        text = ENVIRONMENT.format(caller=caller, number=number)
        self.writer.write(f"{text}\n".encode())
        await self.writer.drain()

    async def command(self) -> str:
        """The next command; "" when the other side is gone."""
        async with asyncio.timeout(10):
            line = (await self.reader.readline()).decode().rstrip("\n")
        self.asked.append(line)
        return line

    async def answer(self, text: str) -> None:
        self.writer.write(f"{text}\n".encode())
        await self.writer.drain()

    async def play(self, script: Sequence[str]) -> None:
        """Speak and set whatever is wanted; listening gets the script, line by line."""
        left = list(script)
        while left and (command := await self.command()):
            listens = command.startswith(("GET DATA", "RECEIVE TEXT"))
            await self.answer(left.pop(0) if listens else DONE)

    def said(self) -> list[str]:
        return [one[len('SEND TEXT "') : -1] for one in self.asked if one.startswith("SEND TEXT")]


@dataclass
class Line:
    gateway: Gateway
    port: int
    open: list[asyncio.StreamWriter] = field(default_factory=list)

    async def call(self) -> Asterisk:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.open.append(writer)
        return Asterisk(reader, writer)


@pytest.fixture
async def line(make_gateway: MakeGateway) -> AsyncIterator[Line]:
    port = free_port()
    gateway = await make_gateway(
        ivr_agi_port=port, ivr_transfer_target="sip:agents@pbx", ivr_silence_seconds=4
    )
    made = Line(gateway, port)
    yield made
    for writer in made.open:
        writer.close()


def phone_of(line: Line) -> Phone:
    """The call under way, as the desk knows it."""
    assert line.gateway.desk is not None
    with line.gateway.desk.store.reading() as session:
        (call_id,) = session.scalars(sa.select(calls.c.id)).all()
    assert call_id.startswith("agi-1795842000.0-")
    return Phone(line.gateway, id=call_id)


def asked(rasa: FakeRasa) -> list[str]:
    return [body["text"] for body in rasa.asked]


async def test_words_and_keys_reach_the_bot(line: Line, rasa: FakeRasa) -> None:
    rasa.behave = says({"text": "您好，我是小通。", "buttons": BUTTONS})
    asterisk = await line.call()
    await asterisk.begin()
    await asterisk.play([NO_KEYS, "200 result=1 (我想查一下这个月的话费)", "200 result=2"])
    await asterisk.command()
    assert asked(rasa) == ["你好", "我想查一下这个月的话费", "投诉"]
    assert asterisk.said()[0].startswith("您好，我是小通。查工单，请按1。我要投诉，请按2。")
    # Keys first while there are choices to press, half of the silence each.
    assert asterisk.asked[1:3] == ["GET DATA silence/1 2000 1", "RECEIVE TEXT 2000"]


async def test_silence_is_noticed(line: Line, rasa: FakeRasa) -> None:
    asterisk = await line.call()
    await asterisk.begin()
    await asterisk.play([NO_TEXT, NO_KEYS, "200 result=1 ()", NO_KEYS])
    await asterisk.command()
    greeting, first, second = asterisk.said()
    assert first == wording.NOTHING_HEARD + greeting
    assert second.startswith(wording.SIMPLER)


async def test_a_person_is_reached_through_the_dialplan(line: Line, rasa: FakeRasa) -> None:
    line.gateway.agent()
    asterisk = await line.call()
    await asterisk.begin()
    await asterisk.play([NO_TEXT])
    phone = phone_of(line)
    phone.queue()
    await asterisk.command()
    await asterisk.answer("200 result=1")
    while asterisk.asked[-1]:
        if await asterisk.command():
            await asterisk.answer(DONE)
    variables = [one for one in asterisk.asked if one.startswith("SET ")]
    assert variables == [
        'SET VARIABLE "__XIAOTONG_TARGET" "sip:agents@pbx"',
        f'SET VARIABLE "__X_XIAOTONG_CONVERSATION" "{phone.conversation().id}"',
        'SET VARIABLE "__X_XIAOTONG_REASON" "asked"',
        "SET CONTEXT xiaotong-people",
        "SET EXTENSION s",
        "SET PRIORITY 1",
    ]
    assert phone.conversation().state == "queued"


@pytest.mark.parametrize("how", ["HANGUP", "511 Command Not Permitted on a dead channel", ""])
async def test_hanging_up_ends_the_call(line: Line, how: str) -> None:
    asterisk = await line.call()
    await asterisk.begin()
    await asterisk.command()
    phone = phone_of(line)
    if how:
        await asterisk.answer(how)
    else:
        asterisk.writer.close()
    async with asyncio.timeout(10):
        while phone.conversation().state != "closed":
            await asyncio.sleep(0.01)


async def test_a_command_that_asterisk_does_not_know_is_passed_over(
    line: Line, rasa: FakeRasa
) -> None:
    asterisk = await line.call()
    await asterisk.begin()
    await asterisk.command()
    await asterisk.answer("520-Invalid command syntax.  Proper usage follows:\nUsage: SEND TEXT\n"
                          "520 End of proper usage.")  # fmt: skip
    await asterisk.play(["200 result=1 (查话费)"])
    await asterisk.command()
    assert asterisk.said()[-1] == "您说：查话费。"


async def test_calls_are_apart(line: Line, rasa: FakeRasa) -> None:
    first, second = await line.call(), await line.call()
    await first.begin(number=1)
    await second.begin(number=2)
    await asyncio.gather(
        first.play(["200 result=1 (查话费)"]), second.play(["200 result=1 (查流量)"])
    )
    await asyncio.gather(first.command(), second.command())
    assert (first.said()[-1], second.said()[-1]) == ("您说：查话费。", "您说：查流量。")


@pytest.mark.parametrize(
    "sent", ["\n", "agi_uniqueid: /\n\n", "x: y\n" * 200, "x" * 50_000 + "\n", "GET / HTTP/1.0\n\n"]
)
async def test_who_is_no_asterisk_is_sent_away(line: Line, sent: str) -> None:
    stranger = await line.call()
    stranger.writer.write(sent.encode())
    try:
        assert await stranger.command() == ""
    except ConnectionResetError:
        assert stranger.asked == []  # closed before all of it was read
    asterisk = await line.call()
    await asterisk.begin()
    assert (await asterisk.command()).startswith('SEND TEXT "您说：你好。')

"""From the telephone to people: transferred, called back, or hung up while waiting."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import sqlalchemy as sa
from aiohttp import web

from desk.model.work_orders import WorkOrder
from desk.store.tables import work_orders_table
from gateway.channels.ivr import wording
from tests.gateway.fake_rasa import FakeRasa, echo, turn
from tests.gateway.ivr.conftest import MakePhone, Phone, events, spoken

TARGET = "tel:+8610010"
SORRY = "对不起，让您着急了。"
QUEUED = {
    "text": "已为您转接人工客服，您前面还有 0 位。",
    "buttons": [{"title": "取消排队", "payload": "取消排队"}],
}


def hands_over(phone: Phone) -> Callable[[dict[str, Any]], Awaitable[web.Response]]:
    """A bot whose action calls a person when it is asked to, as the real one does."""

    async def behave(body: dict[str, Any]) -> web.Response:
        if body["text"] != "转人工":
            return await echo(body)
        phone.queue()
        return turn(SORRY, QUEUED)

    return behave


async def wants_person(phone: Phone, rasa: FakeRasa) -> list[dict[str, Any]]:
    rasa.behave = hands_over(phone)
    await phone.ring()
    return await phone.hears({"id": "person", "type": "message", "text": "转人工"})


def callbacks(phone: Phone) -> list[str]:
    """The numbers of all call-back orders of this call."""
    of_call = work_orders_table.c.conversation_id == phone.conversation().id
    with phone.desk.store.reading() as session:
        orders = session.scalars(sa.select(WorkOrder).where(of_call)).all()
        return [f"{one.kind} {one.contact_phone}" for one in orders]


async def test_somebody_there_gets_the_call_and_the_way_to_the_packet(
    make_phone: MakePhone, rasa: FakeRasa
) -> None:
    phone = await make_phone(ivr_transfer_target=TARGET)
    phone.gateway.agent()
    said = await wants_person(phone, rasa)
    assert spoken(said) == SORRY + wording.TRANSFERRING
    assert events(said) == ["transfer"]
    params = said[-1]["activityParams"]
    assert params["transferTarget"] == TARGET
    headers = {one["name"]: one["value"] for one in params["transferSipHeaders"]}
    assert headers == {
        "X-Xiaotong-Conversation": phone.conversation().id,
        "X-Xiaotong-Reason": "asked",
    }
    assert "13800000004" not in json.dumps(said)
    assert await phone.hang_up("transferred") == 200
    assert phone.conversation().state == "queued"
    assert callbacks(phone) == []


async def test_hanging_up_before_anybody_answers_is_waiting_too(
    make_phone: MakePhone, rasa: FakeRasa
) -> None:
    phone = await make_phone(ivr_transfer_target=TARGET)
    phone.gateway.agent()
    await wants_person(phone, rasa)
    await phone.hang_up("client-disconnected")
    assert callbacks(phone) == ["callback 13800000004"]


async def test_nobody_there_calls_back_the_number_that_calls(
    make_phone: MakePhone, rasa: FakeRasa
) -> None:
    phone = await make_phone(ivr_transfer_target=TARGET)
    said = await wants_person(phone, rasa)
    assert spoken(said) == (
        f"{SORRY}{wording.OFFER_CALLBACK}{wording.USE_CALLER}，请按1。"
        f"{wording.NO_CALLBACK}，请按2。{wording.PHONE_BY_KEYS}"
    )
    told = await phone.hears({"id": "k", "type": "event", "name": "DTMF", "value": "1"})
    assert "已为您登记回电" in spoken(told) and spoken(told).endswith(wording.GOODBYE)
    assert events(told) == ["hangup"]
    assert callbacks(phone) == ["callback 13800000004"]
    assert await phone.hang_up() == 200
    assert callbacks(phone) == ["callback 13800000004"]
    assert phone.conversation().state == "closed"


async def test_without_a_target_nobody_is_rung(phone: Phone, rasa: FakeRasa) -> None:
    phone.gateway.agent()
    said = await wants_person(phone, rasa)
    assert events(said) == [] and wording.OFFER_CALLBACK in spoken(said)


async def test_another_number_is_read_back_first(phone: Phone, rasa: FakeRasa) -> None:
    await wants_person(phone, rasa)
    assert "幺三九，幺二三四，五六七八" in await phone.press("13912345678")
    assert "已为您登记回电" in await phone.say("对")
    assert callbacks(phone) == ["callback 13912345678"]


async def test_yes_or_the_wish_itself_will_do(phone: Phone, rasa: FakeRasa) -> None:
    await wants_person(phone, rasa)
    assert "已为您登记回电" in await phone.say("好的")
    assert callbacks(phone) == ["callback 13800000004"]


async def test_who_wants_no_call_back_stays_with_the_bot(phone: Phone, rasa: FakeRasa) -> None:
    await wants_person(phone, rasa)
    assert "已为您取消排队" in await phone.press("2")
    assert await phone.say("查话费") == "您说：查话费。"
    await phone.hang_up()
    assert callbacks(phone) == []


async def test_a_transfer_nobody_takes_becomes_the_offer(
    make_phone: MakePhone, rasa: FakeRasa
) -> None:
    phone = await make_phone(ivr_transfer_target=TARGET)
    phone.gateway.agent()
    await wants_person(phone, rasa)
    failed = {"status": "failed", "reasonCode": "no-answer"}
    told = spoken(await phone.event("transferStatus", value=failed))
    assert told.startswith(wording.NOT_ANSWERED + wording.OFFER_CALLBACK)
    await phone.hang_up()
    assert callbacks(phone) == ["callback 13800000004"]


async def test_who_hangs_up_waiting_is_called_back(phone: Phone, rasa: FakeRasa) -> None:
    await wants_person(phone, rasa)
    assert await phone.hang_up() == 200
    assert callbacks(phone) == ["callback 13800000004"]
    assert phone.conversation().state == "closed"


async def test_without_a_number_who_hangs_up_leaves_the_queue(phone: Phone, rasa: FakeRasa) -> None:
    rasa.behave = hands_over(phone)
    await phone.ring(caller="anonymous")
    assert wording.USE_CALLER not in await phone.say("转人工")
    assert await phone.hang_up() == 200
    assert callbacks(phone) == []
    assert phone.conversation().state == "closed"


async def test_silence_in_the_offer_ends_with_a_call_back(phone: Phone, rasa: FakeRasa) -> None:
    await wants_person(phone, rasa)
    await phone.silence()
    await phone.silence()
    last = await phone.event("noUserInput", value=3)
    assert "已为您登记回电" in spoken(last) and events(last) == ["hangup"]
    assert callbacks(phone) == ["callback 13800000004"]


async def test_somebody_who_comes_meanwhile_is_rung(make_phone: MakePhone, rasa: FakeRasa) -> None:
    phone = await make_phone(ivr_transfer_target=TARGET)
    await wants_person(phone, rasa)
    phone.gateway.agent()
    said = await phone.event("noUserInput", value=1)
    assert spoken(said) == wording.TRANSFERRING and events(said) == ["transfer"]


async def test_a_person_who_writes_is_read_out(phone: Phone, rasa: FakeRasa) -> None:
    """Taken on the console while the call goes on, with no telephone of theirs to ring."""
    await wants_person(phone, rasa)
    agent = phone.gateway.agent()
    conversation_id = phone.conversation().id
    phone.desk.handoff.take(conversation_id, agent)
    assert "李晓" in await phone.silence()
    assert await phone.silence() == wording.WITH_PERSON
    phone.desk.handoff.answer(conversation_id, agent, "您的宽带 1 小时后恢复", "c1")
    assert await phone.silence() == f"客服{agent.name}：您的宽带1小时后恢复。"

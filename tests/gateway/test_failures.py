"""Rasa fails in every way it can: nothing is lost or said twice, nobody waits in silence."""

import asyncio
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from desk.model.conversations import HandoffTicket
from gateway import phrases
from tests.gateway.conftest import Gateway, MakeGateway
from tests.gateway.fake_rasa import Behaviour, FakeRasa, echo, says, status
from tests.waiting import until

SORRY = "很抱歉，刚才系统出了点问题"
SLOW = "我在查，请稍等一下。"


FAILURES: dict[str, Behaviour] = {
    "error": status(500),
    "bad gateway": status(502, "<html>"),
    "unauthorized": status(401),
    "not json": status(200, "oops"),
    "json of another kind": status(200, "[]"),
    "no replies": status(200, "{}"),
    "replies of another kind": status(200, '{"replies": [7]}'),
    "button without title": status(200, '{"replies": [{"text": "a", "buttons": [{}]}]}'),
    "empty turn": says(),
    "empty reply": says({"text": ""}),
}


@pytest.mark.parametrize("failure", FAILURES)
async def test_a_failed_turn_is_an_apology_with_a_way_to_a_person(
    gateway: Gateway, rasa: FakeRasa, failure: str
) -> None:
    rasa.behave = FAILURES[failure]
    (reply,) = await gateway.send("查套餐")
    assert reply["text"].startswith(SORRY)
    assert {"title": "转人工", "payload": "转人工"} in reply["buttons"]
    rasa.behave = echo
    assert [r["text"] for r in await gateway.send("你好")] == ["您说：你好"]


async def test_a_turn_that_left_nothing_behind_is_tried_again(
    gateway: Gateway, rasa: FakeRasa
) -> None:
    rasa.behave = status(500)
    sending = asyncio.create_task(gateway.send("查套餐"))
    await until(lambda: rasa.asked)
    rasa.behave = echo
    assert [r["text"] for r in await sending] == ["您说：查套餐"]
    assert len({asked["message_id"] for asked in rasa.asked}) == 1


async def test_a_turn_that_never_ends_is_told_and_then_given_up(
    make_gateway: MakeGateway, rasa: FakeRasa
) -> None:
    gateway = await make_gateway(notice_after_seconds=0.05, turn_timeout_seconds=0.6)
    rasa.behave = rasa.hangs
    replies = [r["text"] for r in await gateway.send("查套餐")]
    assert replies[0] == SLOW
    assert replies[1].startswith(SORRY)
    assert len(replies) == 2


async def test_a_slow_turn_gets_one_word_of_patience_and_then_its_answer(
    make_gateway: MakeGateway, rasa: FakeRasa
) -> None:
    gateway = await make_gateway(notice_after_seconds=0.05)
    rasa.behave = rasa.hangs
    waiting = asyncio.create_task(gateway.send("查套餐"))
    await until(lambda: gateway.said() == ["查套餐", SLOW])
    rasa.let_go.set()
    assert [r["text"] for r in await waiting] == [SLOW, "您说：查套餐"]
    assert len(rasa.asked) == 1


async def test_a_quick_turn_hears_no_word_of_patience(gateway: Gateway) -> None:
    await gateway.send("你好")
    assert gateway.said() == ["你好", "您说：你好"]


async def test_messages_wait_for_rasa_and_are_answered_once_it_is_back(
    gateway: Gateway, rasa: FakeRasa
) -> None:
    await rasa.stop()
    sending = [asyncio.create_task(gateway.send(f"{n}", f"s-{n % 3}")) for n in range(6)]
    assert gateway.desk is not None
    backlog = gateway.desk.inbox.backlog
    await until(lambda: backlog() == 6)
    await rasa.start()
    answers = await asyncio.gather(*sending)
    assert sorted(r["text"] for replies in answers for r in replies) == [
        f"您说：{n}" for n in range(6)
    ]
    assert len(rasa.asked) == len(rasa.turns) == 6
    assert backlog() == 0


async def test_a_model_that_is_loading_is_waited_for(gateway: Gateway, rasa: FakeRasa) -> None:
    rasa.behave = status(503)
    sending = asyncio.create_task(gateway.send("你好"))
    await until(lambda: rasa.asked)
    rasa.behave = echo
    assert [r["text"] for r in await sending] == ["您说：你好"]


async def test_waiting_for_rasa_does_not_keep_the_machine_busy(
    gateway: Gateway, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert gateway.desk is not None
    inbox, looks = gateway.desk.inbox, 0
    is_waiting = inbox.is_waiting

    def counted(message_id: int) -> bool:
        nonlocal looks
        looks += 1
        return is_waiting(message_id)

    monkeypatch.setattr(inbox, "is_waiting", counted)
    rasa.behave = status(503)
    sending = asyncio.create_task(gateway.send("你好"))
    await until(lambda: len(rasa.asked) >= 3)
    assert looks <= 30
    rasa.behave = echo
    await sending


async def test_an_outage_that_lasts_ends_in_the_same_apology(
    make_gateway: MakeGateway, rasa: FakeRasa
) -> None:
    gateway = await make_gateway(give_up_after_seconds=0.5, notice_after_seconds=0.1)
    await rasa.stop()
    replies = [r["text"] for r in await gateway.send("查套餐")]
    assert replies[-1].startswith(SORRY)
    assert len(replies) <= 2


@pytest.mark.parametrize("words", ["转人工", "人工客服", "要人工！", "找真人客服"])
async def test_a_person_can_be_reached_while_the_bot_is_down(
    gateway: Gateway, rasa: FakeRasa, words: str
) -> None:
    await rasa.stop()
    (reply,) = await gateway.send(words)
    assert "已为您转接人工客服" in reply["text"]
    assert "登记回电" in reply["text"]
    assert [b["payload"] for b in reply["buttons"]] == ["登记回电", "取消排队"]
    assert gateway.desk is not None
    assert gateway.desk.handoff.position(gateway.conversation()) == 1
    again = await gateway.send("在吗")
    assert len(again) <= 1
    await rasa.start()


async def in_the_queue(gateway: Gateway) -> str:
    await gateway.send("你好")
    assert gateway.desk is not None
    gateway.desk.handoff.request(gateway.conversation(), "asked", key="h")
    return gateway.conversation()


async def test_in_the_queue_the_bot_is_silent_and_the_place_is_told_now_and_then(
    gateway: Gateway, rasa: FakeRasa
) -> None:
    await in_the_queue(gateway)
    assert await gateway.send("快点") == []  # something was said a moment ago
    assert len(rasa.asked) == 1


async def test_after_a_silence_the_place_in_the_queue_is_told(
    gateway: Gateway, rasa: FakeRasa
) -> None:
    assert gateway.desk is not None
    accepted = gateway.desk.inbox.accept("rest", "new", "转人工", "m-1")
    desk = gateway.desk
    await until(lambda: not desk.inbox.is_waiting(accepted.message_id))
    with desk.store.writing() as work:
        work.session.connection().exec_driver_sql("UPDATE messages SET at = '2020-01-01 00:00:00'")
    gateway.desk.handoff.request(accepted.conversation_id, "asked", key="h")
    replies = await gateway.send("还有多久", "new")
    assert "目前排在第 1 位" in replies[-1]["text"]
    assert len(rasa.asked) == 1


@pytest.mark.parametrize(
    ("ticket", "words"),
    [
        (HandoffTicket(1, 1, 15, 3), "预计等候约 3 分钟"),
        (HandoffTicket(1, 1, 15), "最迟 15 分钟内"),
        (HandoffTicket(1, 0, 0), "请稍等"),  # later than promised: no new promise
        (
            HandoffTicket(1, 0, 15, opens_at=datetime(2026, 11, 22, 1, tzinfo=UTC)),
            "11月22日 09:00 起",
        ),
    ],
)
def test_what_can_be_said_of_the_wait_is_said(ticket: HandoffTicket, words: str) -> None:
    for reply in (phrases.queued, phrases.still_queued):
        assert words in reply(ticket, ZoneInfo("Asia/Shanghai")).text


@pytest.mark.parametrize("words", ["取消排队", "不用了", "那算了吧", "不等了。"])
async def test_leaving_the_queue(gateway: Gateway, rasa: FakeRasa, words: str) -> None:
    await in_the_queue(gateway)
    (reply,) = await gateway.send(words)
    assert "已为您取消排队" in reply["text"]
    assert [r["text"] for r in await gateway.send("查套餐")] == ["您说：查套餐"]


async def test_a_call_back_instead_of_waiting(gateway: Gateway, rasa: FakeRasa) -> None:
    await in_the_queue(gateway)
    (reply,) = await gateway.send("登记回电")
    assert "手机号码" in reply["text"]
    (reply,) = await gateway.send("13912345678")
    assert "HF" in reply["text"]
    assert "139****5678" in reply["text"]
    # Out of the queue: the bot answers again.
    assert [r["text"] for r in await gateway.send("查套餐")] == ["您说：查套餐"]


async def test_with_a_person_the_bot_is_never_asked(gateway: Gateway, rasa: FakeRasa) -> None:
    conversation = await in_the_queue(gateway)
    desk = gateway.desk
    assert desk is not None
    lixiao = gateway.agent()
    desk.handoff.take(conversation, lixiao)
    (greeting,) = await gateway.send("你好，人呢")
    assert "李晓" in greeting["text"]
    desk.handoff.answer(conversation, lixiao, "在的", "c-1")
    assert [r["text"] for r in await gateway.send("太好了")] == ["在的"]
    assert len(rasa.asked) == 1
    desk.handoff.close(conversation, lixiao, "好了", "resolved")
    replies = await gateway.send("再见")
    assert [r["text"] for r in replies][-1] == "您说：再见"


async def test_what_a_person_says_is_waited_for(gateway: Gateway) -> None:
    conversation = await in_the_queue(gateway)
    desk = gateway.desk
    assert desk is not None
    lixiao = gateway.agent()
    desk.handoff.take(conversation, lixiao)
    url = f"{gateway.url}/webhooks/rest/messages"
    async with gateway.session.get(url, params={"sender": "wang"}) as response:
        last = (await response.json())["last_id"]

    async def fetch() -> list[str]:
        query = {"sender": "wang", "after": str(last), "wait": "20"}
        async with gateway.session.get(url, params=query) as answered:
            return [m["text"] for m in (await answered.json())["messages"]]

    waiting = asyncio.create_task(fetch())
    desk.handoff.answer(conversation, lixiao, "查到了", "c-1")
    assert await waiting == ["查到了"]


# -- stopped and started in the middle -------------------------------------------------------------


async def test_a_message_in_the_middle_of_a_restart_is_answered_once(
    make_gateway: MakeGateway, rasa: FakeRasa
) -> None:
    """The turn was on its way when the process went: the next one takes it up."""
    gateway = await make_gateway(turn_timeout_seconds=2)
    rasa.behave = rasa.hangs
    cut_off = asyncio.create_task(gateway.send("宽带坏了", message_id="m-1"))
    await until(lambda: rasa.asked)
    await gateway.stop()
    with pytest.raises(aiohttp.ClientError):
        await cut_off
    rasa.behave = echo
    rasa.let_go.set()
    await gateway.start()
    assert [r["text"] for r in await gateway.send("宽带坏了", message_id="m-1")] == [
        "您说：宽带坏了"
    ]
    assert gateway.said() == ["宽带坏了", "您说：宽带坏了"]
    assert len(rasa.turns) == 1


async def test_what_was_acknowledged_before_a_restart_is_answered_after_it(
    make_gateway: MakeGateway, rasa: FakeRasa
) -> None:
    gateway = await make_gateway()
    await rasa.stop()
    sending = [
        asyncio.create_task(gateway.post({"sender": "wang", "message": f"{n}"})) for n in "012"
    ]
    assert gateway.desk is not None
    await until(gateway.desk.inbox.backlog)
    await until(lambda: len(gateway.said()) == 3)
    texts = gateway.said()
    await gateway.stop()
    await asyncio.gather(*sending, return_exceptions=True)
    await rasa.start()
    await gateway.start()
    await until(lambda: gateway.desk and gateway.desk.inbox.backlog() == 0)
    assert [asked["text"] for asked in rasa.asked] == texts
    assert gateway.said()[3:] == [f"您说：{text}" for text in texts]

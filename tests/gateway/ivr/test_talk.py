"""A call from ring to hang-up: what is said to words, keys and silence."""

import asyncio
from typing import Any

import pytest
from aiohttp import web

from gateway.channels.ivr import wording
from tests.gateway.fake_rasa import FakeRasa, says, turn
from tests.gateway.ivr.conftest import MakePhone, Phone, spoken

BUTTONS = [{"title": "查工单", "payload": "查一下工单"}, {"title": "我要投诉", "payload": "投诉"}]
ASK_PHONE = "请告诉我您办理业务登记的手机号码，我会发送一条短信验证码。"


def asked(rasa: FakeRasa) -> list[str]:
    return [body["text"] for body in rasa.asked]


async def test_a_call_begins_with_how_we_listen_and_a_greeting(
    phone: Phone, rasa: FakeRasa
) -> None:
    rasa.behave = says({"text": "您好，我是小通。", "buttons": BUTTONS})
    config, greeting = await phone.ring()
    assert config["name"] == "config"
    listens = config["sessionParams"]
    assert listens["sendDTMF"] and "noUserInput" in listens["sendEventsToBot"]
    assert listens["userNoInputTimeoutMS"] == 8000 and listens["botNoInputSpeech"]
    assert greeting["text"].startswith("您好，我是小通。查工单，请按1。我要投诉，请按2。")
    assert greeting["activityParams"]["dtmfCollectMaxDigits"] == 1
    assert asked(rasa) == ["你好"]
    assert rasa.asked[0]["metadata"] == {"channel": "ivr"}


@pytest.mark.parametrize("said", ["第二个", "按二", "2", "我要投诉。", "选2号"])
async def test_a_choice_can_be_said(phone: Phone, rasa: FakeRasa, said: str) -> None:
    rasa.behave = says({"text": "您好。", "buttons": BUTTONS})
    await phone.ring()
    await phone.say(said)
    assert asked(rasa) == ["你好", "投诉"]


async def test_a_choice_can_be_pressed_while_it_is_offered(phone: Phone, rasa: FakeRasa) -> None:
    rasa.behave = says({"text": "您好。", "buttons": BUTTONS})
    await phone.ring()
    assert (await phone.press("3")).startswith(wording.UNUSED_KEY)
    rasa.behave = says("查到了。")
    assert await phone.press("1") == "查到了。"
    assert (await phone.press("1")).startswith(wording.UNUSED_KEY)
    assert asked(rasa) == ["你好", "查一下工单"]


async def test_what_is_heard_twice_is_answered_once_and_alike(phone: Phone, rasa: FakeRasa) -> None:
    await phone.ring()
    words = {"id": "again", "type": "message", "text": "查话费"}
    first, *others = await asyncio.gather(*(phone.hears(words) for _ in range(4)))
    await phone.say("别的")
    others.append(await phone.hears(words))
    stripped = [[{**one, "timestamp": ""} for one in said] for said in (first, *others)]
    assert all(said == stripped[0] for said in stripped)
    assert asked(rasa) == ["你好", "查话费", "别的"]


async def test_a_repeat_says_the_last_words_again(phone: Phone, rasa: FakeRasa) -> None:
    await phone.ring()
    rasa.behave = says("您的余额是 12.50 元。")
    told = await phone.say("查话费")
    assert told == "您的余额是12元5角。"
    for again in ("再说一遍", "没听清", "你说什么？", "请重复一下"):
        assert await phone.say(again) == told
    assert await phone.press("*") == told
    assert asked(rasa) == ["你好", "查话费"]


async def test_a_long_answer_is_told_in_parts(phone: Phone, rasa: FakeRasa) -> None:
    await phone.ring()
    rasa.behave = says("一。二。三。四。五。六。七。要办哪个？")
    assert await phone.say("有什么套餐") == f"一。二。三。{wording.MORE}要办哪个？"
    assert await phone.press("9") == "四。五。六。七。"
    assert (await phone.press("9")).startswith(wording.UNUSED_KEY)
    await phone.say("有什么套餐")
    assert await phone.say("继续听") == "四。五。六。七。"
    assert asked(rasa)[1:] == ["有什么套餐", "有什么套餐"]


async def test_silence_repeats_then_asks_simpler_then_calls_a_person(
    phone: Phone, rasa: FakeRasa
) -> None:
    rasa.behave = says({"text": "您好。", "buttons": BUTTONS})
    greeting = spoken(await phone.ring())
    assert await phone.silence() == wording.NOTHING_HEARD + greeting
    assert await phone.silence() == f"{wording.SIMPLER}继续刚才的事，请按1。转人工，请按2。"
    assert await phone.press("1") == greeting
    assert await phone.silence() == wording.NOTHING_HEARD + greeting
    await phone.silence()
    await phone.silence()
    assert asked(rasa) == ["你好", "转人工"]


async def test_after_the_simpler_question_the_choices_are_the_old_ones(
    phone: Phone, rasa: FakeRasa
) -> None:
    rasa.behave = says({"text": "您好。", "buttons": BUTTONS})
    await phone.ring()
    await phone.silence()
    await phone.silence()
    await phone.press("1")
    await phone.press("2")
    assert asked(rasa) == ["你好", "投诉"]
    await phone.silence()
    await phone.silence()
    await phone.press("2")
    assert asked(rasa)[2:] == ["转人工"]


async def test_after_a_wrong_number_the_choices_are_the_old_ones(
    phone: Phone, rasa: FakeRasa
) -> None:
    await phone.ring()
    rasa.behave = says({"text": ASK_PHONE, "buttons": [{"title": "不查了", "payload": "算了"}]})
    await phone.say("查话费")
    await phone.press("13800000001")
    await phone.press("13900000001")
    await phone.press("2")
    await phone.press("2")
    assert asked(rasa)[-1] == "算了"


async def test_zero_asks_for_a_person(phone: Phone, rasa: FakeRasa) -> None:
    await phone.ring()
    await phone.press("0")
    assert asked(rasa) == ["你好", "转人工"]


async def test_the_number_that_calls_is_offered_and_proves_nothing(
    phone: Phone, rasa: FakeRasa
) -> None:
    await phone.ring()
    rasa.behave = says({"text": ASK_PHONE, "buttons": [{"title": "不查了", "payload": "算了"}]})
    told = await phone.hears({"id": "p", "type": "message", "text": "查话费"})
    text = spoken(told)
    assert f"{wording.USE_CALLER}，请按1。不查了，请按2。{wording.PHONE_BY_KEYS}" in text
    assert told[0]["activityParams"]["dtmfCollectMaxDigits"] == 11
    assert "13800000004" not in text and "0004" not in text
    assert not phone.desk.identity.level(phone.conversation().id).verified
    await phone.press("1")
    assert asked(rasa)[-1] == "13800000004"


@pytest.mark.parametrize("how", ["keys", "words", "spoken"])
async def test_a_number_is_read_back_before_it_counts(
    phone: Phone, rasa: FakeRasa, how: str
) -> None:
    await phone.ring()
    rasa.behave = says(ASK_PHONE)
    await phone.say("查话费")
    given = {
        "keys": lambda: phone.press("13800000001#"),
        "words": lambda: phone.say("13800000001"),
        "spoken": lambda: phone.say("我的号码是幺三八零零零零零零零幺"),
    }[how]
    back = "您的号码是幺三八，零零零零，零零零幺。对，请按1。不对，重新说，请按2。"
    assert await given() == back
    assert await phone.press("2") == wording.AGAIN
    assert await given() == back
    rasa.behave = says("验证码已发送到 138****0001，5 分钟内有效。收到后请把数字发给我。")
    assert await phone.say("对的") == (
        "验证码已发送到尾号零零零幺，5分钟内有效。收到后请把数字告诉我。"
    )
    assert asked(rasa)[-2:] == ["查话费", "13800000001"]
    await phone.press("123456")
    assert asked(rasa)[-1] == "123456"


async def test_without_a_shown_number_nothing_is_offered(phone: Phone, rasa: FakeRasa) -> None:
    await phone.ring(caller=None)
    rasa.behave = says(ASK_PHONE)
    assert wording.USE_CALLER not in await phone.say("查话费")


async def test_a_slow_turn_is_told_by_the_next_silence(
    make_phone: MakePhone, rasa: FakeRasa
) -> None:
    phone = await make_phone(ivr_hold_seconds=0.05, notice_after_seconds=0.01)
    rasa.behave = rasa.hangs
    first = await phone.ring()
    assert spoken(first) == wording.SLOW
    assert first[-1]["activityParams"]["userNoInputTimeoutMS"] == 2000
    assert await phone.silence() == wording.STILL
    rasa.let_go.set()
    while (told := await phone.silence()) == wording.STILL:
        await asyncio.sleep(0.01)
    assert told == "您说：你好。"


async def test_a_second_word_in_a_slow_turn_loses_nothing(
    make_phone: MakePhone, rasa: FakeRasa
) -> None:
    phone = await make_phone(ivr_hold_seconds=0.3)
    await phone.ring()
    rasa.behave = rasa.hangs
    assert await phone.say("查话费") == wording.SLOW
    rasa.let_go.set()
    rasa.let_go = asyncio.Event()
    while len(phone.gateway.said(phone.id, "ivr")) < 4:
        await asyncio.sleep(0.01)
    assert await phone.say("查流量") == wording.SLOW
    rasa.let_go.set()
    while (told := await phone.silence()) == wording.STILL:
        await asyncio.sleep(0.01)
    assert told == "您说：查话费。您说：查流量。"


async def test_a_notice_to_wait_is_not_told_with_the_answer(
    make_phone: MakePhone, rasa: FakeRasa
) -> None:
    phone = await make_phone(notice_after_seconds=0.01)

    async def slowly(body: dict[str, Any]) -> web.Response:
        while len(phone.gateway.said(phone.id, "ivr")) < 2:
            await asyncio.sleep(0.01)
        return turn("查到了。")

    rasa.behave = slowly
    assert spoken(await phone.ring()).startswith("查到了。")


async def test_a_gateway_that_starts_again_goes_on(phone: Phone, rasa: FakeRasa) -> None:
    rasa.behave = says({"text": "您好。", "buttons": BUTTONS})
    greeting = spoken(await phone.ring())
    await phone.gateway.stop()
    await phone.gateway.start()
    assert await phone.press("*") == greeting
    await phone.press("2")
    assert asked(rasa) == ["你好", "投诉"]


async def test_the_elderly_get_less_at_once_and_more_time(phone: Phone, rasa: FakeRasa) -> None:
    await phone.ring()
    rasa.behave = says("一。二。三。四。五。")
    told = await phone.hears({"id": "old", "type": "message", "text": "我耳朵不好"})
    assert spoken(told) == f"一。二。三。{wording.MORE}"
    told = await phone.hears({"id": "e", "type": "message", "text": "我今年七十多岁了"})
    assert spoken(told) == f"一。二。{wording.MORE}"
    assert told[0]["activityParams"]["userNoInputTimeoutMS"] == 12_000
    told = await phone.hears({"id": "n", "type": "message", "text": "退出长辈版"})
    assert spoken(told) == f"一。二。三。{wording.MORE}"

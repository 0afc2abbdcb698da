"""Pushes over real HTTP: verified, answered in time, once each, refused cleanly when not ours."""

import asyncio
import secrets
import time
from random import Random

import pytest

from gateway.channels.wechat import payload
from gateway.channels.wechat.crypto import Cipher, signature
from gateway.channels.wechat.platform.pushing import sealed
from tests.gateway.fake_rasa import FakeRasa, says
from tests.gateway.wechat.conftest import AES_KEY, APP_ID, KIM, TOKEN, Account, MakeAccount, until


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
@pytest.mark.parametrize("form", ["xml", "json"])
async def test_a_message_is_answered_in_the_answer_to_its_push(
    make_account: MakeAccount, rasa: FakeRasa, mode: str, form: str
) -> None:
    account = await make_account(mode=mode)
    said = account.platform.message(KIM, Content="宽带上不了网")
    pushed = await account.platform.deliver(said, form=form)
    assert (pushed.answer, pushed.tries) == ("您说：宽带上不了网", 1)
    assert [one["text"] for one in rasa.asked] == ["宽带上不了网"]
    assert rasa.asked[0]["metadata"] == {"channel": "wechat"}
    assert account.platform.user(KIM).texts("service") == []
    assert account.desk.outbox.claim(("wechat",)) == []


async def test_several_replies_are_one_passive_answer(account: Account, rasa: FakeRasa) -> None:
    choice = [{"title": "查工单", "payload": "查一下工单"}]
    rasa.behave = says("查到了。", {"text": "还有别的吗？", "buttons": choice})
    pushed = await account.platform.say(KIM, "查一下")
    assert pushed.answer == "查到了。\n\n还有别的吗？\n\n回复数字即可选择：\n1. 查工单"
    await account.platform.say(KIM, "1")
    assert [one["text"] for one in rasa.asked] == ["查一下", "查一下工单"]


async def test_the_address_is_verified(account: Account) -> None:
    stamp = str(int(time.time()))
    query = {"timestamp": stamp, "nonce": "7", "echostr": "4375120948345356249"}
    query["signature"] = signature(TOKEN, stamp, "7")
    url = f"{account.gateway.url}/webhooks/wechat"
    async with account.gateway.session.get(url, params=query) as response:
        assert (response.status, await response.text()) == (200, "4375120948345356249")
    async with account.gateway.session.get(url, params=query | {"nonce": "8"}) as response:
        assert response.status == 403
    async with account.gateway.session.get(url) as response:
        assert response.status == 400


async def test_a_slow_turn_is_waited_for_and_answered_by_customer_service(
    make_account: MakeAccount, rasa: FakeRasa
) -> None:
    account = await make_account(notice_after_seconds=0.2)
    rasa.behave = rasa.hangs
    pushed = await account.platform.say(KIM, "查账单")
    assert pushed.tries == 1 and pushed.seconds < 5
    assert pushed.answer == "我在查，请稍等一下。"
    assert account.platform.user(KIM).typing == 1
    rasa.let_go.set()
    assert await account.shown(1, by=("service",)) == ["您说：查账单"]


async def test_a_platform_that_hangs_up_gets_the_answer_once_all_the_same(
    make_account: MakeAccount, rasa: FakeRasa
) -> None:
    account = await make_account(cut=0.5)
    rasa.behave = rasa.hangs
    pushed = await account.platform.say(KIM, "查账单")
    assert pushed.answer == ""  # the second try finds the message stored
    assert pushed.tries == 2
    rasa.let_go.set()
    assert await account.shown(1) == ["您说：查账单"]
    assert len(rasa.asked) == 1


async def test_what_has_no_words_is_asked_for_without_the_bot(
    account: Account, rasa: FakeRasa
) -> None:
    for kind in ("voice", "video", "file"):
        pushed = await account.platform.deliver(account.platform.message(KIM, kind, MediaId="m"))
        assert pushed.answer is not None and "文字" in pushed.answer.replace("打字", "文字")
    assert rasa.asked == []
    heard = account.platform.message(KIM, "voice", MediaId="m", Recognition="查话费")
    assert (await account.platform.deliver(heard)).answer == "您说：查话费"


async def test_events_have_turns_and_others_only_an_acknowledgement(
    account: Account, rasa: FakeRasa
) -> None:
    platform = account.platform
    assert (await platform.deliver(platform.event(KIM, "subscribe"))).answer == "您说：你好"
    click = platform.event(KIM, "CLICK", EventKey="查一下我的套餐")
    assert (await platform.deliver(click)).answer == "您说：查一下我的套餐"
    assert (await platform.deliver(click)).answer == ""
    for event in ("VIEW", "LOCATION", "unsubscribe", "kf_create_session"):
        assert (await platform.deliver(platform.event(KIM, event))).answer == ""
    assert len(rasa.asked) == 2


async def test_fifty_messages_delivered_three_times_at_once_are_fifty_turns(
    account: Account, rasa: FakeRasa
) -> None:
    messages = [account.platform.message(f"o-{n % 10}", Content=f"第 {n} 句") for n in range(50)]
    await asyncio.gather(*(account.platform.deliver(one) for one in messages for _ in range(3)))
    await until(lambda: len(rasa.turns) == 50)
    assert rasa.overlaps == []
    seen = [account.platform.user(f"o-{n}") for n in range(10)]
    await until(lambda: sum(len(user.texts()) for user in seen) >= 1)
    said = [text for user in seen for text in user.texts()]
    assert "暂时无法提供服务" not in "".join(said)


async def test_when_turns_are_late_more_pushes_are_acknowledged_at_once(
    make_account: MakeAccount, rasa: FakeRasa
) -> None:
    """Waiting pushes must not take the strength that answering needs."""
    account = await make_account(cut=30, notice_after_seconds=60, turn_timeout_seconds=90)
    rasa.behave = rasa.hangs
    pushed = await asyncio.gather(*(account.platform.say(f"o-{n}", "在吗") for n in range(34)))
    assert [(one.answer, one.tries) for one in pushed] == [("", 1)] * 34
    # A push that waits takes 4.3 s at least; on a busy machine the others take a while too.
    assert 1 <= sum(one.seconds < 4.3 for one in pushed) <= 10
    rasa.let_go.set()
    seen = [account.platform.user(f"o-{n}") for n in range(34)]
    await until(lambda: all(user.texts() == ["您说：在吗"] for user in seen), 20)


async def test_a_customer_in_a_hurry_is_slowed_down(
    make_account: MakeAccount, rasa: FakeRasa
) -> None:
    account = await make_account(messages_per_minute=2)
    answers = [(await account.platform.say(KIM, "在吗")).answer for _ in range(3)]
    assert answers == ["您说：在吗", "您说：在吗", "您发得太快了，请稍等几秒再发。"]
    assert len(rasa.asked) == 2


async def test_garbage_that_is_validly_signed_is_a_clean_400(
    account: Account, rasa: FakeRasa
) -> None:
    chance, cipher = Random(17), Cipher(AES_KEY, APP_ID)
    url, statuses = f"{account.gateway.url}/webhooks/wechat", []
    for number in range(120):
        match number % 4:
            case 0:  # no ciphertext of ours
                inner = secrets.token_hex(chance.randrange(1, 90))
            case 1:  # encrypted rubbish
                inner = cipher.encrypt(chance.randbytes(80).decode("latin-1"), b"r" * 16)
            case 2:  # a push with fields missing
                inner = cipher.encrypt(
                    f"<xml><MsgType>text</MsgType><A>{number}</A></xml>", b"r" * 16
                )
            case _:  # another account's
                inner = Cipher(AES_KEY, "wx-other").encrypt("<xml><a>1</a></xml>", b"r" * 16)
        stamp, nonce = str(int(time.time())), str(number)
        query = {"timestamp": stamp, "nonce": nonce, "encrypt_type": "aes"}
        query["msg_signature"] = signature(TOKEN, stamp, nonce, inner)
        body = payload.write({"ToUserName": "gh", "Encrypt": inner}, "xml")
        async with account.gateway.session.post(url, params=query, data=body.encode()) as response:
            statuses.append(response.status)
            told = await response.json()
            assert told["error"]["code"] and "Traceback" not in told["error"]["message"]
    assert set(statuses) == {400}
    assert rasa.asked == []


async def test_forged_and_recorded_pushes_are_refused(account: Account, rasa: FakeRasa) -> None:
    url = f"{account.gateway.url}/webhooks/wechat"
    fields = account.platform.message(KIM, Content="改我的套餐")
    query, body = sealed(account.platform.target, fields, int(time.time()))
    old_query, old_body = sealed(account.platform.target, fields, int(time.time()) - 600)
    forged = (
        (query | {"msg_signature": query["signature"]}, body),
        (query | {"nonce": "1"}, body),
        (old_query, old_body),
    )
    for wrong_query, wrong_body in forged:
        async with account.gateway.session.post(url, params=wrong_query, data=wrong_body) as answer:
            assert answer.status == 403
    async with account.gateway.session.post(url, data=b"x" * 70_000) as answer:
        assert answer.status == 413
    assert rasa.asked == []

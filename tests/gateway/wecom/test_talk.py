"""What customers say and are answered: read with a cursor, within the quota, through restarts."""

import time
from datetime import timedelta

import sqlalchemy as sa

from desk.model.conversations import Author, Reply
from desk.model.customers import Customer
from desk.services import conversations
from desk.store.tables import conversations_table, messages, outbox, sms_tray
from desk.store.wecom_tables import wecom_reading
from gateway.channels.wecom.codec import sender_of
from gateway.channels.wecom.platform.server import KFID
from gateway.channels.wecom.platform.sessions import BOT
from tests.gateway.fake_rasa import FakeRasa, says
from tests.gateway.wechat.conftest import until
from tests.gateway.wecom.conftest import KIM, MakeService, Service
from tests.photos import photo


def _tell(service: Service, *texts: str, author: Author = Author.AGENT) -> None:
    """Somebody else than the bot speaks, all at one instant."""
    with service.desk.store.writing() as work:
        conversation = conversations.get(work, service.conversation())
        for text in texts:
            conversations.say(work, conversation, Reply(text), author=author)


def _waiting(service: Service) -> list[bool]:
    with service.desk.store.reading() as session:
        return list(session.scalars(sa.select(outbox.c.parked).where(outbox.c.channel == "wecom")))


def _proven(service: Service) -> None:
    """The customer proved to be 王女士 of 13800000004."""
    with service.desk.store.writing() as work:
        customer = Customer("A-1", "王女士", "13800000004", work.now)
        work.session.add(customer)
        work.session.flush()
        work.session.execute(conversations_table.update().values(customer_id=customer.id))


def _texted(service: Service) -> list[str]:
    with service.desk.store.reading() as session:
        return list(session.scalars(sa.select(sms_tray.c.text)))


async def test_a_word_is_answered(service: Service) -> None:
    assert await service.platform.say(KIM, content="宽带上不了网") == 200
    assert await service.shown(1) == ["您说：宽带上不了网"]
    assert service.platform.errors == []


async def test_pages_are_read_to_the_end_and_once(make_service: MakeService) -> None:
    service = await make_service(page=2)
    for number in range(6):
        customer = {"open_kfid": KFID, "external_userid": KIM}
        service.platform.note("text", {"content": f"第{number}句"}, **customer)
    service.platform.customer(KIM).wrote()
    await service.platform.say(KIM, content="完了")
    await until(lambda: service.said().count("您说：完了") == 1)
    theirs = [text for text in service.said() if not text.startswith("您说")]
    assert theirs == [*(f"第{number}句" for number in range(6)), "完了"]
    assert service.platform.readings == 4
    await service.platform.call()
    await until(lambda: service.platform.readings == 5)
    assert len([text for text in service.said() if not text.startswith("您说")]) == 7


async def test_the_cursor_outlives_the_process(service: Service) -> None:
    await service.platform.say(KIM, content="一")
    await service.shown(1)
    await until(lambda: _waiting(service) == [] and service.desk.wecom.reading.claim() is None)
    await service.gateway.stop()
    service.platform.note("text", {"content": "二"}, open_kfid=KFID, external_userid=KIM)
    service.platform.customer(KIM).wrote()
    await service.gateway.start()
    await service.platform.call()
    assert await service.shown(2) == ["您说：一", "您说：二"]
    with service.desk.store.reading() as session:
        assert session.scalar(sa.select(wecom_reading.c.cursor)) == "2"


async def test_what_was_called_for_and_not_read_is_read_after_a_restart(service: Service) -> None:
    service.platform.refusals["sync_msg"].extend([45033] * 3)
    await service.platform.say(KIM, content="还在吗")
    await until(lambda: ("sync_msg", 45033) in service.platform.errors)
    await service.gateway.stop()
    service.platform.refusals["sync_msg"].clear()
    with_old_token = service.platform.calls
    for token in with_old_token:
        with_old_token[token] = 0.0  # ten minutes are over: read without it
    await service.gateway.start()
    with service.desk.store.writing() as work:
        work.session.execute(wecom_reading.update().values(not_before=work.now))
    assert await service.shown(1) == ["您说：还在吗"]


async def test_an_item_that_cannot_be_read_keeps_nothing_back(service: Service) -> None:
    service.platform.note("text", {"content": 5}, open_kfid=KFID, external_userid=KIM)
    service.platform.note("image", {}, open_kfid=KFID, external_userid=KIM)
    service.platform.items.append({"msgtype": "text", "send_time": time.time()})
    await service.platform.say(KIM, content="在吗")
    assert await service.shown(1) == ["您说：在吗"]


async def test_a_first_reading_leaves_the_past_alone(service: Service) -> None:
    old = service.platform.note("text", {"content": "前天的"}, open_kfid=KFID, external_userid=KIM)
    old["send_time"] -= 2 * 86400
    await service.platform.say(KIM, content="今天的")
    await service.shown(1)
    assert service.said() == ["今天的", "您说：今天的"]


async def test_choices_are_a_menu_and_a_tap_is_the_choice(service: Service, rasa: FakeRasa) -> None:
    buttons = [{"title": "还是红灯", "payload": "红灯还亮着"}, {"title": "灭了", "payload": "灭了"}]
    rasa.behave = says({"text": "红灯还亮吗？", "buttons": buttons})
    await service.platform.say(KIM, content="没网")
    await service.shown(1)
    assert service.platform.customer(KIM).screen[-1].choices == ["还是红灯", "灭了"]
    await service.platform.say(KIM, content="还是红灯", menu_id="1")
    await until(lambda: "红灯还亮着" in service.said())


async def test_a_picture_is_fetched_and_kept(service: Service) -> None:
    service.platform.media["m-1"] = photo()
    await service.platform.say(KIM, "image", media_id="m-1")
    history = service.desk.conversations.history
    sender = sender_of(KFID, KIM)

    def image() -> str | None:
        return next((one.image for one in history("wecom", sender)[1] if one.image), None)

    await until(lambda: image() is not None)
    assert service.desk.pictures.is_kept(image() or "")


async def test_the_quota_is_used_up_but_never_exceeded(service: Service) -> None:
    await service.platform.say(KIM, content="你好")
    await service.shown(1)
    for number in range(4):
        _tell(service, f"第 {number} 条")
        await service.shown(number + 2)
    _tell(service, "第 4 条", "第 5 条")
    await until(lambda: _waiting(service) == [True, True])
    assert service.platform.errors == []
    await service.platform.say(KIM, content="还在吗")
    seen = await service.shown(6)
    assert seen[5].startswith("第 4 条\n\n第 5 条")
    await until(lambda: _waiting(service) == [])


async def test_after_48_hours_news_go_by_sms(service: Service) -> None:
    await service.platform.say(KIM, content="你好")
    await service.shown(1)
    _proven(service)
    with service.desk.store.writing() as work:
        work.session.execute(messages.update().values(at=work.now - timedelta(hours=49)))
    _tell(service, "您的工单已处理完成", author=Author.SYSTEM)
    await until(lambda: _texted(service) == ["您的工单已处理完成"])
    assert service.platform.errors == []


async def test_a_message_that_got_lost_goes_by_sms(service: Service) -> None:
    await service.platform.say(KIM, content="你好")
    await service.shown(1)
    _proven(service)
    service.platform.customer(KIM).refuses = True
    _tell(service, "师傅明天 9 点到")
    await until(lambda: _waiting(service) == [])
    with service.desk.store.reading() as session:
        told = session.scalars(sa.select(messages.c.id).order_by(messages.c.id.desc())).first()
    lost = {"fail_msgid": f"x{told}-{told}-0", "fail_type": 10}
    for _ in range(2):
        await service.platform.event(KIM, "msg_send_fail", **lost)
    await until(lambda: _texted(service) == ["师傅明天 9 点到"])
    await service.platform.event("wm-somebody-else", "msg_send_fail", **lost)
    await until(lambda: service.platform.readings >= 4)
    assert _texted(service) == ["师傅明天 9 点到"]


async def test_who_opens_the_chat_is_greeted_once(service: Service) -> None:
    await service.platform.enter(KIM)
    assert await service.shown(1, "code") == ["您说：你好"]
    assert service.platform.customer(KIM).state == BOT
    # The greeting cost nothing, and it does not allow a second word either.
    _tell(service, "还有一句")
    await until(lambda: _waiting(service) == [True])
    assert service.platform.errors == []


async def test_long_ago_opened_is_not_greeted(service: Service) -> None:
    service.platform.note(
        "event",
        {
            "event_type": "enter_session",
            "open_kfid": KFID,
            "external_userid": KIM,
            "welcome_code": "code-old",
        },
        4,
    )["send_time"] -= 60
    await service.platform.say("wm-2", content="在吗")
    await service.shown(1, name="wm-2")
    assert service.gateway.said(sender_of(KFID, KIM), "wecom") == []


async def test_an_outdated_token_is_renewed_once(service: Service) -> None:
    await service.platform.say(KIM, content="一")
    await service.shown(1)
    service.platform.tokens.clear()
    await service.platform.say(KIM, content="二")
    assert await service.shown(2) == ["您说：一", "您说：二"]
    assert service.platform.fetched == 2


async def test_the_platform_may_be_away(service: Service) -> None:
    await service.platform.say(KIM, content="一")
    await service.shown(1)
    service.platform.down = True
    _tell(service, "二")
    with service.desk.store.reading() as session:
        error = sa.select(outbox.c.last_error)
        await until(lambda: "502" in (session.scalar(error) or "") or bool(session.rollback()))
    service.platform.down = False
    assert await service.shown(2) == ["您说：一", "二"]

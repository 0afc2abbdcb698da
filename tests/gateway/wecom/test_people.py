"""From the bot to people and back: on our console, or in the WeCom app."""

from desk.model.conversations import Author, Reply
from desk.services import conversations
from gateway.channels.wecom.codec import sender_of
from gateway.channels.wecom.platform.server import KFID
from gateway.channels.wecom.platform.sessions import BOT, ENDED, NEW, PERSON, POOL, WRONG_STATE
from tests.gateway.fake_rasa import FakeRasa
from tests.gateway.wechat.conftest import until
from tests.gateway.wecom.conftest import KIM, MakeService, Service

_LEFT = "已为您转接人工客服"


async def _asks_for_person(service: Service) -> str:
    """The customer waits for a person; the bot's word about it goes out with the queueing."""
    await service.platform.say(KIM, content="你好")
    await service.shown(1)
    conversation = service.conversation()
    service.desk.handoff.request(conversation, "asked", key="h-1")
    with service.desk.store.writing() as work:
        conversations.say(work, conversations.get(work, conversation), Reply(_LEFT))
    return conversation


def _state(service: Service) -> str:
    sender = sender_of(KFID, KIM)
    found, _, _ = service.desk.handoff.standing("wecom", sender)
    return str(found.state) if found else ""


async def test_people_on_the_console_answer_in_the_same_session(service: Service) -> None:
    conversation = await _asks_for_person(service)
    agent = service.gateway.agent()
    service.desk.handoff.take(conversation, agent)
    service.desk.handoff.answer(conversation, agent, "我来帮您看看", "1")
    await until(
        lambda: any("我来帮您看看" in text for text in service.platform.customer(KIM).texts())
    )
    assert service.platform.customer(KIM).state in (NEW, BOT)
    assert service.platform.errors == []


async def test_people_in_the_app_get_the_session_and_give_it_back(
    make_service: MakeService, rasa: FakeRasa
) -> None:
    service = await make_service(wecom_people="wecom")
    await _asks_for_person(service)
    await until(lambda: service.platform.customer(KIM).state == POOL)
    await until(lambda: _LEFT in service.platform.customer(KIM).texts())
    await until(lambda: _state(service) == "human")
    assert service.desk.handoff.position(service.conversation()) == 0

    await service.platform.take(KIM, "lixiao")
    await service.platform.answer(KIM, "lixiao", "您好，我是李晓")
    asked = len(rasa.asked)
    await service.platform.say(KIM, content="我家没网")
    await until(lambda: service.said()[-2:] == ["您好，我是李晓", "我家没网"])
    assert len(rasa.asked) == asked

    await service.platform.end(KIM, "lixiao")
    await until(lambda: _state(service) == "bot")
    assert len(await service.shown(1, "code")) >= 1
    assert service.platform.customer(KIM).state == ENDED
    await service.platform.say(KIM, content="谢谢")
    await until(lambda: "您说：谢谢" in service.platform.customer(KIM).texts())
    assert service.platform.customer(KIM).state == NEW


async def test_a_session_that_cannot_be_moved_stays_in_our_queue(
    make_service: MakeService,
) -> None:
    service = await make_service(wecom_people="wecom")
    service.platform.refusals["service_state/trans"].append(WRONG_STATE)
    conversation = await _asks_for_person(service)
    await until(lambda: ("service_state/trans", WRONG_STATE) in service.platform.errors)
    await until(lambda: _LEFT in service.platform.customer(KIM).texts("bot"))
    assert service.desk.handoff.position(conversation) == 1


async def test_who_takes_a_session_in_the_app_has_it(service: Service, rasa: FakeRasa) -> None:
    await service.platform.say(KIM, content="你好")
    await service.shown(1)
    await service.platform.take(KIM, "lixiao")
    await until(lambda: _state(service) == "human")
    await service.platform.say(KIM, content="在吗")
    await until(lambda: service.said()[-1] == "在吗")
    with service.desk.store.writing() as work:
        talk = conversations.get(work, service.conversation())
        conversations.say(work, talk, Reply("工单有进展"), author=Author.SYSTEM)
    await until(lambda: ("send_msg", WRONG_STATE) in service.platform.errors)
    assert service.platform.customer(KIM).state == PERSON
    assert len(rasa.asked) == 1


async def test_a_code_that_comes_late_still_carries_what_was_parked(service: Service) -> None:
    await service.platform.say(KIM, content="你好")
    await service.shown(1)
    customer, sender = service.platform.customer(KIM), sender_of(KFID, KIM)
    customer.state = POOL
    code = customer.new_code(60)
    look = service.desk.wecom.codes.take

    def late(recipient: str) -> str | None:
        found = look(recipient)
        if found is None and code in customer.codes:
            service.desk.wecom.codes.keep(recipient, code, 60)
        return found

    object.__setattr__(service.desk.wecom.codes, "take", late)
    with service.desk.store.writing() as work:
        talk = conversations.get(work, service.gateway.conversation(sender, "wecom"))
        conversations.say(work, talk, Reply(_LEFT))
    assert await service.shown(1, "code") == [_LEFT]

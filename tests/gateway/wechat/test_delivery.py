"""What is said outside an answer: joined, within the quota, then notice, SMS; tokens; faults."""

import asyncio
import logging
from datetime import timedelta

import pytest
import sqlalchemy as sa

from desk.model.conversations import Author, Reply
from desk.model.customers import Customer
from desk.services import conversations
from desk.store.tables import messages, outbox, sms_tray
from gateway.channels.wechat.platform.users import OUT_OF_COUNT
from tests.gateway.fake_rasa import FakeRasa, says
from tests.gateway.wechat.conftest import KIM, SECRET, TOKEN, Account, MakeAccount, until
from tests.photos import photo

_SEND = "message/custom/send"


def _tell(account: Account, *texts: str, author: Author = Author.AGENT) -> None:
    """Somebody else than the bot speaks, all at one instant."""
    with account.desk.store.writing() as work:
        conversation = conversations.get(work, account.gateway.conversation(KIM, "wechat"))
        for text in texts:
            conversations.say(work, conversation, Reply(text), author=author)


def _waiting(account: Account) -> list[tuple[bool, str | None]]:
    with account.desk.store.reading() as session:
        rows = session.execute(sa.select(outbox.c.parked, outbox.c.last_error))
        return [(row.parked, row.last_error) for row in rows]


def _two_days_later(account: Account) -> None:
    """As if the customer had written two days ago; the platform thinks so too."""
    with account.desk.store.writing() as work:
        work.session.execute(messages.update().values(at=work.now - timedelta(hours=49)))
    account.platform.user(KIM)._message = None


async def _met(account: Account) -> None:
    assert (await account.platform.say(KIM, "你好")).answer == "您说：你好"


async def test_what_is_said_at_once_is_one_message(account: Account) -> None:
    await _met(account)
    _tell(account, "您好", "正在为您查询", "请稍等")
    assert await account.shown(1, by=("service",)) == ["您好\n\n正在为您查询\n\n请稍等"]
    await until(lambda: _waiting(account) == [])


async def test_the_quota_is_used_up_but_never_exceeded(account: Account) -> None:
    await _met(account)
    for number in range(5):
        _tell(account, f"第 {number} 条")
        await account.shown(number + 1, by=("service",))
    _tell(account, "第 5 条", "第 6 条")
    await until(lambda: _waiting(account) == [(True, None)] * 2)
    assert account.platform.errors == []
    said = await account.platform.say(KIM, "还在吗")
    assert said.answer == "第 5 条\n\n第 6 条\n\n您说：还在吗"
    await until(lambda: _waiting(account) == [])


async def test_without_a_quota_a_template_notice_calls_the_customer_back(
    make_account: MakeAccount,
) -> None:
    account = await make_account(templates=("T1",), wechat_notice_template="T1")
    await _met(account)
    _two_days_later(account)
    _tell(account, "您的工单已处理完成", author=Author.SYSTEM)
    assert await account.shown(1, by=("template",)) == ["您有新的服务消息，回复任意内容即可查看"]
    _tell(account, "请您评价", author=Author.SYSTEM)
    await until(lambda: [parked for parked, _ in _waiting(account)] == [True, True])
    assert len(account.platform.user(KIM).texts("template")) == 1
    answer = (await account.platform.say(KIM, "看看")).answer
    assert answer == "您的工单已处理完成\n\n请您评价\n\n您说：看看"
    assert account.platform.errors == []


@pytest.mark.parametrize("template", ["", "unknown", "T1"])
async def test_news_goes_by_sms_when_no_notice_arrives(
    make_account: MakeAccount, template: str
) -> None:
    account = await make_account(templates=("T1",), wechat_notice_template=template)
    await _met(account)
    _two_days_later(account)
    account.platform.user(KIM).takes_templates = False
    _proved(account)
    _tell(account, "您的工单已处理完成", author=Author.SYSTEM)
    await until(lambda: _sms(account) == [("13800000000", "您的工单已处理完成")])
    assert account.platform.user(KIM).texts("service", "template") == []
    await until(lambda: _waiting(account) == [])


async def test_without_any_way_the_news_waits_for_the_customer(account: Account) -> None:
    await _met(account)
    await account.platform.deliver(account.platform.event(KIM, "unsubscribe"))
    _tell(account, "您的工单已处理完成", author=Author.SYSTEM)
    await until(lambda: _waiting(account) == [(True, None)])
    back = await account.platform.deliver(account.platform.event(KIM, "subscribe"))
    assert back.answer == "您的工单已处理完成\n\n您说：你好"


async def test_when_wechat_counts_otherwise_it_is_believed(account: Account) -> None:
    await _met(account)
    account.platform.refusals[_SEND].append(OUT_OF_COUNT)
    _tell(account, "您好")
    await until(lambda: _waiting(account) == [(True, None)])
    _tell(account, "还在吗")
    await until(lambda: _waiting(account) == [(True, None)] * 2)
    assert account.platform.errors == [(_SEND, OUT_OF_COUNT)]
    assert (await account.platform.say(KIM, "在")).answer == "您好\n\n还在吗\n\n您说：在"


async def test_one_token_for_all_and_another_when_it_is_refused(account: Account) -> None:
    await _met(account)
    _tell(account, "一")
    await account.shown(1, by=("service",))
    _tell(account, "二")
    await account.shown(2, by=("service",))
    assert account.platform.tokens.asked == 1
    account.platform.tokens.forget()
    _tell(account, "三")
    assert (await account.shown(3, by=("service",)))[2] == "三"
    assert account.platform.errors == [(_SEND, 40001)]
    assert account.platform.tokens.asked == 2


async def test_a_token_that_wechat_gives_but_refuses_is_forced_anew(account: Account) -> None:
    await _met(account)
    account.platform.refusals[_SEND].append(42001)
    _tell(account, "一")
    assert await account.shown(1, by=("service",)) == ["一"]
    assert len(account.platform.tokens.forced_at) == 1


async def test_a_busy_platform_is_asked_again(account: Account) -> None:
    await _met(account)
    account.platform.refusals[_SEND].extend([-1, 45009])
    _tell(account, "一", "二")
    assert await account.shown(1, by=("service",)) == ["一\n\n二"]
    assert account.platform.errors == [(_SEND, -1), (_SEND, 45009)]


async def test_while_the_platform_is_away_nothing_is_lost_and_order_is_kept(
    account: Account,
) -> None:
    await _met(account)
    account.platform.down = True
    for text in ("一", "二", "三"):
        _tell(account, text)
        await until(lambda: any(error for _, error in _waiting(account)))
    account.platform.down = False
    assert "\n\n".join(await account.shown(1, by=("service",))).startswith("一")
    await until(lambda: _waiting(account) == [])
    assert "\n\n".join(account.platform.user(KIM).texts("service")) == "一\n\n二\n\n三"
    assert len(account.platform.user(KIM).texts("service")) <= 5


async def test_a_refused_message_does_not_take_the_others_with_it(account: Account) -> None:
    await _met(account)
    account.platform.refusals[_SEND].append(40008)
    _tell(account, "一")
    assert await account.shown(1, by=("service",)) == ["一"]


async def test_menus_are_used_where_the_account_may(
    make_account: MakeAccount, rasa: FakeRasa
) -> None:
    account = await make_account(wechat_menus=True)
    await _met(account)
    choices = ({"title": "查工单", "payload": "查一下工单"},)
    with account.desk.store.writing() as work:
        talk = conversations.get(work, account.gateway.conversation(KIM, "wechat"))
        conversations.say(work, talk, Reply("要做什么？", choices))
    await account.shown(1, by=("service",))
    assert account.platform.user(KIM).screen[-1].choices == [("1", "查工单")]
    tapped = account.platform.message(KIM, Content="查工单", bizmsgmenuid="1")
    await account.platform.deliver(tapped)
    assert rasa.asked[-1]["text"] == "查一下工单"
    account.platform.menus = False
    with account.desk.store.writing() as work:
        talk = conversations.get(work, account.gateway.conversation(KIM, "wechat"))
        conversations.say(work, talk, Reply("还有呢？", choices))
    assert (await account.shown(2, by=("service",)))[1].endswith("1. 查工单")


async def test_a_long_answer_comes_in_pieces(account: Account, rasa: FakeRasa) -> None:
    rasa.behave = says("这是一句不长不短的话，讲一件事。" * 80)
    assert (await account.platform.say(KIM, "说说")).answer == ""
    pieces = await account.shown(2, by=("service",))
    assert "".join(pieces) == "这是一句不长不短的话，讲一件事。" * 80
    assert account.platform.errors == []


async def test_a_picture_is_fetched_and_kept(account: Account) -> None:
    account.platform.media["pic-1"] = photo()
    sent = account.platform.message(KIM, "image", PicUrl="http://x/0", MediaId="pic-1")
    await account.platform.deliver(sent)

    def kept() -> str | None:
        return account.desk.conversations.history("wechat", KIM)[1][0].image

    await until(lambda: kept() is not None)
    assert account.desk.pictures.is_kept(str(kept()))
    account.platform.media["pic-2"] = b"MZ no picture"
    await account.platform.deliver(
        account.platform.message(KIM, "image", PicUrl="http://x/1", MediaId="pic-2")
    )
    await until(lambda: account.desk.wechat.pictures.claim() is None)
    assert account.desk.conversations.history("wechat", KIM)[1][-2].image is None


async def test_no_secret_reaches_the_log(
    account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await _met(account)
    account.platform.refusals[_SEND].extend([40001, -1, 40008])
    account.platform.refusals["stable_token"].append(40125)
    _tell(account, "一")
    await account.shown(1, by=("service",))
    tokens = [token for token, _ in account.platform.tokens.made]
    assert tokens and caplog.text
    for word in (SECRET, TOKEN, *tokens):
        assert word not in caplog.text


async def test_two_gateways_share_one_token(account: Account) -> None:
    await _met(account)
    tokens = account.desk.wechat.tokens
    allowed = await asyncio.gather(
        *(asyncio.to_thread(tokens.may_fetch, "wx-new") for _ in range(8))
    )
    assert sorted(allowed) == [False] * 7 + [True]


def _proved(account: Account) -> None:
    """The customer proved who they are: now a number is known."""
    with account.desk.store.writing() as work:
        customer = Customer("8899001", "王女士", "13800000000", work.now)
        work.session.add(customer)
        work.session.flush()
        talk = conversations.get(work, account.gateway.conversation(KIM, "wechat"))
        talk.customer_id = customer.id


def _sms(account: Account) -> list[tuple[str, str]]:
    with account.desk.store.reading() as session:
        rows = session.execute(sa.select(sms_tray.c.phone, sms_tray.c.text))
        return [(row.phone, row.text) for row in rows]

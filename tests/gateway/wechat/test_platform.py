"""The local platform behaves as WeChat is documented to; its page and the menu set-up work."""

from pathlib import Path

import aiohttp
import pytest
import yaml
from aiohttp import web

from desk.model.errors import BadData
from gateway.channels.wechat.caller import Busy
from gateway.channels.wechat.menu import FILE, menu, set_up
from gateway.channels.wechat.platform.page import add_page, clicks
from gateway.channels.wechat.platform.pushing import SORRY
from gateway.channels.wechat.platform.tokens import BUSY, EXPIRED, INVALID, TokenShop
from gateway.channels.wechat.platform.users import NOT_FOLLOWING, OUT_OF_COUNT, OUT_OF_TIME, User
from tests.gateway.fake_rasa import FakeRasa
from tests.gateway.wechat.conftest import KIM, Account, MakeAccount


class Hand:
    """A clock that is set by hand, in seconds."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def test_the_quota_of_a_follower() -> None:
    clock = Hand()
    user = User(KIM, clock)
    assert user.take() == OUT_OF_TIME
    user.wrote()
    assert [user.take() for _ in range(6)] == [0, 0, 0, 0, 0, OUT_OF_COUNT]
    user.acted()
    assert [user.take() for _ in range(4)] == [0, 0, 0, OUT_OF_COUNT]
    clock.now += 48 * 3600
    assert user.take() == OUT_OF_TIME
    user.wrote()
    user.following = False
    assert user.take() == NOT_FOLLOWING


def test_tokens_stay_until_five_minutes_before_their_end() -> None:
    clock = Hand()
    shop = TokenShop(clock)
    first = shop.give(force=False)
    assert isinstance(first, tuple) and first[1] == 7200 and len(first[0]) >= 500
    clock.now += 6800
    assert shop.give(force=False) == (first[0], 400)
    clock.now += 150
    second = shop.give(force=False)
    assert isinstance(second, tuple) and second[0] != first[0]
    assert (shop.check(first[0]), shop.check(second[0])) == (0, 0)
    clock.now += 250
    assert (shop.check(first[0]), shop.check("other")) == (EXPIRED, INVALID)
    assert isinstance(shop.give(force=True), tuple)
    assert shop.check(second[0]) == EXPIRED
    assert shop.give(force=True) == BUSY


async def test_a_gateway_that_is_away_is_tried_three_times(
    make_account: MakeAccount, rasa: FakeRasa
) -> None:
    account = await make_account(cut=0.5)
    await account.gateway.stop()
    pushed = await account.platform.say(KIM, "在吗")
    assert (pushed.answer, pushed.tries) == (None, 3)
    assert account.platform.user(KIM).texts("platform") == [SORRY]
    await account.gateway.start()
    assert rasa.asked == []


async def test_the_menu_is_set_up(account: Account, tmp_path: Path) -> None:
    assert await set_up(account.desk) == 3
    assert {"name": "转人工", "key": "转人工"} in clicks(account.platform.menu)
    account.platform.refusals["menu/create"].extend([40001, 40001])
    with pytest.raises(Busy):
        await set_up(account.desk)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[]", "menu"),
        ("- {name: 查, say: 查, url: 'https://x'}", "1"),
        ("- {name: 这个名字实在太长了, say: 查}", "1.name"),
        ("- {name: 查, items: []}", "1"),
        ("- {name: 查, items: [{name: 账单}]}", "1.1"),
        ("- {name: 查, items: [{name: 账单, say: 3}]}", "1.1.say"),
    ],
)
def test_a_wrong_menu_is_named(text: str, named: str) -> None:
    with pytest.raises(BadData) as refused:
        menu(yaml.safe_load(text), "menu.yml")
    assert refused.value.key == named


def test_the_shipped_menu_fits() -> None:
    assert len(menu(yaml.safe_load(FILE.read_text("utf8")), FILE.name)["button"]) == 3


async def test_one_can_chat_by_hand(account: Account) -> None:
    app = account.platform.app()
    add_page(app, account.platform)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with aiohttp.ClientSession() as session:
        for file in ("/", "/page.css", "/page.js"):
            assert (await session.get(base + file)).status == 200
        acts = (
            {"text": "你好"},
            {"event": "CLICK", "key": "查工单"},
            {"kind": "voice"},
            {"text": "转人工", "choice": "1"},
        )
        for act in acts:
            answer = await session.post(f"{base}/api/act", json={"openid": "o-7", **act})
            assert answer.status == 200
        assert (await session.post(f"{base}/api/act", data={"text": "x"})).status == 415
        told = await (await session.get(f"{base}/api/screen?openid=o-7")).json()
    await runner.cleanup()
    assert [(one["by"], one["text"][:8]) for one in told["screen"]] == [
        ("own", "你好"),
        ("passive", "您说：你好"),
        ("passive", "您说：查工单"),
        ("passive", "抱歉，我暂时听不"),
        ("own", "转人工"),
        ("passive", "您说：转人工"),
    ]
    assert told["menu"] == []

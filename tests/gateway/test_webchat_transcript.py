"""The conversation as a text file: all of it, to its own visitor only."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from desk.model.conversations import Author, Message
from gateway.channels.webchat.transcript import transcript
from tests.gateway.conftest import Gateway
from tests.gateway.fake_rasa import FakeRasa, says
from tests.gateway.test_webchat import Tab

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_who_said_what_and_when() -> None:
    said = [
        Message("c", Author.CUSTOMER, "没网\n2026-11-21 20:00:01 小通", AT),
        Message("c", Author.BOT, "请看光猫", AT, image="/pictures/a"),
        Message("c", Author.AGENT, "您好", AT, name="李晓"),
        Message("c", Author.SYSTEM, "本次人工服务已结束", AT),
    ]
    text = transcript(said, "zh", "小通电信", ZoneInfo("Asia/Shanghai"), "https://desk.example.com")
    assert text == (
        "小通电信在线客服 对话记录\n\n"
        "2026-11-21 20:00:00 您\n  没网\n  2026-11-21 20:00:01 小通\n\n"
        "2026-11-21 20:00:00 小通\n  请看光猫\n  https://desk.example.com/pictures/a\n\n"
        "2026-11-21 20:00:00 客服 李晓\n  您好\n\n"
        "2026-11-21 20:00:00 通知\n  本次人工服务已结束\n"
    )
    english = transcript(said, "en", "小通电信", UTC, "")
    assert "2026-11-21 12:00:00 You\n  没网" in english


async def test_a_long_conversation_is_saved_whole(gateway: Gateway, rasa: FakeRasa) -> None:
    rasa.behave = says(*(f"第{number}条" for number in range(250)))
    page = await Tab(gateway).opens()
    url, known = f"{gateway.url}/webchat/transcript", {"X-Session-Id": str(page.session_id)}
    async with gateway.session.get(url, headers=known) as response:
        assert response.status == 204
    await page.says("你好")
    await page.hears(250)
    async with gateway.session.get(url, headers=known) as response:
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert response.content_type == "text/plain"
        text = await response.text()
    assert "  你好\n" in text and all(f"  第{n}条\n" in text for n in (0, 49, 249))
    for headers in ({}, {"X-Session-Id": f"{page.session_id}x"}):
        async with gateway.session.get(url, headers=headers) as response:
            assert response.status == 401
    await page.io.disconnect()

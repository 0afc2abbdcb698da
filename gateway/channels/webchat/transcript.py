"""The conversation as a text file for the customer, made from what the desk has kept."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from http import HTTPStatus
from urllib.parse import urljoin

from aiohttp import web

from desk.app import Desk
from desk.calling import call
from desk.model.conversations import Author, Message
from desk.rate_limit import RateLimit
from gateway.channels.webchat.codec import CHANNEL
from gateway.channels.webchat.session import visitor_of
from gateway.message import BadMessage

_SESSION = "X-Session-Id"
_UNKNOWN_SESSION = "会话已经失效，请刷新页面后再试。"
_TOO_FAST = "您操作得太快了，请稍等几秒再试。"

_WORDS = {
    "zh": {
        "title": "{operator}在线客服 对话记录",
        "you": "您",
        "bot": "小通",
        "agent": "客服",
        "system": "通知",
    },
    "en": {
        "title": "{operator}: conversation with customer service",
        "you": "You",
        "bot": "Xiaotong",
        "agent": "Agent",
        "system": "Notice",
    },
}


class TranscriptRoute:
    def __init__(self, desk: Desk, limit: RateLimit) -> None:
        self._desk, self._limit = desk, limit
        self._key = desk.secrets.session_key.get_secret_value()

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/webchat/transcript", self.save)

    async def save(self, request: web.Request) -> web.Response:
        """The chat's session in a header, never in the address; 204 when nothing was said yet."""
        visitor = visitor_of(request.headers.get(_SESSION), self._key)
        if visitor is None:
            raise BadMessage("unknown_session", _UNKNOWN_SESSION, 401)
        if self._limit.seconds_to_wait(f"webchat:{visitor}"):
            raise BadMessage("too_many_messages", _TOO_FAST, 429)
        said = await call(self._desk.conversations.whole, CHANNEL, visitor)
        if not said:
            return web.Response(status=HTTPStatus.NO_CONTENT)
        settings = self._desk.settings
        language = "en" if request.query.get("lang") == "en" else "zh"
        text = transcript(
            said, language, settings.operator_name, settings.zone, settings.public_url
        )
        headers = {
            "Content-Disposition": 'attachment; filename="xiaotong.txt"',
            "Cache-Control": "no-store",
        }
        return web.Response(text=text, content_type="text/plain", headers=headers)


def transcript(
    said: Sequence[Message], language: str, operator: str, zone: tzinfo, base: str
) -> str:
    """One paragraph for each message, oldest first: time, who, words. Pure."""
    words = _WORDS[language]
    paragraphs = [words["title"].format(operator=operator)]
    for message in said:
        head = f"{_time(message.at, zone)} {_who(message, words)}"
        # A line of somebody's words must not look like the head of another message.
        body = [f"  {line}" for line in message.text.splitlines()]
        if message.image:
            body.append(f"  {urljoin(base, message.image)}")
        paragraphs.append("\n".join([head, *body]))
    return "\n\n".join(paragraphs) + "\n"


def _who(message: Message, words: dict[str, str]) -> str:
    if message.author is Author.CUSTOMER:
        return words["you"]
    return f"{words[str(message.author)]} {message.name or ''}".strip()


def _time(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"

"""The service account's interface: messages, typing, notices, tokens by `stable_token`."""

from dataclasses import dataclass
from typing import Any

from desk.app import Desk
from gateway.channels.wechat.caller import Caller, Codes

CODES = Codes(
    "WeChat",
    bad_token=frozenset({40001, 40014, 42001}),
    closed=frozenset({45015, 45047, 43004, 40003, 43101}),
    busy=frozenset({-1, 45009, 45011, 40164, 50002}),
    no_menus=frozenset({40200, 48001}),
)


@dataclass(frozen=True)
class Account:
    app_id: str
    secret: str
    url: str


class WeChatApi(Caller):
    def __init__(self, desk: Desk, account: Account) -> None:
        super().__init__(desk, account.url, account.app_id, CODES, self._new_token)
        self._identity = account

    async def send(self, openid: str, wire: dict[str, Any]) -> None:
        """One customer-service message; raises `Closed`, `NoMenus`, `Refused` or `Busy`."""
        await self.post("message/custom/send", {"touser": openid, **wire})

    async def typing(self, openid: str) -> None:
        """The typing sign; raises like `send`."""
        await self.post("message/custom/typing", {"touser": openid, "command": "Typing"})

    async def notify(self, openid: str, template_id: str, field: str, text: str, key: str) -> None:
        """A template message; its result comes as an event. Raises like `send`."""
        body = {
            "touser": openid,
            "template_id": template_id,
            "data": {field: {"value": text}},
            "client_msg_id": key,
        }
        await self.post("message/template/send", body)

    async def _new_token(self, stale: str | None) -> tuple[str, float]:
        result = await self._stable_token(force=False)
        if result["access_token"] == stale:
            # WeChat believes in a token that it refuses: only force gives another.
            result = await self._stable_token(force=True)
        return str(result["access_token"]), float(result["expires_in"])

    async def _stable_token(self, *, force: bool) -> dict[str, Any]:
        body = {
            "grant_type": "client_credential",
            "appid": self._identity.app_id,
            "secret": self._identity.secret,
            "force_refresh": force,
        }
        return await self.post_open("stable_token", body, {})

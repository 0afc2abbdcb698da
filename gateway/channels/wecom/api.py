"""WeCom's interface for customer service: read, send, move a session."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from desk.app import Desk
from gateway.channels.wechat.caller import Busy, Caller, Closed, Codes, Refused
from gateway.channels.wecom.codec import account_and_customer

CODES = Codes(
    "WeCom",
    bad_token=frozenset({40014, 42001, 41001}),
    # Five were sent, 48 hours are over, the session has ended.
    closed=frozenset({95001, 95002, 95011}),
    # The last three are the operator's to set right: address or interface not permitted.
    busy=frozenset({-1, 45009, 45011, 45033, 48002, 60020}),
)
_WRONG_STATE, _BAD_READING_TOKEN = 95018, 95007
_PAGE = 1000


class State(IntEnum):
    """Who has a session (`service_state`)."""

    NEW = 0
    BOT = 1
    POOL = 2
    PERSON = 3
    ENDED = 4


@dataclass(frozen=True)
class Company:
    corp_id: str
    secret: str
    url: str


@dataclass(frozen=True)
class Page:
    items: list[Any]
    cursor: str
    more: bool


class WeComApi(Caller):
    def __init__(self, desk: Desk, company: Company) -> None:
        super().__init__(desk, company.url, company.corp_id, CODES, self._new_token)
        self._company = company

    async def read(self, open_kfid: str, cursor: str, token: str | None) -> Page:
        """What came after `cursor`; raises `Refused` or `Busy`."""
        body: dict[str, Any] = {"open_kfid": open_kfid, "limit": _PAGE, "voice_format": 0}
        if cursor:
            body["cursor"] = cursor
        try:
            result = await self.post("kf/sync_msg", {**body, "token": token} if token else body)
        except Refused as refused:
            if refused.code != _BAD_READING_TOKEN or token is None:
                raise
            result = await self.post("kf/sync_msg", body)  # slower, but it reads
        items, following = result.get("msg_list"), result.get("next_cursor")
        return Page(
            items if isinstance(items, list) else [],
            following if isinstance(following, str) and following else cursor,
            bool(result.get("has_more")),
        )

    async def send(self, sender: str, wire: dict[str, Any], message_id: str) -> None:
        """One message; raises `Closed` (also while people have the session), `Refused`, `Busy`."""
        open_kfid, customer = account_and_customer(sender)
        body = {"touser": customer, "open_kfid": open_kfid, "msgid": message_id, **wire}
        try:
            await self.post("kf/send_msg", body)
            return
        except Refused as refused:
            if refused.code != _WRONG_STATE:
                raise
        state = await self.state(sender)
        if state not in (State.NEW, State.BOT):
            raise Closed(_WRONG_STATE, CODES.platform)
        if state is State.NEW:
            await self.move(sender, State.BOT)
        await self.post("kf/send_msg", body)

    async def send_with_code(self, code: str, wire: dict[str, Any], message_id: str) -> None:
        """One greeting, word of waiting or farewell, whatever the session's state."""
        await self.post("kf/send_msg_on_event", {"code": code, "msgid": message_id, **wire})

    async def state(self, sender: str) -> State:
        open_kfid, customer = account_and_customer(sender)
        body = {"open_kfid": open_kfid, "external_userid": customer}
        result = await self.post("kf/service_state/get", body)
        try:
            return State(result["service_state"])
        except (KeyError, ValueError):
            raise Busy("WeCom answered an unknown session state") from None

    async def move(self, sender: str, to: State) -> str | None:
        """Move a session; the code to say something with, if there is one. Raises `Refused`."""
        open_kfid, customer = account_and_customer(sender)
        body = {"open_kfid": open_kfid, "external_userid": customer, "service_state": int(to)}
        code = (await self.post("kf/service_state/trans", body)).get("msg_code")
        return str(code) if code else None

    async def _new_token(self, stale: str | None) -> tuple[str, float]:
        query = {"corpid": self._company.corp_id, "corpsecret": self._company.secret}
        result = await self.get_open("gettoken", query)
        return str(result["access_token"]), float(result["expires_in"])

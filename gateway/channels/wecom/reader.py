"""Reads what was said since last time, item by item, and moves the cursor behind what is stored.

One account at a time per process and one process per account: WeCom refuses more than a few
readings at once, and messages keep their order.
"""

import dataclasses
import logging
from typing import Any

from desk.app import Desk
from desk.calling import call
from desk.model.conversations import ConversationState
from gateway.channels.wechat.caller import Busy, Refused
from gateway.channels.wechat.render import chosen
from gateway.channels.wecom import codec
from gateway.channels.wecom.api import State, WeComApi
from gateway.channels.wecom.codec import CHANNEL, Heard, Kind
from gateway.channels.wecom.people import People
from gateway.channels.wecom.postman import WeComPostman
from gateway.inbox import Inbox
from gateway.message import BadMessage
from gateway.rounds import Rounds

log = logging.getLogger(__name__)

_PAUSE = 5.0
_GREETED_WITHIN = 18  # seconds; WeCom says 20, and the answer takes some of it
_LOOK_BACK = 10  # messages in which the choices last offered are looked for
# The first reading of an account finds three days of talk that others have answered.
_FRESH_AT_FIRST = 600
_NO_MORE = frozenset({4, 5, 6})  # 48 hours over, session closed, five were sent


class Reader:
    def __init__(
        self, desk: Desk, inbox: Inbox, api: WeComApi, postman: WeComPostman, people: People
    ) -> None:
        self._desk, self._inbox, self._api = desk, inbox, api
        self._postman, self._people = postman, people
        rounds = Rounds("wecom reading", self._read_one)
        self.run, self.wake = rounds.run, rounds.wake

    async def _read_one(self) -> int:
        """Read one account that was called for; 0 when there is none."""
        reading = await call(self._desk.wecom.reading.claim)
        if reading is None:
            return 0
        try:
            await self._to_the_end(reading.open_kfid, reading.cursor, reading.token)
        except (Busy, Refused) as error:
            log.warning("wecom: reading waits %.0f s: %s", _PAUSE, error)
            await call(self._desk.wecom.reading.later, reading, _PAUSE)
            return 0
        await call(self._desk.wecom.reading.done, reading)
        return 1

    async def _to_the_end(self, open_kfid: str, cursor: str, token: str | None) -> None:
        now = self._desk.clock.now().timestamp()
        not_before = now - _FRESH_AT_FIRST if not cursor else 0.0
        more = True
        while more:
            page = await self._api.read(open_kfid, cursor, token)
            for item in page.items:
                await self._take(item, not_before)
            more = page.more and page.cursor != cursor
            cursor = page.cursor
            await call(self._desk.wecom.reading.keep, open_kfid, cursor)

    async def _take(self, item: Any, not_before: float) -> None:
        """One item; what cannot be read is passed over, or nothing behind it ever would be."""
        try:
            if not isinstance(item, dict):
                raise BadMessage("bad_item", "msg_list: expected objects")
            heard = codec.parse(item, self._desk.settings.max_message_chars)
        except BadMessage as error:
            log.error("wecom: an item was passed over: %s", error)
            return
        if heard.sent_at >= not_before:
            await self._hear(heard)

    async def _hear(self, heard: Heard) -> None:
        match heard.kind:
            case Kind.SAID:
                await self._said(heard)
            case Kind.ENTERED:
                await self._entered(heard)
            case Kind.SERVICER | Kind.TAKEN | Kind.ENDED:
                await self._people.heard(heard)
                self._postman.wake()
            case Kind.LOST:
                await self._lost(heard)

    async def _said(self, heard: Heard) -> None:
        assert heard.inbound is not None
        meant = await self._meant(heard)
        accepted = await self._inbox.accept(dataclasses.replace(heard.inbound, text=meant))
        if heard.media_id:
            await call(self._desk.wecom.pictures.want, accepted.message_id, heard.media_id)
        if accepted.state is not ConversationState.HUMAN:
            # Their word allows ours again.
            await call(self._desk.outbox.unpark, CHANNEL, heard.sender)
            self._postman.wake()

    async def _meant(self, heard: Heard) -> str:
        """A title or number becomes what the choice behind it says."""
        assert heard.inbound is not None
        look = self._desk.conversations.history
        _, said = await call(look, CHANNEL, heard.sender, 0, _LOOK_BACK)
        return chosen(heard.inbound.text, said)

    async def _entered(self, heard: Heard) -> None:
        """Somebody opened the chat: greeted while their code is good, and only then."""
        left = heard.sent_at + _GREETED_WITHIN - self._desk.clock.now().timestamp()
        if not heard.code or left <= 0 or heard.inbound is None:
            return
        try:
            await self._api.move(heard.sender, State.BOT)
        except (Refused, Busy) as error:
            log.info("wecom: the session stays as it is: %s", error)
        await call(self._desk.wecom.codes.keep, heard.sender, heard.code, left)
        await self._inbox.accept(heard.inbound)

    async def _lost(self, heard: Heard) -> None:
        """A message that was taken did not arrive: by SMS, or marked for staff to see."""
        ours = codec.place_of(heard.lost)
        log.warning("wecom: %s was not delivered (%s)", heard.lost, heard.why)
        if heard.why in _NO_MORE:
            await call(self._desk.wecom.quota.close, heard.sender)
        if ours is not None:
            lost = self._desk.wecom.failures.not_delivered
            await call(lost, heard.sender, *ours, f"msg_send_fail {heard.why}")

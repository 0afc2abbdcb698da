"""People who answer in the WeCom app: sessions go to them and come back; we note what they say.

With `wecom_people = "desk"` people answer on our console and the session stays with the bot; but
whoever takes one in the app has it all the same.
"""

import logging

from desk.app import Desk
from desk.calling import call
from desk.model.conversations import ConversationState
from gateway.channels.wechat.caller import Busy, Refused
from gateway.channels.wecom.api import State, WeComApi
from gateway.channels.wecom.codec import CHANNEL, Heard, Kind

log = logging.getLogger(__name__)

_QUEUE_CODE_SECONDS = 47 * 3600.0
_END_CODE_SECONDS = 18.0


class People:
    def __init__(self, desk: Desk, api: WeComApi) -> None:
        self._desk, self._api = desk, api
        self._theirs = desk.settings.wecom_people == "wecom"

    async def state_changed(self, sender: str) -> None:
        """Somebody who waits for a person goes into WeCom's queue, if people answer there.

        Where that fails they stay in our own queue: somebody answers in any case.
        """
        if not self._theirs:
            return
        conversation, _, _ = await call(self._desk.handoff.standing, CHANNEL, sender)
        if conversation is None or conversation.state is not ConversationState.QUEUED:
            return
        try:
            code = await self._api.move(sender, State.POOL)
        except (Refused, Busy) as error:
            log.warning("wecom: %s stays in our own queue: %s", conversation.id, error)
            return
        if code:
            # What the bot has just said of it goes with this code: the session is not its any more.
            await call(self._desk.wecom.codes.keep, sender, code, _QUEUE_CODE_SECONDS)
            await call(self._desk.outbox.unpark, CHANNEL, sender)
        await call(self._desk.people.outside.took, conversation.id, CHANNEL)

    async def heard(self, heard: Heard) -> None:
        """What the people in the app did or said; it belongs to the customer's conversation."""
        conversation, _, _ = await call(self._desk.handoff.standing, CHANNEL, heard.sender)
        if conversation is None or conversation.state is ConversationState.CLOSED:
            return
        outside = self._desk.people.outside
        if heard.kind is Kind.ENDED:
            left = heard.sent_at + _END_CODE_SECONDS - self._desk.clock.now().timestamp()
            farewell = bool(heard.code) and left > 0
            if farewell:
                await call(self._desk.wecom.codes.keep, heard.sender, heard.code, left)
            await call(outside.done, conversation.id, CHANNEL, tell=farewell)
            return
        await call(outside.took, conversation.id, CHANNEL)
        if heard.kind is Kind.SERVICER and heard.inbound is not None:
            words = heard.inbound
            await call(outside.said, conversation.id, heard.name, words.text, words.message_id)

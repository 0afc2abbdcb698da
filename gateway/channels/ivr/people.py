"""From the telephone to people: transferred when somebody is there, else called back."""

from dataclasses import dataclass

from desk.app import Desk
from desk.calling import call
from desk.model.conversations import ConversationState, Message
from desk.model.errors import InvalidPhone
from gateway import phrases
from gateway.channels.ivr.speech import sentences
from gateway.channels.ivr.spoken import Transfer

CHANNEL = "ivr"


@dataclass(frozen=True)
class Wanted:
    """A person is wanted: the transfer, or the reason why there is none."""

    transfer: Transfer | None = None
    with_person: bool = False  # somebody took it on the console and writes


class People:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._target = desk.settings.ivr_transfer_target

    async def wanted(self, call_id: str) -> Wanted | None:
        """None while the bot has the call."""
        conversation, _, _ = await call(self._desk.handoff.standing, CHANNEL, call_id)
        if conversation is None or conversation.state not in (
            ConversationState.QUEUED,
            ConversationState.HUMAN,
        ):
            return None
        taken = conversation.state is ConversationState.HUMAN
        if self._target and (taken or await self._somebody_there(conversation.id)):
            return Wanted(Transfer(self._target, await self._headers(conversation.id)))
        return Wanted(with_person=taken)

    async def _somebody_there(self, conversation_id: str) -> bool:
        ticket = await call(self._desk.handoff.ticket, conversation_id)
        return ticket.agents_online > 0

    async def _headers(self, conversation_id: str) -> tuple[tuple[str, str], ...]:
        """The way to the packet, for the agent's desktop; nothing personal."""
        one = await call(self._desk.conversation_view.one, conversation_id)
        packet = one["packet"] or {}
        headers = [("X-Xiaotong-Conversation", conversation_id)]
        if reason := packet.get("reason"):
            headers.append(("X-Xiaotong-Reason", str(reason)))
        if orders := packet.get("orders"):
            headers.append(("X-Xiaotong-Order", str(orders[0]["number"])))
        return tuple(headers)

    def words_before(self, said: list[Message]) -> str:
        """What the bot had to say first (an apology, a careful word), without place and minutes."""
        waiting = {phrases.SLOW.text, phrases.WAITING_FOR_BOT.text}
        kind = [one.text for one in said if not one.buttons and one.text not in waiting]
        return "".join(line for text in kind for line in sentences(text))

    async def call_back(self, call_id: str, phone: str, key: str) -> str | None:
        """A call-back order for who waits, in words; None when nobody waits any more."""
        conversation, _, _ = await call(self._desk.handoff.standing, CHANNEL, call_id)
        if conversation is None:
            return None
        answer = await call(
            self._desk.people.callbacks.register,
            conversation.id,
            phone,
            key=f"{conversation.id}:{key}:callback",
        )
        return "".join(sentences(answer.text)) if answer.text else None

    async def left_waiting(self, call_id: str, caller: str) -> None:
        """A call that ends in the queue becomes a call-back; without a number it leaves it."""
        conversation, _, _ = await call(self._desk.handoff.standing, CHANNEL, call_id)
        if conversation is None or conversation.state is not ConversationState.QUEUED:
            return
        register = self._desk.people.callbacks.register
        key = f"{conversation.id}:hung_up:callback"
        for phone in (None, caller):
            try:
                answer = await call(register, conversation.id, phone, key=f"{key}:{bool(phone)}")
            except InvalidPhone:
                continue
            if answer.number is not None:
                return
        await call(self._desk.handoff.withdraw, conversation.id, phrases.LEFT_QUEUE)

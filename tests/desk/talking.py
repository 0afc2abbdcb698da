"""The language of the service tests: a customer who says things and proves who they are."""

import re
from dataclasses import dataclass, field
from itertools import count

from desk.app import Desk
from desk.model.agents import Agent
from desk.model.conversations import Accepted, Reply, Turn

_NUMBERS = count(1)


@dataclass
class Customer:
    """Somebody on a channel. `says` stores a message and gives its turn back, unanswered."""

    desk: Desk
    name: str = "zhang"
    channel: str = "rest"
    accepted: Accepted | None = None
    numbers: "count[int]" = field(default_factory=lambda: _NUMBERS)

    def says(self, text: str) -> Turn:
        self.accepted = self.desk.inbox.accept(
            self.channel, self.name, text, f"m{next(self.numbers)}"
        )
        turn = self.desk.inbox.claim("worker", 20)
        assert turn is not None
        return turn

    def hears(self, turn: Turn, *texts: str) -> None:
        self.desk.inbox.finish(turn, [Reply(text) for text in texts])

    def opens(self) -> str:
        """A conversation with one answered greeting; returns its id."""
        turn = self.says("你好")
        self.hears(turn, "您好")
        return turn.conversation_id

    def key(self, what: str = "key") -> str:
        return f"{self.name}:{what}:{next(self.numbers)}"

    def proves_identity(self, conversation_id: str, phone: str) -> None:
        self.desk.identity.send_code(conversation_id, phone, key=self.key())
        verified = self.desk.identity.verify(conversation_id, sms_code(self.desk), key=self.key())
        assert verified.verified


def sms_code(desk: Desk) -> str:
    """The code in the newest SMS; delivers what the outbox holds first."""
    deliver_sms(desk)
    found = re.search(r"\d{6}", desk.journal.sms()[0].text)
    assert found is not None
    return found.group()


def deliver_sms(desk: Desk) -> None:
    for delivery in desk.outbox.claim(["sms"]):
        desk.messaging.send_sms(delivery.recipient, delivery.text, desk.clock.now())
        desk.outbox.delivered(delivery.outbox_id)


def agent(desk: Desk, username: str = "lixiao") -> Agent:
    return next(a for a in desk.staff.all() if a.username == username)

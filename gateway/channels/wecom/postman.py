"""Outbox → WeCom: joined, within the quota, in order; then a one-time code, then SMS."""

from collections.abc import Collection

from desk.app import Desk
from desk.calling import call
from desk.model.conversations import Delivery
from gateway.channels.wechat.caller import Refused
from gateway.channels.wechat.postman import RationedPostman, ids_of, log, messages_of, place_of
from gateway.channels.wechat.render import Wire
from gateway.channels.wecom.api import WeComApi
from gateway.channels.wecom.codec import CHANNEL, place_id
from gateway.channels.wecom.render import wires


class WeComPostman(RationedPostman):
    def __init__(self, desk: Desk, api: WeComApi, held: Collection[str] = ()) -> None:
        super().__init__(desk, CHANNEL, desk.wecom.quota, held)
        self._api = api

    def _fits(self, deliveries: list[Delivery]) -> bool:
        return len(self._wires(deliveries)) <= 1

    def _wires(self, deliveries: list[Delivery]) -> list[Wire]:
        return wires(messages_of(deliveries), self._desk.settings.public_url)

    async def _send(self, sender: str, bundle: list[Delivery]) -> bool:
        made = self._wires(bundle)
        if await self._within_quota(sender, bundle, made):
            return True
        return len(made) == 1 and await self._with_code(sender, bundle, made[0])

    async def _with_code(self, sender: str, bundle: list[Delivery], wire: Wire) -> bool:
        """Greeting, word of waiting, farewell: the one thing that may be said without quota."""
        code = await call(self._desk.wecom.codes.take, sender)
        if code is None:
            return False
        try:
            await self._api.send_with_code(code, wire, place_id(f"{place_of(bundle)}-0"))
        except Refused as error:
            log.warning("wecom: a code was refused: %s", error)
            return False
        await call(self._desk.outbox.delivered, *ids_of(bundle))
        return True

    async def _otherwise(self, sender: str, waiting: list[Delivery]) -> None:
        await super()._otherwise(sender, waiting)
        # A session moves beside us: its code may have come between our look and the parking.
        sayable = len(self._wires(self.bundle(waiting))) == 1
        if sayable and await call(self._desk.wecom.codes.is_there, sender):
            await call(self._desk.outbox.unpark, CHANNEL, sender)

    async def _hand_over(self, sender: str, wire: Wire, place: str) -> None:
        await self._api.send(sender, wire, place_id(place))

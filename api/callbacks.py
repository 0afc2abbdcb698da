"""Events → listeners: signed, to allowed hosts only, until they are taken or given up.

The host is checked when a connection is made, on the address it then has: a name that is allowed
and points inside is refused like the inside itself.
"""

import asyncio
import contextlib
import ipaddress
import json
import logging
import socket
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from api.signing import SIGNATURE, TIMESTAMP, sign
from api.trouble_ticket import EVENTS, PATH, STATUS, as_ticket
from desk.app import Desk
from desk.calling import call
from desk.model.errors import UnknownWorkOrder
from desk.model.tickets import CallbackDue, Caller, EventKind

log = logging.getLogger(__name__)

_POLL_SECONDS = 0.5
_SEND_SECONDS = 10.0
_ANYWHERE = Caller(0, "events", frozenset(), frozenset(), 0)


class NotDelivered(Exception):
    """Why a listener did not take an event; kept with the row."""


class PublicOnly(AbstractResolver):
    """Names of the outside only; `allow_private` for listeners in one's own network."""

    def __init__(self, allow_private: bool) -> None:
        self._inner, self._allow_private = aiohttp.ThreadedResolver(), allow_private

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        allowed = [one for one in found if self._allow_private or is_public(one["host"])]
        if not allowed:
            raise OSError(f"{host} has no public address")
        return allowed

    async def close(self) -> None:
        await self._inner.close()


class Callbacks:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._allow_private = desk.settings.callback_private
        self._session: aiohttp.ClientSession | None = None

    async def context(self, _app: web.Application) -> AsyncIterator[None]:
        """For `cleanup_ctx`: delivers as long as the process runs."""
        connector = aiohttp.TCPConnector(resolver=PublicOnly(self._allow_private))
        timeout = aiohttp.ClientTimeout(total=_SEND_SECONDS)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as self._session:
            stop = asyncio.Event()
            task = asyncio.create_task(self._run(stop))
            yield
            # Not cancelled: a thread in the middle of a transaction would outlive the desk.
            stop.set()
            await task

    async def _run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                busy = await self.deliver_some()
            except Exception:
                log.exception("callbacks: cannot deliver; trying again")
                busy = False
            if not busy:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _POLL_SECONDS)

    async def deliver_some(self) -> bool:
        """One round: read the journal on, then one event per listener, all at once."""
        read = await call(self._desk.hubs.fan_out)
        due = await call(self._desk.hubs.claim)
        await asyncio.gather(*(self._deliver(one) for one in due))
        return bool(read or due)

    async def _deliver(self, due: CallbackDue) -> None:
        try:
            await self._send(due)
        except Exception as error:  # whatever it is, the next listener must not wait for it
            told = str(error) or type(error).__name__
            log.warning("callback %s to %s: %s", due.id, due.hub_id, told)
            await call(self._desk.hubs.failed, due.id, told)
        else:
            await call(self._desk.hubs.delivered, due.id)

    async def _send(self, due: CallbackDue) -> None:
        assert self._session is not None
        url = URL(due.url)
        if not self._allow_private and not is_public(url.host or ""):
            raise NotDelivered("the address is not public")
        body = json.dumps(await self._event(due)).encode()
        now = str(int(self._desk.clock.now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "X-Xiaotong-Event": due.event_id,
            TIMESTAMP: now,
            SIGNATURE: sign(due.secret, now, body),
        }
        # A redirect could lead anywhere: it is not followed and counts as refused.
        async with self._session.post(
            url, data=body, headers=headers, allow_redirects=False
        ) as response:
            if not HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES:
                raise NotDelivered(f"answered {response.status}")

    async def _event(self, due: CallbackDue) -> dict[str, Any]:
        """The ticket as it is now, with the status this event is about."""
        ticket = {"@type": "TroubleTicket", "id": due.number, "href": f"{PATH}/{due.number}"}
        if due.kind is not EventKind.DELETED:
            try:
                row = await call(self._desk.ticket_view.one, _ANYWHERE, due.number)
                ticket = as_ticket(row)
            except UnknownWorkOrder:
                log.info("callback %s: the ticket is gone by now", due.id)
        if due.state is not None:
            ticket["status"] = STATUS[due.state]
        return {
            "@type": EVENTS[due.kind],
            "eventId": due.event_id,
            "eventType": EVENTS[due.kind],
            "eventTime": due.at.isoformat(),
            "event": {"troubleTicket": ticket},
        }


def is_public(host: str) -> bool:
    """False for an address inside; a name is judged when it is resolved."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return True
    inner = getattr(address, "ipv4_mapped", None) or address
    return bool(inner.is_global and not inner.is_multicast)

"""The routes of TMF621: list, create, retrieve, patch, delete."""

import hashlib
import json
import secrets
from datetime import datetime
from http import HTTPStatus
from typing import Any

from aiohttp import web

from api.access import Access
from api.errors import Problem
from api.reading import PATCH_TYPES, body, query
from api.schemas import (
    ExternalIdentifier,
    ListQuery,
    NewNote,
    OneQuery,
    RelatedParty,
    TroubleTicketCreate,
    TroubleTicketUpdate,
    within_calendar,
)
from api.trouble_ticket import KINDS, PATH, PRIORITIES, as_ticket, states_of, step_to
from desk.app import Desk
from desk.calling import call
from desk.model.tickets import Caller, NewTicket, Scope, TicketChange, TicketQuery

_MAX_KEY = 100


class TicketRoutes:
    def __init__(self, desk: Desk, access: Access) -> None:
        self._desk, self._access = desk, access

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get(PATH, self.listed)
        app.router.add_post(PATH, self.create)
        app.router.add_get(f"{PATH}/{{id}}", self.one)
        app.router.add_patch(f"{PATH}/{{id}}", self.change)
        app.router.add_delete(f"{PATH}/{{id}}", self.withdraw)

    async def listed(self, request: web.Request) -> web.Response:
        caller = await self._access.caller(request, Scope.READ)
        asked = query(request, ListQuery)
        rows, total = await call(self._desk.ticket_view.listed, caller, _query(asked))
        headers = {"X-Total-Count": str(total), "X-Result-Count": str(len(rows))}
        links = _links(request, asked.offset, asked.limit, total)
        if links:
            headers["Link"] = links
        tickets = [as_ticket(row, asked.fields_) for row in rows]
        return web.json_response(tickets, headers=headers)

    async def one(self, request: web.Request) -> web.Response:
        caller = await self._access.caller(request, Scope.READ)
        asked = query(request, OneQuery)
        return await self._told(caller, _id(request), asked.fields_)

    async def create(self, request: web.Request) -> web.Response:
        caller = await self._access.caller(request, Scope.WRITE)
        asked = query(request, OneQuery)
        wish = _new(await body(request, TroubleTicketCreate))
        number = await call(self._desk.tickets.create, caller, wish, _key(request))
        answer = await self._told(caller, number, asked.fields_)
        answer.set_status(HTTPStatus.CREATED)
        answer.headers["Location"] = f"{PATH}/{number}"
        return answer

    async def change(self, request: web.Request) -> web.Response:
        caller = await self._access.caller(request, Scope.WRITE)
        number, asked = _id(request), query(request, OneQuery)
        patch = await body(request, TroubleTicketUpdate, PATCH_TYPES)
        row = await call(self._desk.ticket_view.one, caller, number)
        change = TicketChange(
            values=_values(patch),
            target=step_to(patch.status, row.order.state),
            reason=patch.statusChangeReason or "",
            notes=_new_notes(patch.note),
        )
        await call(self._desk.tickets.change, caller, number, change)
        return await self._told(caller, number, asked.fields_)

    async def withdraw(self, request: web.Request) -> web.Response:
        caller = await self._access.caller(request, Scope.WRITE)
        await call(self._desk.tickets.withdraw, caller, _id(request))
        return web.Response(status=HTTPStatus.NO_CONTENT)

    async def _told(self, caller: Caller, number: str, fields: list[str] | None) -> web.Response:
        row = await call(self._desk.ticket_view.one, caller, number)
        return web.json_response(as_ticket(row, fields))


def _id(request: web.Request) -> str:
    """Characters that no number has make it unknown, not an error."""
    return request.match_info["id"].replace("\x00", "?").encode(errors="replace").decode()


def _key(request: web.Request) -> str:
    """What tells a repeated request; without the header every request is a new one."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > _MAX_KEY or not key.isprintable():
        raise Problem(
            HTTPStatus.BAD_REQUEST,
            "bad Idempotency-Key",
            f"at most {_MAX_KEY} printable characters",
        )
    # Hashed: bytes of a header may be anything, a key of the database may not.
    given = hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()
    return given if key else f"once-{secrets.token_hex(16)}"


def _query(asked: ListQuery) -> TicketQuery:
    return TicketQuery(
        kinds=frozenset(KINDS[name] for name in asked.ticketType or ()),
        states=frozenset(state for name in asked.status or () for state in states_of(name)),
        severities=frozenset(asked.severity or ()),
        created_from=_moment(asked.created_gte),
        created_after=_moment(asked.created_gt),
        created_until=_moment(asked.created_lte),
        created_before=_moment(asked.created_lt),
        external_id=asked.external_id,
        offset=asked.offset,
        limit=asked.limit,
        newest_first=asked.sort == "-creationDate",
    )


def _moment(given: datetime | None) -> datetime | None:
    return None if given is None else within_calendar(given)


def _new(wish: TroubleTicketCreate) -> NewTicket:
    given = {one.name: one.value for one in wish.troubleTicketCharacteristic}
    whole = json.dumps(wish.model_dump(mode="json"), sort_keys=True)
    return NewTicket(
        kind=KINDS[wish.ticketType],
        description=wish.description,
        severity=wish.severity,
        priority=PRIORITIES[wish.priority or "Medium"],
        name=wish.name,
        area=given.get("area"),
        contact_phone=given.get("contactPhone"),
        requested_at=_moment(wish.requestedResolutionDate),
        external_ids=tuple(_as_json(wish.externalIdentifier)),
        parties=tuple(_as_json(wish.relatedParty)),
        notes=_new_notes(wish.note),
        fingerprint=hashlib.sha256(whole.encode()).hexdigest(),
    )


def _values(patch: TroubleTicketUpdate) -> dict[str, Any]:
    """What was given, by the names the desk has for it."""
    values: dict[str, Any] = {
        "description": patch.description,
        "severity": patch.severity,
        "name": patch.name,
        "priority": PRIORITIES[patch.priority or "Medium"],
        "requested_at": _moment(patch.requestedResolutionDate),
        "external_ids": _as_json(patch.externalIdentifier),
        "parties": _as_json(patch.relatedParty),
    }
    theirs = {
        "requested_at": "requestedResolutionDate",
        "external_ids": "externalIdentifier",
        "parties": "relatedParty",
    }
    return {
        name: value
        for name, value in values.items()
        if theirs.get(name, name) in patch.model_fields_set
    }


def _as_json(given: list[ExternalIdentifier] | list[RelatedParty]) -> list[dict[str, Any]]:
    return [one.model_dump(mode="json", by_alias=True, exclude_none=True) for one in given]


def _new_notes(notes: list[NewNote]) -> tuple[str, ...]:
    return tuple(note.text for note in notes if note.id is None)


def _links(request: web.Request, offset: int, limit: int, total: int) -> str:
    """RFC 8288: where the neighbouring pages are."""
    pages = {}
    if offset > 0:
        pages["first"], pages["prev"] = 0, max(0, offset - limit)
    if offset + limit < total:
        pages["next"] = offset + limit
    url = request.rel_url
    return ", ".join(
        f'<{url.update_query(offset=start, limit=limit)}>; rel="{name}"'
        for name, start in pages.items()
    )

"""Every failure as TMF630's Error: status, code, reason. Nothing of the inside is told."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

from aiohttp import web
from sqlalchemy.exc import DataError, SQLAlchemyError

from desk.model.errors import (
    CallbackRefused,
    IllegalTransition,
    InvalidPhone,
    KeyReused,
    NotYours,
    OrderUnderWay,
    OtherAmount,
    OutsideArea,
    Refused,
    UnknownPayment,
    UnknownWorkOrder,
)

log = logging.getLogger(__name__)

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_REFUSALS: Mapping[type[Refused], tuple[HTTPStatus, str]] = {
    UnknownWorkOrder: (HTTPStatus.NOT_FOUND, "no such trouble ticket"),
    IllegalTransition: (HTTPStatus.CONFLICT, "the ticket cannot take this step now"),
    OrderUnderWay: (HTTPStatus.CONFLICT, "somebody has begun to work on it; patch its status"),
    KeyReused: (HTTPStatus.CONFLICT, "the Idempotency-Key was used for another request"),
    NotYours: (HTTPStatus.FORBIDDEN, "only who created a ticket, or was asked, may do this"),
    OutsideArea: (HTTPStatus.FORBIDDEN, "this key is not for that area"),
    CallbackRefused: (HTTPStatus.FORBIDDEN, "events are not sent there"),
    InvalidPhone: (HTTPStatus.BAD_REQUEST, "not a telephone number"),
    UnknownPayment: (HTTPStatus.NOT_FOUND, "nothing was to be paid under this reference"),
    OtherAmount: (HTTPStatus.CONFLICT, "another amount was due"),
}


class Problem(Exception):
    """What a handler answers instead of a result."""

    def __init__(
        self,
        status: HTTPStatus,
        reason: str,
        message: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(reason)
        self.status, self.reason, self.message = status, reason, message
        self.headers = dict(headers or {})


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Problem as problem:
        return _answer(problem.status, problem.reason, problem.message, problem.headers)
    except web.HTTPException as error:
        if error.status < HTTPStatus.BAD_REQUEST:
            raise
        kept = {name: error.headers[name] for name in ("Allow",) if name in error.headers}
        return _answer(HTTPStatus(error.status), error.reason, headers=kept)
    except Exception as error:
        return _failure(request, error)


def _failure(request: web.Request, error: Exception) -> web.Response:
    if isinstance(error, Refused):
        other = (HTTPStatus.CONFLICT, "the desk refuses this now")
        return _answer(*_REFUSALS.get(type(error), other))
    if isinstance(error, DataError):
        return _answer(HTTPStatus.BAD_REQUEST, "a value that no ticket can have")
    log.exception("%s %s", request.method, request.path)
    if isinstance(error, SQLAlchemyError):
        # Nothing was acknowledged: the other system may try again.
        reason, again = "the database is away; try again", {"Retry-After": "5"}
        return _answer(HTTPStatus.SERVICE_UNAVAILABLE, reason, headers=again)
    return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, "an internal error")


def _answer(
    status: HTTPStatus,
    reason: str,
    message: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    body = {
        "@type": "Error",
        "code": str(status.value),
        "reason": reason,
        "status": str(status.value),
    }
    if message is not None:
        body["message"] = message
    return web.json_response(body, status=status, headers=headers)

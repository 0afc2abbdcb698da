"""What every HTTP answer of the gateway has: errors as JSON, headers that keep a browser safe."""

import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from aiohttp import web
from aiohttp.typedefs import Middleware
from sqlalchemy.exc import SQLAlchemyError

from gateway.channels.rest.channel import TooMany
from gateway.message import BadMessage

log = logging.getLogger(__name__)

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every failure is a short JSON body; nothing of the inside is told."""
    try:
        return await handler(request)
    except BadMessage as error:
        headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany) else {}
        return web.json_response(error.as_json(), status=error.status, headers=headers)
    except web.HTTPRequestEntityTooLarge as error:
        return _problem("too_large", "body: is too large", error.status)
    except web.HTTPException as error:
        if error.status < HTTPStatus.BAD_REQUEST:
            raise
        return _problem(error.reason.lower().replace(" ", "_"), error.reason, error.status)
    except SQLAlchemyError:
        # Nothing was acknowledged: the sender may try again.
        log.exception("database")
        response = _problem("unavailable", "not stored; try again", HTTPStatus.SERVICE_UNAVAILABLE)
        response.headers["Retry-After"] = "5"
        return response
    except Exception:
        log.exception("%s %s", request.method, request.path)
        return _problem("internal", "an internal error", HTTPStatus.INTERNAL_SERVER_ERROR)


def _problem(code: str, message: str, status: int) -> web.Response:
    return web.json_response({"error": {"code": code, "message": message}}, status=status)


def security_headers(frame_origins: list[str]) -> Middleware:
    """Content security policy and friends; the chat page may be framed by the allowed origins."""
    ancestors = " ".join(["'self'", *frame_origins])
    policy = (
        "default-src 'self'; img-src 'self' data: blob: https:; connect-src 'self' ws: wss:; "
        f"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
    )

    @web.middleware
    async def add(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request)
        if not response.prepared:
            response.headers["Content-Security-Policy"] = policy
            response.headers["X-Content-Type-Options"] = "nosniff"
            response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return add

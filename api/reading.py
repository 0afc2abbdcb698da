"""Requests into models: whatever garbage arrives, the answer is one clear 400."""

import json
from http import HTTPStatus
from typing import Any, NoReturn

from aiohttp import web
from pydantic import BaseModel, ValidationError

from api.errors import Problem

MAX_BODY = 64 * 1024
JSON_TYPES = ("application/json",)
PATCH_TYPES = ("application/merge-patch+json", "application/json")


async def body[M: BaseModel](
    request: web.Request, model: type[M], types: tuple[str, ...] = JSON_TYPES
) -> M:
    """The body as `model`; 415 for another media type, 413 for too much, 400 for the rest."""
    if request.content_type not in types:
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported media type", f"expected {types[0]}"
        )
    data = _json(await request.read())
    try:
        return model.model_validate(data)
    except ValidationError as error:
        _refuse(error)


def query[M: BaseModel](request: web.Request, model: type[M]) -> M:
    """The query as `model`; a name that is given twice or that we do not know is refused."""
    given = request.query
    twice = sorted({name for name in given if len(given.getall(name)) > 1})
    if twice:
        raise Problem(HTTPStatus.BAD_REQUEST, "bad query", f"{twice[0]}: given twice")
    try:
        return model.model_validate(dict(given))
    except ValidationError as error:
        _refuse(error)


def _json(raw: bytes) -> Any:
    try:
        text = raw.decode("utf8")
        data = json.loads(text, parse_constant=_no_constant)
        # A lone surrogate can be written in JSON and stored nowhere.
        json.dumps(data, ensure_ascii=False).encode("utf8")
    except (ValueError, RecursionError):
        raise Problem(HTTPStatus.BAD_REQUEST, "the body is not JSON") from None
    return data


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _refuse(error: ValidationError) -> NoReturn:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "body"
    message = f"{place}: {first['msg']}"[:300].encode(errors="replace").decode()
    raise Problem(HTTPStatus.BAD_REQUEST, "bad request", message) from None
